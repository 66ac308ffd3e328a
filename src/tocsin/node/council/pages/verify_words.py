"""What the verification of a sealed decision found, in sentences that people understand.

The verifier words its reasons in English, for logs and for the command. What they mean is told here in the reader's
language; the exact finding stands beside it as it was worded.
"""

import re
from collections.abc import Callable
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tocsin.joint.sealed.faults import Span
from tocsin.node.alliance.naming import named
from tocsin.node.council.pages.decision_words import language_name
from tocsin.node.events.vocabulary import word
from tocsin.node.language.formats import long_date, phrases, whole
from tocsin.node.notifications.pages.rendered import Head, audience
from tocsin.node.post.pages.codes import code_named

__all__ = ["CODES", "bytes_named", "fault_named", "note_named", "place_named", "readers_named"]

CODES: dict[str, Any] = {
    "file-altered": _("something in the file is not as it was when it was made"),
    "file-form": _("a part of the file is missing, unknown, or not of its form"),
    "label-wrong": _("what the file says of a part is not what was signed"),
    "other-object": _("a document belongs to another decision"),
    "other-readers": _("a document is for other readers than the decision is: no node counts it"),
    "stands-twice": _("a part stands in the file more than once"),
    "act-missing": _("an act that the order takes in is not in the file"),
    "not-in-order": _("the file has an act that the order does not take in"),
    "not-adopted": _("by what the states have signed, the decision is not adopted"),
    "text-altered": _("a text of the file is not the one that was adopted"),
    "more-faults": _("more is wrong than is named here; the rest of the file was not looked at"),
}
NOTES: tuple[tuple[str, Any], ...] = (
    (
        r"the trust list it is judged by has expired on (?P<day>\S+)",
        _("The trust list that it is judged by has expired on %(day)s."),
    ),
    (
        r"what it adopts is not judged while something of it is not proven",
        _("What it adopts is not judged while something of it is not proven."),
    ),
    (
        r"(?P<state>\S+) is (?P<status>suspended|left) today; .*",
        _("%(state)s takes part no more, or is suspended. What it signed while it took part stays signed."),
    ),
    (
        r"(?P<state>\S+) was left out of it as (?P<absence>[a-z_]+), .*",
        _(
            "%(state)s was left out by the state that keeps the decision (reason given: %(absence)s). By the trust "
            "list here it is active."
        ),
    ),
    (
        r"comments and positions that its order takes in and that the file does not carry: (?P<count>\d+)",
        _("Comments and positions that are not in the file: %(count)s. Nothing that was adopted rests on them."),
    ),
    (
        r"acts that the file does not carry, since their states had said before all that they may: (?P<count>\d+)",
        _(
            "Acts that are not in the file: %(count)s. Their states had said before all that the rules allow them, so "
            "that they have no effect."
        ),
    ),
    (
        r"(?P<document>\S+ \d+, [a-z_]+): the key that signed it had ended there, .*",
        _("%(document)s: the key that signed it had ended. It counts at no node, and did not count here."),
    ),
    (
        r"the digest at its end is not that of the file: .*",
        _("The digest at its end is not that of the file: some of it was changed after it was made."),
    ),
    (
        r"it is not in canonical form from byte (?P<byte>\d+) on",
        _("From byte %(byte)s on it is not in its canonical form."),
    ),
)
PLACES: tuple[tuple[str, Any], ...] = (
    (r"the file", _("the file")),
    (r"the title", _("the title")),
    (r"the object", _("the name of the decision")),
    (r"the decision", _("the decision")),
    (r"the digest at the end", _("the digest at the end")),
    (r"the text (?P<language>[a-z-]+)", _("the text, %(language)s")),
    (r"the text (?P<language>[a-z-]+), paragraph (?P<number>\d+)", _("the text, %(language)s, paragraph %(number)s")),
    (r"the text (?P<language>[a-z-]+), its digest", _("the text, %(language)s, its digest")),
    (r"document (?P<number>\d+) of (?P<state>[A-Z]\w*) about it", _("document %(number)s of %(state)s about it")),
    (r"document (?P<number>\d+) of the file", _("document %(number)s of the file")),
    (r"manifest (?P<number>\d+) of the file", _("signed list %(number)s of the file")),
    (r"manifest (?P<digest>\S+)", _("the signed list %(digest)s")),
)
# Node, epoch and stream, number, and the act that the document is.
DOCUMENT = re.compile(r"(?P<place>[A-Z]\w*/\d+/\S+ \d+), (?P<act>[a-z_]+)")


def fault_named(code: str) -> str:
    """What is wrong, by its code."""
    return str(CODES[code]) if code in CODES else code_named(code)


def note_named(note: str) -> str:
    """What a person should know besides; as it is worded where nobody has foreseen it."""
    return _matched(NOTES, note)


def place_named(where: str) -> str:
    """Where it is wrong. A document keeps its place in its stream, by which every node knows it."""
    if found := DOCUMENT.fullmatch(where):
        return phrases((found["place"], word("decision_act", found["act"])))
    return _matched(PLACES, where)


def bytes_named(at: Span | None) -> str:
    """Which bytes of the file, counted from 0; empty where that is not known."""
    if at is None:
        return ""
    first, last = at
    if first == last:
        return _now("byte %(at)s of the file") % {"at": first}
    return _now("bytes %(first)s to %(last)s of the file") % {"first": first, "last": last}


def readers_named(readers: str) -> str:
    """For whom documents were, as the verifier says it: "MEMBERS", "SELECTIVE to AL, BO, not to be passed on"."""
    width, kept_apart, _rest = readers.partition(", not to be passed on")
    width, _to, states = width.partition(" to ")
    to = tuple(one.strip() for one in states.split(",") if one.strip())
    said = audience(Head(origin="", version=1, language="", classification=width, addressees=to))
    return _now("%(readers)s, not to be passed on") % {"readers": said} if kept_apart else said


def _matched(known: tuple[tuple[str, Any], ...], said: str) -> str:
    for pattern, sentence in known:
        if found := re.fullmatch(pattern, said):
            return str(sentence) % {name: _shown(name, value) for name, value in found.groupdict().items()}
    return said


def _day(value: str) -> str:
    return long_date(parse_date(value)) if parse_date(value) else value


SHOWN: dict[str, Callable[[str], str]] = {
    "language": language_name,
    "state": lambda value: named([value]),
    "day": _day,
    "absence": lambda value: word("absence_reason", value),
    "document": place_named,
    "count": lambda value: whole(int(value)),
}


def _shown(name: str, value: str) -> str:
    return SHOWN[name](value) if name in SHOWN else value
