"""Square brackets: what stands in them is not agreed yet.

The wide forms ［ ］ are the same sign. So are the black ones 【 】, which a Chinese keyboard writes for the same
key: to ask about a heading that was decorated with them does less harm than to adopt a passage that a state had put in
brackets. 〔 〕, in which Chinese documents number themselves, and round brackets say nothing. Any opening bracket is
closed by any closing one. References and omissions therefore take round brackets.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from tocsin.joint.texts.findings import Finding
from tocsin.joint.texts.paragraphs import Paragraph

__all__ = ["Brackets", "Passage", "bracket_findings", "brackets", "has_brackets"]

OPENING, CLOSING = "[［【", "]］】"
BRACKET = re.compile(f"[{re.escape(OPENING + CLOSING)}]")


@dataclass(frozen=True, slots=True)
class Passage:
    """A bracketed passage: `text[start:end]` with its brackets; `depth` 1 for one that stands in no other."""

    start: int
    end: int
    depth: int


@dataclass(frozen=True, slots=True)
class Brackets:
    """The passages of a text in the order in which they begin, and the places of brackets that have no partner."""

    passages: tuple[Passage, ...]
    not_closed: tuple[int, ...]
    not_opened: tuple[int, ...]


def brackets(text: str) -> Brackets:
    """The bracketed passages of a text, nested ones with those around them."""
    open_at: list[int] = []
    pairs: list[tuple[int, int]] = []
    not_opened: list[int] = []
    for match in BRACKET.finditer(text):
        if match[0] in OPENING:
            open_at.append(match.start())
        elif open_at:
            pairs.append((open_at.pop(), match.end()))
        else:
            not_opened.append(match.start())
    pairs.sort()
    ends: list[int] = []  # of the passages around the one looked at
    passages = []
    for start, end in pairs:
        while ends and ends[-1] <= start:
            ends.pop()
        ends.append(end)
        passages.append(Passage(start, end, len(ends)))
    return Brackets(tuple(passages), tuple(open_at), tuple(not_opened))


def has_brackets(text: str) -> bool:
    """Whether anything in it is not agreed; a bracket without its partner counts."""
    return BRACKET.search(text) is not None


def bracket_findings(paragraph: Paragraph, languages: Collection[str]) -> tuple[Finding, ...]:
    """What is wrong with the brackets themselves.

    `bracket-not-closed`, `bracket-not-opened`: values `character`, its place counted from 1. `brackets-differ`: the
    languages do not have the same number of passages; values `passages` by language. Texts that are not there, or are
    out of date, are not compared.
    """
    found: list[Finding] = []
    numbers: dict[str, int] = {}
    for language in languages:
        said = paragraph.texts.get(language)
        if said is None:
            continue
        here = brackets(said.text)
        for code, places in (("bracket-not-closed", here.not_closed), ("bracket-not-opened", here.not_opened)):
            found += [Finding(code, paragraph.id, language, {"character": at + 1}) for at in places]
        if said.revision == paragraph.revision:
            numbers[language] = len(here.passages)
    if len(set(numbers.values())) > 1:
        found.append(Finding("brackets-differ", paragraph.id, None, {"passages": numbers}))
    return tuple(found)
