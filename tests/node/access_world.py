"""People of every role, and records of two organisations: for tests of access, and of what the API promises."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.exchange.types.notified import FULL
from tests.node.assistance.access_records import assistance_records
from tests.node.consultations.access_records import consultation_records
from tests.node.correspondence.access_records import letter_records
from tests.node.hospitals.access_records import hospital_records
from tests.node.joint.scenes import PROPOSAL
from tests.node.surveillance.screened import FIRST, MONDAY, given
from tests.node.surveillance.tables_given import sent, table
from tests.node.transfers.access import transfer_records

from tocsin.exchange.moments import moment
from tocsin.joint.acts import Act, Order
from tocsin.node.alliance.actions.setting_up import load_states
from tocsin.node.alliance.actions.tokens import make_token
from tocsin.node.alliance.alliance_file import alliance, here
from tocsin.node.alliance.models import ApiToken, DutyShift, Invitation, Notice, Organisation, Person, State
from tocsin.node.alliance.roles import Ability, Role
from tocsin.node.council.actions.drafting import begin as begin_council_draft
from tocsin.node.council.models import Decision, DecisionDraft, OpenedDuty, Session
from tocsin.node.duty.actions.drills import call_for
from tocsin.node.duty.models import Drill, Handover, LogEntry, PushSubscription
from tocsin.node.estimates.models import Estimate
from tocsin.node.events.actions.attack_rates import set_exposure
from tocsin.node.events.actions.cases import add_case, receive_table
from tocsin.node.events.actions.clocks import add_factor
from tocsin.node.events.actions.files import add_file
from tocsin.node.events.actions.linking import link_events
from tocsin.node.events.actions.opening import open_event
from tocsin.node.events.actions.risk import draft_risk
from tocsin.node.events.instruments.guidance import read_categories
from tocsin.node.events.line_list.tables import open_text
from tocsin.node.events.models import Event, EventEstimate, Sample, SampleTest
from tocsin.node.exercises.actions.running import begin
from tocsin.node.exercises.models import Exercise
from tocsin.node.exercises.scripts import scripts
from tocsin.node.indicators.building.documents import packed
from tocsin.node.indicators.models import Preparation, Shared, SharingRule
from tocsin.node.joint.arranging import arrangement_of
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.joint.nouns import noun_of
from tocsin.node.notifications.actions.preparing import prepare
from tocsin.node.notifications.heads import settle
from tocsin.node.notifications.models import Notification, NotifiedEvent, VerificationRequest
from tocsin.node.post.models import Batch, Entry, Message, Proposal, Stream
from tocsin.node.records import new_id
from tocsin.node.surveillance.actions.setting_up import add_place, load_diseases
from tocsin.node.surveillance.models import (
    Disease,
    DiseaseRule,
    KnownCause,
    Place,
    PlaceAlias,
    Screening,
    Series,
    Signal,
    Source,
    SourceBreak,
    Thread,
)
from tocsin.node.travellers.models import Tracing, TravellerMessage

__all__ = ["HEADER", "World", "make_world", "secret_of", "world_in"]

WEEK = [("2026-01-05", "District 11", "plague", 1), ("no day", "District 11", "plague", 1)] + [
    (f"2026-01-{day}", "District 11", "plague", 1) for day in (12, 19, 26)
]
A_PAYLOAD = {  # of estimates: nothing but a count
    "every": "week", "levels": [0.5], "dates": [str(MONDAY)], "reported": [1.0], "unused": 0, "why": {},
    "nowcast": None, "reproduction": None, "growth": None, "ahead": None,
}  # fmt: skip
A_CATEGORY = read_categories()[0].categories[0].code
HEADER = ("week", "district", "disease", "cases")


@dataclass
class World:
    """People by role, signed in and with tokens; records of their organisation, of another, and each person's own."""

    folder: Path
    people: dict[str, Person] = field(default_factory=dict)
    browsers: dict[str, Client] = field(default_factory=dict)
    tokens: dict[str, ApiToken] = field(default_factory=dict)
    notices: dict[str, Notice] = field(default_factory=dict)
    subscriptions: dict[str, PushSubscription] = field(default_factory=dict)
    files: dict[str, Any] = field(default_factory=dict)
    here: dict[str, Any] = field(default_factory=dict)
    elsewhere: dict[str, Any] = field(default_factory=dict)

    def record(self, name: str, role: str | None, *, own: bool) -> Any:
        """The key of a record; `own` of the role's organisation, or the person's own."""
        personal = {
            "token": self.tokens, "notice": self.notices, "browser": self.subscriptions, "given_file": self.files,
        }.get(name)  # fmt: skip
        if personal is not None:
            whose = role if own and role else next(other for other in personal if other != role)
            return personal[whose].pk
        return self.here[name].pk if own or name not in self.elsewhere else self.elsewhere[name].pk


