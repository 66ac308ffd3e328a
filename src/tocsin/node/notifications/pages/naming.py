"""What states, places, diseases and codes are called in the reader's language, by what the node and the document know.

A code of a later release, or of a state's own list, is shown as it stands, and said to be one.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from tocsin.node.alliance.naming import names
from tocsin.node.events.vocabulary.reading import word, words
from tocsin.node.language.formats import long_date
from tocsin.node.notifications.pages.pieces import Piece
from tocsin.node.surveillance.models import Disease

__all__ = ["Naming", "age_group", "code_words", "day", "reader_language", "strange"]

# A language of the interface, and what documents call it.
WRITTEN = {"zh-hans": "zh"}
FALLBACKS = ("en", "ru", "zh")


def reader_language() -> str:
    """What documents call the language that is active: en, ru, zh."""
    active = get_language() or "en"
    return WRITTEN.get(active, active)


def strange(code: str) -> Piece:
    """A code that this node has no words for."""
    return Piece(_("“%(code)s” (a code that this node does not know)") % {"code": code})


def code_words(kind: str, code: str) -> Piece:
    """The words of a code of the vocabulary."""
    return Piece(word(kind, code)) if code in words().get(kind, {}) else strange(code)


def day(said: str) -> str:
    """A day of a document as the reader's language writes it; as it stands where it is none."""
    from django.utils.dateparse import parse_date

    try:
        parsed = parse_date(said)
    except ValueError:
        parsed = None
    return long_date(parsed) if parsed is not None else said


def age_group(code: str) -> str:
    """Of a breakdown: all, unknown, 0-4, 65+."""
    if code == "all":
        return pgettext("age group", "all ages")
    if code == "unknown":
        return pgettext("age group", "age unknown")
    if code.endswith("+"):
        return pgettext("age group", "%(years)s and over") % {"years": code[:-1]}
    return code.replace("-", "–")


class Naming:
    """Names for one document, each asked for once.

    places  as the document gives them: [{code, kind, names: {en, ru, zh}}, …]
    """

    def __init__(
        self, origin: str, places: Sequence[Mapping[str, Any]], states: Iterable[str], disease: str | None
    ) -> None:
        self._states = names({origin, *states})
        self._disease = Disease.objects.filter(pk=disease).first() if disease else None
        self._code = disease
        self._places = {one["code"]: _place_name(one) for one in places}

    def state(self, code: str) -> Piece:
        """By the alliance's file."""
        return Piece(self._states[code]) if self._states.get(code, code) != code else strange(code)

    def disease(self) -> Piece:
        """By the node's list of diseases."""
        if self._code is None:
            return Piece(_("not known"))
        return Piece(str(self._disease)) if self._disease is not None else strange(self._code)

    def place(self, code: str) -> Piece:
        """As the document names it; the origin's own code stands for the whole state."""
        if code in self._places:
            return self._places[code]
        return self.state(code) if code in self._states else strange(code)


def _place_name(place: Mapping[str, Any]) -> Piece:
    """In the reader's language; else in another, which is marked; else its code."""
    known, wanted = place["names"], reader_language()
    if known.get(wanted):
        return Piece(known[wanted])
    for language in FALLBACKS:
        if known.get(language):
            return Piece(known[language], language)
    return Piece(place["code"])
