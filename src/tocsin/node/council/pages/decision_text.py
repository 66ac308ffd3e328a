"""The text of a decision as it is read: one language or several side by side, what is not agreed marked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tocsin.joint.acts import Applied
from tocsin.joint.decisions.state import Decision, Remark
from tocsin.joint.texts.brackets import Passage
from tocsin.joint.texts.comparing import Cell, side_by_side
from tocsin.joint.texts.paragraphs import Text
from tocsin.joint.texts.standing import coverage
from tocsin.node.alliance.naming import names
from tocsin.node.council.pages.decision_words import language_name, reader_language, role_word, tag, written_in
from tocsin.node.events.vocabulary import word
from tocsin.node.language.formats import long_date, phrases, whole

__all__ = [
    "Choice",
    "RemarkShown",
    "TextShown",
    "marked",
    "remarks_by_paragraph",
    "shown_text",
    "written_by",
]

ALL = "all"
CHIPS = {"out_of_date": "text_out_of_date", "untranslated": "text_untranslated"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A language that the text may be read in. `lacks`: what it lacks, in words; empty: nothing."""

    code: str
    name: str
    is_shown: bool
    is_official: bool
    lacks: str


@dataclass(frozen=True, slots=True)
class CellShown:
    """One paragraph in one language; `chip` where it is not as it should be. Empty `html`: not translated.

    by  of a translation, which state wrote it, and when
    """

    language: str
    tag: str
    html: SafeString
    chip: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class RemarkShown:
    """Something that a state said of the text."""

    kind: str
    state: str
    who: str
    capacity: str
    applied: Applied
    version: int
    text: str
    tag: str
    is_of_earlier: bool = False


@dataclass(frozen=True, slots=True)
class RowShown:
    """A paragraph in the languages that are shown, with what was said of it."""

    id: str
    number: int
    kind: str
    kind_word: str
    cells: tuple[CellShown, ...]
    remarks: tuple[RemarkShown, ...]


@dataclass(frozen=True, slots=True)
class TextShown:
    """The text. `is_side_by_side`: several languages are shown."""

    choices: list[Choice]
    languages: list[Choice]
    rows: list[RowShown]
    is_side_by_side: bool
    brackets: int
    authentic: str


def shown_text(decision: Decision, text: Text, asked: str, remarks: Mapping[str, Sequence[RemarkShown]]) -> TextShown:
    """In the language asked for; in that of the reader, or an official one, where none is, or none like this."""
    there = written_in(text.languages, decision.official)
    chosen = there if asked == ALL else [_chosen(text, there, decision.official, asked)]
    choices = [_choice(text, one, one in chosen and asked != ALL, decision.official) for one in there]
    wrote = written_by(decision)
    rows = [
        RowShown(
            row.id, place, row.kind, word("paragraph_kind", row.kind),
            tuple(_cell(cell, wrote.get((row.id, cell.language), "")) for cell in row.cells),
            tuple(remarks.get(row.id, ())),
        )
        for place, row in enumerate(side_by_side(text, chosen), start=1)
    ]  # fmt: skip
    brackets = sum(bool(cell.passages) for row in side_by_side(text, chosen[:1]) for cell in row.cells)
    names = [language_name(one) for one in decision.official]
    return TextShown(
        choices, [one for one in choices if one.code in chosen], rows, asked == ALL, brackets, " · ".join(names)
    )


def _chosen(text: Text, there: Sequence[str], official: Sequence[str], asked: str) -> str:
    if asked in there:
        return asked
    wanted = reader_language()
    if wanted in there and (wanted in official or coverage(text, wanted).complete):
        return wanted
    return there[0]


def _choice(text: Text, language: str, is_shown: bool, official: Sequence[str]) -> Choice:
    found = coverage(text, language)
    lacks = []
    if found.untranslated:
        lacks.append(_("%(n)s not translated") % {"n": whole(found.untranslated)})
    if found.out_of_date:
        lacks.append(_("%(n)s out of date") % {"n": whole(found.out_of_date)})
    if found.machine:
        lacks.append(_("%(n)s by machine") % {"n": whole(found.machine)})
    return Choice(language, language_name(language), is_shown, language in official, " · ".join(lacks))


def written_by(decision: Decision) -> dict[tuple[str, str], str]:
    """Which state wrote each translation of the version on the table, and when; by paragraph and language."""
    brought = decision.version.translated
    known = names({one.act.origin for one in brought.values()})
    said = {one.act.id: phrases([known[one.act.origin], long_date(one.at)]) for one in brought.values()}
    return {
        key: _("translated by %(state_and_day)s") % {"state_and_day": said[one.act.id]} for key, one in brought.items()
    }


def _cell(cell: Cell, by: str) -> CellShown:
    chip = CHIPS.get(cell.standing, "text_machine" if cell.made == "machine" else "")
    html = marked(cell.text, cell.passages) if cell.text is not None else SafeString()
    return CellShown(cell.language, tag(cell.language), html, chip, by if html else "")


def marked(text: str, passages: Iterable[Passage]) -> SafeString:
    """The words, with what is in square brackets marked as not agreed."""
    html, done = [], 0
    for one in passages:
        if one.depth == 1:
            html.append(escape(text[done : one.start]))
            html.append(format_html('<mark class="bracketed">{}</mark>', text[one.start : one.end]))
            done = one.end
    html.append(escape(text[done:]))
    return mark_safe("".join(html))


def remarks_by_paragraph(decision: Decision) -> dict[str, list[RemarkShown]]:
    """Comments, positions and standing objections by paragraph; under "" what is said of the whole text."""
    objections = [
        Remark(said.applied, said.version, said.applied.act.said["paragraph"], said.applied.act.said["reason"])
        for state in decision.objecting
        if (said := decision.standing(state)).applied is not None
    ]
    spoken: tuple[tuple[str, Sequence[Remark]], ...] = (
        ("comment", decision.comments), ("position", decision.positions), ("object", objections),
    )  # fmt: skip
    known = names({one.applied.act.origin for _kind, remarks in spoken for one in remarks})
    there = {one.id for one in decision.text.paragraphs}
    found: dict[str, list[RemarkShown]] = {}
    for kind, remarks in spoken:
        for one in remarks:
            act = one.applied.act
            shown = RemarkShown(
                kind, known[act.origin], act.name, role_word(act.role), one.applied, one.version, one.text,
                tag(act.language), one.version != decision.version.number,
            )  # fmt: skip
            found.setdefault(one.paragraph if one.paragraph in there else "", []).append(shown)
    for shown_here in found.values():
        shown_here.sort(key=lambda one: one.applied.at)
    return found
