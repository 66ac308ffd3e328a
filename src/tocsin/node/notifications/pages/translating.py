"""The list of translators: what waits, how long, how far it is; and what we told, to be shared translated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import names
from tocsin.node.language.formats import whole
from tocsin.node.notifications.models import Translation
from tocsin.node.notifications.pages.pieces import language_name
from tocsin.node.notifications.translation_queue import Waiting, our_documents, waiting

__all__ = ["KIND_WORDS", "LANGUAGES", "Ours", "WaitingRow", "answer", "kind_word", "our_rows", "waiting_rows"]

LANGUAGES = ("en", "ru", "zh")
KIND_WORDS: dict[str, Any] = {
    "notification": gettext_lazy("Notification"),
    "question": gettext_lazy("Question between states"),
    "answer": gettext_lazy("Answer to our question"),
    "verdict": gettext_lazy("Whether our event concerns them"),
}


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One document of the list."""

    item: Waiting
    url: str
    what: str
    state: str
    languages: str
    size: str
    waits: timedelta
    chip: str
    chip_label: str


@dataclass(frozen=True, slots=True)
class Ours:
    """One of our notifications, and how far its texts are translated: language, address, how."""

    serial: str
    version: int
    language: str
    recorded_at: Any
    is_exercise: bool
    into: list[tuple[str, str, str]]


def kind_word(kind: str) -> str:
    return str(KIND_WORDS[kind])


def answer(rows: Sequence[WaitingRow]) -> str:
    """The title."""
    if not rows:
        return _("No text of partners waits for a translation")
    n = len(rows)
    return ngettext("%(n)d document waits for a translation", "%(n)d documents wait for a translation", n) % {"n": n}


def waiting_rows(person: Person) -> list[WaitingRow]:
    """In the order of the queue."""
    found, now = waiting(person), timezone.now()
    known = names({one.origin for one in found})
    return [_row(one, known[one.origin], now - one.came_at) for one in found]


def _row(one: Waiting, state: str, waits: timedelta) -> WaitingRow:
    url = reverse("translation", args=[one.kind, one.pk, one.into])
    languages = _("%(source)s → %(target)s") % {
        "source": language_name(one.language), "target": language_name(one.into),
    }  # fmt: skip
    size = ngettext("%(n)d text, %(size)s characters", "%(n)d texts, %(size)s characters", one.texts) % {
        "n": one.texts, "size": whole(one.characters),
    }  # fmt: skip
    chip, label = "waiting", ""
    if one.done:
        chip, label = "attention", _("%(done)s of %(all)s checked") % {"done": one.done, "all": one.texts}
    elif one.by_machine:
        chip, label = "attention", _("machine’s, to be checked")
    return WaitingRow(one, url, kind_word(one.kind), state, languages, size, waits, chip, label)


def our_rows(person: Person) -> list[Ours]:
    """The last version of each of our events, newest first."""
    rows = our_documents(person)
    made = Translation.objects.filter(of_id__in=[row.document_id for row in rows]).standing().exclude(text="")
    shared: dict[tuple[Any, str], list[bool]] = {}
    for of_id, language, document, shared_as in made.values_list("of_id", "language", "document", "shared_as"):
        shared.setdefault((of_id, language.partition("-")[0]), []).append(document is not None or shared_as is not None)
    return [_ours(row, shared) for row in rows if any(text.strip() for text in row.body["texts"].values())]


def _ours(row: Any, shared: dict[tuple[Any, str], list[bool]]) -> Ours:
    into = []
    for language in LANGUAGES:
        if language == row.language.partition("-")[0]:
            continue
        made = shared.get((row.document_id, language))
        how = _("not translated") if not made else _("shared") if all(made) else _("translated, not shared")
        url = reverse("translation", args=["notification", row.pk, language])
        into.append((language_name(language), url, how))
    return Ours(row.body["serial"], row.version, language_name(row.language), row.recorded_at, row.is_exercise, into)
