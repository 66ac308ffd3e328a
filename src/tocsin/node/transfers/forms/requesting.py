"""What a request for a transfer asks: whom, how soon, by what, who agreed, and the patient in words without a name."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tocsin.clinical.content import EMPTY
from tocsin.exchange.identifiers import new_id
from tocsin.node.consultations.actions.noting import Words
from tocsin.node.consultations.forms.acting import NoteForm, coded_choices
from tocsin.node.consultations.models import Case
from tocsin.node.consultations.words import BASES
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.transfers.actions.requesting import Consent

__all__ = ["RequestForm"]

PATIENT = ("age", "age_unit", "sex", "severity")


class RequestForm(NoteForm):
    """Of a case the patient is as the case tells them; without one they are told here.

    id        which request this is, so that what is sent twice is one
    content   of the note that the case was last submitted with; None without a case
    """

    id = forms.UUIDField(widget=forms.HiddenInput)
    clinician = forms.ChoiceField(label=_("As whom you ask"))
    to = forms.ChoiceField(label=_("Which hospital you ask"))
    urgency = forms.ChoiceField(label=_("How soon"), widget=forms.RadioSelect)
    transport = forms.ChoiceField(label=_("How the patient is to travel"))
    age = forms.IntegerField(label=_("Age"), min_value=0, max_value=999, required=False)
    age_unit = forms.ChoiceField(label=_("Counted in"), required=False)
    sex = forms.ChoiceField(label=_("Sex"), required=False)
    severity = forms.ChoiceField(label=_("Severity"), required=False)
    given = forms.BooleanField(
        label=_("The patient agrees to be transferred, and to what you send"), required=False,
        help_text=_("It is asked anew: who agreed to advice has not agreed to be moved."),
    )  # fmt: skip
    basis = forms.ChoiceField(label=_("Who agreed"), choices=list(BASES.items()))
    on = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("On which they agreed; in an emergency it may be left out."),
    )  # fmt: skip
    field_order = (
        "clinician", "to", "urgency", "transport", "age", "age_unit", "sex", "severity", "text", "language", "given",
        "basis", "on",
    )  # fmt: skip

    def __init__(
        self, *args: Any, clinicians: Sequence[Clinician], hospitals: Sequence[Hospital], case: Case | None,
        content: Mapping[str, Any] | None, now: Any, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, label=_("Why, and the state that the patient is in"), rows=8, **kwargs)
        self._clinicians = {str(one.pk): one for one in clinicians}
        self._hospitals = {str(one.pk): one for one in hospitals}
        self._case, self._content = case, content
        fields: Any = self.fields
        fields["id"].initial = new_id(now)
        fields["clinician"].choices = [(key, f"{one} · {one.hospital}") for key, one in self._clinicians.items()]
        fields["to"].choices = [("", "–"), *((key, str(one)) for key, one in self._hospitals.items())]
        fields["urgency"].choices = coded_choices("urgency")
        fields["transport"].choices = coded_choices("transport", empty=True)
        if content is not None:
            for name in PATIENT:
                del fields[name]
        else:
            fields["age"].required = fields["sex"].required = True
            fields["age_unit"].choices = coded_choices("age_unit")
            fields["sex"].choices = coded_choices("sex", empty=True)
            fields["severity"].choices = coded_choices("severity", empty=True)
        if len(self._clinicians) == 1:
            fields["clinician"].initial = next(iter(self._clinicians))
            fields["clinician"].widget = forms.HiddenInput()

    def arguments(self) -> dict[str, Any]:
        """As `actions.requesting.request` takes it."""
        said = self.cleaned_data
        text, language = said["text"], said["language"]
        return {
            "clinician": self._clinicians[said["clinician"]], "to": self._hospitals[said["to"]],
            "words": Words(text=text, content=self._told(), language=language), "urgency": said["urgency"],
            "transport": said["transport"], "consent": Consent(said["given"], said["basis"], said["on"]),
            "case": self._case, "looked_through": self.looked_through, "id": str(said["id"]),
        }  # fmt: skip

    def _told(self) -> dict[str, Any]:
        """The structured part. What was asked in the case is not asked of this hospital."""
        if self._content is not None:
            return {**self._content, "questions": []}
        said = self.cleaned_data
        age = {"value": said["age"], "unit": said["age_unit"] or "a"}
        return {**EMPTY, "patient": {"age": age, "sex": said["sex"]}, "severity": said["severity"] or None}
