"""One document for whoever translates it: each text beside its translation, the terms found in it, what can be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tocsin.node.alliance.naming import named, names
from tocsin.node.events.facts import TEXTS
from tocsin.node.notifications.actions.machine_translating import why_no_machine
from tocsin.node.notifications.glossary import Match, found_in
from tocsin.node.notifications.glossary.terms import names_of_places, names_of_the_node
from tocsin.node.notifications.models import Notification, Translation
from tocsin.node.notifications.pages.pieces import language_name
from tocsin.node.notifications.pages.translating import LANGUAGES, kind_word
from tocsin.node.notifications.sentences import WIDTHS, to_whom
from tocsin.node.notifications.texts import Source, Translatable, texts_in
from tocsin.node.notifications.translation_settings import machine

__all__ = ["Pair", "SideBySide", "Typed", "in_order", "side_by_side"]

ORDER = (*TEXTS, "reason", "what_is_heard", "questions", "text")


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody sent for one text: kept on the page if it could not be saved."""

    text: str
    seen: int
    is_checked: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """One text and its translation. number: of its fields in the form.

    seen      version of the translation that this page shows, 0 where there is none made here
    standing  of what stands in the field: human_checked, machine, or empty
    now       what somebody else wrote since, where the person's own is kept in the field
    """

    number: int
    field: str
    label: str
    original: str
    text: str
    seen: int
    standing: str
    who: str
    is_shared: bool
    now: str = ""
    is_checked: bool = False


@dataclass(frozen=True, slots=True)
class SideBySide:
    """share_with: to whom what is not shared yet would go; empty where nothing waits to be shared."""

    title: str
    state: str
    source_language: str
    source_tag: str
    target: str
    target_language: str
    target_tag: str
    version: int
    classification: str
    onward_forbidden: bool
    pairs: list[Pair]
    terms: list[Match]
    others: list[tuple[str, str]]
    machine_may: bool
    machine_why: str
    share_with: str


def side_by_side(
    kind: str, row: Translatable, source: Source, target: str, typed: Mapping[str, Typed] | None = None
) -> SideBySide:
    """The page of one document and one language."""
    made = _made_here(source, target)
    known = names({source.origin})
    state = known[source.origin]
    values = {
        "state": state, "what": _what(kind, row), "source": language_name(source.language),
        "target": language_name(target),
    }  # fmt: skip
    why = why_no_machine(source) if machine() is not None else ""
    unshared = [one for one in made.values() if one.shared_as is None]
    return SideBySide(
        title=_("%(state)s, %(what)s: %(source)s → %(target)s") % values,
        state=state,
        source_language=language_name(source.language),
        source_tag=source.language,
        target=target,
        target_language=language_name(target),
        target_tag="zh-Hans" if target == "zh" else target,
        version=source.version,
        classification=str(WIDTHS.get(source.classification, _("chosen states only"))),
        onward_forbidden=source.no_onward_sharing,
        pairs=_pairs(source, target, made, typed or {}),
        terms=_terms(row, source),
        others=_others(kind, row, source, target),
        machine_may=machine() is not None and not why and any(field not in made for field in source.texts),
        machine_why=why,
        share_with=_audience(source) if unshared else "",
    )


def _what(kind: str, row: Translatable) -> str:
    if isinstance(row, Notification):
        return _("%(serial)s, version %(version)s") % {"serial": row.body["serial"], "version": row.version}
    return kind_word(kind)


def _made_here(source: Source, target: str) -> dict[str, Translation]:
    rows = Translation.objects.filter(of_id=source.id, of_origin=source.origin, language=target, document=None)
    return {row.field: row for row in rows.standing().select_related("by") if row.of_version == source.version}


def _pairs(
    source: Source, target: str, made: Mapping[str, Translation], typed: Mapping[str, Typed]
) -> list[Pair]:  # fmt: skip
    best, found = texts_in(source, target), []
    known = names({text.node for text in best.values()})
    for number, field in enumerate(in_order(source)):
        mine, shown = made.get(field), best[field]
        is_there = shown.standing != "original"
        pair: dict[str, Any] = {
            "text": shown.text if is_there else "", "seen": mine.version if mine else 0,
            "standing": shown.standing if is_there else "", "who": _who(mine, shown, known) if is_there else "",
            "is_shared": mine is not None and mine.shared_as is not None,
        }  # fmt: skip
        if (sent := typed.get(field)) is not None:
            pair |= {"text": sent.text, "is_checked": sent.is_checked}
            if sent.seen != pair["seen"] and mine is not None:
                pair["now"] = mine.text
        found.append(Pair(number=number, field=field, label=label(field), original=source.texts[field], **pair))
    return found


def in_order(source: Source) -> list[str]:
    """The fields that have words, as people read them: the summary first, the tenth question after the ninth."""

    def place(field: str) -> tuple[int, int]:
        name, _slash, number = field.partition("/")
        return ORDER.index(name) if name in ORDER else len(ORDER), int(number or 0)

    return sorted(source.texts, key=place)


def _who(mine: Translation | None, shown: Any, known: Mapping[str, str]) -> str:
    if mine is not None and shown.translation is not None and shown.translation.pk == mine.pk and mine.by:
        return mine.by.name
    return known[shown.node]


def label(field: str) -> str:
    """What a text is called; a question by its number."""
    name, _slash, number = field.partition("/")
    if number:
        return _("Question %(number)s") % {"number": int(number) + 1}
    labels = {"reason": _("Reason"), "what_is_heard": _("What is heard"), "text": _("Text")}
    return labels.get(name) or str(TEXTS.get(name, name))


def _terms(row: Translatable, source: Source) -> list[Match]:
    places: Sequence[Any] = row.body["places"] if isinstance(row, Notification) else ()
    return found_in(source.texts.values(), source.language, [*names_of_the_node(), *names_of_places(places)])


def _others(kind: str, row: Translatable, source: Source, target: str) -> list[tuple[str, str]]:
    written = source.language.partition("-")[0]
    return [
        (language_name(one), reverse("translation", args=[kind, row.pk, one]))
        for one in LANGUAGES
        if one not in (written, target)
    ]


def _audience(source: Source) -> str:
    from tocsin.node.alliance.alliance_file import here

    classification, to = source.audience(here().code)
    return named(to) if to else to_whom(classification)
