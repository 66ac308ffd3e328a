"""What partners said of an event of ours, for its log: who saw which version, does it concern them, what they ask."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import names
from tocsin.node.alliance.roles import Role
from tocsin.node.duty.models import Acknowledgement
from tocsin.node.events.models import Event
from tocsin.node.events.pages.log import Heard
from tocsin.node.notifications.models import Notification, NotifiedEvent, Relevance, VerificationRequest

__all__ = ["heard"]

MOST = 200  # a kind, in one piece of a log: a partner may say the same thing again and again


def heard(event: Event, person: Person, since: datetime | None, until: datetime | None) -> list[Heard]:
    """`events.pages.log.Hearing`."""
    of = NotifiedEvent.objects.visible_to(person).filter(event=event, is_ours=True).values("pk")
    versions = Notification.objects.filter(of__in=of, is_ours=True).values_list("document_id", "version")
    numbers = {str(document): version for document, version in versions}
    if not numbers:
        return []
    told = {"came_at__gte": since, "came_at__lt": until}
    within = {name: at for name, at in told.items() if at is not None}
    seen = Acknowledgement.objects.visible_to(person).standing().filter(of_id__in=list(numbers), **within)
    verdicts = Relevance.objects.visible_to(person).standing().filter(of__in=of, is_ours=False, **within)
    asked = VerificationRequest.objects.visible_to(person).standing().filter(about__in=of, is_ours=False, **within)
    latest = (
        list(seen.filter(is_ours=False).order_by("-came_at")[:MOST]),
        list(verdicts.order_by("-came_at")[:MOST]),
        list(asked.order_by("-came_at")[:MOST]),
    )
    return list(_lines(*latest, numbers=numbers))


def _lines(
    seen: list[Acknowledgement], verdicts: list[Relevance], asked: list[VerificationRequest],
    *, numbers: dict[str, int],
) -> Iterator[Heard]:  # fmt: skip
    known = names({*(one.node for one in seen), *(one.origin for one in (*verdicts, *asked))})
    for one in seen:
        values = {"version": numbers[str(one.of_id)], "role": _role(one.by_role)}
        yield Heard(
            one.came_at, known[one.node], _("a person there has acknowledged version %(version)s (%(role)s)") % values
        )
    for verdict in verdicts:
        said = _("whether it concerns them: %(verdict)s") % {"verdict": verdict.get_verdict_display()}
        yield Heard(verdict.came_at, known[verdict.origin], said)
    for request in asked:
        yield Heard(request.came_at, known[request.origin], _("asks whether what it has heard is true"))


def _role(code: str) -> str:
    return str(Role(code).label) if code in Role.values else _("role not known")
