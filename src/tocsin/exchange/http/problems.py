"""Refusals as they travel: `application/problem+json` (RFC 9457) with `code`, `detail` and `advice`.

Specified in docs/exchange.md, section 11. What a peer writes in one is shown to people, so it is read as plain text.
"""

import json
from typing import Any

from tocsin.exchange.canonical import canonical
from tocsin.exchange.codes import CODES
from tocsin.exchange.errors import (
    Malformed,
    Newer,
    NotTrusted,
    OutOfPlace,
    Refused,
    TooLarge,
    TooManyRequests,
    Unreachable,
)
from tocsin.exchange.http.messages import Answer

__all__ = ["problem", "refusal"]

TYPE = "application/problem+json"
PROBLEM_BYTES = 64 * 1024
TEXT_CHARACTERS = 1_000
LONGEST_WAIT = 3_600


STATUS = {
    "request-unsigned": 401,
    "request-signature": 401,
    "clock-skew": 401,
    "replayed": 401,
    "unknown-node": 403,
    "suspended": 403,
    "left": 403,
    "not-for-us": 403,
    "other-alliance": 403,
    "not-found": 404,
    "gap": 409,
    "fork": 409,
    "equivocation": 409,
    "too-large": 413,
    "too-many-requests": 429,
    "unavailable": 503,
}  # all others 400
CLASSES: dict[type[Refused], str] = {
    Malformed: "not-canonical not-a-bundle manifest-invalid item-altered too-deep bomb bad-request list-invalid "
    "document-invalid head-mismatch commitment locked",
    TooLarge: "too-large",
    NotTrusted: "unknown-node suspended left signature-missing key-ended other-alliance list-rollback list-expired "
    "request-unsigned request-signature clock-skew replayed",
    OutOfPlace: "gap fork equivocation",
    Newer: "newer-protocol",
}
CLASS_OF = {code: of for of, codes in CLASSES.items() for code in codes.split()}


def problem(refused: Refused) -> Answer:
    """The answer that says `refused`, with its status. 429 says in Retry-After when to come back."""
    status = STATUS.get(refused.code, 400)
    said = {"code": refused.code, "detail": refused.detail, "status": status, "title": CODES[refused.code]}
    if refused.advice:
        said["advice"] = refused.advice
    headers = {"content-type": TYPE}
    if isinstance(refused, TooManyRequests):
        headers["retry-after"] = str(refused.retry_after)
    return Answer(status, headers, canonical(said))


def refusal(answer: Answer, *, node: str) -> Refused:
    """What a peer's answer refuses, of the class that fits its code. Raises Unreachable if it is not a refusal."""
    said = _object(answer)
    if said is None:
        raise Unreachable(f"{node} answered {answer.status} without saying why, as the protocol asks")
    code, detail, advice = (_plain(said.get(name)) for name in ("code", "detail", "advice"))
    detail = f"{node} refused: {detail or CODES.get(code, code)}"
    if code == "too-many-requests":
        return TooManyRequests(detail, _wait(answer.headers.get("retry-after", "")))
    if code not in CODES:  # of a later version, or of its own making
        return Refused("unavailable", f"{detail} (code {code[:40]!r}, which this node does not know)", advice)
    return CLASS_OF.get(code, Refused)(code, detail, advice)


def _object(answer: Answer) -> dict[str, Any] | None:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != TYPE or len(answer.body) > PROBLEM_BYTES:
        return None
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) and isinstance(said.get("code"), str) else None


def _plain(text: object) -> str:
    """At most 1,000 characters that are seen as they stand: no controls, no direction marks, no new lines."""
    if not isinstance(text, str):
        return ""
    return "".join(letter if letter.isprintable() else " " for letter in text[:TEXT_CHARACTERS]).strip()


def _wait(text: str) -> int:
    seconds = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 60
    return min(max(seconds, 1), LONGEST_WAIT)
