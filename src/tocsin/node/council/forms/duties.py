"""What a person says of a duty: that it was done, or why it does not apply."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

__all__ = ["DutyForm"]


class DutyForm(forms.Form):
    what = forms.ChoiceField(
        label=pgettext_lazy("of a duty", "It"),
        choices=(("done", pgettext_lazy("of a duty", "was done")), ("lifted", _("does not apply"))),
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("How one knows, or why"), required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean(self) -> dict[str, str]:
        cleaned: dict[str, str] = super().clean() or self.cleaned_data
        if cleaned.get("what") == "lifted" and not cleaned.get("note", "").strip():
            self.add_error("note", _("Say why this duty does not apply."))
        return cleaned
