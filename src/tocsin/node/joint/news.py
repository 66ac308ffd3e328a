"""What people here have not been told yet of an object, and can be told now.

Acts of others are told when they come, an owner's once its order is followed as far as that: what it says has taken
effect then. Of what this state said people learn where it had no effect, and of what its machine said by itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import timezone

from tocsin.joint.acts import Applied
from tocsin.joint.refusing import Refused
from tocsin.node.joint.documents import MACHINE
from tocsin.node.joint.models import JointAct, JointObject

__all__ = ["News", "news_of"]

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class News:
    """said   acts of others, and of this state's machine
    lost   acts that had no effect, of others and of people of this state, each with the reason
    """

    said: list[JointAct]
    lost: list[tuple[JointAct, Refused]]


def news_of(of: JointObject, took_effect: Iterable[Applied], refused: Iterable[Refused]) -> News:
    """What is new of it; what is given here once is not given again. In the transaction that brought it."""
    rows = list(JointAct.objects.filter(of=of, told_at=None, withdrawn_at=None, is_astray=False))
    news = News([], [])
    if not rows:
        return news
    done = {(one.act.origin, one.act.id) for one in took_effect}
    without: dict[Key, Refused] = {(one.applied.act.origin, one.applied.act.id): one for one in refused}
    settled = [row for row in rows if _put(row, of, done, without, news)]
    JointAct.objects.filter(pk__in=[row.pk for row in settled]).update(told_at=timezone.now())
    return news


def _put(row: JointAct, of: JointObject, done: set[Key], without: Mapping[Key, Refused], news: News) -> bool:
    """Where it belongs; False for what may still come to something else."""
    key = row.origin, str(row.document_id)
    if (refused := without.get(key)) is not None:
        if row.role != MACHINE:
            news.lost.append((row, refused))
        return True
    if row.is_ours:
        if key in done and row.role == MACHINE:
            news.said.append(row)
        return key in done
    if row.origin == of.origin and key not in done:
        return False
    news.said.append(row)
    return True
