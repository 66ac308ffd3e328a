"""Places of a draft that seem to say who the patient is, each in its sentence; and the draft with one taken out."""

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocsin.clinical.identifiers.identity import Kind
from tocsin.clinical.identifiers.removing import removed
from tocsin.node.consultations.identifying import identity_of, places_in
from tocsin.node.consultations.models import CaseDraft, PatientIdentity
from tocsin.node.consultations.refusals import Place

__all__ = ["PlaceShown", "places_of", "places_shown", "without"]

AROUND = 80  # characters to either side, where a sentence is longer
ENDS = re.compile(r"[.!?;。！？；\n]\s*")
# Texts from which words can be taken; elsewhere the step is opened and the value typed anew.
FREE = ("text", "presentation", "allergies", "conditions", "display", "substance", "reference")


@dataclass(frozen=True, slots=True)
class PlaceShown:
    """number: of the place, in their order; before, words, after: its sentence; step: where the text is typed."""

    number: int
    label: str
    kind: str
    before: str
    words: str
    after: str
    step: str
    may_go: bool


def places_of(draft: CaseDraft) -> list[Place]:
    """Those that nobody has looked through yet."""
    identity = identity_of(PatientIdentity.objects.of_draft(draft))
    said = {"text": draft.text, "content": draft.content}
    return places_in(said, identity, but=draft.looked_through)


def places_shown(draft: CaseDraft, places: Sequence[Place]) -> list[PlaceShown]:
    """In their order."""
    return [_shown(draft, number, place) for number, place in enumerate(places)]


def without(draft: CaseDraft, place: Place) -> dict[str, Any]:
    """Members of the draft with “[removed]” where the place is: as `drafting.keep` takes them."""
    if place.field == "text":
        return {"text": removed(draft.text, [place.found], language=draft.language)}
    content = copy.deepcopy(draft.content)
    *way, last = place.field.split(".")[1:]
    at: Any = content
    for name in way:
        at = at[int(name)] if isinstance(at, list) else at[name]
    key: Any = int(last) if isinstance(at, list) else last
    at[key] = removed(at[key], [place.found], language=draft.language)
    return {"content": content}


def _shown(draft: CaseDraft, number: int, place: Place) -> PlaceShown:
    text = _text(draft, place.field)
    start, end = place.found.start, place.found.end
    begins = max((one.end() for one in ENDS.finditer(text, 0, start)), default=0)
    follows = ENDS.search(text, end)
    until = follows.end() if follows else len(text)
    before = text[max(begins, start - AROUND) : start]
    after = text[end : min(until, end + AROUND)]
    member = place.field.split(".")
    return PlaceShown(
        number, _label(member), _kind(place.found.kind), before, place.words, after, _step(member),
        member[-1] in FREE or (len(member) > 2 and member[1] == "questions"),
    )  # fmt: skip


def _text(draft: CaseDraft, path: str) -> str:
    value: Any = {"text": draft.text, "content": draft.content}
    for name in path.split("."):
        value = value[int(name)] if isinstance(value, list) else value[name]
    return str(value)


def _step(member: Sequence[str]) -> str:
    if member[0] == "text" or member[1] == "questions":
        return "question"
    return "patient" if member[1] in ("allergies", "conditions", "patient") else "course"


def _label(member: Sequence[str]) -> str:
    labels: Mapping[str, str] = {
        "presentation": _("Presentation and course"), "allergies": _("Allergies"),
        "conditions": _("Other conditions"), "diagnoses": _("Diagnoses"), "vitals": _("Vital signs"),
        "laboratory": _("Laboratory"), "medication": _("Medication"),
        "support": _("Organ support and blood purification"),
    }  # fmt: skip
    if member[0] == "text":
        return _("What else the colleague should know")
    if member[1] == "questions":
        return _("Question %(n)s") % {"n": int(member[2]) + 1}
    return labels.get(member[1], _("The patient"))


def _kind(kind: Kind) -> str:
    return {
        Kind.NAME: pgettext("found in a text", "like a name"),
        Kind.BIRTH_DATE: pgettext("found in a text", "like a birth date"),
        Kind.NUMBER: pgettext("found in a text", "like a number of a document or a record"),
        Kind.TELEPHONE: pgettext("found in a text", "like a telephone"),
        Kind.ADDRESS: pgettext("found in a text", "like an address"),
        Kind.EMAIL: pgettext("found in a text", "like an e-mail address"),
    }[kind]
