"""A hospital's rule of allocation."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tocsin.node.consultations.models import AllocationRule

__all__ = ["RuleForm"]


class RuleForm(forms.ModelForm):
    class Meta:
        model = AllocationRule
        fields = ("is_on", "after_minutes", "most_cases")
        labels = {
            "is_on": _("Give cases to experts by rule"),
            "after_minutes": _("After how many minutes"),
            "most_cases": _("Open cases that one expert is given at most"),
        }
        help_texts = {
            "is_on": _(
                "To somebody of the specialty who is on hours, before others to those who read the language of those "
                "who ask and have the fewest open cases. A coordinator can always give a case to somebody else."
            ),
            "after_minutes": _("0: at once. Until then a coordinator has the first word."),
        }
