"""What people say to a partner's notification: a verdict; and what of ours it has to do with."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tocsin.node.events.forms.keeping import OtherEvent
from tocsin.node.events.models import EventLink
from tocsin.node.events.texts import LONGEST_TEXT
from tocsin.node.events.vocabulary import choices
from tocsin.node.notifications.models import Relevance

__all__ = ["PartnersLinkForm", "RelevanceForm"]


class RelevanceForm(forms.Form):
    """Whether what a state notified concerns this one. A later verdict takes the place of an earlier."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    verdict = forms.ChoiceField(label=_("Does it concern this state?"), widget=forms.RadioSelect)
    reasons = forms.MultipleChoiceField(label=_("Reasons"), required=False, widget=forms.CheckboxSelectMultiple)
    text = forms.CharField(
        label=_("In words"), required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The state that notified reads it. No names of persons."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, last: Relevance | None = None, **kwargs: Any) -> None:
        known: dict[str, Any] = {"seen": 0, "language": get_language() or "en"}
        if last is not None:
            known |= {"seen": last.version, "verdict": last.verdict, "reasons": last.reasons, "text": last.text}
        kwargs["initial"] = {**known, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.fields["verdict"].choices = choices("relevance")
        self.fields["reasons"].choices = choices("relevance_reason")


class PartnersLinkForm(OtherEvent):
    """What an event of ours has to do with one that a partner notified."""

    kind = forms.ChoiceField(label=_("Our event is"), choices=EventLink.Kind.choices)
    field_order = ("other", "kind")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].label = _("Number of our event")
