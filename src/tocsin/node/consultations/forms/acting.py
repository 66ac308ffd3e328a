"""What acts on a case ask: words with their language, reasons, experts, days, outcomes."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tocsin.clinical.vocabulary import codes
from tocsin.joint.consultations.following import MOST_DAYS_TO_FOLLOW_UP
from tocsin.node.consultations.actions.noting import Words
from tocsin.node.consultations.actions.saying import LONGEST_NOTE
from tocsin.node.consultations.words import BASES, USES, coded
from tocsin.node.hospitals.models import Clinician

__all__ = [
    "AcknowledgeForm", "AgreementForm", "AllocateForm", "AmendForm", "ConsentForm", "ConveneForm", "FollowUpForm",
    "NoteForm", "OptionalReasonForm", "ReasonForm", "ReturnForm", "Seen", "StandForm", "TeamForm",
]  # fmt: skip

USUAL_DAYS = 7  # after which those who asked tell how it went, unless they say otherwise
MOST_FILES = 20
RATINGS = [("", "–"), *((str(number), str(number)) for number in range(1, 6))]


def coded_choices(kind: str, *, empty: bool = False) -> list[tuple[str, str]]:
    """Codes of the clinical vocabulary with their words, in the order of forms."""
    found = [(code, coded(kind, code)) for code in codes(kind)]
    return [("", "–"), *found] if empty else found


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


class Seen(forms.Form):
    """`seen`: what had been said of the case when the person looked."""

    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def arguments(self) -> dict[str, Any]:
        """What the act takes besides."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class ReasonForm(Seen):
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class OptionalReasonForm(Seen):
    reason = forms.CharField(
        label=_("Reason"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class NoteForm(Seen):
    """Words of a clinician. looked_through: words that look like an identifier, and are none, as the person says."""

    text = forms.CharField(label=_("Text"), max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 10}))
    language = forms.ChoiceField(label=_("In which language you write"), choices=settings.LANGUAGES)
    needed = True

    def __init__(self, *args: Any, label: Any = None, rows: int = 10, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = get_language() or "en"
        self.fields["text"].required = self.needed
        # A browser would cut what is pasted without a word; what is too long is kept, and said.
        self.fields["text"].widget.attrs.pop("maxlength", None)
        self.fields["text"].widget.attrs["rows"] = rows
        if label is not None:
            self.fields["text"].label = label

    @property
    def looked_through(self) -> list[str]:
        """What the person has said is no identifier, of the places that were shown to them."""
        return list(self.data.getlist("looked_through")) if hasattr(self.data, "getlist") else []

    @property
    def words(self) -> Words:
        """The note as an act takes it."""
        given = self.data.getlist("files") if hasattr(self.data, "getlist") else []
        uploads = tuple(dict.fromkeys(one for one in given if _is_key(one)))[:MOST_FILES]
        return Words(text=self.cleaned_data["text"], language=self.cleaned_data["language"], uploads=uploads)

    def arguments(self) -> dict[str, Any]:
        rest = {
            name: value for name, value in self.cleaned_data.items() if name not in ("seen", "text", "language")
        }  # fmt: skip
        return {"words": self.words, "looked_through": self.looked_through, **rest}


class AmendForm(NoteForm):
    reason = forms.CharField(label=_("Why it is amended"), max_length=500)


class ReturnForm(NoteForm):
    """A reason of the list, and words beside it. kind: return_reason or decline_reason; among: codes of it, or all."""

    needed = False

    def __init__(self, *args: Any, kind: str, among: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, rows=4, label=_("What those who asked should know"), **kwargs)
        choices = [(code, word) for code, word in coded_choices(kind) if not among or code in among]
        reason = forms.ChoiceField(label=_("Reason"), choices=choices, widget=forms.RadioSelect)
        self.fields = {"seen": self.fields["seen"], "reason": reason, **self.fields}

    def arguments(self) -> dict[str, Any]:
        return {"words": self.words, "reason": self.cleaned_data["reason"]}


class StandForm(NoteForm):
    needed = False
    agrees = forms.ChoiceField(
        label=_("The outcome as proposed"), widget=forms.RadioSelect,
        choices=[
            ("yes", _("I agree with it")), ("no", _("I do not agree; what I hold is kept beside it, with my name")),
        ],
    )  # fmt: skip
    field_order = ("agrees", "text", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, rows=5, label=_("What you hold"), **kwargs)

    def arguments(self) -> dict[str, Any]:
        said = super().arguments()
        return {**said, "agrees": said["agrees"] == "yes"}


class AcknowledgeForm(Seen):
    follow_up_on = forms.DateField(
        label=_("When you will tell how it went"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("You are asked on that day. The experts read what you tell, and nobody else."),
    )  # fmt: skip
    rating = forms.TypedChoiceField(
        label=_("Did the answer help you?"), choices=RATINGS, required=False, coerce=int, empty_value=None,
        help_text=_("From 1, not at all, to 5, very much."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["follow_up_on"].initial = today + timedelta(days=USUAL_DAYS)
        self.fields["follow_up_on"].widget.attrs |= {
            "min": today.isoformat(), "max": (today + timedelta(days=MOST_DAYS_TO_FOLLOW_UP)).isoformat(),
        }  # fmt: skip


class FollowUpForm(NoteForm):
    needed = False
    outcome = forms.ChoiceField(label=_("The patient"), widget=forms.RadioSelect)
    advice_followed = forms.ChoiceField(label=_("The advice was followed"), widget=forms.RadioSelect)
    rating = forms.TypedChoiceField(
        label=_("Did the answer help you?"), choices=RATINGS, required=False, coerce=int, empty_value=None,
        help_text=_("From 1, not at all, to 5, very much."),
    )  # fmt: skip
    field_order = ("outcome", "advice_followed", "rating", "text", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, rows=5, label=_("What else the experts should know"), **kwargs)
        self.fields["outcome"].choices = coded_choices("outcome")
        self.fields["advice_followed"].choices = coded_choices("advice_followed")


class AgreementForm(Seen):
    """That the patient agrees, or does so no longer; since when, and who said so."""

    given = forms.ChoiceField(
        label=_("The patient"), widget=forms.RadioSelect,
        choices=[
            ("yes", pgettext_lazy("the patient", "agrees")),
            ("no", pgettext_lazy("the patient", "does not agree any more")),
        ],
    )  # fmt: skip
    on = forms.DateField(
        label=_("Since"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    basis = forms.ChoiceField(label=_("Who said so"), choices=[(code, word) for code, word in BASES.items()])

    def clean_on(self) -> date | None:
        """A day that has come."""
        on: date | None = self.cleaned_data["on"]
        if on is not None and on > timezone.localdate():
            raise forms.ValidationError(_("This day is to come. Give the day on which it was said."))
        return on

    def arguments(self) -> dict[str, Any]:
        said = super().arguments()
        return {**said, "given": said["given"] == "yes"}


class ConsentForm(AgreementForm):
    """The same of one use."""

    kind = forms.ChoiceField(label=_("Use"), widget=forms.RadioSelect)
    field_order = ("kind", "given", "on", "basis")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = list(USES.items())


class AllocateForm(Seen):
    """Experts of the hospital, the fittest first; a page shows why beside each."""

    experts = forms.MultipleChoiceField(label=_("Expert"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, clinicians: Sequence[Clinician], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known = {str(one.pk): one for one in clinicians}
        self.fields["experts"].choices = [(key, str(one)) for key, one in self._known.items()]

    def arguments(self) -> dict[str, Any]:
        return {"experts": [self._known[key] for key in self.cleaned_data["experts"]]}


class TeamForm(Seen):
    clinicians = forms.MultipleChoiceField(label=_("Who has the case here"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, clinicians: Sequence[Clinician], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known = {str(one.pk): one for one in clinicians}
        self.fields["clinicians"].choices = [(key, str(one)) for key, one in self._known.items()]

    def arguments(self) -> dict[str, Any]:
        return {"clinicians": [self._known[key] for key in self.cleaned_data["clinicians"]]}


class ConveneForm(Seen):
    """Members with their hospitals, one of them the chair, and how many must be there."""

    members = forms.MultipleChoiceField(label=_("Members"), widget=forms.CheckboxSelectMultiple)
    chair = forms.ChoiceField(label=pgettext_lazy("of a panel", "Chair"))
    quorum = forms.IntegerField(label=_("How many have to be there"), min_value=2, max_value=24, initial=2)

    def __init__(self, *args: Any, clinicians: Iterable[Clinician], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known = {str(one.pk): one for one in clinicians}
        choices = [(key, f"{one} · {one.hospital}") for key, one in self._known.items()]
        self.fields["members"].choices = choices
        self.fields["chair"].choices = choices

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        members = said.get("members") or []
        if members and len(members) < 2:
            self.add_error("members", _("A panel has two members at least."))
        if members and said.get("chair") and said["chair"] not in members:
            self.add_error("chair", _("The chair has to be one of the members."))
        return said

    def arguments(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "members": [self._known[key] for key in said["members"]], "chair": self._known[said["chair"]],
            "quorum": said["quorum"],
        }  # fmt: skip
