"""What of a decision there is to take along: papers by language, version and format, and the sealed file."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from tocsin.joint.decisions.state import OPEN, Version
from tocsin.node.council import links
from tocsin.node.council.exporting.paper_parts import classified, not_in_force, readers_of
from tocsin.node.council.pages.decision_page import Reading
from tocsin.node.council.pages.decision_words import Title, language_name, shown_title, written_in
from tocsin.node.exports.papers import FORMATS

__all__ = ["ALL", "PapersPage", "file_name", "papers_page"]

ALL = "all"
KINDS = {"pdf": "PDF", "docx": "Word (DOCX)"}


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A language, or all that are official, with an address for each format."""

    name: str
    note: str
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PapersPage:
    """What the page shows; `sealable`: it is adopted. `earlier`: versions before the last, each with its papers."""

    of: Any
    title: Title
    back: str
    marked: str
    readers: str
    draft: str
    lines: list[PaperLine]
    earlier: list[tuple[int, list[PaperLine]]]
    sealable: bool


def papers_page(reading: Reading) -> PapersPage:
    """Of a decision as far as its order is followed here."""
    of, decision = reading.of, reading.decision
    return PapersPage(
        of=of, title=shown_title(decision.title, decision.official), back=links.decision(of.pk),
        marked=classified(of, decision), readers=readers_of(of), draft=not_in_force(decision),
        lines=_lines(reading, decision.version),
        earlier=[(one.number, _lines(reading, one)) for one in reversed(decision.versions[:-1])],
        sealable=decision.adopted is not None and decision.status not in OPEN,
    )  # fmt: skip


def _lines(reading: Reading, version: Version) -> list[PaperLine]:
    official = reading.decision.official
    lines = [PaperLine(_("All official languages"), "", _files(reading, version, ALL))] if len(official) > 1 else []
    for language in written_in(version.text.languages, official):
        note = _("authentic") if language in official else _("translation")
        lines.append(PaperLine(language_name(language), note, _files(reading, version, language)))
    return lines


def _files(reading: Reading, version: Version, language: str) -> tuple[tuple[str, str], ...]:
    query = "" if version is reading.decision.version else f"?version={version.number}"
    return tuple(
        (KINDS[one], reverse("decision_paper", args=[reading.of.pk, language, one]) + query) for one in FORMATS
    )


def file_name(reading: Reading, version: Version, language: str) -> str:
    """Of a file: body, kind, day, so that a folder of them can be told apart; never what is not for everybody."""
    decision = reading.decision
    when = decision.adopted.at if decision.adopted else reading.at
    draft = "" if decision.adopted else "draft"
    parts = (decision.body, decision.kind, f"{when:%Y-%m-%d}", str(reading.of.object_id)[-6:], draft, language)
    version_part = f"v{version.number}" if len(decision.versions) > 1 else ""
    return "-".join(slugify(one) for one in (*parts, version_part) if one)
