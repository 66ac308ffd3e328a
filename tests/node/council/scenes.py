"""Decisions for tests of the Council: proposed here, answered by partners."""

from typing import Any

from tests.node.joint.scenes import PARAGRAPH, theirs
from tests.node.notifications.scenes import bring

from tocsin.node.council.actions.drafting import begin, propose
from tocsin.node.council.models import Decision
from tocsin.node.council.reading import decision_here
from tocsin.node.joint.models import JointObject

BODY = "coordination-council"
MEASURE: dict[str, Any] = {
    "id": "m1", "title": {"ru": "Совместное обследование", "en": "Joint survey"}, "state": "BO",
    "deadline": "2099-04-01", "evidence": "", "verifier": "AL", "paragraph": None, "links": [],
}  # fmt: skip


def a_proposal(by, **said: Any) -> JointObject:
    """Proposed by us, of a body whose rules allow silence."""
    made = {
        "concerned": ["AL", "BO", "CE"], "title": {"ru": "О мерах в Карсу", "zh-hans": "关于卡尔苏的措施"},
        "text": {"paragraphs": [PARAGRAPH]},
    } | said  # fmt: skip
    draft = begin(body=BODY, kind="decision", by=by, **made)
    return propose(draft, version=draft.version, by=by)


def say(world, joined, name: str, of: JointObject, act: str, **said: Any) -> None:
    """A partner says something of it, and it comes here."""
    bring(world, joined, theirs(world, name, of, act, said), name=name)


def consent(world, joined, name: str, of: JointObject, *, version: int = 1, ad_referendum: bool = False) -> None:
    """A partner agrees."""
    say(world, joined, name, of, "consent", version=version, ad_referendum=ad_referendum)


def received(world, joined, name: str, of: JointObject) -> None:
    """A partner's machine says that it has the order as far as it goes here."""
    now = JointObject.objects.get(pk=of.pk)
    say(world, joined, name, of, "received", through=now.through)


def row(of: JointObject) -> Decision:
    """As lists show it."""
    return Decision.objects.get(pk=of.pk)


def decision(of: JointObject):
    """As its acts make it."""
    return decision_here(JointObject.objects.get(pk=of.pk))
