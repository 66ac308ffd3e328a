"""How many there are: the figures of an event by the end of a day."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions.changing import changed, lock
from tocsin.node.events.models import CountsReport, Event
from tocsin.node.events.refusals import ActRefused

__all__ = ["MOST", "report_counts", "total"]

MOST = 100_000_000
CASES = ("suspected", "probable", "confirmed")


def total(counts: Mapping[str, int | None]) -> int | None:
    """Cases: suspected, probable and confirmed together, as far as they are known; None where none is."""
    known = [counts[name] for name in CASES if counts.get(name) is not None]
    return sum(known) if known else None


@transaction.atomic
def report_counts(
    event: Event,
    *,
    as_of: date,
    counts: Mapping[str, int | None],
    by: Person,
    version: int | None = None,
    from_line_list: bool = False,
) -> CountsReport:
    """Say how many there were by the end of a day. None is unknown, and not 0.

    The event shows its latest day. Raises ActRefused for a day to come, and for what cannot be.
    """
    event = lock(event, by=by, ability=Ability.WRITE_EVENTS, version=version)
    _require_sense(as_of, counts)
    report = CountsReport.objects.create(
        event=event, as_of=as_of, by=by, from_line_list=from_line_list,
        **{name: counts.get(name) for name in Event.COUNTS},
    )  # fmt: skip
    latest = event.counts.order_by("-as_of", "-at").first() or report
    shown = {name: getattr(latest, name) for name in Event.COUNTS}
    fields = {**shown, "cases": total(shown), "as_of": latest.as_of}
    said = {"day": as_of.isoformat(), "cases": _said(total(counts)), "deaths": _said(counts.get("deaths"))}
    changed(event, "counts", by=by, fields=fields, values=said)
    return report


def _said(number: int | None) -> str:
    return "?" if number is None else str(number)


def _require_sense(as_of: date, counts: Mapping[str, int | None]) -> None:
    # A day that has begun somewhere to the east may be tomorrow here.
    if as_of > timezone.localdate() + timedelta(days=1):
        raise ActRefused(_("Counts are of a day that has come; this one lies ahead."))
    if unknown := set(counts) - set(Event.COUNTS):
        raise ActRefused(_("There is no count “%(name)s”.") % {"name": min(unknown)})
    given = [value for value in counts.values() if value is not None]
    if not given:
        raise ActRefused(_("Give at least one count; 0 if there was none."))
    if any(not 0 <= value <= MOST for value in given):
        raise ActRefused(_("Counts are whole numbers from 0 to 100,000,000."))
    cases = total(counts)
    if cases is None or any(counts.get(name) is None for name in CASES):
        return
    for name in ("deaths", "hospitalised", "intensive_care", "health_workers"):
        if (counts.get(name) or 0) > cases:
            field = Event._meta.get_field(name).verbose_name
            raise ActRefused(
                _("There are more (%(n)d) under “%(name)s” than cases (%(cases)d); they are among the cases.")
                % {"n": counts[name], "name": field, "cases": cases}
            )
