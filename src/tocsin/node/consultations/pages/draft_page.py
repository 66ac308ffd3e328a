"""What stands above every step of the form of a case: which it is, what is still to be done on each, whom it asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tocsin.node.consultations.building.cases import STEPS
from tocsin.node.consultations.models import CaseDraft
from tocsin.node.consultations.pages.draft_problems import Told
from tocsin.node.hospitals.models import Hospital
from tocsin.node.language.formats import whole

__all__ = ["NAMES", "StepShown", "addressed", "after", "before", "steps_shown", "title_of_step"]

NAMES = {
    "whom": gettext_lazy("Whom you ask"),
    "patient": gettext_lazy("The patient"),
    "consent": gettext_lazy("Consent"),
    "course": gettext_lazy("Course and findings"),
    "question": gettext_lazy("The question"),
    "look": gettext_lazy("Look, and ask"),
}


@dataclass(frozen=True, slots=True)
class StepShown:
    """wrong: something there cannot stay so; lacks: something needed is missing yet."""

    name: str
    label: Any
    number: int
    is_now: bool
    wrong: bool
    lacks: bool


def steps_shown(problems: Sequence[Told], now: str) -> list[StepShown]:
    """All steps, in their order."""
    hard = [one for one in problems if not one.is_warning]
    return [
        StepShown(
            name, NAMES[name], number, name == now,
            any(one.step == name and not one.is_missing for one in hard),
            any(one.step == name and one.is_missing for one in hard),
        )
        for number, name in enumerate(STEPS, 1)
    ]  # fmt: skip


def after(step: str) -> str:
    """The step that follows."""
    return STEPS[min(STEPS.index(step) + 1, len(STEPS) - 1)]


def before(step: str) -> str:
    """The step before; empty for the first."""
    return STEPS[STEPS.index(step) - 1] if STEPS.index(step) else ""


def addressed(asked: Sequence[Hospital], draft: CaseDraft) -> str:
    """“A question to River Hospital”: what the draft is, without a word of the patient."""
    if draft.case is not None:
        return _("%(case)s, asked again") % {"case": draft.case}
    if not asked:
        return _("A question to another hospital")
    if len(asked) == 1:
        return _("A question to %(hospital)s") % {"hospital": asked[0]}
    n = len(asked)
    return ngettext("A question to %(n)s hospital", "A question to %(n)s hospitals", n) % {"n": whole(n)}


def title_of_step(asked: Sequence[Hospital], draft: CaseDraft, step: str) -> str:
    """“A question to River Hospital: the patient”. It goes into the history of the browser."""
    label = str(NAMES[step])
    return _("%(question)s: %(step)s") % {"question": addressed(asked, draft), "step": label[:1].lower() + label[1:]}
