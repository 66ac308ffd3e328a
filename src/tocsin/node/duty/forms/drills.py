"""Starting a drill."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import State
from tocsin.node.duty.models import Drill
from tocsin.node.post.here import local_node, takes_part

__all__ = ["DrillForm"]


class DrillForm(forms.Form):
    """Whom, what is told them, and within which time a person should answer."""

    addressees = forms.MultipleChoiceField(
        label=_("Partners"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("None: only people of this node are called."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("What is tried"), choices=Drill.Kind)
    scenario = forms.CharField(
        label=_("Scenario"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Read by whoever has opened it. The call itself says only that it is a drill."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)
    answer_within = forms.IntegerField(
        label=_("Answer within, minutes"), min_value=1, max_value=10_080, initial=60,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("language", get_language() or "en")
        self.fields["addressees"].choices = _partners()

    def clean_scenario(self) -> str:
        """With line ends as the exchange writes them."""
        text: str = self.cleaned_data["scenario"]
        return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _partners() -> list[tuple[str, str]]:
    """Nodes that take part, in the alliance's order."""
    if not takes_part():
        return []
    here = local_node()
    active = {entry.node for entry in here.trust().active()} - {here.node}
    return [(state.code, str(state)) for state in State.objects.filter(code__in=active)]
