"""Who is told of an event, and how: the choices of a draft."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.naming import in_order, names
from tocsin.node.events.texts import LONGEST_TEXT
from tocsin.node.events.vocabulary import choices
from tocsin.node.notifications.models import Draft
from tocsin.node.post.here import local_node, takes_part

__all__ = ["DraftForm"]

FIRST, LATER = ("notified",), ("updated", "closed", "withdrawn")
CLASSIFICATIONS = (
    ("MEMBERS", _("all members")),
    ("FAMILY", _("members and partners")),
    ("PUBLIC", _("everybody: it is public")),
    ("SELECTIVE", _("only the states chosen here")),
)


class DraftForm(forms.Form):
    """Saved as often as one likes; nothing leaves by it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    status = forms.ChoiceField(label=_("What partners are told"), widget=forms.RadioSelect)
    reason = forms.ChoiceField(
        label=_("Why it is withdrawn"), required=False, help_text=_("For a withdrawal; it needs one.")
    )
    reason_text = forms.CharField(
        label=_("In words"), required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For a withdrawal or a closing. Partners read it."),
    )  # fmt: skip
    classification = forms.ChoiceField(label=_("Who is told"), choices=CLASSIFICATIONS, widget=forms.RadioSelect)
    addressees = forms.MultipleChoiceField(
        label=_("States"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Counts where only chosen states are told; others cannot open it."),
    )  # fmt: skip
    no_onward_sharing = forms.BooleanField(
        label=_("The addressees keep it to themselves"), required=False,
        help_text=_("They may not pass it on or export it."),
    )  # fmt: skip
    articles = forms.MultipleChoiceField(
        label=_("Articles of the International Health Regulations that it goes under"), required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("It does not replace what the National IHR Focal Point tells WHO."),
    )  # fmt: skip
    breakdown = forms.BooleanField(
        label=_("With counts by place, age and sex"), required=False,
        help_text=_("Of the line list. Small counts are withheld, and whatever would give them away."),
    )  # fmt: skip
    language = forms.ChoiceField(
        label=_("Language of the texts"), choices=settings.LANGUAGES,
        help_text=_("Everything else is read by each in their own language."),
    )  # fmt: skip

    def __init__(self, *args: Any, draft: Draft, is_first: bool, **kwargs: Any) -> None:
        known = {name: getattr(draft, name) for name in self.base_fields}
        kwargs["initial"] = {**known, "language": _offered(draft.language), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        possible = FIRST if is_first else LATER
        self.fields["status"].choices = [pair for pair in choices("notification_status") if pair[0] in possible]
        self.fields["reason"].choices = [("", "—"), *choices("withdrawal")]
        self.fields["articles"].choices = choices("article")
        self.fields["addressees"].choices = _nodes(draft.addressees)
        if is_first:
            self.fields["status"].widget = forms.HiddenInput()
            del self.fields["reason"], self.fields["reason_text"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("classification") == "SELECTIVE" and not said.get("addressees"):
            self.add_error("addressees", _("Choose the states that are told."))
        return said

    def choices_made(self) -> dict[str, Any]:
        """What the act takes beside the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


def _offered(language: str) -> str:
    """As the list of languages calls it: documents may say “zh” alone."""
    codes = [code for code, _name in settings.LANGUAGES]
    return language if language in codes else next((one for one in codes if one.startswith(f"{language}-")), language)


def _nodes(chosen: Sequence[str]) -> list[tuple[str, str]]:
    """Nodes that take part, in the alliance's order; with those that were chosen and do not any more."""
    active: set[str] = set()
    if takes_part():
        here = local_node()
        active = {entry.node for entry in here.trust().active()} - {here.node}
    known = names(active | set(chosen))
    return [(node, known[node]) for node in in_order(known)]
