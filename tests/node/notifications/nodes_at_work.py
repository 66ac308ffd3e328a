"""What processes of nodes do about notifications, for tests of several nodes, and of several people at once."""

import base64
import pickle
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection, connections
from tests.node.tables import make_tables

from tocsin.exchange.intake import take as take_in
from tocsin.exchange.sealing import seal
from tocsin.exchange.store import State as DocumentState
from tocsin.node.alliance.actions.duty import assign_shift
from tocsin.node.alliance.actions.setting_up import load_states
from tocsin.node.alliance.alliance_file import alliance, here
from tocsin.node.alliance.models import Organisation, Person, State
from tocsin.node.duty.actions.alerts import AlreadySettled, acknowledge
from tocsin.node.duty.channels import Outcome
from tocsin.node.duty.escalating import escalate
from tocsin.node.duty.models import Acknowledgement, Alert
from tocsin.node.events.actions.counts import report_counts
from tocsin.node.events.actions.facts import change_facts
from tocsin.node.events.actions.opening import open_event
from tocsin.node.events.models import Event, EventCase
from tocsin.node.events.refusals import ActRefused
from tocsin.node.notifications.actions.answering import give_relevance
from tocsin.node.notifications.actions.preparing import change_draft, prepare, preview
from tocsin.node.notifications.actions.releasing import release
from tocsin.node.notifications.actions.verifying import answer_verification, ask_verification
from tocsin.node.notifications.models import Draft, Notification, NotifiedEvent, Relevance, VerificationRequest
from tocsin.node.notifications.standing import standing_of
from tocsin.node.post.here import local_node
from tocsin.node.post.models import Entry
from tocsin.node.post.store import DjangoStore
from tocsin.node.surveillance.actions.setting_up import load_diseases, load_places
from tocsin.node.surveillance.models import Disease, Place

WORKERS = 2
SECRETS = {"summary": "Quellbrunnen73 am Markt", "risk": "Ostufer88"}
LOCAL_ID, EXPOSURE, NAME = "KLINIK-4711", "Hochzeit55", "Vorhaben91"


def found(trust: str) -> None:
    """A state in an alliance, with two duty officers."""
    make_tables()
    DjangoStore().put_trust_files(pickle.loads(base64.b64decode(trust)))
    load_states(alliance(), here=here().code, by=None)
    load_diseases(by=None)
    entry = next((one for one in alliance().states if one.code == here().code), None)
    if entry is not None:
        load_places(entry, by=None)
    state = State.objects.get(is_here=True)
    service = Organisation.objects.create(state=state, kind="service", name_en="Service", name_ru="С", name_zh="S")
    for name in ("Vera", "Igor"):
        address = f"{name.lower()}@service.example"
        Person.objects.create_user(address, name=name, roles=["duty_officer"], organisation=service)


def officer(number: int = 0) -> Person:
    return Person.objects.get(name=("Vera", "Igor")[number])


def event() -> str:
    """An event with secrets in all that partners are told, and in all that they are not."""
    by, place = officer(), Place.objects.get(code="AL-0101")
    made = open_event(disease=Disease.objects.get(pk="cholera"), place=place, by=by, name=NAME, text="Akte12 geheim")
    change_facts(made, facts={"transmission": ["water"]}, texts=SECRETS, language="de", by=by, version=2)
    EventCase.objects.bulk_create(
        EventCase(
            event=made,
            local_id=f"{LOCAL_ID}-{at}",
            place=place,
            age=at if at > 1 else 70,
            sex="female",
            exposure=EXPOSURE,
        )
        for at in range(23)
    )
    now = Event.objects.get(pk=made.pk)
    report_counts(now, as_of=date(2026, 3, 8), counts={"suspected": 23, "probable": 0, "confirmed": 0}, by=by)
    return str(made.pk)


def notify(event: str, **choices: Any) -> dict[str, Any]:
    """Release a notification, and seal it."""
    by = officer()
    draft = prepare(Event.objects.get(pk=event), by=by)
    draft = change_draft(draft, version=draft.version, breakdown=True, by=by, **choices)
    made = release(draft, version=draft.version, seen=preview(draft, by=by).digest, warned=True, by=by)
    return {"id": str(made.pk), "body": made.body, "batches": sealed()}


def sealed() -> list[str]:
    """What waits, as it travels."""
    node = local_node(sealing=True)
    return [base64.b64encode(pickle.dumps(node.store.batch_of(one.digest))).decode() for one in seal(node)]


def take(batches: Sequence[str], via: str) -> dict[str, Any]:
    """Take batches in, as a file would bring them; what each came to, and how much is here now."""
    node, came = local_node(), []
    for batch in batches:
        try:
            came.append(str(take_in(node, pickle.loads(base64.b64decode(batch)), via=via).new))
        except Exception as refusal:
            came.append(getattr(refusal, "code", repr(refusal)))
    own = (DocumentState.OWN.value, DocumentState.ACCEPTED.value)
    return {
        "came": came,
        "read": sorted(Entry.objects.filter(state__in=own).values_list("type", flat=True)),
        "events": list(NotifiedEvent.objects.values_list("origin", "status", "version", "cases")),
        "alerts": sorted(Alert.objects.values_list("kind", flat=True)),
    }