@contextmanager
def world_in(folder: Path) -> Iterator[World]:
    """Made once for many tests, its files in `folder`, and undone with the transaction that it was made in."""
    kept = settings.UPLOADS, settings.ARCHIVE
    settings.UPLOADS, settings.ARCHIVE = folder / "uploads", folder / "archive"
    try:
        with transaction.atomic():
            yield make_world(folder)
            transaction.set_rollback(True)
    finally:
        settings.UPLOADS, settings.ARCHIVE = kept


def secret_of(somebody: Person, scopes: list[str]) -> str:
    """Of a token, as it would have been made before a role was taken away, where the present one may make none."""
    if somebody.needs_second_factor:
        Authenticator.objects.get_or_create(user=somebody, type="totp", defaults={"data": {}})
    somebody.__dict__["abilities"] = frozenset(Ability)
    secret = make_token(somebody, name="access", scopes=scopes, days=1, by=somebody)[1]
    somebody.__dict__.pop("abilities")
    return secret


def make_world(folder: Path) -> World:
    world = World(folder)
    load_states(alliance(), here=here().code, by=None)
    state = State.objects.get(is_here=True)
    ours, theirs = (Organisation.objects.create(state=state, kind="service", name_en=name) for name in ("A", "B"))
    load_diseases(by=None)
    root = add_place(code="XX", kind="country", parent=None, names=("Testland", "", ""), state=state)
    place = add_place(code="XX-11", kind="district", parent=root, names=("District 11", "", ""), state=state)
    for role in Role.values:
        _join(world, role, ours)
    outsider = Person.objects.create_user("o@b.example", name="Outsider", organisation=theirs, roles=["epidemiologist"])
    world.here = _surveillance(ours, world.people["epidemiologist"], place)
    world.elsewhere = _surveillance(theirs, outsider, place)
    now, epidemiologist = timezone.now(), world.people["epidemiologist"]
    world.here |= {
        "place": place,
        "alias": PlaceAlias.objects.create(place=place, within=root, name="Eleventh", key="eleventh"),
        "rule": DiseaseRule.objects.first(),
        "person": outsider,
        "message": Message.objects.create(
            origin="BO", is_ours=False, classification="MEMBERS", subject="S", text="T", language="en",
            conversation=new_id(), written_at=now,
        ),
        **_kept_apart(outsider),
        "shift": DutyShift.objects.create(person=outsider, starts_at=now, ends_at=now + timedelta(days=1)),
        "invitation": Invitation.objects.create(
            email="new@b.example", name="New", organisation=ours, roles=["clinician"], secret_digest="x" * 64,
            invited_by=epidemiologist, expires_at=now + timedelta(days=7),
        ),
    }  # fmt: skip
    world.here |= _sharing(world.here["source"], outsider)
    world.here |= _duty(outsider)
    world.here |= _events(place, epidemiologist)
    world.here |= {**_sampled(world.here["event"], ours, epidemiologist), **_filed(world.here["event"], epidemiologist)}
    world.elsewhere |= _sampled(world.here["event"], theirs, epidemiologist)
    world.here |= _notified(world.here["event"], epidemiologist)
    world.here["tracing"] = _traveller()
    world.here |= assistance_records(world.people)
    world.here |= hospital_records(world.people)
    world.here |= letter_records(world.people, world.here["hospital"], world.here["clinician"])
    cases, of_others, world.files = consultation_records(world.people, world.here["hospital"], world.here["clinician"])
    world.here, world.elsewhere = world.here | cases, world.elsewhere | of_others
    moved, of_others = transfer_records(world.here["hospital"], world.here["clinician"])
    world.here, world.elsewhere = world.here | moved, world.elsewhere | of_others
    world.here["session"], world.here["opened_duty"] = _session(), _opened_duty()
    world.here["decision"], world.here["council_draft"] = _decision(), _council_draft(world.people["council_delegate"])
    world.here["plan"] = _plan()
    world.here["exercise"] = _exercise(place, world.people["duty_officer"])
    return world


