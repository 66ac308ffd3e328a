"""Filters of the list of cases, as they stand in the address."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tocsin.node.consultations.forms.acting import coded_choices
from tocsin.node.consultations.models.cases import Part
from tocsin.node.consultations.pages.inbox import BOXES, Filters

__all__ = ["FilterForm"]

ANY = [("", _("all"))]


class FilterForm(forms.Form):
    specialty = forms.ChoiceField(label=_("Specialty"), required=False)
    urgency = forms.ChoiceField(label=_("Urgency"), required=False)
    part = forms.ChoiceField(
        label=_("Your part"), required=False,
        choices=[*ANY, (Part.ASKING, _("you or your hospital ask")), (Part.ASKED, _("you or your hospital are asked"))],
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["specialty"].choices = [*ANY, *coded_choices("specialty")]
        self.fields["urgency"].choices = [*ANY, *coded_choices("urgency")]

    @property
    def filters(self) -> Filters:
        """What of the address is a filter."""
        self.full_clean()
        said, asked = self.cleaned_data, self.data
        box = asked.get("box", "")
        return Filters(
            box=box if box in BOXES else "open", q=str(asked.get("q", "")).strip()[:200],
            **{name: said.get(name, "") for name in ("specialty", "urgency", "part")},
        )  # fmt: skip
