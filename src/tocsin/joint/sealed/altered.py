"""Whether a file is as it was made, and which byte of it is not: its digest covers what no signature does."""

from collections.abc import Sequence
from dataclasses import replace

from tocsin.joint.sealed.faults import Faults, Span
from tocsin.joint.sealed.form import TAIL, TAIL_BYTES, decoded_bytes, without_digest
from tocsin.joint.sealed.pinpointing import LONGEST_PLACE, changed_byte, changed_whole
from tocsin.joint.sealed.reading import SealedFile

__all__ = ["find_altered", "find_break"]

UNSIGNED = ("made_at", "made_by")  # all else is signed, or is held against what is


def find_altered(file: SealedFile, data: bytes, found: Faults) -> None:
    """Put on record that the file is not as it was made, and narrow what was found to the byte that was changed."""
    if (byte := file.not_canonical_from) is not None:
        what = f"it is not in canonical form from byte {byte} on"
        if found.found:
            found.note(what)
        else:
            found.fault("the file", "not-canonical", what, (byte, byte))
    said, true = without_digest(data)
    if said == true:
        return
    if found.found:
        found.note("the digest at its end is not that of the file: some of it was changed after it was made")
        for place, fault in enumerate(list(found.found)):
            _name_byte(place, fault.at, data, said, found)
    elif (letter := changed_whole(said, true)) is not None:
        at = len(data) - TAIL_BYTES + len(TAIL) + letter
        found.fault("the digest at the end", "file-altered", f"byte {at} of the file was changed", (at, at))
    else:
        _unsigned(file, data, said, found)


def find_break(data: bytes, found: Faults) -> None:
    """Of a file that cannot be read from some byte on, the byte before it that was changed, if it is one."""
    places = [(place, fault.at[0]) for place, fault in enumerate(found.found) if fault.at is not None]
    said = without_digest(data)[0] if places else ""
    for place, first in places:
        last = min(first, len(data) - TAIL_BYTES - 1)
        _name_byte(place, (max(0, last - LONGEST_PLACE), last), data, said, found)


def _unsigned(file: SealedFile, data: bytes, said: str, found: Faults) -> None:
    """A byte was changed that nobody signed; where signatures do not count, it may be in one of them."""
    spans = [span for name in UNSIGNED if (span := file.at(name)) is not None]
    spans += [doubt.at for doubt in found.doubts if doubt.at is not None]
    where = " or ".join((*UNSIGNED, *(f"a signature of {doubt.where}" for doubt in found.doubts)))
    found.fault("the file", "file-altered", f"something was changed that nobody signed: {where}", _around(spans))
    for span in spans:
        _name_byte(0, span, data, said, found)


def _around(spans: Sequence[Span]) -> Span | None:
    return (min(first for first, _ in spans), max(last for _, last in spans)) if spans else None


def _name_byte(place: int, span: Span | None, data: bytes, said: str, found: Faults) -> None:
    """Narrow a fault to the one byte that was changed within a place, where the digest `said` of the file shows it."""
    fault, wanted = found.found[place], decoded_bytes(said)
    if span is None or not wanted or not found.searches or (fault.at == span and span[0] == span[1]):
        return
    found.searches -= 1
    if (changed := changed_byte(data, span, wanted)) is not None:
        at, value = changed
        what = f"{fault.what}; byte {at} of the file is {_shown(data[at])} and was {_shown(value)}"
        found.found[place] = replace(fault, what=what, at=(at, at))
        found.searches = 0


def _shown(value: int) -> str:
    return repr(chr(value)) if 32 <= value < 127 else f"{value:02X} (hexadecimal)"
