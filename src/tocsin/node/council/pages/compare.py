"""Two versions of a text beside each other, what was taken out and put in marked by more than colour."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from tocsin.joint.decisions.state import Decision
from tocsin.joint.texts.comparing import ParagraphChange, compared
from tocsin.joint.texts.paragraphs import Text
from tocsin.joint.texts.wording import Run
from tocsin.node.council.pages.decision_text import ALL
from tocsin.node.council.pages.decision_words import (
    Title,
    language_name,
    reader_language,
    shown_title,
    tag,
    written_in,
)
from tocsin.node.events.vocabulary import word
from tocsin.node.language.formats import whole

__all__ = ["ComparePage", "compare_page", "rows_of", "runs_html"]

CHIPS: Mapping[str, tuple[str, str | Promise]] = {
    "changed": ("info", gettext_lazy("changed")),
    "added": ("good", pgettext_lazy("of a paragraph", "added")),
    "deleted": ("attention", pgettext_lazy("of a paragraph", "taken out")),
}


@dataclass(frozen=True, slots=True)
class CompareRow:
    """One paragraph in each language; `html` is empty where neither version has it in that language."""

    id: str
    kind_word: str
    chip: str
    chip_word: str | Promise
    is_moved: bool
    cells: tuple[tuple[str, SafeString], ...]


@dataclass(frozen=True, slots=True)
class ComparePage:
    """What is compared, what may be, and the paragraphs. `same`: how many of those not shown read as before."""

    answer: str
    title: Title
    before: int
    after: int
    versions: list[int]
    languages: list[tuple[str, str]]
    choices: list[tuple[str, str]]
    asked: str
    rows: list[CompareRow]
    same: int
    shows_all: bool
    note: str


def compare_page(decision: Decision, asked: Mapping[str, Any]) -> ComparePage:
    """`from` and `to` in the address are versions, `text` a language or `all`; anything else is the last change."""
    last = decision.version.number
    after = _number(asked.get("to"), last, default=last)
    before = _number(asked.get("from"), last, default=max(after - 1, 1))
    old, new = decision.versions[before - 1], decision.versions[after - 1]
    there = written_in(sorted({*old.text.languages, *new.text.languages}), decision.official)
    wanted = asked.get("text") or ""
    languages = there if wanted == ALL else [_language(wanted, there)]
    rows = rows_of(old.text, new.text, languages)
    every = asked.get("show") == "all"
    shown = rows if every or before == after else [row for row in rows if row.chip or row.is_moved]
    return ComparePage(
        _answer(before, after, sum(bool(row.chip or row.is_moved) for row in rows)),
        shown_title(decision.title, decision.official), before, after, list(range(1, last + 1)),
        [(tag(one), language_name(one)) for one in languages],
        [*((one, language_name(one)) for one in there), (ALL, _("side by side"))],
        ALL if wanted == ALL else languages[0], shown, len(rows) - len(shown), every,
        new.note if after != before else "",
    )  # fmt: skip


def rows_of(before: Text, after: Text, languages: Sequence[str]) -> list[CompareRow]:
    """Every paragraph of either version."""
    return [_row(one, languages) for one in compared(before, after, languages=languages)]


def _row(change: ParagraphChange, languages: Sequence[str]) -> CompareRow:
    there = change.after or change.before
    assert there is not None
    chip, said = CHIPS.get(change.change, ("", ""))
    cells = tuple((tag(one), runs_html(change.runs.get(one, ()))) for one in languages)
    return CompareRow(change.id, word("paragraph_kind", there.kind), chip, said, change.moved, cells)


def runs_html(runs: Iterable[Run]) -> SafeString:
    """<ins> and <del>, which browsers draw by lines as well, with words for those who only hear them."""
    marks = {"deleted": ("del", _("taken out:")), "added": ("ins", _("put in:"))}
    return format_html_join("", "{}", ((_run(one, marks),) for one in runs))


def _run(run: Run, marks: Mapping[str, tuple[str, str]]) -> SafeString:
    if run.change == "kept":
        return format_html("{}", run.text)
    element, said = marks[run.change]
    opening, closing = SafeString(f"<{element}>"), SafeString(f"</{element}>")
    return format_html('{}<span class="visually-hidden">{} </span>{}{}', opening, said, run.text, closing)


def _answer(before: int, after: int, changed: int) -> str:
    if before == after:
        return _("Version %(n)s in its languages") % {"n": after}
    said = ngettext(
        "%(n)s paragraph changed from version %(before)s to %(after)s",
        "%(n)s paragraphs changed from version %(before)s to %(after)s", changed,
    )  # fmt: skip
    return said % {"n": whole(changed), "before": before, "after": after}


def _number(said: Any, most: int, *, default: int) -> int:
    text = str(said or "")
    return int(text) if text.isdecimal() and len(text) < 6 and 1 <= int(text) <= most else default


def _language(wanted: str, there: Sequence[str]) -> str:
    return next((one for one in (wanted, reader_language()) if one in there), there[0])
