"""Which texts are up to date, and what a text lacks before it can be adopted."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from tocsin.joint.texts.brackets import bracket_findings, brackets, has_brackets
from tocsin.joint.texts.findings import Finding
from tocsin.joint.texts.numbering import numbered_lines
from tocsin.joint.texts.paragraphs import Paragraph, Text

__all__ = ["Coverage", "Standing", "coverage", "ready_to_adopt", "standing_of"]

Standing = Literal["current", "out_of_date", "untranslated"]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many paragraphs a language has, by standing; `machine` are those of `current` that a machine wrote."""

    current: int
    out_of_date: int
    untranslated: int
    machine: int

    @property
    def complete(self) -> bool:
        """Whether every paragraph is there and up to date, whoever wrote it."""
        return self.out_of_date == self.untranslated == 0


def standing_of(paragraph: Paragraph, language: str) -> Standing:
    """Whether a paragraph says in that language what it says now."""
    said = paragraph.texts.get(language)
    if said is None:
        return "untranslated"
    return "current" if said.revision == paragraph.revision else "out_of_date"


def coverage(text: Text, language: str) -> Coverage:
    """How far a language has come."""
    standings = [standing_of(one, language) for one in text.paragraphs]
    machine = sum(
        standing == "current" and one.texts[language].standing == "machine"
        for one, standing in zip(text.paragraphs, standings, strict=True)
    )
    return Coverage(
        current=standings.count("current"),
        out_of_date=standings.count("out_of_date"),
        untranslated=standings.count("untranslated"),
        machine=machine,
    )


def ready_to_adopt(text: Text, official: Collection[str]) -> tuple[Finding, ...]:
    """What stands in the way of adoption, in the order of the paragraphs; none: the text is ready.

    Each finding names its paragraph, and its language unless languages were compared. Codes:

    untranslated         no text in that official language; values `there`: official languages that have one
    out-of-date          values `revision`, `paragraph_at`
    machine-text         a machine wrote it and nobody has checked it
    brackets             something is not agreed; values `passages`, how many
    bracket-not-closed, bracket-not-opened, brackets-differ   as `brackets.bracket_findings` says
    numbering-differs    other numbers of numbered lines; values `lines` by language

    Languages that are not official are never in the way.
    """
    return tuple(one for paragraph in text.paragraphs for one in _in_the_way(paragraph, sorted(set(official))))


def _in_the_way(paragraph: Paragraph, official: list[str]) -> list[Finding]:
    found: list[Finding] = []
    for language in official:
        found += _of_language(paragraph, language, official)
    found += bracket_findings(paragraph, official)
    lines = {
        one: numbered_lines(paragraph.texts[one].text) for one in official if standing_of(paragraph, one) == "current"
    }
    if len(set(lines.values())) > 1:
        found.append(Finding("numbering-differs", paragraph.id, None, {"lines": lines}))
    return found


def _of_language(paragraph: Paragraph, language: str, official: list[str]) -> list[Finding]:
    said = paragraph.texts.get(language)
    if said is None:
        there = [one for one in official if one in paragraph.texts]
        return [Finding("untranslated", paragraph.id, language, {"there": there})]
    found = []
    if said.revision != paragraph.revision:
        values = {"revision": said.revision, "paragraph_at": paragraph.revision}
        found.append(Finding("out-of-date", paragraph.id, language, values))
    if said.standing == "machine":
        found.append(Finding("machine-text", paragraph.id, language))
    if has_brackets(said.text):
        passages = len(brackets(said.text).passages)
        found.append(Finding("brackets", paragraph.id, language, {"passages": passages}))
    return found
