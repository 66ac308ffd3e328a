"""What the patient agrees to: advice for their care, without which nothing is asked, and other uses."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.joint.consultations.state import CARE
from tocsin.node.consultations.building.cases import KINDS
from tocsin.node.consultations.forms.draft_fields import DraftForm, LaterChoice, day_field
from tocsin.node.consultations.forms.draft_steps import Kept, Step
from tocsin.node.consultations.words import BASES, USES

__all__ = ["ConsentForm", "ConsentStep"]

MEANS = {
    "care": _(
        "Clinicians of the hospitals that you ask read what you send, without the name, and advise you. Without this"
        " nothing is sent. In an emergency nobody has to be asked before; ask afterwards."
    ),
    "registry": _("What was sent may be kept in a registry of such cases, without the name."),
    "research": _("What was sent may be used in research, without the name."),
    "teaching": _("What was sent may be shown to those who learn, without the name."),
}


class ConsentForm(DraftForm):
    """Of one use: given, by whom, on which day."""

    given = forms.BooleanField(label=_("The patient agrees"), required=False)
    basis = LaterChoice(label=_("Who agreed"))
    on = day_field(pgettext_lazy("of a consent", "Day"))

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, prefix=kind, **kwargs)
        self.kind = kind
        fields: Any = self.fields
        fields["given"].label = _("Agreed") if kind == CARE else _("Agreed to this too")
        among = [(code, word) for code, word in BASES.items() if kind == CARE or code != "emergency"]
        if self.initial.get("basis") == "emergency" and kind != CARE:
            among.append(("emergency", BASES["emergency"]))
        fields["basis"].choices = [("", "–"), *among]

    def said(self) -> dict[str, Any]:
        """As a draft has it."""
        on = self.read("on")
        day = on.isoformat() if isinstance(on, date) else on or ""
        return {"given": bool(self.read("given")), "basis": self.read("basis") or "", "on": day}


@dataclass(frozen=True)
class Use:
    """One use, as the page shows it."""

    form: ConsentForm
    word: Any
    means: Any


class ConsentStep(Step):
    name = "consent"

    def build(self) -> None:
        known = self.draft.consent
        self.uses = [
            Use(ConsentForm(self.data, initial=known.get(kind, {}), kind=kind), USES[kind], MEANS[kind])
            for kind in KINDS
        ]

    def forms(self) -> Iterator[DraftForm]:
        yield from (one.form for one in self.uses)

    def kept(self) -> Kept:
        said = {one.form.kind: one.form.said() for one in self.uses}
        return Kept(said={"consent": {kind: one for kind, one in said.items() if any(one.values())}})

    @property
    def says_more(self) -> bool:
        """Whether one of the other uses says something, or something of it is wrong."""
        others = [one.form for one in self.uses if one.form.kind != CARE]
        return any(one.errors or any(one[name].value() for name in one.fields) for one in others)

    def place(self, path: str) -> tuple[DraftForm, str] | None:
        _consent, kind, member = path.split(".")
        return next(((one.form, member) for one in self.uses if one.form.kind == kind), None)
