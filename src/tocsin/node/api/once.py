"""Idempotency keys: a call that is made again, because its answer was lost on the way, does nothing a second time.

The key is claimed, the act done and the answer kept in one transaction: a crash leaves all three or none. A second
call with the key waits for the first one's commit, by the key's unique row, and then gets the same answer. A call that
was refused did nothing and keeps nothing: made again, it is judged again.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Header, Schema
from ninja.responses import Status
from ninja.utils import contribute_operation_args
from pydantic import StringConstraints

from tocsin.node.alliance.models import IdempotencyKey
from tocsin.node.api.errors import Refusal

__all__ = ["KEPT", "Answer", "Key", "kept", "once", "posting", "prune"]

KEPT = timedelta(hours=48)
ROWS = 1_000
HEADER: dict[str, Any] = {"alias": "Idempotency-Key", "description": "Kept for 48 hours."}
KeyText = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,120}$")]
Key = Annotated[KeyText | None, Header(**HEADER)]
Answer = tuple[int, Schema]


def once(request: HttpRequest, key: str | None, said: bytes, act: Callable[[], Answer]) -> Status:
    """Do all of `act` or nothing, or give the answer that it had when `key` was first used.

    said    what the request says, besides its method and address: its body, or the digest of a file
    raises  Refusal 422 where the key was used for another request
    """
    with transaction.atomic():
        if key is None:
            status, answer = act()
            return Status(status, answer.model_dump(mode="json"))
        claim, is_new = IdempotencyKey.objects.get_or_create(
            person=request.user, key=key, defaults={"request_digest": _digest(request, said)}
        )
        if not is_new and claim.made_at < timezone.now() - KEPT:
            claim.request_digest, claim.made_at, is_new = _digest(request, said), timezone.now(), True
        if is_new:
            claim.status, answer = act()
            claim.answer = answer.model_dump(mode="json")
            claim.save()
    return _again(claim, request, said)


def kept(request: HttpRequest, key: str | None, said: bytes) -> Status | None:
    """The answer that is kept for `key`, if any; for calls that must know before they begin. Raises as `once`."""
    claim = IdempotencyKey.objects.filter(person=request.user, key=key, made_at__gte=timezone.now() - KEPT).first()
    return _again(claim, request, said) if claim else None


def _again(claim: IdempotencyKey, request: HttpRequest, said: bytes) -> Status:
    if claim.request_digest != _digest(request, said):
        message = _("This Idempotency-Key was used for another request; give every request a key of its own.")
        raise Refusal(422, "key_used", message, [("header.Idempotency-Key", message)])
    return Status(claim.status, claim.answer)


def _digest(request: HttpRequest, said: bytes) -> str:
    return hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode() + said).hexdigest()


def posting(endpoint: Callable[..., Answer]) -> Callable[..., Status]:
    """An endpoint of JSON that does something: returns (status, schema), and takes an Idempotency-Key."""

    @wraps(endpoint)
    def answered(request: HttpRequest, *args: Any, idempotency_key: str | None = None, **kwargs: Any) -> Status:
        return once(request, idempotency_key, request.body, lambda: endpoint(request, *args, **kwargs))

    contribute_operation_args(answered, "idempotency_key", KeyText | None, Header(None, **HEADER))
    return answered


def prune() -> int:
    """Delete keys that are older than they are kept. Returns how many."""
    gone = 0
    old = IdempotencyKey.objects.filter(made_at__lt=timezone.now() - KEPT)
    while keys := list(old.values_list("pk", flat=True)[:ROWS]):
        gone += IdempotencyKey.objects.filter(pk__in=keys).delete()[0]
    return gone
