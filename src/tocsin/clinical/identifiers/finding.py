"""Finding what says who a patient is in a text, by who they are and by the form of what is written.

What is found is a help to whoever sends a text, never a promise: relatives, employers, rare events and faces say who
somebody is as well, and no rule finds them.
"""

from collections.abc import Iterable, Iterator

from tocsin.clinical.identifiers.addresses import addresses, emails
from tocsin.clinical.identifiers.chinese import chinese_names
from tocsin.clinical.identifiers.dates import birth_dates, dates_said_to_be_of_birth
from tocsin.clinical.identifiers.folding import Folded, folded
from tocsin.clinical.identifiers.identity import NOBODY, Found, Identity
from tocsin.clinical.identifiers.names import spelled_names
from tocsin.clinical.identifiers.numbers import numbers, telephones
from tocsin.clinical.identifiers.patterns import patterns

__all__ = ["found_in"]


def found_in(text: str, identity: Identity = NOBODY) -> list[Found]:
    """Every identifier in a text, in order, none overlapping another. Without an identity: what its form tells."""
    return _apart(_all_of(folded(text), identity)) if text else []


def _all_of(text: Folded, identity: Identity) -> Iterator[Found]:
    yield from chinese_names(text, identity.names)
    yield from spelled_names(text, identity.names)
    if identity.birth_date is not None:
        yield from birth_dates(text, identity.birth_date)
    yield from dates_said_to_be_of_birth(text)
    yield from numbers(text, identity.numbers)
    yield from telephones(text, identity.telephones)
    yield from addresses(text, identity.addresses)
    yield from emails(text, identity.emails)
    yield from patterns(text)


def _apart(found: Iterable[Found]) -> list[Found]:
    """Those that overlap as one, of the kind of the longest."""
    joined: list[Found] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if joined and one.start < joined[-1].end:
            last = joined[-1]
            kind = last.kind if last.end - last.start >= one.end - one.start else one.kind
            joined[-1] = Found(last.start, max(last.end, one.end), kind)
        else:
            joined.append(one)
    return joined
