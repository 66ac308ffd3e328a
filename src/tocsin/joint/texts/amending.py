"""An amendment: changes to a text, which make its next version.

A change names a paragraph and says what becomes of it:

    to null                      the paragraph is deleted; `after` says nothing
    a paragraph not there yet    it is inserted behind `after`; with null at the beginning
    a paragraph that is there    it is replaced; with `after` it moves behind that one, with null it stays where it is

Changes are applied one after another, each to what those before it made. To move a paragraph to the beginning, move
those that stand before it behind it.

*Revisions.* Nobody has to say whether a change is only of style: a paragraph's revision is raised by one whenever a
text in an official language that was up to date reads differently, and the changed text has the new revision. The
other official texts keep theirs, and are then out of date, or are given the new one by the author, who thereby says
that they are right as they stand. A text that was behind, or was not there, is brought up to date without raising it.
Translations are nobody's to take away: one that a change does not repeat stays as it was.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tocsin.joint.texts.findings import TextError
from tocsin.joint.texts.paragraphs import (
    Paragraph,
    Text,
    check_number_of_paragraphs,
    paragraph_as_json,
    read_paragraph,
)

__all__ = ["Change", "amended", "changes_as_json", "read_changes"]


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one paragraph; the module says how it is read."""

    paragraph: str
    after: str | None
    to: Paragraph | None


def read_changes(said: Sequence[Mapping[str, Any]]) -> tuple[Change, ...]:
    """The changes of a document.

    Raises TextError: `other-paragraph` where `to` has another identifier, or what `read_paragraph` raises.
    """
    changes = []
    for one in said:
        try:
            paragraph, after, to = one["paragraph"], one["after"], one["to"]
        except (KeyError, TypeError) as problem:
            raise TextError("not-a-text", given=str(problem)) from None
        change = Change(paragraph, after, None if to is None else read_paragraph(to))
        if change.to is not None and change.to.id != paragraph:
            raise TextError("other-paragraph", paragraph=paragraph, to=change.to.id)
        changes.append(change)
    return tuple(changes)


def changes_as_json(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """The changes as a document holds them."""
    return [
        {"paragraph": one.paragraph, "after": one.after, "to": None if one.to is None else paragraph_as_json(one.to)}
        for one in changes
    ]


def amended(text: Text, changes: Sequence[Change], *, official: Collection[str]) -> Text:
    """The next version of a text.

    official  the languages whose texts are negotiated

    Raises TextError: `same-paragraph-twice`, `no-such-paragraph`, `deleted-in-one-language`, `rev-not-raised`,
    `rev-lowered`, `rev-skips`, `no-paragraphs`, `too-many-paragraphs`, `nothing-changed`. An amendment of measures or
    duties alone is not for this function: the text gets the next version as it is.
    """
    paragraphs = list(text.paragraphs)
    touched: set[str] = set()
    for change in changes:
        if change.paragraph in touched:
            raise TextError("same-paragraph-twice", paragraph=change.paragraph)
        touched.add(change.paragraph)
        _apply(paragraphs, change, official)
    check_number_of_paragraphs(len(paragraphs))
    if tuple(paragraphs) == text.paragraphs:
        raise TextError("nothing-changed")
    return Text(tuple(paragraphs), text.version + 1)


def _apply(paragraphs: list[Paragraph], change: Change, official: Collection[str]) -> None:
    at = _place(paragraphs, change.paragraph)
    if change.to is None:
        if at is None:
            raise TextError("no-such-paragraph", paragraph=change.paragraph)
        del paragraphs[at]
    elif at is None:
        _check_new(change.to)
        paragraphs.insert(_behind(paragraphs, change.after), change.to)
    else:
        paragraphs[at] = _replaced(paragraphs[at], change.to, official)
        if change.after is not None and change.after != change.paragraph:
            moved = paragraphs.pop(at)
            paragraphs.insert(_behind(paragraphs, change.after), moved)


def _place(paragraphs: Sequence[Paragraph], id: str) -> int | None:
    return next((at for at, one in enumerate(paragraphs) if one.id == id), None)


def _behind(paragraphs: Sequence[Paragraph], after: str | None) -> int:
    if after is None:
        return 0
    at = _place(paragraphs, after)
    if at is None:
        raise TextError("no-such-paragraph", paragraph=after)
    return at + 1


def _check_new(paragraph: Paragraph) -> None:
    if paragraph.revision != 1:
        raise TextError("rev-skips", paragraph=paragraph.id, revision=paragraph.revision, expected=1)


def _replaced(old: Paragraph, new: Paragraph, official: Collection[str]) -> Paragraph:
    """`new` with the translations that it does not repeat, once its official texts and revisions are right."""
    missing = [language for language in old.texts if language in official and language not in new.texts]
    if missing:
        kept = [language for language in old.texts if language in official and language in new.texts]
        raise TextError("deleted-in-one-language", paragraph=old.id, languages=missing, kept=kept)
    if new.revision < old.revision:
        raise TextError("rev-lowered", paragraph=old.id, revision=new.revision, was=old.revision)
    if new.revision > old.revision + 1:
        raise TextError("rev-skips", paragraph=old.id, revision=new.revision, expected=old.revision + 1)
    for language in new.texts:
        _check_revision(old, new, language, negotiated=language in official)
    return replace(new, texts=dict(sorted({**old.texts, **new.texts}.items())))


def _check_revision(old: Paragraph, new: Paragraph, language: str, *, negotiated: bool) -> None:
    """A changed text has the paragraph's revision, raised if it was up to date; an unchanged one is never set back."""
    said, was = new.texts[language], old.texts.get(language)
    values = {"paragraph": old.id, "language": language, "revision": said.revision}
    if was is not None and said.text == was.text:
        if said.revision < was.revision:
            raise TextError("rev-lowered", **values, was=was.revision)
        return
    if not negotiated:
        return
    if said.revision < new.revision:
        raise TextError("rev-not-raised", **values, expected=new.revision)
    if was is not None and was.revision == old.revision == new.revision:
        raise TextError("rev-not-raised", **values, expected=old.revision + 1)
