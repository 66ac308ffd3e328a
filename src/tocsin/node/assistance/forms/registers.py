"""An entry of our register, and what is said when it is shared."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.joint.assistance.catalogue import catalogue
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import State
from tocsin.node.assistance.building.requests import LARGEST, LARGEST_PACK
from tocsin.node.assistance.forms.filters import item_choices
from tocsin.node.assistance.forms.items import unit_choices
from tocsin.node.assistance.forms.places import place_fields, place_initial, place_said
from tocsin.node.assistance.forms.requests import AUDIENCES, day_field
from tocsin.node.assistance.forms.texts import LANGUAGES, in_languages, language_choices
from tocsin.node.assistance.models import Capability
from tocsin.node.events.vocabulary.reading import choices

__all__ = ["EntryForm", "ShareForm", "entry_initial"]

KINDS_OF_GROUPS = {"teams": "team", "laboratories": "laboratory", "experts": "expert"}


class EntryForm(forms.Form):
    """The kind follows from the item; what only another kind says is left out."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    item = forms.ChoiceField(label=pgettext_lazy("goods", "What"))
    quantity = forms.IntegerField(label=pgettext_lazy("goods", "How much"), min_value=1, max_value=LARGEST)
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    pack_size = forms.IntegerField(label=_("In each"), required=False, min_value=1, max_value=LARGEST_PACK)
    ready_hours = forms.IntegerField(
        label=_("Ready to leave within, in hours"), min_value=0, max_value=8_760, initial=24,
        help_text=_("From the request to the departure."),
    )  # fmt: skip
    available = forms.BooleanField(label=_("May be offered now"), required=False, initial=True)
    languages = forms.MultipleChoiceField(
        label=_("Languages"), required=False, widget=forms.CheckboxSelectMultiple
    )  # fmt: skip
    best_before = day_field(_("Best before"))
    regulatory = forms.ChoiceField(label=_("Regulatory status"), required=False)
    members = forms.IntegerField(label=_("Members of one"), required=False, min_value=1, max_value=10_000)
    self_sufficient_days = forms.IntegerField(
        label=_("Self-sufficient for, in days"), required=False, min_value=0, max_value=365
    )
    methods = forms.MultipleChoiceField(
        label=_("Methods of the laboratory"), required=False, widget=forms.CheckboxSelectMultiple
    )
    tests_a_day = forms.IntegerField(label=_("Tests a day"), required=False, min_value=0, max_value=10**6)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known: Any = self.fields
        known["item"].choices = [("", "—"), *item_choices()]
        known["unit"].choices = [("", _("as usual for it")), *unit_choices()]
        known["regulatory"].choices = [("", "—"), *choices("regulatory_status")]
        known["languages"].choices = language_choices()
        known["methods"].choices = choices("laboratory_method")
        first = ("version", "item", "quantity", "unit", "pack_size", "ready_hours", "available")
        self.fields = {
            **{name: known[name] for name in first}, **in_languages("called", _("What it is called"), max_length=160),
            **place_fields("place", _("Where it is kept"), kept=self.initial.get("place_code", "")),
            **{name: field for name, field in known.items() if name not in first},
        }  # fmt: skip

    def given(self) -> dict[str, Any]:
        """As `building.entries.ENTRY` has it."""
        said = self.cleaned_data
        entry = catalogue()[said["item"]]
        kind = KINDS_OF_GROUPS.get(entry.group, "stock")
        day = said["best_before"]
        return {
            "kind": kind, "item": said["item"], "quantity": said["quantity"], "unit": said["unit"] or entry.unit,
            "called": {short: said[f"called_{short}"].strip() for short in LANGUAGES}, "pack_size": said["pack_size"],
            "ready_hours": said["ready_hours"], "languages": said["languages"] if kind != "stock" else [],
            "place": place_said(said, "place"), "best_before": day.isoformat() if day and kind == "stock" else None,
            "regulatory": said["regulatory"] or None if kind == "stock" else None, "available": said["available"],
            "note": said["note"].strip(), "members": said["members"] or 1,
            "self_sufficient_days": said["self_sufficient_days"] or 0, "methods": said["methods"],
            "tests_a_day": said["tests_a_day"],
        }  # fmt: skip


def entry_initial(entry: Capability) -> dict[str, Any]:
    """What the form begins with."""
    place = {
        "code": entry.place_code, "names": entry.place_names, "latitude": entry.latitude, "longitude": entry.longitude,
    }  # fmt: skip
    same = ("version", "item", "quantity", "unit", "pack_size", "ready_hours", "languages", "best_before", "regulatory")
    return {
        **{name: getattr(entry, name) for name in same}, "available": entry.is_available,
        **{f"called_{short}": entry.called.get(short, "") for short in LANGUAGES}, **place_initial(place, "place"),
        **{name: value for name, value in entry.more.items() if value is not None},
    }  # fmt: skip


class ShareForm(forms.Form):
    """To whom, and what is said with it."""

    classification = forms.ChoiceField(label=_("Who reads it"), choices=AUDIENCES, initial="MEMBERS")
    addressees = forms.MultipleChoiceField(
        label=_("States by name"), required=False, widget=forms.CheckboxSelectMultiple
    )  # fmt: skip
    contact = forms.CharField(
        label=_("Who to ask"), required=False, max_length=200,
        help_text=_("An office and its number, rather than a person."),
    )  # fmt: skip
    note = forms.CharField(
        label=_("Note"), required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 2})
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["addressees"]
        field.choices = [(state.code, str(state)) for state in State.objects.exclude(code=here().code)]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("classification") == "SELECTIVE" and not cleaned.get("addressees"):
            self.add_error("addressees", _("Choose at least one other state."))
        return cleaned

    def arguments(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        if said["classification"] != "SELECTIVE":
            said["addressees"] = []
        return said
