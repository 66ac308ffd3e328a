"""What a Bundle would change in the entry of a hospital, in words: what is here, what would be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocsin.node.hospitals.actions.importing import Proposed
from tocsin.node.hospitals.building.entries import said_of
from tocsin.node.hospitals.models import Hospital, ServiceLine
from tocsin.node.hospitals.words import language, specialty
from tocsin.node.language.formats import enumerated, phrases

__all__ = ["Change", "changes_of"]

MILLIONTH = 1_000_000


@dataclass(frozen=True, slots=True)
class Change:
    """One member of the entry, or one line of service."""

    label: str
    now: str
    then: str


def changes_of(row: Hospital, found: Proposed) -> list[Change]:
    """Of the entry, then of the lines."""
    before = said_of(row)
    labels = _labels()
    changes = [
        Change(labels[name], _shown(name, _member(before, name)), _shown(name, _member(found.entry, name)))
        for name in found.changed
    ]
    there = {one.specialty: one for one in row.lines.all()}
    for line in found.lines:
        now = there.get(line["specialty"])
        changes.append(Change(
            specialty(line["specialty"]), _line(now.status, now.reason) if now is not None else "",
            _line(line["status"], line["reason"]),
        ))  # fmt: skip
    return changes


def _labels() -> dict[str, str]:
    scripts = {"en": _("English"), "ru": _("Russian"), "zh": _("Chinese")}
    labels = {
        "time_zone": _("Time zone"), "languages": _("Languages in which it can be written to"),
        "address": _("Address"), "contact": _("Contact"), "note": _("Note"), "place.code": _("Place"),
        "place.latitude": _("Latitude"), "place.longitude": _("Longitude"),
    }  # fmt: skip
    for where, label in (("names", pgettext("hospital", "Name")), ("place.names", _("Town or district"))):
        labels |= {f"{where}.{short}": f"{label} · {script}" for short, script in scripts.items()}
    return labels


def _member(entry: Mapping[str, Any], name: str) -> Any:
    found: Any = entry
    for part in name.split("."):
        found = found.get(part)
    return found


def _shown(name: str, value: Any) -> str:
    if name == "languages":
        return enumerated(language(tag) for tag in value)
    if name in ("place.latitude", "place.longitude"):
        return "" if value is None else f"{value / MILLIONTH:.6f}"
    return str(value or "")


def _line(status: str, reason: str) -> str:
    said = [str(ServiceLine.Status(status).label), reason]
    return phrases(one for one in said if one)