def answer() -> list[str]:
    """A partner: acknowledge what calls, say that it concerns us, and ask."""
    by = officer()
    for alert in Alert.objects.open():
        acknowledge(alert, by=by)
    head = NotifiedEvent.objects.get(is_ours=False)
    give_relevance(head, verdict="may_affect_us", reasons=["shared_border"], text="", language="en", by=by)
    ask_verification(
        to=head.origin, about=head, what_is_heard="More are said to be ill.", heard_from=["media"],
        questions=[("counts", "")], answer_by=datetime.now(UTC) + timedelta(days=1), language="en", by=by,
    )  # fmt: skip
    return sealed()


def reply() -> list[str]:
    """The owner: answer the question."""
    answer_verification(VerificationRequest.objects.get(), standing="verified", language="en", by=officer())
    return sealed()


def roster() -> list[str]:
    """Vera is first on call, Igor second."""
    by, now = officer(), datetime.now(UTC)
    for number, line in enumerate(("first", "second")):
        day = timedelta(days=1)
        assign_shift(officer(number), line=line, starts_at=now - day, ends_at=now + day, by=by)
    return [officer(0).name, officer(1).name]


class Answering:
    """A channel that takes every call."""

    def prepare(self, person: Person, words: Any) -> Callable[[], Outcome]:
        return Outcome


def called_after(minutes: int) -> list[list[Any]]:
    """Climb the ladder as it is due so long after the alert; each call so far: minute, whom, as what, its end."""
    alert = Alert.objects.get()
    now = alert.raised_at + timedelta(minutes=minutes)
    escalate(lambda: now, {name: Answering() for name in ("mail", "push", "gateway")})
    steps = alert.steps.select_related("person").order_by("rung", "person__name", "channel")
    return [
        [round((one.tried_at - alert.raised_at).total_seconds() / 60), one.person.name, one.found_as, one.state]
        for one in steps
    ]


def alternate_answers() -> list[str]:
    """Igor has it; what that tells the state."""
    acknowledge(Alert.objects.get(), by=officer(1))
    return sealed()


def look(notification: str, hours: int = 0) -> dict[str, Any]:
    """How it stands with each state so many hours from now, and with what was asked."""
    made, now = Notification.objects.get(pk=notification), datetime.now(UTC) + timedelta(hours=hours)
    stands = standing_of(made, now=now)
    return {
        "stands": {one.node: [one.state, one.relevance.verdict if one.relevance else ""] for one in stands},
        "late": [one.node for one in stands if one.is_late],
        "outstanding": [one.node for one in stands if one.outstanding is not None],
        "acknowledged": {one.node: one.by_role for one in stands if one.acknowledged_at},
        "open": made.of.open_questions,
        "answers": list(VerificationRequest.objects.values_list("standing", flat=True)),
        "verdicts": Relevance.objects.count(),
    }


# Several people at once


def _together(*works: Callable[[], Any]) -> list[str]:
    """Begun at one moment, each with a connection of its own; what each came to."""
    begin, came = threading.Barrier(len(works)), [""] * len(works)

    def run(number: int) -> None:
        try:
            connection.ensure_connection()
            begin.wait()
            came[number] = str(works[number]())
        except (ActRefused, AlreadySettled) as refusal:
            came[number] = f"refused: {type(refusal).__name__}"
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(came)


def release_at_once() -> Mapping[str, Any]:
    """Two people release the same draft."""
    draft = prepare(Event.objects.get(pk=event()), by=officer())
    seen = preview(draft, by=officer()).digest

    def work(number: int) -> str:
        release(draft, version=1, seen=seen, by=officer(number))
        return "released"

    came = _together(*[lambda number=number: work(number) for number in range(WORKERS)])
    return {"came": came, "versions": Notification.objects.count(), "waiting": len(local_node().store.outbox(9))}


def prepare_at_once() -> Mapping[str, Any]:
    """Two people begin a draft of one event."""
    key = event()

    def work(number: int) -> str:
        return str(prepare(Event.objects.get(pk=key), by=officer(number)).pk)

    came = _together(*[lambda number=number: work(number) for number in range(WORKERS)])
    return {"same": len(set(came)) == 1, "drafts": Draft.objects.count()}


def update_against_withdrawal() -> Mapping[str, Any]:
    """One person releases the update that another makes a withdrawal of at the same moment."""
    made = Event.objects.get(pk=event())
    first = prepare(made, by=officer())
    release(first, version=1, seen=preview(first, by=officer()).digest, by=officer())
    draft = prepare(made, status="updated", by=officer())
    seen = preview(draft, by=officer()).digest

    def update() -> str:
        release(draft, version=1, seen=seen, by=officer(0))
        return "updated"

    def withdraw() -> str:
        mine = change_draft(draft, version=1, status="withdrawn", reason="error", by=officer(1))
        release(mine, version=2, seen=preview(mine, by=officer(1)).digest, by=officer(1))
        return "withdrawn"

    came = _together(update, withdraw)
    head = NotifiedEvent.objects.get()
    return {"came": came, "status": head.status, "version": head.version, "versions": Notification.objects.count()}


def acknowledge_at_once() -> Mapping[str, Any]:
    """Two people acknowledge one alert."""
    alert = Alert.objects.get()
    came = _together(*[lambda number=number: acknowledge(alert, by=officer(number)).state for number in range(WORKERS)])
    return {"came": came, "sent": Acknowledgement.objects.count()}
