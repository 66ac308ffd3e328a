"""Paragraphs as documents hold them, read and written.

A paragraph has a revision, which rises when its meaning may have changed; each language's text has the revision that it
follows. A text whose revision is below the paragraph's is out of date. A text is *authentic* where its states negotiate
in that language; any other stands beside it as a translation, checked by a person or made by a machine.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tocsin.joint.texts.findings import TextError

__all__ = [
    "KINDS",
    "STANDINGS",
    "LanguageText",
    "Paragraph",
    "Text",
    "as_json",
    "check_wording",
    "digest_of",
    "paragraph_as_json",
    "read_paragraph",
    "read_text",
]

KINDS = ("title", "heading", "preamble", "operative", "item", "note")
STANDINGS = ("authentic", "human_checked", "machine")
MOST_PARAGRAPHS = 500
MOST_CHARACTERS = 20_000  # of one paragraph in one language
MOST_LANGUAGES = 40
LARGEST_REVISION = 1_000_000  # no number from outside may make a paragraph that cannot be changed any more


@dataclass(frozen=True, slots=True)
class LanguageText:
    """A paragraph in one language, and the revision of the paragraph that it says."""

    text: str
    revision: int
    standing: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph. `texts` by language tag, in order of the tags; at least one."""

    id: str
    kind: str
    revision: int
    texts: Mapping[str, LanguageText]

    def wording(self, language: str) -> str | None:
        """The words in that language, whatever their standing; None where there are none."""
        said = self.texts.get(language)
        return None if said is None else said.text


@dataclass(frozen=True, slots=True)
class Text:
    """All paragraphs of one version, in order. The first version is 1; a translation makes no other version."""

    paragraphs: tuple[Paragraph, ...]
    version: int = 1

    def paragraph(self, id: str) -> Paragraph | None:
        """The one of that identifier, or None."""
        return next((one for one in self.paragraphs if one.id == id), None)

    @property
    def languages(self) -> tuple[str, ...]:
        """Every language that any paragraph is in, sorted by tag."""
        return tuple(sorted({language for one in self.paragraphs for language in one.texts}))


def read_text(said: Mapping[str, Any], *, version: int = 1) -> Text:
    """The text of a document's `{"paragraphs": […]}`.

    Raises TextError: `no-paragraphs`, `too-many-paragraphs`, `same-id-twice`, or what `read_paragraph` raises.
    """
    paragraphs = said.get("paragraphs") if isinstance(said, Mapping) else None
    if not isinstance(paragraphs, Sequence) or isinstance(paragraphs, str):
        raise TextError("not-a-text", given=type(paragraphs).__name__)
    check_number_of_paragraphs(len(paragraphs))
    read = tuple(read_paragraph(one) for one in paragraphs)
    seen: set[str] = set()
    for one in read:
        if one.id in seen:
            raise TextError("same-id-twice", paragraph=one.id)
        seen.add(one.id)
    return Text(read, version)


def check_number_of_paragraphs(number: int) -> None:
    """Refuse a text of none, and one of more than anybody can read."""
    if number == 0:
        raise TextError("no-paragraphs")
    if number > MOST_PARAGRAPHS:
        raise TextError("too-many-paragraphs", paragraphs=number, limit=MOST_PARAGRAPHS)


def read_paragraph(said: Mapping[str, Any]) -> Paragraph:
    """One paragraph of a document.

    Raises TextError: `not-a-text`, `no-id`, `unknown-kind`, `not-a-revision`, `no-language`, `too-many-languages`,
    `unknown-standing`, `revision-above-paragraph`, `empty-text`, `text-too-long`.
    """
    try:
        id, kind, revision, texts = said["id"], said["kind"], said["rev"], said["texts"]
        given = {language: (one["text"], one["rev"], one["standing"]) for language, one in sorted(texts.items())}
    except (KeyError, TypeError, AttributeError) as problem:
        raise TextError("not-a-text", given=str(problem)) from None
    if not (isinstance(id, str) and id.strip()):
        raise TextError("no-id")
    if kind not in KINDS:
        raise TextError("unknown-kind", paragraph=id, kind=kind)
    _check_revision(revision, id)
    if not given:
        raise TextError("no-language", paragraph=id)
    if len(given) > MOST_LANGUAGES:
        raise TextError("too-many-languages", paragraph=id, languages=len(given), limit=MOST_LANGUAGES)
    return Paragraph(id, kind, revision, {one: _language_text(id, one, revision, *given[one]) for one in given})


def _language_text(id: str, language: str, of: int, text: str, revision: int, standing: str) -> LanguageText:
    if standing not in STANDINGS:
        raise TextError("unknown-standing", paragraph=id, language=language, standing=standing)
    _check_revision(revision, id)
    if revision > of:
        raise TextError("revision-above-paragraph", paragraph=id, language=language, revision=revision, paragraph_at=of)
    check_wording(text, paragraph=id, language=language)
    return LanguageText(text, revision, standing)


def _check_revision(revision: Any, paragraph: str) -> None:
    if type(revision) is not int or not 1 <= revision <= LARGEST_REVISION:
        raise TextError("not-a-revision", paragraph=paragraph, revision=revision, limit=LARGEST_REVISION)


def check_wording(text: Any, *, paragraph: str, language: str) -> None:
    """Refuse words that are none (`empty-text`), and more of them than a paragraph holds (`text-too-long`)."""
    if not isinstance(text, str) or not text.strip():
        raise TextError("empty-text", paragraph=paragraph, language=language)
    if len(text) > MOST_CHARACTERS:
        raise TextError(
            "text-too-long", paragraph=paragraph, language=language, characters=len(text), limit=MOST_CHARACTERS
        )


def as_json(text: Text) -> dict[str, Any]:
    """The text as a document holds it; `read_text` reads it back to the same."""
    return {"paragraphs": [paragraph_as_json(one) for one in text.paragraphs]}


def paragraph_as_json(paragraph: Paragraph) -> dict[str, Any]:
    """One paragraph as a document holds it."""
    return {
        "id": paragraph.id,
        "kind": paragraph.kind,
        "rev": paragraph.revision,
        "texts": {
            language: {"text": said.text, "rev": said.revision, "standing": said.standing}
            for language, said in paragraph.texts.items()
        },
    }


def digest_of(text: Text, language: str) -> str:
    """The SHA-256 of what the text says in one language, base64url without padding.

    It is taken over UTF-8 JSON in the form of RFC 8785: a list with one member for each paragraph in order,
    `{"kind": …, "text": …}`, `text` null where the paragraph is not in that language. Identifiers, revisions and other
    languages are not in it: who has the printed words can compute it.
    """
    said = [{"kind": one.kind, "text": one.wording(language)} for one in text.paragraphs]
    data = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode("ascii")
