"""What acts on a transfer ask: words with their language, reasons, a bed, colleagues, an outcome."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from tocsin.node.consultations.forms.acting import AgreementForm, NoteForm, ReasonForm, Seen, coded_choices
from tocsin.node.consultations.words import coded
from tocsin.node.hospitals.hours import is_zone
from tocsin.node.hospitals.models import Clinician, Hospital, ServiceLine
from tocsin.node.language.formats import zone

__all__ = [
    "AcceptForm", "AgreementForm", "EndForm", "NoteForm", "OptionalNoteForm", "ReasonForm", "ReasonedForm", "Seen",
    "TeamForm",
]  # fmt: skip

USUAL_HOURS = 24  # for which a bed is kept, unless the hospital says otherwise
FORM = "%Y-%m-%dT%H:%M"  # of browsers


class OptionalNoteForm(NoteForm):
    """An act that may have words, and needs none."""

    needed = False


class ReasonedForm(OptionalNoteForm):
    """A reason of the list, and words beside it. among: codes of the vocabulary `decline_reason`."""

    def __init__(self, *args: Any, among: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, rows=4, label=_("What the other hospital should know"), **kwargs)
        reason = forms.ChoiceField(
            label=_("Reason"), choices=[(code, coded("decline_reason", code)) for code in among],
            widget=forms.RadioSelect,
        )  # fmt: skip
        self.fields = {"seen": self.fields["seen"], "reason": reason, **self.fields}


class MomentThere(forms.DateTimeField):
    """A day and time as clocks of a hospital show it; the value is a moment."""

    zone = "UTC"

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=FORM)
        super().__init__(widget=widget, input_formats=[FORM, "%Y-%m-%d %H:%M"], **kwargs)

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(ZoneInfo(self.zone)):
            found: datetime | None = super().to_python(value)
        return found

    def prepare_value(self, value: Any) -> Any:
        return timezone.localtime(value, ZoneInfo(self.zone)) if isinstance(value, datetime) else value


class AcceptForm(OptionalNoteForm):
    """A bed: of which line of service, from when, until when it is kept."""

    specialty = forms.ChoiceField(label=_("Whose bed it is"))
    ready_at = MomentThere(label=_("There from"))
    until = MomentThere(label=_("Kept until"))
    field_order = ("specialty", "ready_at", "until", "text", "language")

    def __init__(self, *args: Any, hospital: Hospital, lines: Sequence[ServiceLine], **kwargs: Any) -> None:
        super().__init__(*args, rows=4, label=_("What those who send should know"), **kwargs)
        there = hospital.time_zone if is_zone(hospital.time_zone) else "UTC"
        fields: Any = self.fields
        fields["specialty"].choices = [(one.specialty, _line(one)) for one in lines]
        if not lines:
            fields["specialty"].help_text = _(
                "By the directory no line of service works at your hospital. Say there first which one does."
            )
        at = timezone.now().replace(second=0, microsecond=0)
        for name, ahead in (("ready_at", 1), ("until", 1 + USUAL_HOURS)):
            fields[name].zone = there
            fields[name].initial = at + timedelta(hours=ahead)
            fields[name].help_text = now("By the clock of %(hospital)s, %(zone)s.") % {
                "hospital": hospital, "zone": zone(there),
            }  # fmt: skip


class EndForm(OptionalNoteForm):
    """What became of the patient."""

    outcome = forms.ChoiceField(label=_("The patient"), widget=forms.RadioSelect)
    field_order = ("outcome", "text", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, rows=5, label=_("What else those who sent the patient should know"), **kwargs)
        fields: Any = self.fields
        fields["outcome"].choices = coded_choices("outcome")


class TeamForm(Seen):
    """Colleagues of one's own hospital."""

    clinicians = forms.MultipleChoiceField(label=_("Who has the transfer here"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, clinicians: Sequence[Clinician], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known = {str(one.pk): one for one in clinicians}
        fields: Any = self.fields
        fields["clinicians"].choices = [(key, str(one)) for key, one in self._known.items()]

    def arguments(self) -> dict[str, Any]:
        return {"clinicians": [self._known[key] for key in self.cleaned_data["clinicians"]]}


def _line(line: ServiceLine) -> str:
    """One that works in part is said to: "full" beside a bed would be read as that there is none."""
    name = coded("specialty", line.specialty)
    return name if line.status == ServiceLine.Status.FULL else now("%(line)s (works in part)") % {"line": name}
