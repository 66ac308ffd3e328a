"""Machine-readable reasons, each with one meaning. They travel in receipts and answers, and are never renamed.

A refusal stops a batch, a request or a list; a reason of quarantine concerns one document, or one row of it.
"""

__all__ = ["CODES"]

CODES = {
    # of bytes
    "not-canonical": "The bytes are not the canonical form of what they say.",
    "not-a-bundle": "The file or page is not a bundle, or is damaged or cut off.",
    "manifest-invalid": "The manifest lacks a member, or one is not of its form.",
    "item-altered": "An item has not the digest that the manifest gives.",
    "too-large": "Larger than the protocol allows.",
    "too-deep": "Nested more deeply than the protocol allows.",
    "bomb": "Compressed so strongly that it can only be meant to exhaust its reader.",
    "newer-protocol": "Written in a later version of the protocol than this node speaks.",
    # of trust
    "unknown-node": "The trust list has no such node.",
    "suspended": "The node is suspended; its streams wait until it comes back.",
    "left": "The node has left the alliance.",
    "signature-missing": "Fewer valid signatures by distinct keys of the origin than the trust list asks for.",
    "key-ended": "Signed by a key beyond the last manifest that it may sign.",
    "other-alliance": "Of another alliance.",
    "list-rollback": "The trust list offered is older than the one known.",
    "list-invalid": "The trust list offered is not signed by those who may, or its files do not fit together.",
    "list-expired": "The trust list offered has expired.",
    # of place
    "gap": "It does not follow what is known of the stream; what is between has not come yet.",
    "fork": "Another manifest is known for the same place of the stream.",
    "unknown-own": "It says it is of this node, which does not know it.",
    "equivocation": "The origin has signed two histories; nothing is taken from it until people have looked.",
    "not-for-us": "This node is not of the stream's audience and carries nothing for others.",
    "sealed-in-future": "Sealed later than now, beyond what clocks may differ.",
    # of requests
    "request-unsigned": "The request has no signature of the form that the protocol asks for.",
    "request-signature": "The request's signature does not verify for this address, method and content.",
    "clock-skew": "The sender's clock and the receiver's differ by more than 300 seconds.",
    "replayed": "The request was received before.",
    "too-many-requests": "The peer has used up its allowance for now.",
    "not-found": "There is nothing here, or nothing that the asker may have.",
    "bad-request": "A parameter of the request is missing or not of its form.",
    "unavailable": "The node cannot answer now.",
    # of one document, or one row of it
    "locked": "No key that opens the document has come yet.",
    "commitment": "The key that came is not the one the document was sealed with.",
    "head-mismatch": "The document's head says something else than the stream it travels in.",
    "document-invalid": "The document's head lacks a member, or one is not of its form.",
    "type-unknown": "This node does not know the type, or its version, yet.",
    "schema": "The body does not follow the schema of its type.",
    "bidi-control": "The text holds invisible characters that can make it read as something else.",
    "markup": "The text holds markup; texts are plain.",
    "impossible-count": "A count that cannot be: negative, above the population, or deaths above cases.",
    "future-period": "A period that has not ended when the document was recorded.",
    "period-invalid": "A period that is not the first day of a week of the stated kind.",
    "unit-switched": "Counts so far from the series' own past that a unit seems to have been switched.",
    "duplicate-row": "Two rows give a count for the same place, disease, age, sex and period.",
    "small-cell": "A count so small that the document's own rule of suppression withholds it.",
    "contradiction": "Two parts of the document cannot both be true.",
    "unknown-disease": "A disease code that is not in the list.",
    "unknown-place": "A place that is not one of the origin.",
    "classification": "The classification does not allow this document here.",
    "id-reused": "Another document of the same origin has the same identifier.",
    "rejected": "People have looked at it, and decided not to take it.",
    "unread": "The node could not act upon the document; it is tried again.",
    "withdrawn": "Taken out of use, because the key that signed it had ended.",
    "erased": "Its body key was destroyed at the owner's request.",
}
