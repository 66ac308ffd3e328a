"""What of a file may leave the hospital: the same to the eye, without what is written beside it.

What a picture shows is a person's to look at: a face, a name on a wristband, the corner of a monitor. No program here
looks at points, and a page of a PDF that is a picture has no text to search; `Deidentified.to_be_looked_at` says so.
"""

from dataclasses import dataclass
from typing import NamedTuple

from tocsin.clinical.files import pictures, portable, word
from tocsin.clinical.files.kinds import PICTURES, Kind
from tocsin.clinical.files.texts import letters
from tocsin.clinical.identifiers.finding import found_in
from tocsin.clinical.identifiers.identity import NOBODY, Identity
from tocsin.clinical.identifiers.removing import removed

__all__ = ["Deidentified", "Place", "deidentified"]

MOST_PLACES = 200


class Place(NamedTuple):
    """Where an identifier stands that a person has to look at: never what it says.

    where   "page" or "paragraph"
    kind    of `identifiers.identity.Kind`
    """

    where: str
    number: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deidentified:
    """A file as it may leave, once somebody has looked at `flagged`.

    left_away       what was written beside it: words of pictures.BESIDE, portable.OUTSIDE, word.GONE; "identifiers"
                    where words of a text were replaced
    flagged         where its text seems to say who the patient is; a document is not changed there
    to_be_looked_at pages that are or hold pictures, which no program has read; the picture itself is page 1
    """

    content: bytes
    left_away: tuple[str, ...] = ()
    flagged: tuple[Place, ...] = ()
    to_be_looked_at: tuple[int, ...] = ()


def deidentified(content: bytes, kind: Kind, identity: Identity = NOBODY, *, language: str = "en") -> Deidentified:
    """The file without what says who it is about, as far as a program can tell. Raises RefusedFile.

    identity   whom its text is searched for
    language   in which "[removed]" stands in plain text
    """
    if kind in PICTURES:
        made, left = pictures.anew(content, kind.value)
        return Deidentified(content=made, left_away=left, to_be_looked_at=(1,))
    if kind is Kind.PDF:
        return _of_pdf(content, identity)
    if kind is Kind.DOCX:
        return _of_docx(content, identity)
    return _of_text(content, identity, language=language)


def _of_pdf(content: bytes, identity: Identity) -> Deidentified:
    made, left = portable.anew(content)
    flagged, pages = [], []
    for number, text, has_pictures in portable.pages_of(made):
        flagged += [Place("page", number, one.kind.value) for one in found_in(text, identity)]
        if has_pictures or not text.strip():
            pages.append(number)
    return Deidentified(content=made, left_away=left, flagged=_once(flagged), to_be_looked_at=tuple(pages))


def _of_docx(content: bytes, identity: Identity) -> Deidentified:
    made, left = word.anew(content)
    flagged = [
        Place("paragraph", number, one.kind.value)
        for number, text in word.paragraphs_of(made)
        for one in found_in(text, identity)
    ]
    has_pictures = b"word/media/" in made
    return Deidentified(
        content=made, left_away=left, flagged=_once(flagged), to_be_looked_at=(1,) if has_pictures else ()
    )


def _of_text(content: bytes, identity: Identity, *, language: str) -> Deidentified:
    """Always UTF-8, without its mark; what is found is replaced, since nothing of its form can break."""
    text = letters(content)
    found = found_in(text, identity)
    clean = removed(text, found, language=language)
    return Deidentified(content=clean.encode(), left_away=("identifiers",) if found else ())


def _once(places: list[Place]) -> tuple[Place, ...]:
    return tuple(dict.fromkeys(places))[:MOST_PLACES]
