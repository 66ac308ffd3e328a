"""Who is called or told when something about a traveller comes. What calls them says only from which state it is."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from tocsin.node.alliance.notices import notify
from tocsin.node.alliance.roles import Ability
from tocsin.node.duty.actions.alerts import close_alert, raise_alert
from tocsin.node.duty.models import Alert
from tocsin.node.post.telling import names_of, people_who
from tocsin.node.travellers import links
from tocsin.node.travellers.models import Tracing, TravellerAnswer, TravellerMessage

__all__ = ["CAME", "MANY_CAME", "SUBJECT", "no_more", "of_answers", "of_messages", "open_alerts_of"]

CAME, MANY_CAME, SUBJECT = "traveller.came", "travellers.came", "traveller"
MOST = 20  # a node that was cut off for weeks does not call people a hundred times


def of_messages(new: Sequence[TravellerMessage]) -> None:
    """Call people for each version that has not run out; once for many. Those who do not stand duty find a notice."""
    live = [row for row in new if not row.is_ours and row.due_at > timezone.now()]
    if not live:
        return
    calling = set(open_alerts_of({row.of_id for row in live}).values_list("subject_id", flat=True))
    names = names_of({row.origin for row in live})
    others = [person for person in people_who(Ability.TRACE_TRAVELLERS) if not person.may(Ability.STAND_DUTY)]
    if len(live) > MOST:
        last = max(str(row.pk) for row in live)
        raise_alert(
            kind=MANY_CAME, subject_type="travellers", subject_id=last, link=links.TRAVELLERS,
            values={"n": len(live)},
        )  # fmt: skip
        notify(others, "travellers.came", link=links.TRAVELLERS, n=len(live))
        return
    for row in live:
        if not calling & {str(pk) for pk in row.of.versions.values_list("pk", flat=True)}:
            raise_alert(
                kind=CAME, subject_type=SUBJECT, subject_id=row.pk, link=links.tracing(row.of_id),
                values={"state": names[row.origin]},
            )  # fmt: skip
        notify(others, "traveller.came", link=links.tracing(row.of_id), state=names[row.origin])


def of_answers(new: Sequence[TravellerAnswer]) -> None:
    """Tell whoever looks for travellers of answers to what we asked."""
    mine = [row for row in new if row.of is not None and row.of.is_ours]
    names = names_of({row.origin for row in mine})
    people = people_who(Ability.TRACE_TRAVELLERS) if mine else []
    if len(mine) > MOST:
        notify(people, "traveller.answered.several", link=links.TRAVELLERS, n=len(mine))
        return
    for row in mine:
        assert row.of is not None, "chosen by it"
        notify(people, "traveller.answered", link=links.tracing(row.of.pk), state=names[row.origin])


def open_alerts_of(tracings: Collection[UUID]) -> "QuerySet[Alert]":
    """Alerts for versions of these, which nobody has yet."""
    versions = TravellerMessage.objects.filter(of__in=tracings).values_list("pk", flat=True)
    return Alert.objects.open().filter(kind=CAME, subject_type=SUBJECT, subject_id__in=[str(pk) for pk in versions])


def no_more(tracing: Tracing) -> None:
    """Nobody is called any more for what is destroyed."""
    if tracing.destroyed_at is not None:
        for alert in open_alerts_of([tracing.pk]):
            close_alert(alert, by=None)
