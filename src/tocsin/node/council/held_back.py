"""Notices and alerts of the Council, so many of them as people can read.

What one state says many times of one thing is one notice with its number. More than a few of one state at once are told
in one, so that no state hides behind its own noise what another has said.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import Notice, Person
from tocsin.node.alliance.notices import notify
from tocsin.node.council import links
from tocsin.node.duty.actions.alerts import close_alert, raise_alert
from tocsin.node.duty.models import Alert
from tocsin.node.joint.models import JointObject

__all__ = ["AT_ONCE", "MANY", "MOST", "call", "no_more", "tell"]

MOST, AT_ONCE = 20, timedelta(minutes=10)
SEVERAL = "council.several"
MANY = "council.calls"  # the alert that stands for more than a few
# What is told of one thing with its number, and how it is told then.
COUNTED: Mapping[str, str] = {
    "decision.commented": "decision.commented.several",
    "decision.measure": "decision.measure.several",
    "decision.consented": "decision.consented.several",
}
OF_ANY = frozenset({"decision.consented"})  # counted together, whichever state says it


def tell(people: Sequence[Person], kind: str, *, link: str, by: str, n: int = 1, **values: Any) -> None:
    """Tell each of them.

    by  the node that says it
    n   how many times it does
    """
    left = people
    if kind in COUNTED:
        left = _count_on(people, kind, link=link, by=by, n=n)
        kind = COUNTED[kind] if n > 1 else kind
    if not left:
        return
    if _recently(left, by).count() >= MOST:
        if not _recently(left, by).filter(kind=SEVERAL).exists():
            notify(left, SEVERAL, link=links.COUNCIL, by=by, state=values["state"])
        return
    notify(left, kind, link=link, by=by, n=n, **values)


def _count_on(people: Sequence[Person], kind: str, *, link: str, by: str, n: int) -> list[Person]:
    """Raise the number in the notices that nobody has seen or was sent; returns who has none."""
    mine = Notice.objects.filter(
        person__in=people, kind__in=(kind, COUNTED[kind]), link=link, seen_at=None, mailed_at=None
    )
    mine = mine if kind in OF_ANY else mine.filter(values__by=by)
    found = {one.person_id: one for one in mine.order_by("made_at")}
    for one in found.values():
        one.kind, one.values = COUNTED[kind], one.values | {"n": one.values.get("n", 1) + n}
    Notice.objects.bulk_update(found.values(), ["kind", "values"])
    return [one for one in people if one.pk not in found]


def _recently(people: Sequence[Person], by: str) -> QuerySet[Notice]:
    """What one of them, for all, was told of this state within the last minutes."""
    return Notice.objects.filter(person=people[0], made_at__gte=timezone.now() - AT_ONCE, values__by=by)


def call(kind: str, of: JointObject, *, subject: str, link: str, **values: Any) -> None:
    """Have somebody on duty called, until a person acknowledges; for more than a few of one state at once for all."""
    by, is_exercise = of.origin, of.is_exercise or here().is_exercise
    if Alert.objects.open().filter(kind=kind, values__by=by).exclude(subject_id=subject).count() < MOST:
        raise_alert(
            kind=kind, subject_type=of.noun, subject_id=subject, link=link, values=values | {"by": by},
            is_exercise=is_exercise,
        )  # fmt: skip
        return
    raise_alert(
        kind=MANY, subject_type="council", subject_id=f"{by} {timezone.localdate().isoformat()}", link=links.COUNCIL,
        values={"state": values["state"]}, is_exercise=is_exercise,
    )  # fmt: skip


def no_more(kind: str, *, about: str, but: str = "") -> None:
    """Nobody need be called any more for what this is about. but: the subject for which they still are."""
    for alert in Alert.objects.open().filter(kind=kind, subject_id__startswith=about):
        if alert.subject_id != but:
            close_alert(alert, by=None)
