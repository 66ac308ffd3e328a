"""A place as a form asks for it: one of the state's own by its code, or names in any language, and a position."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.alliance_file import here
from tocsin.node.assistance.forms.texts import LANGUAGES, in_languages
from tocsin.node.surveillance.models import Place

__all__ = ["place_fields", "place_initial", "place_said"]

MICRO, MOST = 1_000_000, 300
KINDS = ("region", "district", "point_of_entry")


def place_fields(name: str, label: Any, *, kept: str = "") -> dict[str, forms.Field]:
    """Fields `name_code`, `name_en` …, `name_latitude`, `name_longitude`; the code chooses among our own places.

    kept   a code that stands already, whether it is one of ours or not
    """
    known = Place.objects.filter(state=here().code, kind__in=KINDS).order_by("kind", "pk")[:MOST]
    choices = [("", "—"), *((place.code, str(place)) for place in known)]
    if kept and kept not in dict(choices):
        choices.append((kept, kept))
    degrees = {"required": False, "max_digits": 9, "decimal_places": 6}
    return {
        f"{name}_code": forms.ChoiceField(
            label=label, required=False, choices=choices, help_text=_("Or write what it is called, below.")
        ),
        **in_languages(name, _("Its name"), max_length=160),
        f"{name}_latitude": forms.DecimalField(
            label=_("Latitude"), min_value=-90, max_value=90, help_text=_("In degrees, north is positive."), **degrees
        ),
        f"{name}_longitude": forms.DecimalField(
            label=_("Longitude"), min_value=-180, max_value=180, help_text=_("In degrees, east is positive."), **degrees
        ),
    }  # fmt: skip


def place_said(cleaned: Mapping[str, Any], name: str) -> dict[str, Any]:
    """As documents say it. A place of ours brings its names with it, where none was typed."""
    code = cleaned.get(f"{name}_code") or None
    names = {short: (cleaned.get(f"{name}_{short}") or "").strip() for short in LANGUAGES}
    if code and not any(names.values()):
        place = Place.objects.filter(code=code).first()
        if place is not None:
            names = {"en": place.name_en, "ru": place.name_ru, "zh": place.name_zh}
    position = {
        axis: int(value * MICRO) if (value := cleaned.get(f"{name}_{axis}")) is not None else None
        for axis in ("latitude", "longitude")
    }
    return {"code": code, "names": names, **position}


def place_initial(place: Mapping[str, Any], name: str) -> dict[str, Any]:
    """What the fields begin with."""
    found: dict[str, Any] = {f"{name}_code": place["code"] or ""}
    found |= {f"{name}_{short}": place["names"].get(short, "") for short in LANGUAGES}
    for axis in ("latitude", "longitude"):
        if place[axis] is not None:
            found[f"{name}_{axis}"] = Decimal(place[axis]) / MICRO
    return found
