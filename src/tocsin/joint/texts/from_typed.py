"""What a person typed or pasted, as paragraphs; and a pasted translation, set beside the paragraphs it belongs to.

Blank lines separate paragraphs. A line that begins with a number, a heading's word or an indent begins one too, and
where there is no blank line at all every line does, as in documents that are only indented. The words stay as they were
typed, their numbers with them; only spaces around a line are taken off, and letters that were pasted as several
characters are made one (Unicode form NFC). What kind a paragraph is, is a guess, for a person to put right.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from tocsin.joint.texts.findings import Finding
from tocsin.joint.texts.numbering import ITEM_RANK, heading_mark, note_mark, ordinal, rank
from tocsin.joint.texts.paragraphs import LanguageText, Paragraph, Text, check_number_of_paragraphs, check_wording

__all__ = ["Aligned", "aligned", "typed"]

SPACES = " \t\u00a0\u3000"
LINE_BREAK = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
INVISIBLE = re.compile("[\ufeff\u200b]")  # a file's first mark, and what web pages put where a line may break
SHORT = 120  # characters of a line in capitals that may be a heading


def typed(pasted: str, *, language: str, official: Collection[str]) -> Text:
    """The first version of a text that was typed or pasted in one language, its paragraphs named p1, p2, ….

    The text is authentic where the language is one of the `official` ones, else a person's translation. Raises
    TextError: `no-paragraphs`, `too-many-paragraphs`, `text-too-long`.
    """
    standing = "authentic" if language in official else "human_checked"
    pieces = _pieces(pasted)
    check_number_of_paragraphs(len(pieces))
    paragraphs = []
    for number, (words, kind) in enumerate(zip(pieces, _kinds(pieces), strict=True), start=1):
        check_wording(words, paragraph=f"p{number}", language=language)
        paragraphs.append(Paragraph(f"p{number}", kind, 1, {language: LanguageText(words, 1, standing)}))
    return Text(tuple(paragraphs))


@dataclass(frozen=True, slots=True)
class Aligned:
    """A pasted translation by paragraph, or why it could not be set beside them: then `texts` is empty."""

    texts: Mapping[str, str]
    findings: tuple[Finding, ...]


def aligned(text: Text, *, language: str, pasted: str) -> Aligned:
    """A pasted text in another language, set beside the paragraphs of `text` in their order.

    Where the numbers of paragraphs differ nothing is set: the finding `paragraphs-differ` has `expected`, `given`, and
    `place`, the number of the first paragraph that is numbered otherwise than its fellow, or has none; its `paragraph`
    is the one that stands there in `text`. Where the numbers are the same but such a place
    exists, everything is set and `numbering-differs-here` says where to look. A paragraph that is too long raises
    TextError `text-too-long`.
    """
    pieces = _pieces(pasted)
    wanted = [_reference(one, language) for one in text.paragraphs]
    both = enumerate(zip(wanted, pieces, strict=False))
    place = next((at for at, (there, words) in both if _numbered_otherwise(there, words)), None)
    if len(pieces) != len(wanted):
        at = min(len(pieces), len(wanted)) if place is None else place
        there = text.paragraphs[at].id if at < len(wanted) else None
        values = {"expected": len(wanted), "given": len(pieces), "place": at + 1}
        return Aligned({}, (Finding("paragraphs-differ", there, language, values),))
    texts = {one.id: words for one, words in zip(text.paragraphs, pieces, strict=True)}
    for id, words in texts.items():
        check_wording(words, paragraph=id, language=language)
    if place is None:
        return Aligned(texts, ())
    return Aligned(
        texts, (Finding("numbering-differs-here", text.paragraphs[place].id, language, {"place": place + 1}),)
    )


def _reference(paragraph: Paragraph, language: str) -> str:
    """Words to compare with: of another language, authentic and up to date ones first."""
    others = [said for one, said in paragraph.texts.items() if one != language] or list(paragraph.texts.values())
    return max(others, key=lambda said: (said.standing == "authentic", said.revision)).text


def _numbered_otherwise(words: str, others: str) -> bool:
    """Whether only one begins with a mark, or both with other numbers: 2. and 三、, but not 2. and (二)."""
    if (rank(words) is None) != (rank(others) is None):
        return True
    counted, counted_there = ordinal(words), ordinal(others)
    return None not in (counted, counted_there) and counted != counted_there


def _pieces(pasted: str) -> list[str]:
    """The paragraphs of a pasted text. Its first line stands alone: unless numbered it is the title."""
    lines = [INVISIBLE.sub("", line) for line in LINE_BREAK.split(unicodedata.normalize("NFC", pasted))]
    while lines and not lines[0].strip():
        del lines[0]
    while lines and not lines[-1].strip():
        del lines[-1]
    every = all(line.strip() for line in lines)
    pieces: list[str] = []
    for blank, block in groupby(lines, key=lambda line: not line.strip()):
        if blank:
            continue
        first = True
        for line in block:
            below_title = len(pieces) == 1 and rank(pieces[0]) is None
            begins = first or every or below_title or _begins(line)
            words = line.strip()
            if begins:
                pieces.append(words)
            else:
                pieces[-1] += f"\n{words}"
            first = False
    return pieces


def _begins(line: str) -> bool:
    """Whether a line begins a paragraph by itself: numbered, a heading or note by its words, or indented."""
    return rank(line) is not None or heading_mark(line) or note_mark(line) or line.startswith(("\u3000", "\t", "    "))


def _kinds(pieces: Sequence[str]) -> list[str]:
    """A kind for each. Without any number all is operative; else what stands before the first number is preamble."""
    ranks = [rank(words) for words in pieces]
    strongest = min((one for one in ranks if one is not None and one < ITEM_RANK), default=None)
    kinds: list[str] = []
    begun = strongest is None
    for at, (words, mark) in enumerate(zip(pieces, ranks, strict=True)):
        if at == 0 and mark is None:
            kind = "title"
        elif mark is not None:
            begun = True
            kind = "operative" if mark == strongest else "item"
        elif heading_mark(words) or _in_capitals(words):
            kind = "heading"
        elif note_mark(words):
            kind = "note"
        else:
            kind = "operative" if begun else "preamble"
        kinds.append(kind)
    return kinds


def _in_capitals(words: str) -> bool:
    return len(words) <= SHORT and words == words.upper() != words.lower() and not words.endswith((".", ";", ","))
