"""Which byte was changed: where a digest says what should be there, the one letter with which it would be.

That is a search, so it is made for what is short, and a few times for a file. It finds one changed byte; of more, only
the part of the file that they are in is known.
"""

import hashlib
from string import ascii_letters, digits, printable

from tocsin.joint.sealed.faults import Faults, Span
from tocsin.joint.sealed.form import TAIL_BYTES, decoded_bytes
from tocsin.joint.sealed.positions import Read

__all__ = ["LONGEST_PLACE", "changed_byte", "changed_in_member", "changed_letter", "changed_whole"]

LETTERS = ascii_letters + digits + "-_"  # of base64url
LONGEST = 6_000  # letters of what is searched; about two seconds
LONGEST_PLACE = 600  # bytes of what is searched by the digest of the whole file
MOST_HASHED = 2_000_000_000  # bytes, in all that is tried for one place; some seconds


def changed_letter(text: str, digest: bytes) -> tuple[int, str] | None:
    """The place of the letter of base64url that was changed, and the right one; None if it is not just one.

    digest   SHA-256 of what the text said
    """
    if len(text) > LONGEST or len(text) % 4 == 1:
        return None
    for start in range(0, len(text), 4):
        before, group = decoded_bytes(text[:start]), text[start : start + 4]
        behind = decoded_bytes(text[start + 4 :])
        if before is None or behind is None:
            continue
        begun = hashlib.sha256(before)
        for at, letter in ((at, letter) for at in range(len(group)) for letter in LETTERS if letter != group[at]):
            said = decoded_bytes(group[:at] + letter + group[at + 1 :])
            if said is None:
                continue
            tried = begun.copy()
            tried.update(said + behind)
            if tried.digest() == digest:
                return start + at, letter
    return None


def changed_in_member(read: Read, name: str, digest: str | None, found: Faults) -> tuple[Span, str]:
    """Where a member was changed that should have this digest: the one byte if it is one, and words for that."""
    member = read.value[name]
    wanted = decoded_bytes(digest) if digest is not None else None
    if wanted is None or not found.searches:
        return member.at, ""
    found.searches -= 1
    changed = changed_letter(str(member.value), wanted)
    if changed is None:
        return member.at, ""
    at = member.first + 1 + changed[0]
    return (at, at), f"; byte {at} of the file is {member.value[changed[0]]!r} and was {changed[1]!r}"


def changed_whole(said: str, true: str) -> int | None:
    """The place of the one letter in which the digest at the end of a file differs from what it should be."""
    if len(said) != len(true):
        return None
    places = [at for at, (one, other) in enumerate(zip(said, true, strict=True)) if one != other]
    return places[0] if len(places) == 1 else None


def changed_byte(data: bytes, span: Span, digest: bytes) -> tuple[int, int] | None:
    """The byte of a file that was changed within this place, and what it was; None if it is not just one, or long.

    digest   that of the file, as it says at its end
    """
    covered, (first, last) = memoryview(data)[:-TAIL_BYTES], span
    if last - first > LONGEST_PLACE or last >= len(covered):
        return None
    values = printable.encode() if data[first : last + 1].isascii() else range(256)
    if (last - first + 1) * len(values) * (len(covered) - first) > MOST_HASHED:
        return None
    begun = hashlib.sha256(covered[:first])
    for at in range(first, last + 1):
        behind = covered[at + 1 :]
        for value in values:
            tried = begun.copy()
            tried.update(bytes((value,)))
            tried.update(behind)
            tried.update(b"}")
            if tried.digest() == digest:
                return at, value
        begun.update(covered[at : at + 1])
    return None
