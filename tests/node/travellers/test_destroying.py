"""Nobody can say who it was once its time is over: here, at partners, in what waits, and in what was kept apart."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.exchange.world import World
from tests.node.travellers.scenes import NAMES, answered, bring, delivered, later, said, sent, traveller
from tests.node.travellers.searching import in_any_table

from tocsin.exchange.store import State as DocumentState
from tocsin.node.alliance.models import AuditEntry
from tocsin.node.duty.models import Alert
from tocsin.node.post.models import Entry, Outgoing
from tocsin.node.travellers.actions import answering, expiring
from tocsin.node.travellers.actions.destroying import close
from tocsin.node.travellers.actions.expiring import expire
from tocsin.node.travellers.actions.refusals import Destroyed
from tocsin.node.travellers.actions.writing import amend
from tocsin.node.travellers.models import Tracing, TravellerAnswer, TravellerMessage

TYPES = ("traveller", "traveller-answer")


def at_bo(partner) -> list[DocumentState]:
    entries = partner.nodes["BO"].store.entries(most=1_000)
    return [entry.state for entry in entries if entry.type in TYPES]


def test_the_search_finds_what_is_there(joined, diseases, partner, vera):
    sent(vera)
    assert {line.split(": ")[0] for line in in_any_table()} >= {"travellers_travellermessage", "post_outgoing"}
    delivered(joined, partner)
    assert "a document: Zhumagulova" in in_any_table()


def test_ours_is_destroyed_when_its_time_is_over_here_and_at_the_state_it_went_to(joined, diseases, partner, vera):
    tracing = sent(vera)
    delivered(joined, partner)
    bring(partner, joined, answered(partner, tracing, found="yes"))
    assert expire() == 0
    assert expire(later(days=22)) == 1
    tracing.refresh_from_db()
    assert (tracing.state, tracing.destroyed_why, tracing.found) == ("destroyed", "expired", "yes")
    assert in_any_table() == []
    delivered(joined, partner)
    assert at_bo(partner).count(DocumentState.ERASED) == 1
    assert not any(b"Zhumagulova" in (one.document or b"") for one in partner.nodes["BO"].store.entries(most=99))
    (entry,) = AuditEntry.objects.filter(act="traveller.destroyed")
    assert (entry.by, entry.details) == (None, {"why": "expired", "versions": [1], "answers": 1})
    assert expire(later(days=23)) == 0, "whoever comes later finds nothing to do"


def test_what_still_waits_to_be_sealed_never_leaves(joined, diseases, partner, vera):
    tracing = sent(vera)
    close(tracing, by=vera)
    assert not Outgoing.objects.exists()
    assert in_any_table() == []


def test_a_partners_message_is_destroyed_here_though_its_origin_cannot_be_reached(joined, diseases, partner, vera):
    bring(partner, joined, traveller(partner))
    tracing = Tracing.objects.get()
    answering.answer(tracing, found="in_progress", seen=0, language="en", text="Quasimodo is sought.", by=vera)
    expire(later(days=22))
    assert in_any_table() == []
    tracing.refresh_from_db()
    assert (tracing.state, tracing.found) == ("destroyed", "in_progress")
    assert not Alert.objects.open().exists()
    (entry,) = [one for one in joined.store.entries(most=99) if one.type == "traveller"]
    assert (entry.state, entry.key) == (DocumentState.ERASED, None)


def test_whatever_a_partners_clock_says_nobody_is_kept_for_longer_than_ninety_days(joined, diseases, partner, vera):
    document = traveller(partner, expires=later(days=80))
    bring(partner, joined, document)
    TravellerMessage.objects.update(expires_at=later(days=9_000))
    assert TravellerMessage.objects.get().due_at <= later(days=91)
    expire(later(days=91))
    assert in_any_table() == []


def test_ended_by_a_person_it_is_destroyed_at_once_and_the_state_told(joined, diseases, partner, vera, timur):
    tracing = sent(vera)
    amend(tracing, said(), seen=1, language="en", by=vera)
    delivered(joined, partner)
    close(tracing, by=timur)
    assert in_any_table() == []
    delivered(joined, partner)
    assert at_bo(partner).count(DocumentState.ERASED) == 2
    with pytest.raises(Destroyed):
        close(tracing, by=vera)
    with pytest.raises(Destroyed):
        amend(tracing, said(), seen=2, language="en", by=vera)


def test_ended_here_a_partners_message_is_gone_and_our_answer_stays_for_the_state_until_its_time(
    joined, diseases, partner, vera
):
    bring(partner, joined, traveller(partner))
    tracing = Tracing.objects.get()
    answering.answer(tracing, found="yes", seen=0, language="en", text="In Dolin.", by=vera)
    close(tracing, by=vera)
    assert in_any_table() == []
    delivered(joined, partner)
    assert DocumentState.ACCEPTED in at_bo(partner)
    expire()
    assert TravellerAnswer.objects.get().text == "In Dolin."
    expire(later(days=22))
    assert TravellerAnswer.objects.get().text == ""


def test_while_a_person_reads_its_time_runs_out_and_the_next_look_shows_nothing(joined, diseases, vera):
    tracing = sent(vera)
    message = tracing.versions.get()
    assert answering.open_person(message, reason="check", by=vera).content
    TravellerMessage.objects.update(due_at=later(seconds=-1))
    Tracing.objects.update(due_at=later(seconds=-1))
    with pytest.raises(Destroyed):  # the hourly work has not come by yet
        answering.open_person(message, reason="check", by=vera)
    assert in_any_table() == []


def test_a_later_version_that_ends_sooner_takes_the_earlier_ones_with_it(joined, diseases, partner, vera):
    tracing = sent(vera, expires_at=later(days=60))
    amend(tracing, said(expires_at=later(days=5)), seen=1, language="en", by=vera)
    delivered(joined, partner)
    expire(later(days=6))
    assert in_any_table() == []


def test_an_earlier_version_goes_at_its_own_time_and_the_later_stays(joined, diseases, partner, vera):
    tracing = sent(vera, expires_at=later(days=5))
    amend(tracing, said(expires_at=later(days=20)), seen=1, language="en", by=vera)
    expire(later(days=6))
    assert [one.destroyed_at is None for one in tracing.versions.order_by("version")] == [False, True]
    tracing.refresh_from_db()
    assert tracing.state == "traveller_unanswered"


def test_killed_in_the_middle_each_person_is_whole_or_gone_and_the_next_run_goes_on(
    joined, diseases, partner, vera, monkeypatch
):
    for _ in range(3):
        sent(vera)
    delivered(joined, partner)
    passed = []

    def killed(window: str) -> None:
        passed.append(window)
        if passed.count("travellers.destroying") == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(expiring, "at", killed)
    with pytest.raises(KeyboardInterrupt):
        expire(later(days=22))
    kept = TravellerMessage.objects.kept().count()
    assert (kept, Entry.objects.filter(type="traveller", document__isnull=False).count()) == (2, 2)
    assert Outgoing.objects.count() == 1, "one erasure for one that is gone"
    monkeypatch.undo()
    expire(later(days=22))
    assert in_any_table() == []
    assert Outgoing.objects.count() == 3


def test_what_was_kept_apart_is_destroyed_when_its_time_is_over_too(joined, diseases, partner, vera):
    partner.examining = False
    bring(partner, joined, traveller(partner, onset="2090-01-01", expires=later(days=10)))
    assert Entry.objects.get(type="traveller").state == "quarantined"
    assert not TravellerMessage.objects.exists()
    assert expire(later(days=9)) == 0
    assert expire(later(days=11)) == 1
    assert in_any_table() == []
    assert "2090" not in str(bytes(Entry.objects.get(type="traveller").reasons)), "nor what was wrong with it"


def test_nobody_who_decides_upon_what_is_kept_apart_reads_the_person(joined, diseases, partner, vera, signed_in):
    partner.examining = False
    bring(partner, joined, traveller(partner, onset="2090-01-01"))
    page = signed_in(vera).get(reverse("kept_apart_document", args=[Entry.objects.get(type="traveller").pk]))
    assert "It is about a person" in page.content.decode()
    assert not [name for name in NAMES if name in page.content.decode()]


def test_a_state_that_has_left_cannot_be_told_and_what_we_keep_is_destroyed_all_the_same(
    joined, diseases, partner, vera, monkeypatch
):
    sent(vera)
    delivered(joined, partner)
    monkeypatch.setattr(
        "tocsin.node.post.actions.destroying.erase", lambda *a, **k: (_ for _ in ()).throw(ValueError())
    )
    expire(later(days=22))
    assert in_any_table() == []


STEPS = st.lists(
    st.sampled_from(["send", "amend", "deliver", "answer", "come", "next", "ours", "open", "close", "expire", "early"]),
    min_size=3, max_size=14,
)  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS, days=st.lists(st.integers(1, 60), min_size=14, max_size=14))
def test_after_their_time_nothing_of_anybody_is_left_in_whatever_order_things_happened(
    joined, diseases, alliance_list, vera, steps, days
):
    alliance_list.now = joined.now()
    partner = World(["AL", "BO", "CE", "SEC"], made=alliance_list)  # as this node, it remembers nothing of another run
    with transaction.atomic():
        theirs: list = []
        for step, day in zip(steps, days, strict=False):
            _do(step, day, theirs, joined, partner, vera)
        delivered(joined, partner)
        expire(later(days=91))
        expire(later(days=91))
        assert in_any_table() == []
        assert not TravellerMessage.objects.kept().exists()
        assert not Tracing.objects.open().exists()
        transaction.set_rollback(True)


def _do(step, day, theirs, joined, partner, by) -> None:
    ours = list(Tracing.objects.open().filter(is_ours=True))
    came = list(Tracing.objects.open().filter(is_ours=False))
    if step == "send":
        sent(by, expires_at=later(days=day))
    elif step == "amend" and ours:
        amend(ours[-1], said(expires_at=later(days=day)), seen=ours[-1].version, language="en", by=by)
    elif step == "deliver":
        delivered(joined, partner)
    elif step == "answer" and ours:
        partner.alliance.now += timedelta(seconds=1)
        bring(partner, joined, answered(partner, ours[0]))
    elif step == "come":
        theirs.append(traveller(partner, expires=later(days=day)))
        bring(partner, joined, theirs[-1])
    elif step == "next" and theirs:
        before = theirs[-1]
        head = {"version": before.version + 1, "supersedes": before.id}
        theirs.append(traveller(partner, expires=later(days=day), head=head))
        bring(partner, joined, theirs[-1])
    elif step == "ours" and came:
        answering.answer(
            came[0], found="in_progress", seen=came[0].answers_count, language="en", text="Quasimodo", by=by
        )
    elif step == "open" and came:
        answering.open_person(came[0].versions.kept().first(), reason="find", by=by)
    elif step == "close" and (ours or came):
        close((ours or came)[0], by=by)
    elif step == "expire":
        expire()
    elif step == "early":
        expire(later(days=day))
