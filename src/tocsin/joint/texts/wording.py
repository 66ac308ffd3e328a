"""What was changed in a paragraph: runs of words kept, deleted and added.

Words are compared where a script writes them apart, single characters where it does not, as Chinese. The longest common
subsequence is found by bit vectors (Crochemore, Iliopoulos, Pinzon and Reid 2001, doi:10.1016/S0020-0190(00)00214-X):
its time is bounded by the lengths alone, whatever the two texts are, which no search for longest blocks can promise.
Long texts are first compared sentence by sentence. A few words that happen to stand in both texts between larger
changes are then shown as changed with them, for nobody reads such a patchwork.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Literal

__all__ = ["Run", "runs"]

_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # written without spaces between words
_WORD = rf"(?:(?![{_UNSPACED}])\w[\u0300-\u036f]*)+"
WORDS = re.compile(rf"\s+|[{_UNSPACED}]|{_WORD}(?:[-'’]{_WORD})*|.", re.DOTALL)
_CLOSERS = "»”’\"')\\]）】］"
ENDS = re.compile(  # of sentences; 1.5 is none, and of several signs only the first is tried
    rf"(?<![.!?;:])[.!?;:]++[{_CLOSERS}]*+\s+|(?<![。！？；：])[。！？；：]++[{_CLOSERS}]*+\s*|\n\s*"
)
LONG = 2_000  # tokens on either side, beyond which sentences are compared first: some 7,000 letters

Pair = tuple[int, int]
Part = tuple[bool, str, str]  # whether it was kept; as it was; as it is


@dataclass(frozen=True, slots=True)
class Run:
    """Words that belong together. Kept and added runs make the new text, kept and deleted ones the old."""

    change: Literal["kept", "deleted", "added"]
    text: str


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A part of both texts, the same in both or changed, and how many letters and figures there are to read."""

    kept: bool
    old: str
    new: str
    read_of_old: int
    read_of_new: int

    @property
    def weight(self) -> int:
        """How much there is to read."""
        return max(self.read_of_old, self.read_of_new)


def runs(old: str, new: str) -> tuple[Run, ...]:
    """What was changed from `old` to `new`. Where words were replaced, the deleted ones stand first."""
    found: list[Run] = []
    for one in _readable(_joined(_parts(old, new))):
        if one.kept:
            found.append(Run("kept", one.old))
            continue
        found += [Run("deleted", one.old)] if one.old else []
        found += [Run("added", one.new)] if one.new else []
    return tuple(found)


def _parts(old: str, new: str) -> Iterator[Part]:
    before, after = WORDS.findall(old), WORDS.findall(new)
    if max(len(before), len(after)) <= LONG:
        yield from _compared(before, after)
        return
    for one in _joined(_compared(_sentences(old), _sentences(new))):
        if one.kept:
            yield True, one.old, one.new
        else:
            yield from _compared(WORDS.findall(one.old), WORDS.findall(one.new))


def _sentences(text: str) -> list[str]:
    places = [0, *(end.end() for end in ENDS.finditer(text)), len(text)]
    return [text[start:end] for start, end in pairwise(places) if end > start]


def _compared(before: Sequence[str], after: Sequence[str]) -> Iterator[Part]:
    """Both sequences, token by token where they are the same and in one part where they are not."""
    i = j = 0
    for same_i, same_j in (*_common(before, after), (len(before), len(after))):
        if same_i > i or same_j > j:
            yield False, "".join(before[i:same_i]), "".join(after[j:same_j])
        if same_i < len(before):
            yield True, before[same_i], after[same_j]
        i, j = same_i + 1, same_j + 1


def _common(before: Sequence[str], after: Sequence[str]) -> list[Pair]:
    """The places of a longest common subsequence. What both begin and end with is taken first: it is usually most."""
    start, end_i, end_j = 0, len(before), len(after)
    while start < min(end_i, end_j) and before[start] == after[start]:
        start += 1
    tail: list[Pair] = []
    while min(end_i, end_j) > start and before[end_i - 1] == after[end_j - 1]:
        end_i, end_j = end_i - 1, end_j - 1
        tail.append((end_i, end_j))
    middle = _longest_common(before[start:end_i], after[start:end_j])
    return [(at, at) for at in range(start)] + [(start + i, start + j) for i, j in middle] + tail[::-1]


def _longest_common(before: Sequence[str], after: Sequence[str]) -> list[Pair]:
    """The places of a longest common subsequence, by bit vectors.

    Bit j of row i is 0 where after[j] adds one to what before[:i] has in common with after[:j].
    """
    if not before or not after:
        return []
    places: dict[str, int] = {}
    for j, token in enumerate(after):
        places[token] = places.get(token, 0) | 1 << j
    every = (1 << len(after)) - 1
    rows = [every]
    for token in before:
        row, matches = rows[-1], places.get(token, 0)
        rows.append(((row + (row & matches)) | (row & ~matches)) & every)
    found: list[Pair] = []
    i, j = len(before), len(after)
    while i and j:
        if rows[i] >> (j - 1) & 1:
            j -= 1
        elif rows[i - 1] >> (j - 1) & 1:
            i, j = i - 1, j - 1
            found.append((i, j))
        else:
            i -= 1
    return found[::-1]


def _stretch(kept: bool, old: str, new: str) -> _Stretch:
    return _Stretch(kept, old, new, sum(map(str.isalnum, old)), sum(map(str.isalnum, new)))


def _joined(parts: Iterable[Part]) -> Iterator[_Stretch]:
    """Neighbours of one kind as one."""
    for kept, group in groupby(parts, key=itemgetter(0)):
        olds, news = zip(*((old, new) for _, old, new in group), strict=True)
        yield _stretch(kept, "".join(olds), "".join(news))


def _readable(stretches: Iterable[_Stretch]) -> list[_Stretch]:
    """Without what is kept between two changes each of which is twice as long to read."""
    found: list[_Stretch] = []
    for one in stretches:
        found.append(one)
        while len(found) > 2 and not found[-1].kept:
            before, between, after = found[-3:]
            if 2 * between.weight > min(before.weight, after.weight):
                break
            found[-3:] = [_together(before, between, after)]
    return found


def _together(before: _Stretch, between: _Stretch, after: _Stretch) -> _Stretch:
    return _Stretch(
        False,
        before.old + between.old + after.old,
        before.new + between.new + after.new,
        before.read_of_old + between.read_of_old + after.read_of_old,
        before.read_of_new + between.read_of_new + after.read_of_new,
    )
