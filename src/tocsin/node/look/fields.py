"""How a form's field is shown: its label, help and error are tied to it, so that a screen reader says all three."""

from typing import Any

from django.forms import (
    BaseForm,
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    FileInput,
    ModelChoiceField,
    RadioSelect,
    Select,
    Textarea,
)
from django.utils.text import capfirst

NOTHING_CHOSEN = "---------"
DJANGO_ROWS = "10"  # what a text area has that asks for nothing: too much for a reason in one sentence
_CLASSES = ((CheckboxInput, "form-check-input"), (Select, "form-select"), (FileInput, "form-control"))


def _class_of(bound: BoundField) -> str:
    own = next((name for widget, name in _CLASSES if isinstance(bound.field.widget, widget)), "form-control")
    given = bound.field.widget.attrs.get("class", "")
    return " ".join(filter(None, (given, own, "is-invalid" if bound.errors else "")))


def shown(bound: BoundField, *, help: str = "", label: str = "") -> dict[str, Any]:
    """What the template of a field needs; the widget comes rendered, with its class and aria-describedby."""
    widget = bound.field.widget
    grouped = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    told = help or bound.help_text
    _with_one_dash(bound)
    described = [f"{bound.auto_id}-error"] * bool(bound.errors) + [f"{bound.auto_id}-help"] * bool(told)
    attributes = {"aria-describedby": " ".join(described)} if described else {}
    if bound.errors:
        attributes["aria-invalid"] = "true"
    if not grouped:
        attributes["class"] = _class_of(bound)
    if isinstance(widget, Textarea) and widget.attrs.get("rows") == DJANGO_ROWS:
        attributes["rows"] = "4"
    return {
        "field": bound,
        "widget": bound.as_widget(attrs=attributes),
        "label": capfirst(label or bound.label),
        "help": told,
        "grouped": grouped,
        "checkbox": isinstance(widget, CheckboxInput),
        "optional": not bound.field.required and not isinstance(widget, CheckboxInput),
    }


def _with_one_dash(bound: BoundField) -> None:
    """Django's nine hyphens for "nothing chosen" are one dash here."""
    if getattr(bound.field, "empty_label", None) == NOTHING_CHOSEN:
        bound.field.empty_label = "—"
    elif isinstance(bound.field.widget, Select) and not isinstance(bound.field, ModelChoiceField):
        choices = bound.field.widget.choices
        bound.field.widget.choices = [(k, "—" if v == NOTHING_CHOSEN else v) for k, v in choices]


def problems(form: BaseForm) -> list[tuple[str, str, str]]:
    """(id of the field or "", its label, what is wrong), in the order in which the form shows them."""
    listed = [("", "", str(error)) for error in form.non_field_errors()]
    for bound in form.visible_fields():
        listed += [(bound.auto_id, str(capfirst(bound.label)), str(error)) for error in bound.errors]
    return listed
