"""One row a person who is looked for, kept up from documents: the same whatever order they came in.

The highest version that is not void counts: by version, then by when its origin recorded it, then by its identifier. A
later version says when the earlier ones go too, if it ends before they do.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from tocsin.node.surveillance.models import Disease
from tocsin.node.travellers.models import Tracing, TravellerAnswer, TravellerMessage

__all__ = ["attach", "join", "settle"]

SETTLED = (
    "disease_code", "disease", "classification", "version", "begun_at", "changed_at", "withdrawn_at", "due_at",
    "found", "outcome", "answers_count", "destroyed_at", "destroyed_why",
)  # fmt: skip


def join(message: TravellerMessage) -> Tracing:
    """What a message that is not saved yet is a version of: of the one before or after it, or of nothing known yet.

    Where it closes a gap between two that were taken for two persons, they become one.
    """
    around = TravellerMessage.objects.filter(
        Q(document_id=message.supersedes) | Q(supersedes=message.document_id),
        origin=message.origin, addressee=message.addressee,
    ).select_related("of").only("of")  # fmt: skip
    found = sorted({one.of for one in around}, key=lambda of: (of.begun_at, of.pk))
    if not found:
        return Tracing.objects.create(
            is_ours=message.is_ours, other=message.addressee if message.is_ours else message.origin,
            is_exercise=message.is_exercise, begun_at=message.recorded_at, due_at=message.due_at,
        )  # fmt: skip
    first, *rest = found
    for other in rest:
        _into(first, other)
    return first


def _into(first: Tracing, other: Tracing) -> None:
    other.versions.update(of=first)
    other.answers.update(of=first)
    first.worked_on_by, first.worked_on_since = (
        (first.worked_on_by, first.worked_on_since)
        if first.worked_on_by_id
        else (other.worked_on_by, other.worked_on_since)
    )
    first.event_id = first.event_id or other.event_id
    first.save(update_fields=["worked_on_by", "worked_on_since", "event"])
    other.delete()


def settle(keys: Iterable[UUID], *, why: str = "", is_news: bool = True, now: datetime | None = None) -> list[Tracing]:
    """Bring rows up to date with what stands.

    why  if no version is left that says who it is: what destroyed it
    """
    now = now or timezone.now()
    found = list(Tracing.objects.filter(pk__in=set(keys)).select_for_update(of=("self",)).order_by("pk"))
    for tracing in found:
        _settle(tracing, why=why, now=now)
        if is_news:
            tracing.changed_at = now
        tracing.save(update_fields=SETTLED)
    return found


def _settle(tracing: Tracing, *, why: str, now: datetime) -> None:
    versions = list(tracing.versions.without_the_person().order_by("version", "recorded_at", "id"))
    answers = list(tracing.answers.order_by("recorded_at", "id").defer("text"))
    standing = [one for one in versions if one.withdrawn_at is None]
    given = [one for one in answers if one.withdrawn_at is None]
    latest = (standing or versions)[-1]
    tracing.version = standing[-1].version if standing else 0
    tracing.begun_at = min(one.recorded_at for one in versions)
    tracing.withdrawn_at = None if standing else tracing.withdrawn_at or now
    tracing.due_at = latest.due_at
    tracing.disease_code, tracing.classification = latest.disease_code, latest.classification
    tracing.disease = Disease.objects.filter(pk=latest.disease_code).first() if latest.disease_code else None
    tracing.found = given[-1].found if given else ""
    tracing.outcome = given[-1].outcome if given and given[-1].outcome else latest.outcome
    tracing.answers_count = len(given)
    if any(one.destroyed_at is None for one in versions):
        tracing.destroyed_at, tracing.destroyed_why = None, ""
    elif tracing.destroyed_at is None:
        tracing.destroyed_at, tracing.destroyed_why = now, why or Tracing.Ended.EXPIRED


def attach(message: TravellerMessage) -> None:
    """Answers that were here before the message that they are about."""
    waiting = TravellerAnswer.objects.filter(
        of=None, of_document=message.document_id, of_origin=message.origin, origin=message.addressee
    )
    waiting.update(of=message.of_id)
