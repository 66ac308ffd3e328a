"""Fields that hospitals and clinicians share: names in three languages, zones, languages, and where problems go."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tocsin.node.hospitals.hours import zones
from tocsin.node.hospitals.naming import LANGUAGES
from tocsin.node.hospitals.refusals import InvalidInput

__all__ = ["name_fields", "names_said", "show_problems", "zone_choices"]

IN = {"ru": _("Russian"), "zh": _("Chinese"), "en": _("English")}


class _Labelled:
    """A label with its language, put together when it is shown."""

    def __init__(self, label: Any, language: Any) -> None:
        self._label, self._language = label, language

    def __str__(self) -> str:
        return f"{self._label} · {self._language}"


def name_fields(name: str, label: Any) -> dict[str, forms.Field]:
    """Fields `name_en`, `name_ru`, `name_zh`, none of them needed alone."""
    return {
        f"{name}_{short}": forms.CharField(label=_Labelled(label, IN[short]), required=False, max_length=160)
        for short in LANGUAGES
    }


def names_said(cleaned: Mapping[str, Any], name: str) -> dict[str, str]:
    """As documents say them."""
    return {short: cleaned.get(f"{name}_{short}") or "" for short in LANGUAGES}


def zone_choices(kept: str = "", *, empty: Any = "—") -> list[tuple[str, Any]]:
    """Zones named by a city, and the one that stands already."""
    named = {zone for zone in zones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/", "posix/", "right/"))}
    if kept:
        named.add(kept)
    return [("", empty), *((zone, zone) for zone in sorted(named))]


def show_problems(form: forms.Form, refusal: InvalidInput) -> None:
    """Each beside its field; above the form where it has none."""
    for problem in refusal.problems:
        field = problem.field.replace(".", "_")
        field = getattr(form, "beside", {}).get(field, field)
        form.add_error(field if field in form.fields else None, problem.message)
