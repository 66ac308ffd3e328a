"""Lines of a request as rows of a form, and as documents hold them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.joint.assistance.catalogue import OTHER, catalogue
from tocsin.joint.assistance.units import UNITS, Packing
from tocsin.node.assistance.building.requests import LARGEST, LARGEST_PACK
from tocsin.node.assistance.forms.filters import item_choices
from tocsin.node.assistance.forms.later import LaterChoiceField, LaterIntegerField
from tocsin.node.assistance.forms.texts import LANGUAGES, in_languages
from tocsin.node.assistance.pages.quantities import inside
from tocsin.node.assistance.pages.quantities import quantity as in_words
from tocsin.node.assistance.pages.request_items import basis_in_words
from tocsin.node.events.vocabulary.reading import choices

__all__ = ["ItemForm", "as_items", "converted_words", "item_rows", "unit_choices", "with_one_more"]

MOST, EMPTY = 60, 1


def unit_choices() -> list[tuple[str, Any]]:
    """Units in the order of the vocabulary."""
    return choices("supply_unit")


class ItemForm(forms.Form):
    """One line. A row in which nothing is chosen says nothing."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=24)
    item = LaterChoiceField(label=pgettext_lazy("goods", "What"))
    quantity = LaterIntegerField(label=pgettext_lazy("goods", "How much"), min_value=1, max_value=LARGEST)
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    pack_size = forms.IntegerField(
        label=_("In each"), required=False, min_value=1, max_value=LARGEST_PACK,
        help_text=_("How many are in one box, vial, kit …"),
    )  # fmt: skip
    specification = forms.CharField(
        label=_("What it has to be"), required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 2})
    )
    cold_chain = forms.ChoiceField(label=_("Cold chain"), required=False)
    un2814 = forms.BooleanField(label=_("for infectious substances, category A (UN 2814)"), required=False)
    un3373 = forms.BooleanField(label=_("for biological substances, category B (UN 3373)"), required=False)
    regulatory = forms.MultipleChoiceField(
        label=_("Regulatory status that is admitted"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all are."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["item"].choices = [("", "—"), *item_choices()]
        fields["unit"].choices = [("", _("as usual for it")), *unit_choices()]
        fields["cold_chain"].choices = [("", _("as usual for it")), *choices("cold_chain")]
        fields["regulatory"].choices = choices("regulatory_status")
        fields.update(in_languages("called", _("What it is called"), max_length=160))

    @property
    def names(self) -> list[Any]:
        """The fields of a name of its own."""
        return [self[f"called_{short}"] for short in LANGUAGES]

    @property
    def is_more(self) -> bool:
        """Whether what is said beyond the quantity is to be open."""
        said = ("specification", "un2814", "un3373", "regulatory", *(one.name for one in self.names))
        cold = self["cold_chain"].value() not in (None, "", "none")
        return cold or any(self[name].value() for name in said) or bool(self.errors)

    @property
    def comes_to(self) -> str:
        """“20 boxes, 50 in each = 1,000 pieces”, of what stands in the row now."""
        values = {name: str(self[name].value() or "") for name in ("item", "quantity", "unit", "pack_size")}
        return converted_words(values)

    @property
    def basis(self) -> str:
        """What the number follows from, where a forecast gave it."""
        basis = self.initial.get("basis")
        return basis_in_words(basis) if basis else ""


def converted_words(values: Mapping[str, str]) -> str:
    """What a row comes to, from its fields as they are typed; nothing for what is no quantity yet."""
    entry = catalogue().get(values.get("item", ""))
    unit = values.get("unit") or (entry.unit if entry is not None else "")
    quantity, size = values.get("quantity", ""), values.get("pack_size", "")
    if unit not in UNITS or not (quantity.isdecimal() and size.isdecimal()) or len(quantity + size) > 18:
        return ""
    packing = Packing(unit, int(size))
    holds = inside(int(quantity), packing) if int(size) else ""
    return f"{in_words(int(quantity), packing)} {holds}" if holds else ""


ItemRows = formset_factory(ItemForm, extra=0, can_delete=True, max_num=MOST, absolute_max=MOST + 10)


def item_rows(data: QueryDict | None, known: Iterable[Mapping[str, Any]]) -> BaseFormSet:
    """Bound to what was posted; else what stands, with an empty row below."""
    initial = [_initial(one) for one in known] if data is None else None
    if initial is not None and not initial:
        initial = [{}]
    found: Any = ItemRows(data, initial=initial, prefix="items")
    if data is not None:
        kept = {one["id"]: one.get("basis") for one in known}
        for form in found.forms:
            form.initial = {"basis": kept.get(form["key"].value())}
            form.has_changed = lambda: True  # rows are read as they are posted, not against what they began with
    return found


def with_one_more(data: QueryDict) -> QueryDict:
    """What was posted, with an empty row below."""
    more, name = data.copy(), "items-TOTAL_FORMS"
    had = int(more[name]) if more.get(name, "").isdecimal() and len(more[name]) < 4 else 0
    more[name] = str(min(had + EMPTY, MOST))
    return more


def _initial(one: Mapping[str, Any]) -> dict[str, Any]:
    called = one["called"] or {}
    return {
        "key": one["id"], **{name: one[name] for name in ("item", "quantity", "unit", "pack_size", "specification")},
        "cold_chain": one["cold_chain"], "un2814": one["un2814"], "un3373": one["un3373"],
        "regulatory": one["regulatory"], "basis": one["basis"],
        **{f"called_{short}": called.get(short, "") for short in LANGUAGES},
    }  # fmt: skip


def as_items(rows: Any, known: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """As documents hold them; what a number was reckoned from stays with it."""
    before = {one["id"]: one for one in known}
    said = [form.cleaned_data for form in rows.forms if not form.cleaned_data.get("DELETE")]
    return [_said(one, before.get(one["key"])) for one in said if one.get("item") or one.get("quantity")]


def _said(one: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
    entry = catalogue().get(one["item"])
    names = {short: one[f"called_{short}"].strip() for short in LANGUAGES}
    keeps = before is not None and before["item"] == one["item"]
    return {
        "id": one["key"] if before is not None else "", "item": one["item"],
        "called": names if one["item"] == OTHER or any(names.values()) else None, "quantity": one["quantity"],
        "unit": one["unit"] or (entry.unit if entry is not None else ""), "pack_size": one["pack_size"],
        "specification": one["specification"].strip(),
        "cold_chain": one["cold_chain"] or (entry.cold_chain if entry is not None else "none"),
        "un2814": one["un2814"] or bool(entry and entry.un2814),
        "un3373": one["un3373"] or bool(entry and entry.un3373), "regulatory": one["regulatory"],
        "need": before["need"] if keeps and before else "typed", "basis": before["basis"] if keeps and before else None,
    }  # fmt: skip
