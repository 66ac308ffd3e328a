"""What a text lacks, in the words of the person who reads it; and why a text cannot be taken."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.joint.texts.findings import Finding, TextError
from tocsin.joint.texts.paragraphs import MOST_CHARACTERS, Paragraph, Text
from tocsin.joint.texts.standing import ready_to_adopt
from tocsin.node.council.pages.decision_words import language_name
from tocsin.node.council.wording import decision_refused
from tocsin.node.language.formats import whole

__all__ = ["FindingShown", "blocks", "findings", "wrong_text"]

WORDS: Mapping[str, Any] = {
    "untranslated": gettext_lazy("paragraph %(number)s: no text, %(language)s"),
    "out-of-date": gettext_lazy("paragraph %(number)s: out of date, %(language)s"),
    "machine-text": gettext_lazy("paragraph %(number)s: machine translation, not checked, %(language)s"),
    "brackets": gettext_lazy("paragraph %(number)s: in square brackets, not agreed, %(language)s"),
    "bracket-not-closed": gettext_lazy("paragraph %(number)s: a square bracket is not closed, %(language)s"),
    "bracket-not-opened": gettext_lazy("paragraph %(number)s: a square bracket is not opened, %(language)s"),
    "brackets-differ": gettext_lazy("paragraph %(number)s: not the same passages in brackets in each language"),
    "numbering-differs": gettext_lazy("paragraph %(number)s: not the same numbered lines in each language"),
    "numbering-differs-here": gettext_lazy(
        "paragraph %(number)s is numbered otherwise: look whether the two belong together"
    ),
    "paragraphs-differ": gettext_lazy(
        "Nothing was set beside it: the text has %(expected)s paragraphs and what was pasted has %(given)s. They part "
        "at paragraph %(place)s."
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FindingShown:
    """One thing to mend, and the paragraph where it is; empty where it is none's."""

    text: str
    paragraph: str = ""


def findings(paragraphs: Sequence[Paragraph], official: Collection[str]) -> list[FindingShown]:
    """What stands in the way of adoption; a text may be proposed all the same."""
    found = ready_to_adopt(Text(tuple(paragraphs)), official) if paragraphs else ()
    return worded(found, paragraphs)


def worded(found: Iterable[Finding], paragraphs: Sequence[Paragraph]) -> list[FindingShown]:
    """As sentences."""
    numbers = {one.id: place for place, one in enumerate(paragraphs, start=1)}
    return [_shown(one, numbers) for one in found]


def _shown(finding: Finding, numbers: Mapping[str, int]) -> FindingShown:
    values = {name: whole(value) if isinstance(value, int) else value for name, value in finding.values.items()}
    values |= {
        "number": numbers.get(finding.paragraph or "", "–"),
        "language": language_name(finding.language) if finding.language else "",
    }
    said = WORDS.get(finding.code)
    return FindingShown(str(said) % values if said else finding.code, finding.paragraph or "")


def blocks(said: Mapping[str, Any], paragraphs: Sequence[Paragraph]) -> list[FindingShown]:
    """Why a draft cannot be proposed yet: what no document could be without."""
    found = []
    if not said["title"]:
        found.append(FindingShown(_("It has no title. Give one in one language at least.")))
    if not said["concerned"]:
        found.append(FindingShown(_("No state is chosen that is to adopt it.")))
    if not paragraphs:
        found.append(FindingShown(_("It has no text. Write at least one paragraph.")))
    for place, one in enumerate(paragraphs, start=1):
        if not one.texts:
            text = _("Paragraph %(number)s is empty. Write it, or take it out.") % {"number": place}
            found.append(FindingShown(text, one.id))
    return found


def wrong_text(problem: TextError) -> str:
    """Why a text cannot be taken."""
    if problem.code == "text-too-long":
        said = _("A paragraph has %(n)s characters; %(most)s are the most. Divide it.")
        return said % {"n": whole(problem.values.get("characters")), "most": whole(MOST_CHARACTERS)}
    said = decision_refused(problem.code, problem.values)
    return said or _("This text cannot be taken (%(code)s). Look at its paragraphs.") % {"code": problem.code}
