"""Two versions of a text compared, paragraph by paragraph, and the languages of one version side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tocsin.joint.texts.brackets import Passage, brackets
from tocsin.joint.texts.changing import longest_rising
from tocsin.joint.texts.paragraphs import Paragraph, Text
from tocsin.joint.texts.standing import Standing, standing_of
from tocsin.joint.texts.wording import Run, runs

__all__ = ["Cell", "ParagraphChange", "Row", "compared", "side_by_side"]


@dataclass(frozen=True, slots=True)
class ParagraphChange:
    """What became of one paragraph.

    change  what happened to its words in the languages compared, or to its kind
    moved   it stands elsewhere among those that were there before; also of one that is changed
    before  the paragraph as it was, None where it is new; `after` as it is, None where it was deleted
    runs    by language: what was kept, deleted and added; a language that neither version has is left out
    """

    change: Literal["unchanged", "changed", "added", "deleted"]
    moved: bool
    before: Paragraph | None
    after: Paragraph | None
    runs: Mapping[str, tuple[Run, ...]]

    @property
    def id(self) -> str:
        """The paragraph's identifier, the same in both versions."""
        there = self.after or self.before
        assert there is not None
        return there.id


def compared(before: Text, after: Text, *, languages: Sequence[str]) -> tuple[ParagraphChange, ...]:
    """Every paragraph of either version, in the order of `after`; a deleted one behind those it followed.

    A paragraph whose revision rose while its words stayed is unchanged: nothing reads differently.
    """
    old = {one.id: at for at, one in enumerate(before.paragraphs)}
    staying = longest_rising([old[one.id] for one in after.paragraphs if one.id in old])
    rows: list[ParagraphChange] = []
    gone = _deleted_behind(before, {one.id for one in after.paragraphs})
    rows += [_change(one, None, languages) for one in gone.get(None, ())]
    for one in after.paragraphs:
        at = old.get(one.id)
        was = None if at is None else before.paragraphs[at]
        rows.append(_change(was, one, languages, moved=at is not None and at not in staying))
        rows += [_change(lost, None, languages) for lost in gone.get(one.id, ())]
    return tuple(rows)


def _deleted_behind(before: Text, kept: set[str]) -> dict[str | None, list[Paragraph]]:
    """Deleted paragraphs by the kept one that they followed, None for those at the beginning."""
    gone: dict[str | None, list[Paragraph]] = {}
    followed: str | None = None
    for one in before.paragraphs:
        if one.id in kept:
            followed = one.id
        else:
            gone.setdefault(followed, []).append(one)
    return gone


def _change(
    before: Paragraph | None, after: Paragraph | None, languages: Sequence[str], *, moved: bool = False
) -> ParagraphChange:
    found: dict[str, tuple[Run, ...]] = {}
    for language in languages:
        was = before and before.wording(language)
        now = after and after.wording(language)
        if was is not None or now is not None:
            found[language] = runs(was or "", now or "")
    change: Literal["unchanged", "changed", "added", "deleted"]
    if before is None or after is None:
        change = "added" if before is None else "deleted"
    else:
        same = before.kind == after.kind and all(run.change == "kept" for each in found.values() for run in each)
        change = "unchanged" if same else "changed"
    return ParagraphChange(change, moved, before, after, found)


@dataclass(frozen=True, slots=True)
class Cell:
    """A paragraph in one language. `text` is None where it is untranslated; `passages` are those in brackets."""

    language: str
    text: str | None
    standing: Standing
    made: str | None  # `authentic`, `human_checked`, `machine`
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A paragraph in several languages, in the order that was asked for."""

    id: str
    kind: str
    cells: tuple[Cell, ...]


def side_by_side(text: Text, languages: Sequence[str]) -> tuple[Row, ...]:
    """The languages of a text beside each other, a row for each paragraph."""
    return tuple(Row(one.id, one.kind, tuple(_cell(one, each) for each in languages)) for one in text.paragraphs)


def _cell(paragraph: Paragraph, language: str) -> Cell:
    said = paragraph.texts.get(language)
    if said is None:
        return Cell(language, None, "untranslated", None, ())
    return Cell(language, said.text, standing_of(paragraph, language), said.standing, brackets(said.text).passages)
