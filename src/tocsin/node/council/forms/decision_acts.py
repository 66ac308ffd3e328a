"""What a person says with an act on a decision: one form an act."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tocsin.joint.acts import ObjectId
from tocsin.joint.bodies import BodyRules
from tocsin.joint.decisions.state import Decision
from tocsin.node.alliance.naming import in_order, named, names
from tocsin.node.council.actions.keeping import is_active_here
from tocsin.node.council.models import Decision as Row
from tocsin.node.council.pages.decision_words import shown_title
from tocsin.node.events.vocabulary import choices

__all__ = ["FORMS", "ActForm"]

LONGEST = 5000


def _text(label: Any, *, required: bool = False, help: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}), help_text=help
    )


class ActForm(forms.Form):
    """What every act says: what the person had seen, and of which version they speak."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, decision: Decision, rules: BodyRules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.decision, self.rules = decision, rules
        self.prepare()

    def prepare(self) -> None:
        """Fill in what depends on the decision."""


class ConsentForm(ActForm):
    ad_referendum = forms.BooleanField(
        label=_("Ad referendum: the capital has still to clear it"), required=False,
        help_text=_("The decision can be adopted all the same. It is said on the page that the capital is waited for."),
    )  # fmt: skip


class ReasonForm(ActForm):
    reason = _text(_("Reason"), help=_("Every state that reads the decision reads it. It may be left empty."))


class RequiredReasonForm(ActForm):
    reason = _text(_("Reason"), required=True, help=_("Every state that reads the decision reads it."))


class ParagraphForm(ActForm):
    paragraph = forms.ChoiceField(label=_("About"), required=False)

    def prepare(self) -> None:
        text = self.decision.text
        numbered = [
            (one.id, f"{place}. {_beginning(one, self.decision)}") for place, one in enumerate(text.paragraphs, start=1)
        ]
        self.fields["paragraph"].choices = [("", _("the whole text")), *numbered]

    def clean_paragraph(self) -> str | None:
        return self.cleaned_data["paragraph"] or None


class ObjectForm(ParagraphForm):
    reason = _text(
        _("Reason"), required=True, help=_("Say what would have to be another. Every state reads it.")
    )  # fmt: skip


class RemarkForm(ParagraphForm):
    text = _text(_("Text"), required=True, help=_("Every state that reads the decision reads it."))


class ConsiderForm(ActForm):
    until = forms.DateTimeField(
        label=_("States are asked to answer until"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("In your time zone. Nothing is adopted when it passes: it is a request, no limit."),
    )  # fmt: skip

    def clean_until(self) -> Any:
        until = self.cleaned_data["until"]
        if until is not None and until <= timezone.now():
            raise forms.ValidationError(_now("This moment has passed. Give a later one, or none."))
        return until


class SilenceForm(ActForm):
    hours = forms.IntegerField(label=_("Hours"), min_value=1, max_value=8760)

    def prepare(self) -> None:
        least = self.rules.silence_hours or 1
        self.fields["hours"].widget.attrs |= {"min": least}
        self.fields["hours"].initial = max(least, 24)
        said = _now(
            "The rules of this body ask for %(least)s h at least. Each state’s time begins when its node has it."
        )
        self.fields["hours"].help_text = said % {"least": least}

    def clean_hours(self) -> int:
        hours: int = self.cleaned_data["hours"]
        least = self.rules.silence_hours or 1
        if hours < least:
            said = _now("%(hours)s h is too short: the rules of this body ask for %(least)s h at least.")
            raise forms.ValidationError(said % {"hours": hours, "least": least})
        return hours


class _OfStateForm(ActForm):
    state = forms.ChoiceField(label=_("State"))
    reason = forms.ChoiceField(label=_("Reason"), widget=forms.RadioSelect)

    def prepare(self) -> None:
        self.fields["reason"].choices = choices("absence_reason")


class LeaveOutForm(_OfStateForm):
    although_active = forms.BooleanField(
        label=_("Leave it out although the list of nodes here has it as active"), required=False
    )

    def prepare(self) -> None:
        super().prepare()
        others = [one for one in self.decision.waited_for if one != self.decision.owner]
        self.fields["state"].choices = _states(others)
        active = [one for one in others if is_active_here(one)]
        said = _now("Needed where it is active by it: %(states)s.") % {"states": named(active)}
        self.fields["although_active"].help_text = said if active else ""


class BringBackForm(_OfStateForm):
    def prepare(self) -> None:
        super().prepare()
        self.fields["state"].choices = _states(self.decision.left_out)
        self.fields["reason"].label = _("What it had been left out for")


class AccedeForm(ActForm):
    declaration = _text(_("Declaration"), help=_("It stands with the decision. It may be left empty."))


class RevokeForm(ActForm):
    by_decision = forms.ChoiceField(
        label=_("By which decision"), help_text=_("An adopted one that was proposed as amending this one.")
    )
    reason = _text(_("Reason"))

    def prepare(self) -> None:
        rows = Row.objects.filter(status__in=("adopted", "in_force", "implemented")).select_related("of")[:200]
        own = self.decision.object
        self.fields["by_decision"].choices = [
            (f"{row.of.origin} {row.of.object_id}", str(shown_title(row.title))) for row in rows if row.of.key != own
        ]

    def clean_by_decision(self) -> ObjectId:
        origin, _space, id = self.cleaned_data["by_decision"].partition(" ")
        return ObjectId(origin, id)


FORMS: dict[str, type[ActForm]] = {
    "consent": ConsentForm,
    "stay_out": ReasonForm,
    "object": ObjectForm,
    "lift_objection": ActForm,
    "clear": ActForm,
    "not_clear": RequiredReasonForm,
    "position": RemarkForm,
    "comment": RemarkForm,
    "consider": ConsiderForm,
    "silence": SilenceForm,
    "adopt": ActForm,
    "reconsider": RequiredReasonForm,
    "accede": AccedeForm,
    "implement": ActForm,
    "leave_out": LeaveOutForm,
    "bring_back": BringBackForm,
    "not_agreed": RequiredReasonForm,
    "withdraw": RequiredReasonForm,
    "lapse": RequiredReasonForm,
    "revoke": RevokeForm,
}


def _states(codes: Any) -> list[tuple[str, str]]:
    ordered = in_order(codes)
    known = names(ordered)
    return [(code, known[code]) for code in ordered]


def _beginning(paragraph: Any, decision: Decision) -> str:
    """The first words of a paragraph, in the reader's language or another."""
    words = str(shown_title({one: said.text for one, said in paragraph.texts.items()}, decision.official))
    return words if len(words) <= 60 else f"{words[:59]}…"
