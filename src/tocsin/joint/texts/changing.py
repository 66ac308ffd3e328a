"""From what a person wrote to the changes that a document says: revisions raised, only what was touched named."""

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence

from tocsin.joint.texts.amending import Change
from tocsin.joint.texts.paragraphs import LanguageText, Paragraph, Text

__all__ = ["changes_between", "longest_rising", "reworded"]


def reworded(
    paragraph: Paragraph, wordings: Mapping[str, str], *, official: Collection[str], right: Collection[str] = ()
) -> Paragraph:
    """A paragraph with other words, its revisions as `amending` wants them.

    wordings  the words by language; languages that are not named stay as they are, empty words take a text away
    official  the languages whose texts are negotiated; a changed text in one is authentic, in another human-checked
    right     languages whose words were not touched and of which the author says that they are right as they stand
    """
    changed = {one: text for one, text in wordings.items() if text and text != paragraph.wording(one)}
    raised = any(one in official and _is_current(paragraph, one) for one in changed)
    revision = paragraph.revision + raised
    texts = {one: said for one, said in paragraph.texts.items() if wordings.get(one, said.text)}
    for one in right:
        if one in texts:
            texts[one] = LanguageText(texts[one].text, revision, texts[one].standing)
    for one, text in changed.items():
        texts[one] = LanguageText(text, revision, "authentic" if one in official else "human_checked")
    return Paragraph(paragraph.id, paragraph.kind, revision, dict(sorted(texts.items())))


def _is_current(paragraph: Paragraph, language: str) -> bool:
    said = paragraph.texts.get(language)
    return said is not None and said.revision == paragraph.revision


def changes_between(before: Text, after: Text, *, official: Collection[str]) -> tuple[Change, ...]:
    """The fewest changes that make `after` of `before`; translations that were not touched are not repeated."""
    old = {one.id: at for at, one in enumerate(before.paragraphs)}
    kept = {one.id for one in after.paragraphs}
    changes = [Change(id, None, None) for id in old if id not in kept]
    staying = _staying([old[one.id] for one in after.paragraphs if one.id in old], first=after.paragraphs[0].id in old)
    behind: str | None = None
    for one in after.paragraphs:
        if one.id not in old:
            changes.append(Change(one.id, behind, one))
        else:
            was = before.paragraphs[old[one.id]]
            moved = old[one.id] not in staying
            if moved or one != was:
                changes.append(Change(one.id, behind if moved else None, _touched(was, one, official)))
        behind = one.id
    return tuple(changes)


def _staying(order: Sequence[int], *, first: bool) -> set[int]:
    """Which old places need not move. `first`: the first may not, for nothing can be moved to the beginning."""
    staying = longest_rising(order)
    if first and order[0] not in staying:
        staying = {order[0], *longest_rising([one for one in order if one > order[0]])}
    return staying


def longest_rising(order: Sequence[int]) -> set[int]:
    """The members of a longest rising subsequence of distinct numbers: what kept its order while others moved."""
    ends: list[int] = []  # ends[n]: the smallest number that a rising subsequence of n + 1 members ends with
    before: dict[int, int | None] = {}
    for one in order:
        length = bisect_left(ends, one)
        before[one] = ends[length - 1] if length else None
        ends[length : length + 1] = [one]
    found: set[int] = set()
    at = ends[-1] if ends else None
    while at is not None:
        found.add(at)
        at = before[at]
    return found


def _touched(was: Paragraph, now: Paragraph, official: Collection[str]) -> Paragraph:
    texts = {one: said for one, said in now.texts.items() if one in official or was.texts.get(one) != said}
    return Paragraph(now.id, now.kind, now.revision, texts or now.texts)
