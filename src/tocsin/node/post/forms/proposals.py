"""What a person says who proposes an act that another must confirm."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tocsin.exchange.erasing import REASONS

__all__ = ["DecisionForm", "EraseForm", "ReasonForm"]

WHY_ERASED = {
    "identifies-a-person": _("it identifies a person"),
    "wrong-addressee": _("it went to the wrong addressee"),
    "sent-in-error": _("it was sent in error"),
    "legal-order": _("a court or authority orders it"),
    "retention-ended": _("the time for which it is kept has ended"),
    "other": _("another reason"),
}


class ReasonForm(forms.Form):
    """Why, for the second person and for the audit."""

    reason = forms.CharField(
        label=_("Reason"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The second person reads it, and the audit keeps it."),
    )  # fmt: skip


class DecisionForm(ReasonForm):
    """What is to become of a document that was kept apart."""

    what = forms.ChoiceField(
        label=_("What shall become of it"), widget=forms.RadioSelect,
        choices=[("release", _("Take it as it is")), ("reject", _("Do not take it"))],
    )  # fmt: skip
    field_order = ("what", "reason")

    def __init__(self, *args: object, may_release: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if not may_release:
            self.fields["what"].choices = [("reject", _("Do not take it"))]
            self.initial.setdefault("what", "reject")


class EraseForm(ReasonForm):
    """Why a document of ours is to be erased wherever it is."""

    code = forms.ChoiceField(
        label=_("Why it is erased"), choices=[(one, WHY_ERASED[one]) for one in REASONS],
        help_text=_("Everybody who has the document learns this."),
    )  # fmt: skip
    field_order = ("code", "reason")
