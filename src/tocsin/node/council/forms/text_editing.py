"""The text of a decision as somebody edits it: paragraphs by language, added, moved, taken out; and what it becomes.

Fields are named by paragraph and language, so that a page drawn anew, or by another person, knows them again.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from tocsin.joint.texts.changing import reworded
from tocsin.joint.texts.paragraphs import KINDS, LanguageText, Paragraph

__all__ = ["Edited", "as_edited", "kept_paragraphs", "rearranged", "saved_paragraphs", "typed", "written"]

MOST = 500  # paragraphs; what a document may have


@dataclass(frozen=True, slots=True)
class Edited:
    """One paragraph as it stands on the page. `right`: its other languages are said to be right as they stand."""

    id: str
    kind: str
    words: Mapping[str, str]
    right: bool = False


def as_edited(paragraphs: Iterable[Paragraph]) -> list[Edited]:
    """What stands, to be edited."""
    return [Edited(one.id, one.kind, {lang: said.text for lang, said in one.texts.items()}) for one in paragraphs]


def typed(posted: QueryDict, languages: Sequence[str]) -> list[Edited]:
    """What was typed; a paragraph that is named twice once."""
    found: dict[str, Edited] = {}
    for id in posted.getlist("p")[:MOST]:
        if not _is_key(id):
            continue
        kind = posted.get(f"kind-{id}", "")
        words = {one: _tidy(posted.get(f"text-{id}-{one}", "")) for one in languages}
        found[id] = Edited(id, kind if kind in KINDS else "operative", words, f"right-{id}" in posted)
    return list(found.values())


def _is_key(id: str) -> bool:
    return 0 < len(id) <= 40 and id.isascii() and id.replace("-", "").replace("_", "").isalnum()


def _tidy(words: str) -> str:
    return words.replace("\r\n", "\n").replace("\r", "\n").strip()


def rearranged(edited: Sequence[Edited], asked: str, *, taken: Collection[str] = ()) -> tuple[list[Edited], str]:
    """What a button asks for, `add:p3`, `up:p3`, `down:p3`, `delete:p3`; and the paragraph to look at then.

    add     behind that paragraph; without one at the end
    taken   identifiers that no new paragraph gets
    """
    found, (what, _colon, id) = list(edited), asked.partition(":")
    at = next((place for place, one in enumerate(found) if one.id == id), None)
    if what == "add":
        new = Edited(_next_id({one.id for one in found} | set(taken)), "operative", {})
        found.insert(len(found) if at is None else at + 1, new)
        return found, new.id
    if at is None:
        return found, ""
    if what == "delete":
        del found[at]
        return found, found[min(at, len(found) - 1)].id if found else ""
    to = at + {"up": -1, "down": 1}.get(what, 0)
    if 0 <= to < len(found):
        found.insert(to, found.pop(at))
    return found, id


def _next_id(taken: Collection[str]) -> str:
    numbers = [int(one[1:]) for one in taken if one.startswith("p") and one[1:].isdecimal() and len(one) < 9]
    return f"p{max(numbers, default=0) + 1}"


def written(edited: Iterable[Edited], base: Iterable[Paragraph], *, official: Collection[str]) -> list[Paragraph]:
    """The paragraphs that it has become, revisions raised where words in an official language are others.

    A paragraph without any words has no texts: a draft may keep it, a document may not.
    """
    old = {one.id: one for one in base}
    return [_paragraph(one, old.get(one.id), official) for one in edited]


def _paragraph(one: Edited, was: Paragraph | None, official: Collection[str]) -> Paragraph:
    if was is None or not was.texts:
        texts = {
            lang: LanguageText(words, 1, "authentic" if lang in official else "human_checked")
            for lang, words in sorted(one.words.items())
            if words
        }
        return Paragraph(one.id, one.kind, 1, texts)
    right = [lang for lang in was.texts if one.right and one.words.get(lang, "") == was.wording(lang)]
    return replace(reworded(was, one.words, official=official, right=right), kind=one.kind)


def kept_paragraphs(said: Mapping[str, Any]) -> list[Paragraph]:
    """The paragraphs of a draft, which may be without words."""
    return [
        Paragraph(
            one["id"], one["kind"], one["rev"],
            {lang: LanguageText(t["text"], t["rev"], t["standing"]) for lang, t in sorted(one["texts"].items())},
        )
        for one in said.get("paragraphs", ())
    ]  # fmt: skip


def saved_paragraphs(paragraphs: Iterable[Paragraph]) -> dict[str, Any]:
    """As a draft keeps them. Where every language is up to date nobody has to know how often it was changed."""
    return {"paragraphs": [_saved(one) for one in paragraphs]}


def _saved(one: Paragraph) -> dict[str, Any]:
    settled = all(said.revision == one.revision for said in one.texts.values())
    return {
        "id": one.id, "kind": one.kind, "rev": 1 if settled else one.revision,
        "texts": {
            lang: {"text": said.text, "rev": 1 if settled else said.revision, "standing": said.standing}
            for lang, said in one.texts.items()
        },
    }  # fmt: skip
