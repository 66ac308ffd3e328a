"""A message to partners."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import State
from tocsin.node.post.here import local_node, takes_part

__all__ = ["MessageForm"]

ALL = "members"


class MessageForm(forms.Form):
    """Whom, what, in which language. Partners are listed in the alliance's order."""

    addressees = forms.MultipleChoiceField(
        label=pgettext_lazy("message", "To"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("All members, or only those you choose."),
    )
    subject = forms.CharField(label=_("Subject"), max_length=200)
    text = forms.CharField(
        label=_("Text"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Plain text. No names of patients."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)
    no_onward_sharing = forms.BooleanField(
        label=_("The addressees keep it to themselves"), required=False,
        help_text=_("They may not pass it on or export it."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("language", get_language() or "en")
        self.fields["addressees"].choices = [(ALL, _("All members")), *_partners()]

    def clean_addressees(self) -> list[str]:
        """Nodes; none for all members."""
        chosen: list[str] = self.cleaned_data["addressees"]
        if ALL in chosen and len(chosen) > 1:
            raise forms.ValidationError(_("All members already have everybody; choose one or the other."))
        return [] if ALL in chosen else chosen

    def clean_text(self) -> str:
        """With line ends as the exchange writes them."""
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _partners() -> list[tuple[str, str]]:
    """Nodes that take part, by the names of their states and in the alliance's order."""
    if not takes_part():
        return []
    here = local_node()
    active = {entry.node for entry in here.trust().active()} - {here.node}
    return [(state.code, str(state)) for state in State.objects.filter(code__in=active)]
