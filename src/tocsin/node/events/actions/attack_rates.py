"""What attack rates are a share of: sizes of groups, and tables of those exposed and not."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.alliance import audit
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions.changing import lock
from tocsin.node.events.models import Event
from tocsin.node.events.models.cases import ExposureTable, GroupAtRisk
from tocsin.node.events.refusals import ActRefused
from tocsin.node.events.texts import checked

__all__ = ["MOST", "remove_exposure", "set_exposure", "set_groups"]

MOST = 10_000_000
MOST_TABLES = 200


@transaction.atomic
def set_groups(event: Event, sizes: Mapping[tuple[str, str], int | None], *, by: Person) -> None:
    """Say how many people there are in groups, by kind and group; None takes a number back."""
    event = lock(event, by=by, ability=Ability.WRITE_EVENTS)
    if any(size is not None and not 1 <= size <= MOST for size in sizes.values()):
        raise ActRefused(_("A group has at least one person, and at most 10,000,000."))
    now = timezone.now()
    for (kind, group), size in sizes.items():
        if size is None:
            GroupAtRisk.objects.filter(event=event, kind=kind, group=group).delete()
            continue
        GroupAtRisk.objects.update_or_create(
            event=event, kind=kind, group=group, defaults={"persons": size, "by": by, "at": now}
        )
    audit.record("line-list.groups_set", event, by=by, groups=len(sizes))


@transaction.atomic
def set_exposure(
    event: Event, *, name: str, exposed_ill: int, exposed: int, unexposed_ill: int, unexposed: int, by: Person
) -> ExposureTable:
    """Say how many fell ill of those who had an exposure and of those who had not; said anew, it takes its place."""
    event = lock(event, by=by, ability=Ability.WRITE_EVENTS)
    name = checked(name, longest=200, name=_("Exposure"), paragraphs=False)
    if not name:
        raise ActRefused(_("Say what people were exposed to."))
    if exposed_ill > exposed or unexposed_ill > unexposed:
        raise ActRefused(_("More ill than there were: the second number of each pair is everybody, ill or not."))
    if min(exposed_ill, unexposed_ill) < 0 or max(exposed, unexposed) > MOST:
        raise ActRefused(_("Counts are whole numbers from 0 to 10,000,000."))
    if event.exposure_tables.exclude(name=name).count() >= MOST_TABLES:
        raise ActRefused(_("An event has at most %(n)d tables of exposures.") % {"n": MOST_TABLES})
    given = {"exposed_ill": exposed_ill, "exposed": exposed, "unexposed_ill": unexposed_ill, "unexposed": unexposed}
    made, _is_new = ExposureTable.objects.update_or_create(
        event=event, name=name, defaults={**given, "by": by, "at": timezone.now()}
    )
    audit.record("line-list.exposure_set", event, by=by, name=name, **given)
    return made


@transaction.atomic
def remove_exposure(table: ExposureTable, *, by: Person) -> None:
    event = lock(table.event, by=by, ability=Ability.WRITE_EVENTS)
    audit.record("line-list.exposure_removed", event, by=by, name=table.name)
    table.delete()
