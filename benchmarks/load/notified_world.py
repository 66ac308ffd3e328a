"""What partners notified by the thousand, what this state did, and what each said of the other's.

Rows are made of documents as the readers make them, and the heads are settled by the node's own code. Ours go through
the outbox and are sealed, so that pages find them there; those of partners are not put into the exchange's store,
which no page of an event reads.
"""

import random
from collections.abc import Iterable
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from benchmarks.load.said import FACTS, TEXTS, paragraph
from django.db import transaction
from django.utils import timezone
from tests.exchange.types.notified import NOTIFICATION

from tocsin.exchange.documents import Document
from tocsin.exchange.identifiers import new_id
from tocsin.exchange.local import LocalNode
from tocsin.exchange.sealing import post, seal
from tocsin.node.alliance.models import Person
from tocsin.node.duty.models import Acknowledgement
from tocsin.node.events.models import Event
from tocsin.node.notifications.heads import settle
from tocsin.node.notifications.models import (
    Draft,
    Notification,
    NotifiedEvent,
    Relevance,
    Translation,
    VerificationAnswer,
    VerificationRequest,
)
from tocsin.node.notifications.reading_documents import notification_of
from tocsin.node.post.models import Receipt, Stream
from tocsin.node.surveillance.models import Disease

__all__ = ["fill_drafts", "fill_ours", "fill_questions", "fill_theirs", "fill_translations"]

VERSIONS = 3
LANGUAGES = ("ru", "ru", "zh", "en")
WAITING = 60  # notifications of partners that nobody here has acknowledged
A_PIECE = 1_000