def _events(place: Place, by: Person) -> dict[str, Any]:
    """An event with what hangs on it, and another that it is linked to."""
    event, other = (open_event(disease=None, place=place, by=by) for _ in range(2))
    amounts = {"exposed_ill": 3, "exposed": 4, "unexposed_ill": 1, "unexposed": 9}
    case = add_case(event, values={"local_id": "A-1", "classification": "suspected"}, by=by)
    EventEstimate.objects.create(event=event, list_changed_at=case.changed_at, engine="0", payload=A_PAYLOAD)
    return {
        "event": event,
        "case": case,
        "case_table": receive_table(event, open_text("ID\tSex\tФИО\nA-2\tf\tx\n"), by=by),
        "exposure": set_exposure(event, name="well", by=by, **amounts),
        "event_link": link_events(event, other, kind="related", by=by),
        "factor": add_factor(event, kind="enabler", interval="detection", category=A_CATEGORY, by=by),
        "risk": draft_risk(
            event, level="national", likelihood="likely", impact="minor", confidence="low", text="T", by=by, version=0
        ),
    }


def _sampled(event: Event, laboratory: Organisation, by: Person) -> dict[str, Any]:
    """A sample at a laboratory, with one result of the two that were asked for."""
    sample = Sample.objects.create(
        event=event, reference=f"S {laboratory}", material="stool", laboratory=laboratory, status="received", by=by
    )
    asked, _waits = (SampleTest.objects.create(sample=sample, method=method, by=by) for method in ("pcr", "culture"))
    SampleTest.objects.filter(pk=asked.pk).update(result="positive", on=timezone.localdate())
    return {"sample": sample, "result": asked}


def _filed(event: Event, by: Person) -> dict[str, Any]:
    return {"file": add_file(event, [b"day,cases\n"], name="list.csv", by=by)}


def _notified(event: Event, by: Person) -> dict[str, Any]:
    """What a partner notified and asks, what partners were told of ours, and what is being made ready for them."""
    when, heads = timezone.now(), {}
    for origin, of in (("BO", new_id()), (here().code, event.pk)):
        ours = origin == here().code
        heads[origin] = NotifiedEvent.objects.create(
            origin=origin, origin_event=of, is_ours=ours, event=event if ours else None
        )
    told = {
        origin: Notification.objects.create(
            id=(key := new_id()), document_id=key, origin=origin, is_ours=head.is_ours, recorded_at=when, of=head,
            version=1, status="notified", classification="MEMBERS", language="ru", body=deepcopy(FULL["notification"]),
        )
        for origin, head in heads.items()
    }  # fmt: skip
    settle([head.pk for head in heads.values()])
    question = VerificationRequest.objects.create(
        id=(key := new_id()), document_id=key, origin="BO", is_ours=False, recorded_at=when, answer_by=when,
        addressees=[here().code], what_is_heard="Q", heard_from=["media"], language="ru",
        questions=[{"question": "is_it_true", "text": ""}],
    )  # fmt: skip
    return {
        "notified": heads["BO"],
        "notification": told["BO"],
        "told": told[here().code],
        "question": question,
        "draft": prepare(event, by=by),
    }


def _traveller() -> Tracing:
    """Somebody whom a partner asks us to look for."""
    when = timezone.now()
    later = when + timedelta(days=7)
    tracing = Tracing.objects.create(is_ours=False, other="BO", begun_at=when, due_at=later, version=1)
    TravellerMessage.objects.create(
        id=(key := new_id()), document_id=key, origin="BO", addressee=here().code, is_ours=False, of=tracing, version=1,
        language="ru", recorded_at=when, expires_at=later, due_at=later, classification="SELECTIVE",
        content={name: FULL["traveller"].get(name) for name in TravellerMessage.CONTENT},
    )  # fmt: skip
    return tracing


def _exercise(place: Place, by: Person) -> Exercise:
    """One that runs, of which the first line list has come."""
    script = scripts()["cholera-on-the-river"]
    ours = {part.code: place.code for part in script.places if part.role == "origin"}
    exercise = begin(
        script, code_word="access", states={"origin": here().code, "neighbour": "BO"},
        places={**script.defaults["exercise"]["places"], **ours}, minutes_a_day=60, by=by,
    )  # fmt: skip
    exercise.injects.filter(kind="cases").update(delivered_at=timezone.now())
    return exercise


def _duty(by: Person) -> dict[str, Any]:
    """A drill among our own people, for which they are called, and a shift that was handed over."""
    drill = Drill.objects.create(
        origin=here().code, is_ours=True, kind="call", scenario="S", language="en", answer_within=60, by=by
    )
    alert = call_for(drill)
    LogEntry.objects.create(by=by, text="T", language="en", about_type="alert", about_id=str(alert.pk))
    handover = Handover.objects.create(line="first", outgoing=by, text="T", language="en")
    return {"drill": drill, "alert": alert, "handover": handover}


