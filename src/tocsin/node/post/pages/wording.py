"""What the exchange says of itself, in sentences that people understand: why nothing is signed, why nobody answers.

The exchange words its reasons in English, for logs and operators. Those that people meet are told here in their own
language; one that nobody has foreseen is shown as it is.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.exchange.streams import addressees_of
from tocsin.node.language.formats import listing

__all__ = ["audience_named", "problem_named", "type_named", "why_named"]

WHY: tuple[tuple[str, Any], ...] = (
    (r"two histories are signed by this node's key", _("two histories are signed with this node’s key")),
    (
        r"(?P<node>\S+) holds documents of this node that it does not know",
        _("%(node)s holds documents of this node that this node does not know: was it put back from a copy?"),
    ),
    (
        r"put back from a copy|restored from a copy",
        _("it was put back from a copy, and its partners have not all said yet what they hold of it"),
    ),
    (
        r"before it has asked what (?P<node>.+?) holds of it",
        _("%(node)s says that it has more of this node’s documents than this node knows; it is being asked"),
    ),
    (
        r"goes beyond what its ended key may have signed",
        _("a key of this node ended before what was signed with it: two people have to open the next epoch"),
    ),
    (
        r"has 0 keys that the trust list lets sign|keys that the trust list lets sign",
        _("the keys in its folder are not those that the trust list names, or too few of them"),
    ),
    (r"is suspended", _("the alliance has suspended this state")),
    (r"has left the alliance", _("this state has left the alliance")),
    (r"the trust list has no node", _("the trust list does not name this node")),
)
PROBLEMS: tuple[tuple[str, Any], ...] = (
    (r"clock|clocks", _("the two clocks differ too much")),
    (r"TLS certificate is not accepted|no TLS connection", _("its certificate is not accepted")),
    (r"lists no address", _("it has no address; it comes by itself")),
    (r"is suspended|suspended", _("one of the two is suspended")),
    (r"outbound proxy", _("the outbound proxy did not open a way to it")),
    (r"no connection within|no connection|does not answer", _("it does not answer")),
    (r"nothing came or went|too slowly", _("the line is too slow, or broke off")),
    (r"broke|ended without an answer|was lost", _("the line broke off")),
    (r"redirect|coding|bytes; the limit|more than \d+ bytes", _("something else than a node answers there")),
    (r"signature|signed", _("what it answers is not signed by its keys")),
    (r"could not answer", _("it could not answer at that moment")),
    (r"private|loopback|link-local|not a public address", _("its address is one that must not be called")),
)
TYPES = {
    "weekly-indicators": _("weekly counts"),
    "message": _("message"),
    "receipt": _("receipt"),
    "erasure": _("erasure"),
    "notification": pgettext_lazy("type of document", "notification"),
    "acknowledgement": _("acknowledgement"),
    "relevance": _("statement of relevance"),
    "verification-request": _("request for verification"),
    "verification-answer": _("answer to a request for verification"),
    "translation": _("translation"),
    "traveller": _("message about a traveller"),
    "traveller-answer": _("answer about a traveller"),
    "hospital": _("entry of a hospital"),
    "consultation": _("act on a consultation between hospitals"),
    "transfer": _("act on the transfer of a patient"),
    "clinical-note": _("clinical note"),
    "file-part": _("part of a file"),
    "letter": _("letter between hospitals"),
    "letters-read": _("which letters were read"),
    "drill": _("communication drill"),
    "session": pgettext_lazy("type of document", "session of a body"),
    "decision": pgettext_lazy("type of document", "decision of a body"),
    "assistance": _("mutual assistance"),
    "capabilities": _("register of what can be sent"),
}


def why_named(why: str) -> str:
    """Why this node signs nothing; empty where it may."""
    return _told(why, WHY) or _now("in the words of the exchange: %(why)s") % {"why": why} if why else ""


def problem_named(problem: str) -> str:
    """Why the last meeting failed; empty where it did not."""
    return _told(problem, PROBLEMS) or _now("the meeting failed") if problem else ""


def _told(said: str, known: tuple[tuple[str, Any], ...]) -> str:
    for pattern, sentence in known:
        if found := re.search(pattern, said):
            return str(sentence) % found.groupdict()
    return ""


def type_named(name: str | None) -> str:
    """What kind of document; one that this release does not know, by its name."""
    return str(TYPES.get(name, name)) if name else _now("not opened")


def audience_named(audience: str, names: Mapping[str, str]) -> str:
    """Whom a stream is written for."""
    open_to = {
        "public": pgettext_lazy("audience", "everybody"),
        "family": pgettext_lazy("audience", "members and partners"),
        "members": pgettext_lazy("audience", "all members"),
    }
    if audience in open_to:
        return str(open_to[audience])
    return listing(names.get(node, node) for node in addressees_of(audience))
