"""What the verification of a sealed decision found, in sentences that people understand.

The verifier words its reasons in English, for logs and for the command. What they mean is told here in the reader's
language; the exact finding stands beside it as it was worded.
"""

import re
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tocsin.joint.sealed.faults import Span
from tocsin.node.alliance.naming import named
from tocsin.node.council.pages.decision_words import language_name
from tocsin.node.events.vocabulary import word
from tocsin.node.language.formats import long_date, phrases
from tocsin.node.notifications.pages.rendered import Head, audience
from tocsin.node.post.pages.codes import code_named

__all__ = ["CODES", "bytes_named", "fault_named", "note_named", "place_named", "readers_named"]

CODES: dict[str, Any] = {
    "file-altered": _("something in the file is not as it was when it was made"),
    "file-form": _("a part of the file is missing, unknown, or not of its form"),
    "label-wrong": _("what the file says of a part is not what was signed"),
    "other-object": _("a document belongs to another decision"),
    "stands-twice": _("a part stands in the file more than once"),
    "act-missing": _("an act that the order takes in is not in the file"),
    "not-in-order": _("the file has an act that the order does not take in"),
    "not-adopted": _("by what the states have signed, the decision is not adopted"),
    "text-altered": _("a text of the file is not the one that was adopted"),
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


def _shown(name: str, value: str) -> str:
    match name:
        case "language":
            return language_name(value)
        case "state":
            return named([value])
        case "day":
            return long_date(parse_date(value)) if parse_date(value) else value
    return value
