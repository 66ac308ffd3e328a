"""Appending to the audit: one call in every act's own transaction."""

import hashlib
import json
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from tocsin.node.alliance.models import AuditEntry, AuditHead, Person

__all__ = ["broken_at", "record"]


def record(act: str, target: models.Model | None = None, *, by: Person | None, **details: Any) -> AuditEntry:
    """Say that `by` did `act` (noun.verb) to `target`; `by=None` is the machine's own work.

    Must be called inside the act's transaction, so that neither stands without the other.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(f"{act} is audited outside the transaction of its act")
    head = AuditHead.objects.select_for_update().get_or_create(pk=1)[0]
    entry = AuditEntry(
        at=timezone.now(),
        by=by,
        by_name=by.name if by else "",
        act=act,
        target_type=target._meta.model_name or "" if target else "",
        target_id=str(target.pk) if target else "",
        target_name=str(target)[:250] if target else "",
        details=json.loads(json.dumps(details, default=str)),
        previous=head.digest,
    )
    entry.digest = head.digest = _digest(entry)
    entry.save(force_insert=True)
    head.save(update_fields=["digest"])
    return entry


def broken_at() -> int | None:
    """Number of the first entry that does not follow from the one before, or None if the chain holds."""
    previous = "0" * 64
    for entry in AuditEntry.objects.order_by("number").iterator(chunk_size=2_000):
        if entry.previous != previous or entry.digest != _digest(entry):
            return entry.number
        previous = entry.digest
    head = AuditHead.objects.filter(pk=1).first()
    return None if head is None or head.digest == previous else -1


def _digest(entry: AuditEntry) -> str:
    said = [entry.at.isoformat(), str(entry.by_id or ""), entry.by_name, entry.act, entry.target_type]
    said += [entry.target_id, entry.target_name, json.dumps(entry.details, sort_keys=True), entry.previous]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
