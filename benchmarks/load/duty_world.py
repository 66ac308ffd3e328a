"""What those on duty have written down and were called for, and travellers whom states asked each other to find."""

import random
from datetime import timedelta
from uuid import UUID

from benchmarks.load.said import paragraph
from django.utils import timezone

from tocsin.exchange.identifiers import new_id
from tocsin.node.alliance.models import Person
from tocsin.node.duty.models import Alert, LogEntry
from tocsin.node.travellers.models import Tracing, TravellerMessage

__all__ = ["fill_duty", "fill_travellers"]

A_PIECE = 1_000
JOURNEY = {
    "kind": "air", "number": "AL 107", "from_place": "Norvel", "to_place": "Dolin", "departed": "2026-03-07T22:10",
    "arrived": "2026-03-08T06:00", "border_point": "", "operator": "",
}  # fmt: skip


def fill_duty(entries: int, alerts: int, people: list[Person], chance: random.Random) -> None:
    """The shift log of years, and alerts that people acknowledged."""
    now = timezone.now()
    LogEntry.objects.bulk_create(
        (
            LogEntry(at=now - timedelta(hours=2 * at), by=chance.choice(people), text=paragraph(200), language="en")
            for at in range(entries)
        ),
        batch_size=A_PIECE,
    )
    Alert.objects.bulk_create(
        (
            Alert(
                kind="notification.came", subject_type="notification", subject_id=new_id(now),
                values={"state": "Borenia", "disease": "cholera", "place": "Dolin", "status": "updated"},
                is_exercise=True, raised_at=now - timedelta(hours=5 * at), ladder={"rungs": []}, rung=1,
                looked_at=now, acknowledged_at=now - timedelta(hours=5 * at - 1), acknowledged_by=people[0],
                by_role="duty_officer",
            )
            for at in range(1, alerts + 1)
        ),
        batch_size=A_PIECE,
    )  # fmt: skip


def fill_travellers(number: int, chance: random.Random) -> None:
    """Those whose messages are kept, and more whose messages were destroyed."""
    now, tracings, messages = timezone.now(), [], []
    for at in range(number):
        begun, is_kept = now - timedelta(hours=6 * at), at < number // 20
        destroyed = None if is_kept else begun + timedelta(days=21)
        one = Tracing(
            is_ours=at % 2 == 0, other=chance.choice(("BO", "CE", "DO")), is_exercise=True, disease_code="measles",
            disease_id="measles", classification="confirmed", version=1, begun_at=begun, changed_at=begun,
            due_at=begun + timedelta(days=60), found="yes" if at % 5 else "", destroyed_at=destroyed,
            destroyed_why="" if is_kept else "expired",
        )  # fmt: skip
        key = UUID(new_id(begun))
        tracings.append(one)
        messages.append(
            TravellerMessage(
                id=key, document_id=key, origin="AL" if one.is_ours else one.other, is_ours=one.is_ours, of=one,
                addressee=one.other if one.is_ours else "AL", is_exercise=True, version=1, language="en",
                recorded_at=begun, expires_at=one.due_at, due_at=one.due_at, disease_code="measles",
                classification="confirmed", journeys=[JOURNEY] if is_kept else [],
                content={"text": paragraph(100)} if is_kept else {}, destroyed_at=destroyed,
            )
        )  # fmt: skip
    Tracing.objects.bulk_create(tracings, batch_size=A_PIECE)
    TravellerMessage.objects.bulk_create(messages, batch_size=A_PIECE)
