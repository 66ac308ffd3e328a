"""The editor of a text as its page shows it: paragraphs with their languages, and what another wrote meanwhile."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tocsin.joint.texts.paragraphs import Paragraph
from tocsin.joint.texts.standing import standing_of
from tocsin.node.council.forms.text_editing import Edited
from tocsin.node.council.pages.decision_words import LANGUAGES, language_name, tag
from tocsin.node.events.vocabulary import choices

__all__ = ["EditedCell", "EditedRow", "Editor", "editor"]


@dataclass(frozen=True, slots=True)
class EditedCell:
    """One language of a paragraph. `theirs`: what stands now, where somebody else has changed it meanwhile."""

    field: str
    language: str
    tag: str
    name: str
    text: str
    chip: str
    theirs: str = ""


@dataclass(frozen=True, slots=True)
class EditedRow:
    """One paragraph. `is_gone`: it stands no more in what another person saved."""

    id: str
    number: int
    kind: str
    cells: tuple[EditedCell, ...]
    is_behind: bool
    right: bool
    is_gone: bool


@dataclass(frozen=True, slots=True)
class Editor:
    """All of them. `missing`: paragraphs that another person has added meanwhile, in each language."""

    rows: list[EditedRow]
    kinds: list[tuple[str, Any]]
    focus: str
    missing: list[tuple[str, str]]


def editor(
    edited: Sequence[Edited],
    base: Iterable[Paragraph],
    languages: Sequence[str] = LANGUAGES,
    *,
    theirs: Sequence[Paragraph] | None = None,
    focus: str = "",
) -> Editor:
    """What is edited, upon `base`. `theirs`: what stands now, if it is not what the person had begun with."""
    old = {one.id: one for one in base}
    now = {one.id: one for one in theirs} if theirs is not None else None
    rows = [_row(one, place, old.get(one.id), now, languages) for place, one in enumerate(edited, start=1)]
    here = {one.id for one in edited}
    missing = [
        (tag(language), said.text) for one in theirs or () if one.id not in here for language, said in one.texts.items()
    ]
    return Editor(rows, choices("paragraph_kind"), focus, missing)


def _row(
    one: Edited, place: int, was: Paragraph | None, now: Mapping[str, Paragraph] | None, languages: Sequence[str]
) -> EditedRow:
    there = now.get(one.id) if now is not None else None
    cells = tuple(_cell(one, language, was, there) for language in languages)
    is_behind = was is not None and len(was.texts) > 1
    return EditedRow(one.id, place, one.kind, cells, is_behind, one.right, now is not None and there is None)


def _cell(one: Edited, language: str, was: Paragraph | None, there: Paragraph | None) -> EditedCell:
    text, chip = one.words.get(language, ""), ""
    if was is not None and (said := was.texts.get(language)) is not None:
        if standing_of(was, language) == "out_of_date":
            chip = "text_out_of_date"
        elif said.standing == "machine":
            chip = "text_machine"
    theirs = (there.wording(language) or "") if there is not None else ""
    return EditedCell(
        f"text-{one.id}-{language}", language, tag(language), language_name(language), text, chip,
        theirs if theirs != text else "",
    )  # fmt: skip
