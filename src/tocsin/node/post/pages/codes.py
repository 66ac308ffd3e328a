"""What the codes of the exchange mean, said to people: why something was refused, or kept apart.

`tocsin.exchange.codes` has the same in English, for documents and machines; a test compares the two.
"""

from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

__all__ = ["CODES", "code_named"]

CODES: dict[str, Any] = {
    # of bytes
    "not-canonical": _("not written in the one form that has one reading"),
    "not-a-bundle": _("not a file of the exchange, or damaged or cut off"),
    "manifest-invalid": _("the signed list of documents lacks something, or is not of its form"),
    "item-altered": _("a document is not the one that was signed for"),
    "too-large": _("larger than the protocol allows"),
    "too-deep": _("nested more deeply than the protocol allows"),
    "bomb": _("compressed so strongly that it can only be meant to exhaust its reader"),
    "newer-protocol": _("written in a later version of the protocol than this node speaks"),
    # of trust
    "unknown-node": _("the trust list has no such node"),
    "suspended": _("the node is suspended; its documents wait until it comes back"),
    "left": _("the node has left the alliance"),
    "signature-missing": _("too few valid signatures of its origin"),
    "key-ended": _("signed by a key that had ended"),
    "other-alliance": _("of another alliance"),
    "list-rollback": _("the trust list offered is older than ours"),
    "list-invalid": _("the trust list offered is not signed by those who may, or does not fit together"),
    "list-expired": _("the trust list offered has run out"),
    # of place
    "gap": _("documents between it and what we have have not come yet"),
    "fork": _("another document is known for the same place"),
    "unknown-own": _("it says it is ours, and we do not know it"),
    "equivocation": _("its origin has signed two histories; nothing is taken from it until people have looked"),
    "not-for-us": _("not written for this node"),
    "sealed-in-future": _("signed later than now: one of the two clocks is wrong"),
    # of requests
    "request-unsigned": _("a request without a signature of the form agreed"),
    "request-signature": _("a request whose signature does not fit"),
    "clock-skew": _("the two clocks differ by more than five minutes"),
    "replayed": _("the request was received before"),
    "too-many-requests": _("too many requests for now"),
    "not-found": _("there is nothing there, or nothing that the asker may have"),
    "bad-request": _("a request that lacks something, or is not of its form"),
    "unavailable": _("the node could not answer at that moment"),
    # of one document, or one row of it
    "locked": _("no key that opens it has come yet"),
    "commitment": _("the key that came is not the one it was sealed with"),
    "head-mismatch": _("what it says of itself does not fit where it travelled"),
    "document-invalid": _("its head lacks something, or is not of its form"),
    "type-unknown": _("of a kind, or a version of one, that this release does not know"),
    "schema": _("its content is not of the form agreed"),
    "bidi-control": _("invisible characters that can make it read as something else"),
    "markup": _("markup, where texts are plain"),
    "impossible-count": _("a count that cannot be: below zero, above the population, or parts above their whole"),
    "future-period": _("a period that had not ended yet"),
    "period-invalid": _("a period that does not begin on the day stated"),
    "unit-switched": _("counts so far from the past that a unit seems to have been switched"),
    "duplicate-row": _("two rows for the same place, disease, age, sex and period"),
    "small-cell": _("a count so small that the document’s own rule withholds it"),
    "contradiction": _("two parts of it cannot both be true"),
    "unknown-disease": _("a disease that is not in the list"),
    "unknown-place": _("a place that is not one of the origin"),
    "classification": _("this kind of document may not go to those it went to"),
    "id-reused": _("another document of the same origin has the same identifier"),
    "rejected": _("people have looked at it, and decided not to take it"),
    "unread": _("this node could not act upon it; it is tried again"),
    "withdrawn": _("void: the key that signed it had ended"),
    "erased": _("erased at its owner’s request"),
}


def code_named(code: str) -> str:
    """What a code means; one of a later release stands for itself."""
    return str(CODES.get(code) or _now("refused (%(code)s)") % {"code": code})