def _sharing(source: Source, by: Person) -> dict[str, Any]:
    """A rule by which the source is shared, what is ready to be sent, and what was."""
    rule = SharingRule.objects.create(source=source, case_status=["confirmed"], case_definition="WHO", changed_by=by)
    figures = {"rows": 1, "documents": 1, "weeks": [str(MONDAY)], "diseases": {"dengue": 1}, "places": ["XX-11"]}
    row = ["cases", "dengue", "XX-11", str(MONDAY), "all", "all", 9]
    Preparation.objects.create(
        rule=rule, rule_version=1, status="ready", generation=1, figures=figures, bodies=packed([{"rows": [row]}])
    )
    shared = Shared.objects.create(
        id=new_id(), rule=rule, rule_version=1, source=source, indicator="cases", classification="MEMBERS", by=by,
        recorded_at=timezone.now(), generation=1, first_week=MONDAY, last_week=MONDAY, rows=1, withheld_rows=0,
    )  # fmt: skip
    return {"sharing": rule, "shared": shared}


def _kept_apart(by: Person) -> dict[str, Any]:
    """A document of a partner that was kept apart, and what somebody proposes to do about it."""
    stream = Stream.objects.create(origin="BO", epoch=1, audience="members", last=1, manifest="m", first_manifest="m")
    batch = Batch.objects.create(
        digest="m" * 43, stream=stream, first=1, last=1, size=1, signers=[], signatures=b"", manifest=b"", parcels=b""
    )
    entry = Entry.objects.create(
        batch=batch, stream=stream, origin="BO", number=1, state="quarantined", digest="d", has_reasons=True,
        reasons=b'[["schema","wrong",null]]',
    )  # fmt: skip
    proposal = Proposal.objects.create(
        what="reject", subject=f"{batch.digest} 1", subject_name="BO/1/members 1", stands="?", reason="r", by=by
    )
    return {"stream": stream, "kept_apart": entry, "proposal": proposal}


