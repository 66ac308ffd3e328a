"""Texts of a script with the names of whoever plays them, in every language of the node."""

from collections.abc import Mapping

from tocsin.node.alliance.alliance_file import alliance
from tocsin.node.alliance.models import State
from tocsin.node.alliances.entries import Names
from tocsin.node.exercises.models import Exercise
from tocsin.node.surveillance.models import Place

__all__ = ["LANGUAGES", "filled", "names_for", "places_of_partner"]

LANGUAGES = {"en": "name_en", "ru": "name_ru", "zh-hans": "name_zh"}


def names_for(exercise: Exercise) -> dict[str, dict[str, str]]:
    """What stands for {district}, {origin} and so on, by language."""
    roles = {part.code: part.role for part in exercise.script.places}
    found = {part: _place(code, exercise.states[roles[part]]) for part, code in exercise.places.items()}
    states = State.objects.in_bulk(exercise.states.values())
    found |= {role: _names(states[code]) for role, code in exercise.states.items()}
    return {language: {name: names[language] for name, names in found.items()} for language in LANGUAGES}


def places_of_partner(state: str) -> dict[str, Names]:
    """Places of a state as the alliance's file names them: a node has rows of its own state's alone."""
    entry = next((one for one in alliance().states if one.code == state), None)
    return {place.code: place.name for place in entry.places} if entry else {}


def _place(code: str, state: str) -> dict[str, str]:
    """Its names here, or those of the alliance's file; a place that neither knows is called as it was typed."""
    if (here := Place.objects.filter(code=code, state=state).first()) is not None:
        return _names(here)
    named = places_of_partner(state).get(code)
    return {language: named.in_language(language) if named else code for language in LANGUAGES}


def _names(record: Place | State) -> dict[str, str]:
    return {language: getattr(record, field) or record.name_en for language, field in LANGUAGES.items()}


def filled(text: Names, names: Mapping[str, Mapping[str, str]], **numbers: int) -> dict[str, str]:
    return {language: text.in_language(language).format_map({**names[language], **numbers}) for language in LANGUAGES}
