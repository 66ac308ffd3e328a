"""The free texts of documents, in the language that they were written in and in others."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tocsin.node.notifications.models import (
    Notification,
    Relevance,
    Translation,
    VerificationAnswer,
    VerificationRequest,
)

__all__ = ["Source", "Text", "Translatable", "source_of", "texts_in", "texts_of_many"]

Translatable = Notification | Relevance | VerificationAnswer | VerificationRequest


@dataclass(frozen=True)
class Source:
    """A document that can be translated.

    texts  by field, those that are not empty; the questions of a request are questions/0, questions/1, …
    """

    id: UUID
    origin: str
    type: str
    version: int
    language: str
    texts: Mapping[str, str]
    classification: str
    addressees: tuple[str, ...]
    no_onward_sharing: bool

    def audience(self, node: str) -> tuple[str, tuple[str, ...]]:
        """To whom `node` shares a translation: to whoever has the document, its origin among them."""
        if self.classification != "SELECTIVE":
            return self.classification, ()
        return "SELECTIVE", tuple(sorted({self.origin, *self.addressees} - {node}))


@dataclass(frozen=True)
class Text:
    """One text as a reader is shown it. standing: original, human_checked or machine."""

    text: str
    language: str
    standing: str
    node: str
    translation: Translation | None = None


def source_of(row: Translatable) -> Source | None:
    """The document of a row as it is now; None where it is void, or its words were erased."""
    one = type(row).objects.readable().filter(pk=row.pk).first()
    return _source(one) if one is not None else None


def _source(one: Translatable) -> Source:
    kind, version, texts, to = _of(one)
    classification = one.classification if isinstance(one, Notification) else "SELECTIVE"
    passed_on = getattr(one, "no_onward_sharing", False)
    texts = {name: text for name, text in texts.items() if text.strip()}
    return Source(one.document_id, one.origin, kind, version, one.language, texts, classification, tuple(to), passed_on)


def _of(one: Translatable) -> tuple[str, int, dict[str, str], Sequence[str]]:
    """Type, version, texts by field, and to whom it went by name."""
    if isinstance(one, Notification):
        return "notification", one.version, dict(one.body["texts"]), one.addressees
    if isinstance(one, VerificationRequest):
        questions = {f"questions/{at}": each["text"] for at, each in enumerate(one.questions)}
        return "verification-request", 1, {"what_is_heard": one.what_is_heard, **questions}, one.addressees
    if isinstance(one, VerificationAnswer):
        return "verification-answer", 1, {"text": one.text}, [one.of_origin]
    return "relevance", one.version, {"text": one.text}, [one.notified_by]


def texts_in(source: Source, language: str) -> dict[str, Text]:
    """Each text in `language` where there is a translation, else as it was written.

    Of several the best: what its own state had checked, then what was checked here, then by others, then a machine's.
    """
    shown = {name: Text(text, source.language, "original", source.origin) for name, text in source.texts.items()}
    if language == source.language:
        return shown
    rows = Translation.objects.filter(of_id=source.id, of_origin=source.origin, language=language).standing()
    for name, row in _best(rows, source).items():
        if name in shown and row.text:
            shown[name] = Text(row.text, language, row.standing, row.node, row)
    return shown


def texts_of_many(documents: Sequence[Translatable], languages: Sequence[str]) -> dict[UUID, dict[str, Text]]:
    """The texts of documents that are readable, by row, as `texts_in` gives them. One query, however many they are.

    languages  what one language may be called in documents
    """
    sources = {one.pk: source for one in documents if not one.state and (source := _source(one)).texts}
    rows = Translation.objects.filter(of_id__in=[one.id for one in sources.values()], language__in=languages)
    by_document: dict[tuple[UUID, str], list[Translation]] = defaultdict(list)
    for row in rows.standing():
        by_document[row.of_id, row.of_origin].append(row)
    found = {}
    for key, source in sources.items():
        shown = {name: Text(text, source.language, "original", source.origin) for name, text in source.texts.items()}
        best = {} if source.language in languages else _best(by_document[source.id, source.origin], source)
        shown |= {
            name: Text(row.text, row.language, row.standing, row.node, row)
            for name, row in best.items()
            if name in shown and row.text
        }
        found[key] = shown
    return found


def _best(rows: Iterable[Translation], source: Source) -> dict[str, Translation]:
    def rank(row: Translation) -> tuple[Any, ...]:
        checked = row.standing == Translation.Standing.HUMAN_CHECKED
        return checked, row.node == source.origin, row.document is None, row.version, row.at, str(row.document)

    best: dict[str, Translation] = {}
    for row in rows:
        # Of another version of the document it says something else.
        if row.of_version == source.version and (row.field not in best or rank(row) > rank(best[row.field])):
            best[row.field] = row
    return best
