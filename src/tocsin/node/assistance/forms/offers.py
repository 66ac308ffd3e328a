"""What an offer says: how much of each line of the request, from when and where, on what conditions."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tocsin.joint.assistance import Request
from tocsin.node.assistance.building.requests import LARGEST, LARGEST_PACK
from tocsin.node.assistance.forms.items import unit_choices
from tocsin.node.assistance.forms.places import place_fields, place_initial, place_said
from tocsin.node.assistance.forms.requests import day_field, later_day
from tocsin.node.assistance.forms.texts import language_choices
from tocsin.node.assistance.models import Capability
from tocsin.node.assistance.pages.quantities import quantity
from tocsin.node.assistance.pages.request_items import safety
from tocsin.node.assistance.rows import names_of_item
from tocsin.node.assistance.words import in_active
from tocsin.node.events.vocabulary.reading import choices
from tocsin.node.language.formats import phrases

__all__ = ["OfferForm", "as_lines", "from_register", "offer_initial", "offer_rows"]


class OfferForm(forms.Form):
    """But for its lines."""

    use_required_attribute = False
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    confirmed = forms.ChoiceField(
        label=_("How binding"), widget=forms.RadioSelect,
        choices=(
            ("firm", _("Firm: the state that asks may accept all of it")), ("pledge", _("A pledge: confirmed later")),
        ),
    )  # fmt: skip
    costs = forms.ChoiceField(label=_("Costs"))
    conditions = forms.CharField(
        label=_("Conditions"), required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 2})
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages of those who come"), required=False, widget=forms.CheckboxSelectMultiple
    )
    members = forms.IntegerField(label=_("Members of one team"), required=False, min_value=1, max_value=10_000)
    emt_type = forms.ChoiceField(label=_("Type of team"), required=False)
    self_sufficient_days = forms.IntegerField(
        label=_("Self-sufficient for, in days"), required=False, min_value=0, max_value=365
    )
    ready_hours = forms.IntegerField(
        label=_("Ready to leave within, in hours"), required=False, min_value=0, max_value=8_760
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known: Any = self.fields
        known["costs"].choices = choices("offer_costs")
        known["languages"].choices = language_choices()
        known["emt_type"].choices = [("", "—"), *choices("emt_type")]
        self.fields = {
            "version": known["version"], "confirmed": known["confirmed"],
            "available_from": later_day(_("Available from")),
            "expires_on": day_field(_("Stands until"), help_text=_("Nothing more of it is accepted after this day.")),
            **place_fields("from", _("From where"), kept=self.initial.get("from_code", "")),
            **{name: field for name, field in known.items() if name not in ("version", "confirmed")},
        }  # fmt: skip

    def said(self) -> dict[str, Any]:
        """Members of the act, but for its lines."""
        said = self.cleaned_data
        days = {name: said[name].isoformat() if said[name] else None for name in ("available_from", "expires_on")}
        return {
            "confirmed": said["confirmed"] == "firm", "available_from": days["available_from"] or "",
            "expires_on": days["expires_on"], "from_place": place_said(said, "from"), "languages": said["languages"],
            "conditions": said["conditions"].strip(), "costs": said["costs"], "team": self._team(),
        }  # fmt: skip

    def _team(self) -> dict[str, Any] | None:
        said = self.cleaned_data
        if not said["members"]:
            return None
        return {
            "emt_type": said["emt_type"] or None, "members": said["members"], "ready_hours": said["ready_hours"] or 0,
            "self_sufficient_days": said["self_sufficient_days"] or 0,
        }  # fmt: skip


def offer_initial(said: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """What the form begins with, from what a draft says."""
    return {
        "confirmed": "firm" if said["confirmed"] else "pledge", "available_from": said["available_from"],
        "expires_on": said["expires_on"] or "", **place_initial(said["from_place"], "from"),
        "languages": said["languages"], "conditions": said["conditions"], "costs": said["costs"],
        **(said["team"] or {}), **more,
    }  # fmt: skip


class LineForm(forms.Form):
    """What is offered of one line of the request; without a quantity nothing is."""

    item = forms.CharField(widget=forms.HiddenInput, max_length=24)
    quantity = forms.IntegerField(label=_("We offer"), required=False, min_value=0, max_value=LARGEST)
    unit = forms.ChoiceField(label=_("Unit"))
    pack_size = forms.IntegerField(label=_("In each"), required=False, min_value=1, max_value=LARGEST_PACK)
    regulatory = forms.ChoiceField(label=_("Regulatory status"), required=False)
    best_before = day_field(_("Best before"))
    note = forms.CharField(label=_("Note"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["unit"].choices = unit_choices()
        fields["regulatory"].choices = [("", "—"), *choices("regulatory_status")]


LineRows = formset_factory(LineForm, extra=0, max_num=60, absolute_max=60)


def offer_rows(data: QueryDict | None, request: Request, said: Sequence[Mapping[str, Any]]) -> BaseFormSet:
    """One row for each thing that is asked for; `said` are the lines that stand."""
    lines = {one["item"]: one for one in said}
    initial = [_row(request, item.id, lines.get(item.id)) for item in request.items]
    found: Any = LineRows(data, initial=initial, prefix="lines")
    for form in found.forms:
        item = request.item(str(form["item"].value()))
        if item is None:
            continue
        short = item.quantity - request.accepted(item.id)
        form.name = in_active(names_of_item(item))
        form.wanted = quantity(item.quantity, item.packing)
        form.short = quantity(max(short, 0), item.packing)
        form.safety = phrases(safety(item))
        form.specification = item.specification
    return found


def _row(request: Request, item: str, line: Mapping[str, Any] | None) -> dict[str, Any]:
    if line is not None:
        return dict(line)
    asked = request.item(item)
    assert asked is not None
    return {"item": item, "quantity": None, "unit": asked.packing.unit, "pack_size": asked.packing.size}


def as_lines(rows: Any) -> list[dict[str, Any]]:
    """As documents hold them: those with a quantity."""
    found = []
    for form in rows.forms:
        said = form.cleaned_data
        if not said.get("quantity"):
            continue
        day = said["best_before"]
        found.append({
            "item": said["item"], "quantity": said["quantity"], "unit": said["unit"], "pack_size": said["pack_size"],
            "regulatory": said["regulatory"] or None, "best_before": day.isoformat() if day else None,
            "note": said["note"].strip(),
        })  # fmt: skip
    return found


def from_register(item: str, entry: Capability) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What an offer begins with where it is made of an entry of our register: its head and its one line."""
    place = {
        "code": entry.place_code or None, "names": entry.place_names, "latitude": entry.latitude,
        "longitude": entry.longitude,
    }  # fmt: skip
    line = {
        "item": item, "quantity": entry.quantity, "unit": entry.unit, "pack_size": entry.pack_size,
        "regulatory": entry.regulatory or None, "note": "",
        "best_before": entry.best_before.isoformat() if entry.best_before else None,
    }  # fmt: skip
    head: dict[str, Any] = {"from_place": place, "languages": entry.languages}
    if entry.kind == Capability.Kind.TEAM:
        more = entry.more
        head["team"] = {
            "emt_type": more.get("emt_type"), "members": more.get("members", 1), "ready_hours": entry.ready_hours,
            "self_sufficient_days": more.get("self_sufficient_days", 0),
        }  # fmt: skip
    return head, [line]