def fill_theirs(node: LocalNode, number: int, people: list[Person], chance: random.Random) -> int:
    """So many notifications of partners, three versions an event, with our acknowledgements and verdicts."""
    diseases = list(Disease.objects.values_list("pk", flat=True))
    partners = [name for name in node.trust().nodes if name not in (node.node, "SEC")]
    events = -(-number // VERSIONS)
    for begin in range(0, events, A_PIECE):
        heads, rows = [], []
        for at in range(begin, min(begin + A_PIECE, events)):
            origin = partners[at % len(partners)]
            first = timezone.now() - timedelta(days=chance.uniform(2, 1_300))
            head = _head(origin, UUID(new_id(first)), first)
            body = _body(origin, str(head.origin_event), at, chance.choice(diseases), first, chance)
            heads.append(head)
            rows += _versions(node, origin, head, body, first, VERSIONS, chance)
        with transaction.atomic():
            NotifiedEvent.objects.bulk_create(heads)
            Notification.objects.bulk_create(rows, batch_size=500)
            latest = rows[VERSIONS - 1 :: VERSIONS]
            _acknowledge(latest[WAITING if begin == 0 else 0 :], [node.node], people)
            _judge(latest[::2], [node.node], people, chance)
            settle([head.pk for head in heads], is_news=False)
    return events * VERSIONS


def _head(origin: str, origin_event: UUID, at: datetime, **more: Any) -> NotifiedEvent:
    changed = min(timezone.now(), at + timedelta(days=VERSIONS))
    given = {"is_ours": False, "came_at": at, "changed_at": changed, "is_exercise": True, **more}
    return NotifiedEvent(origin=origin, origin_event=origin_event, **given)


def _body(origin: str, event: str, number: int, disease: str, first: datetime, chance: random.Random) -> dict[str, Any]:
    names = {"en": f"Dolin {number % 97}", "ru": f"Долин {number % 97}", "zh": "多林"}
    cases = int(chance.lognormvariate(3, 1.5))
    day = first.date()
    dates = {
        name: {"on": (day - timedelta(days=days)).isoformat(), "precision": "exact"}
        for name, days in (
            ("emergence", 9), ("detection", 4), ("authority_notified", 3), ("first_onset", 9), ("last_onset", 2),
        )
    }  # fmt: skip
    body = deepcopy(NOTIFICATION) | FACTS
    return body | {
        "event": event, "serial": f"{origin}-{first.year}-{number + 1}", "disease": disease, "dates": dates, "rows": [],
        "suppression": None,
        "places": [{"code": f"{origin}-01", "kind": "region", "names": names}],
        "counts": body["counts"] | {"as_of": day.isoformat(), "suspected": cases, "confirmed": cases // 3},
        "texts": dict.fromkeys(body["texts"], "") | TEXTS | {"summary": f"Имитация. {paragraph(600)}"},
    }  # fmt: skip


def _versions(
    node: LocalNode, origin: str, head: NotifiedEvent, body: dict[str, Any], first: datetime, number: int,
    chance: random.Random, **row: Any,
) -> list[Notification]:  # fmt: skip
    made, before, language = [], None, chance.choice(LANGUAGES)
    for version in range(1, number + 1):
        at = first + timedelta(days=version - 1)
        document = Document(
            id=new_id(at), alliance=node.trust().alliance, origin=origin, recorded_at=at, classification="MEMBERS",
            type="notification", version=version, supersedes=before, language=language, exercise=True,
            body=body | {"status": "notified" if version == 1 else "updated"},
        )  # fmt: skip
        is_ours = origin == node.node
        made.append(Notification(**notification_of(document, head, is_ours=is_ours), came_at=at, **row))
        before = document.id
        if is_ours:
            post(node, document)
    return made


def fill_ours(node: LocalNode, events: list[Event], number: int, people: list[Person], chance: random.Random) -> int:
    """So many of our own, up to three versions an event, sealed; who has them, acknowledged them, and thinks what."""
    partners = sorted(name for name, one in node.trust().nodes.items() if name != node.node and one.tier == "member")
    told = events[: -(-number // VERSIONS)]
    for begin in range(0, len(told), A_PIECE):
        heads, rows = [], []
        with transaction.atomic():
            for event in told[begin : begin + A_PIECE]:
                head = _head(node.node, event.pk, event.opened_at, is_ours=True, event=event)
                body = _body(node.node, str(event.pk), event.number, event.disease_id, event.opened_at, chance)
                by = chance.choice(people)
                heads.append(head)
                rows += _versions(
                    node, node.node, head, body, event.opened_at, VERSIONS, chance, by=by, event_version=3
                )
            NotifiedEvent.objects.bulk_create(heads)
            Notification.objects.bulk_create(rows, batch_size=500)
            latest = rows[VERSIONS - 1 :: VERSIONS]
            _acknowledge(latest, partners, people)
            _judge(latest, partners[:3], people, chance)
            settle([head.pk for head in heads], is_news=False)
    _deliver(node, partners)
    return len(told) * VERSIONS


def _deliver(node: LocalNode, partners: Iterable[str]) -> None:
    """Seal what waits; each partner has all of it."""
    while seal(node):
        pass
    for stream in Stream.objects.filter(origin=node.node, audience="members"):
        Receipt.objects.bulk_create(
            Receipt(
                by=name, stream=stream, through=stream.last, manifest=stream.manifest, received_at=timezone.now(),
                reasons=b"",
            )
            for name in partners
        )  # fmt: skip


def _acknowledge(rows: Iterable[Notification], nodes: Iterable[str], people: list[Person]) -> None:
    nodes = list(nodes)
    Acknowledgement.objects.bulk_create(
        (
            Acknowledgement(
                of_id=row.document_id, of_origin=row.origin, of_type="notification", node=name, by_role="duty_officer",
                acknowledged_at=row.recorded_at + timedelta(hours=2), is_ours=not row.is_ours, is_exercise=True,
                by=None if row.is_ours else people[0],
            )
            for row in rows
            for name in nodes
        ),
        batch_size=A_PIECE,
    )  # fmt: skip


def _judge(rows: Iterable[Notification], nodes: Iterable[str], people: list[Person], chance: random.Random) -> None:
    nodes = list(nodes)
    made = []
    for row in rows:
        for name in nodes:
            at, key = row.recorded_at + timedelta(hours=3), UUID(new_id(row.recorded_at))
            made.append(
                Relevance(
                    id=key, document_id=key, origin=name, is_ours=not row.is_ours, language="ru", is_exercise=True,
                    recorded_at=at, came_at=at, by=None if row.is_ours else people[0], of_id=row.of_id,
                    notification=row.document_id, notified_by=row.origin, origin_event=row.body["event"],
                    verdict=chance.choice(("affects_us", "may_affect_us", "not_relevant")), reasons=["travel_links"],
                    text="Имитация: поезда ходят каждый день." if row.is_ours else "",
                )
            )  # fmt: skip
    Relevance.objects.bulk_create(made, batch_size=A_PIECE)


def fill_questions(node: LocalNode, number: int, people: list[Person], chance: random.Random) -> int:
    """Questions between states, half of them ours; one in twenty is not answered yet."""
    asked, answered = [], []
    abouts = list(NotifiedEvent.objects.theirs().exclude(latest=None).select_related("latest")[: number // 2])
    for at in range(number):
        is_ours, is_open = at % 2 == 0, at % 20 < 2
        head = abouts[at % len(abouts)]
        moment, key = timezone.now() - timedelta(days=chance.uniform(0, 700)), UUID(new_id(timezone.now()))
        origin, to = (node.node, head.origin) if is_ours else (head.origin, node.node)
        said = {"language": "ru", "is_exercise": True, "came_at": moment, "recorded_at": moment}
        asked.append(
            VerificationRequest(
                id=key, document_id=key, origin=origin, is_ours=is_ours, by=people[0] if is_ours else None,
                addressees=[to], about=head if is_ours else None, disease_code="cholera", disease_id="cholera",
                about_origin=head.origin if is_ours else "", places=[f"{to}-01"], what_is_heard=paragraph(200),
                heard_from=["media"], questions=[{"question": "is_it_true", "text": ""}],
                answer_by=moment + timedelta(hours=24), standing="" if is_open else "verified",
                first_answer_at=None if is_open else moment + timedelta(hours=5),
                answered_at=None if is_open else moment + timedelta(hours=5),
                acknowledged_at=None if is_open and at % 4 else moment + timedelta(hours=1), **said,
            )
        )  # fmt: skip
        if not is_open:
            answer = UUID(new_id(timezone.now()))
            answered.append(
                VerificationAnswer(
                    id=answer, document_id=answer, origin=to, is_ours=not is_ours, by=None if is_ours else people[0],
                    request_id=key, of_id=key, of_origin=origin, standing="verified", text=paragraph(120), **said,
                )
            )  # fmt: skip
    VerificationRequest.objects.bulk_create(asked, batch_size=A_PIECE)
    VerificationAnswer.objects.bulk_create(answered, batch_size=A_PIECE)
    for begin in range(0, len(abouts), A_PIECE):
        with transaction.atomic():
            settle([head.pk for head in abouts[begin : begin + A_PIECE]], is_news=False)
    return number


def fill_translations(number: int, by: Person) -> int:
    """Texts of the newest notifications in English: some checked, some a machine's."""
    rows = Notification.objects.filter(is_ours=False, language__in=("ru", "zh")).order_by("-came_at")[: number // 2]
    Translation.objects.bulk_create(
        (
            Translation(
                of_id=row.document_id, of_origin=row.origin, of_type="notification", of_version=row.version,
                field=field, language="en", text=row.body["texts"][field], node="AL", by=by,
                standing="human_checked" if at % 3 else "machine",
            )
            for at, row in enumerate(rows)
            for field in ("summary", "measures")
        ),
        batch_size=A_PIECE,
    )  # fmt: skip
    return number


def fill_drafts(events: Iterable[Event], by: Person) -> list[Draft]:
    """Open drafts, as `prepare` begins them."""
    drafts = [Draft(event=event, status="updated", language="en", by=by, changed_by=by) for event in events]
    return Draft.objects.bulk_create(drafts)
