"""Measures of adopted decisions, for tests of the board, of plans and of papers."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from tests.node.council.scenes import BODY, consent
from tests.node.joint.scenes import PARAGRAPH

from tocsin.node.council.actions import answering, keeping
from tocsin.node.council.actions.drafting import begin, propose
from tocsin.node.council.models import Measure
from tocsin.node.joint.models import JointObject

SAID = {"concerned": ["AL", "BO", "CE"], "title": {"ru": "О мерах в Карсу", "zh-hans": "关于卡尔苏的措施"}}
TITLES = {"ru": "Совместное обследование очага", "zh-hans": "联合调查疫源地", "en": "Joint survey of the focus"}


def a_measure(id: str = "m1", state: str = "BO", *, days: int = 30, **more: Any) -> dict[str, Any]:
    """What a decision asks of a state, due in so many days."""
    return {
        "id": id, "title": TITLES, "state": state, "evidence": "", "verifier": "AL", "paragraph": "p1", "links": [],
        "deadline": (timezone.localdate() + timedelta(days=days)).isoformat(),
    } | more  # fmt: skip


def adopted(by, joined, partner, *measures: dict[str, Any], **said: Any) -> JointObject:
    """A decision of ours that BO and CE have agreed to, with these measures."""
    kind, text = said.pop("kind", "decision"), {"paragraphs": [PARAGRAPH]}
    draft = begin(body=BODY, kind=kind, by=by, measures=list(measures), **{**SAID, "text": text, **said})
    of = propose(draft, version=draft.version, by=by)
    keeping.consider(of, by=by)
    answering.consent(of, version=1, by=by)
    for name in ("BO", "CE"):
        consent(partner, joined, name, of)
    keeping.adopt(of, by=by)
    return JointObject.objects.get(pk=of.pk)


def measure_row(id: str = "m1") -> Measure:
    """As the board has it."""
    return Measure.objects.get(measure=id)