def _join(world: World, role: str, organisation: Organisation) -> None:
    somebody = Person.objects.create_user(f"{role}@a.example", name=role, organisation=organisation, roles=[role])
    # All have one: who a patient is, and what else would do harm by itself, opens to nobody without.
    Authenticator.objects.create(user=somebody, type="totp", data={})
    browser = Client(raise_request_exception=False)
    browser.force_login(somebody, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": timezone.now().timestamp()}]
    session.save()
    world.people[role], world.browsers[role] = somebody, browser
    world.notices[role] = Notice.objects.create(person=somebody, kind="source.late", values={"source": "S", "due": {}})
    world.subscriptions[role] = PushSubscription.objects.create(
        person=somebody, endpoint=f"https://push.example/{role}", endpoint_digest=role, browser=role
    )
    world.tokens[role] = ApiToken.objects.create(
        person=somebody, name="t", digest=role, ends="x", expires_at=timezone.now() + timedelta(days=1)
    )


def _surveillance(organisation: Organisation, by: Person, place: Place) -> dict[str, Any]:
    source = Source.objects.create(
        name=f"Weekly {organisation}", organisation=organisation, place=place.parent,
        layout={"date": "week", "count": "cases"}, columns={"disease": "disease", "place": ["district"]},
    )  # fmt: skip
    series = given(source, {("dengue", "XX-11", ""): np.ones(104)}, first=FIRST)["dengue", "XX-11", ""]
    upload = sent(source, table(WEEK, HEADER), by)
    for row in list(DBTaskResult.objects.ready()):
        row.set_successful(row.task.call(*row.args_kwargs["args"], **row.args_kwargs["kwargs"]))
    upload.refresh_from_db()
    assert upload.status == "previewed", upload.problem
    disease = Disease.objects.get(pk="dengue")
    thread = Thread.objects.create(
        disease=disease, place=place, headline_place=place, first_period=MONDAY, last_period=MONDAY, observed=9,
        expected=1, threshold=2, sparkline=[1, 9], kinds=["clinician"], signals_count=1,
    )  # fmt: skip
    signal = Signal.objects.create(
        kind="clinician", thread=thread, disease=disease, place=place, period=MONDAY, text="Seen", by=by,
        organisation=organisation,
    )  # fmt: skip
    Thread.objects.filter(pk=thread.pk).update(headline=signal)
    screening = Screening.objects.create(
        source=source, status="done", generation=1, method="ears", finished_at=timezone.now(), signals_found=0
    )
    _estimated(series, screening)
    return {
        "source": source,
        "series": series,
        "upload": upload,
        "thread": thread,
        "signal": signal,
        "screening": screening,
        "break": SourceBreak.objects.create(source=source, starts_on=MONDAY, what="New definition"),
        "cause": KnownCause.objects.create(
            disease=disease, place=place, first_period=MONDAY, last_period=MONDAY, what="Campaign", by=by
        ),
    }


def _estimated(series: Series, screening: Screening) -> Estimate:
    return Estimate.objects.create(
        series=series, source=series.source, screening=screening, generation=1, engine="0", payload=A_PAYLOAD
    )


def _decision() -> Decision:
    """Of the Council, proposed by a partner to AL and BO."""
    when, key = timezone.now().replace(microsecond=0), new_id()
    of = JointObject.objects.create(
        id=key, noun="decision", origin="BO", object_id=key, is_ours=False, classification="MEMBERS", opened_at=when,
    )  # fmt: skip
    said = PROPOSAL | {"body": "coordination-council", "concerned": ["AL", "BO"]}
    act = Act(of.key, str(key), "BO", "d" * 43, "propose", said, when, Order(1, None, when), place=(1, 1))
    JointAct.from_act(act, of, id=key, is_ours=False, is_exercise=False, by=None, classification="MEMBERS").save()
    noun_of(of).settle(of, arrangement_of(of))
    return Decision.objects.get(pk=key)


def _plan() -> Decision:
    """Of joint actions, adopted by BO alone, with a measure for AL to carry out."""
    when, key = timezone.now().replace(microsecond=0), new_id()
    of = JointObject.objects.create(
        id=key, noun="decision", origin="BO", object_id=key, is_ours=False, classification="MEMBERS", opened_at=when,
    )  # fmt: skip
    measure = {
        "id": "m1", "title": {"en": "Survey"}, "state": "AL", "deadline": "2099-04-01", "evidence": "",
        "verifier": "BO", "paragraph": "p1", "links": [],
    }  # fmt: skip
    said = {"body": "coordination-council", "kind": "plan", "concerned": ["BO"], "measures": [measure]}
    consent = new_id()
    cited = [{"state": "BO", "by": "consent", "acts": [str(consent)]}]
    acts: list[tuple[Any, str, dict[str, Any]]] = [
        (key, "propose", PROPOSAL | said), (new_id(), "consider", {"until": None}),
        (consent, "consent", {"version": 1, "ad_referendum": False}),
        (new_id(), "adopt", {"version": 1, "states": cited}),
    ]  # fmt: skip
    for number, (id, kind, saying) in enumerate(acts, start=1):
        order = Order(number, f"{number - 1}" * 43 if number > 1 else None, when)
        act = Act(of.key, str(id), "BO", f"{number}" * 43, kind, saying, when, order, place=(1, number))
        JointAct.from_act(act, of, id=id, is_ours=False, is_exercise=False, by=None, classification="MEMBERS").save()
    noun_of(of).settle(of, arrangement_of(of))
    return Decision.objects.get(pk=key)


def _council_draft(by: Person) -> DecisionDraft:
    """What is to be proposed."""
    return begin_council_draft(body="coordination-council", kind="decision", title={"en": "Draft"}, by=by)


def _session() -> Session:
    """Of the Council, called by a partner, with a brief and minutes."""
    when, key = timezone.now().replace(microsecond=0), new_id()
    of = JointObject.objects.create(
        id=key, noun="session", origin="BO", object_id=key, is_ours=False, classification="MEMBERS",
    )  # fmt: skip
    said = {
        "body": "coordination-council", "title": {"en": "Session"}, "starts_at": moment(when + timedelta(hours=1)),
        "place": {"kind": "video", "text": ""}, "languages": ["en"], "rule": "", "event": None, "chair": "BO",
        "invited": ["AL", "BO"], "agenda": [{"id": "i1", "title": {"en": "Item"}, "decision": None}],
        "brief": {"en": "Brief"},
    }  # fmt: skip
    act = Act(
        of.key, str(key), "BO", "d" * 43, "convene", said, when, Order(1, None, when), place=(1, 1), noun="session"
    )
    JointAct.from_act(act, of, id=key, is_ours=False, is_exercise=False, by=None, classification="MEMBERS").save()
    arrangement = arrangement_of(of)
    noun_of(of).settle(of, arrangement)
    return Session.objects.get(pk=key)


def _opened_duty() -> OpenedDuty:
    """By an event of a partner."""
    return OpenedDuty.objects.create(
        agreement="plague", duty="look-for-contacts", trigger="suspected_pneumonic_plague", title={"en": "Look"},
        event_origin="BO", event_id=new_id(), due_at=timezone.now() + timedelta(hours=24),
    )  # fmt: skip
