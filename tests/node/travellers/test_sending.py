"""Telling one state of one person: what leaves, to whom, until when; and what is refused."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from tests.node.events.scenes import an_event
from tests.node.travellers.scenes import NAMES, SAID, answered, bring, delivered, later, said, sent

from tocsin.exchange.store import State as DocumentState
from tocsin.node.alliance.models import AuditEntry, Notice
from tocsin.node.events.timeline import sentence
from tocsin.node.post.models import Outgoing
from tocsin.node.travellers.actions.refusals import ActRefused, Changed, Destroyed
from tocsin.node.travellers.actions.writing import amend
from tocsin.node.travellers.message import Contact, Identity, Journey
from tocsin.node.travellers.models import Opening, Tracing, TravellerMessage


def nothing_leaves() -> bool:
    return not Outgoing.objects.exists() and not TravellerMessage.objects.exists()


def test_a_message_goes_sealed_to_one_state_which_may_not_pass_it_on(joined, diseases, partner, vera):
    tracing = sent(vera)
    assert Outgoing.objects.get().audience == "to:BO"
    delivered(joined, partner)
    (entry,) = partner.nodes["BO"].store.entries(state=DocumentState.ACCEPTED)
    assert b'"no_onward_sharing":true' in entry.document
    assert partner.nodes["CE"].store.entries() == []
    assert partner.nodes["SEC"].store.entries() == [], "it carries what it cannot open"
    message = tracing.versions.get()
    assert (tracing.other, tracing.is_ours, message.by, message.content["identity"]["born"]) == (
        "BO", True, vera, "1980-05",
    )  # fmt: skip


def test_neither_the_audit_nor_any_name_of_a_row_says_who_it_is(joined, diseases, vera):
    tracing = sent(vera)
    entry = AuditEntry.objects.get(act="traveller.sent")
    said_there = f"{entry.target_name}{entry.details}{tracing}{tracing.versions.get()}{tracing.versions.get().journeys}"
    assert not [name for name in NAMES if name in said_there]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"identity": Identity(), "journeys": ()}, "Say who it is"),
        ({"identity": Identity(sex="female", born="1980"), "journeys": [Journey(kind="foot")]}, "Say who it is"),
        ({"legal_basis": []}, "legal basis"),
        ({"contacts": [Contact(relation="household")]}, "Contact 1: say a name"),
        ({"contacts": [Contact(names=f"N{n}") for n in range(201)]}, "200 contacts at most"),
        ({"journeys": [Journey(kind="air")] * 21}, "20 conveyances at most"),
        ({"expires_at": datetime(2020, 1, 1, tzinfo=UTC)}, "a moment to come"),
        ({"expires_at": later(days=91)}, "90 days at most"),
        ({"identity": replace(SAID.identity, family_name="pay\u202eexe")}, "invisible"),
        ({"contacts": [Contact(names="a\u200bb")]}, "invisible"),
        ({"text": "<b>x</b>"}, "markup"),
        ({"identity": replace(SAID.identity, born="2090-01-01")}, "2090"),
        ({"onset": date(2090, 1, 1)}, "2090"),
        ({"infectious_from": date(2026, 3, 9), "infectious_until": date(2026, 3, 8)}, "would not take"),
        ({"journeys": [Journey(kind="rail", departed="2026-03-08", arrived="2026-03-07")]}, "arrives before"),
        ({"journeys": [Journey(kind="air", departed="2026-03-09T10:00", arrived="2026-03-07")]}, "would not take"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_said_and_nothing_leaves(joined, diseases, vera, change, why):
    with pytest.raises(ActRefused, match=why):
        sent(vera, **change)
    assert nothing_leaves()


def test_two_hundred_contacts_and_a_person_known_by_a_seat_alone_are_told(joined, diseases, vera):
    seat = [Journey(kind="air", number="AL 107", seat="14C")]
    sent(vera, contacts=[Contact(names=f"N{n}") for n in range(200)])
    sent(vera, identity=Identity(), journeys=seat)
    assert Outgoing.objects.count() == 2


def test_over_the_date_line_one_arrives_on_the_day_before(joined, diseases, vera):
    sent(vera, journeys=[Journey(kind="air", departed="2026-03-08T01:00", arrived="2026-03-07T22:00")])
    assert Outgoing.objects.exists()


@pytest.mark.parametrize("to", ["AL", "ZZ"])
def test_only_another_state_of_the_alliance_is_told(joined, diseases, vera, to):
    with pytest.raises(ActRefused, match="Choose the state"):
        sent(vera, to=to)
    assert nothing_leaves()


def test_a_suspended_state_is_told_nothing(joined, diseases, vera, alliance_list):
    alliance_list.change("BO", status="suspended")
    joined.store.put_trust_files(alliance_list.files)
    with pytest.raises(ActRefused, match="Borenia takes no part"):
        sent(vera)
    assert nothing_leaves()


def test_a_node_that_has_not_joined_says_so(state, diseases, vera):
    with pytest.raises(ActRefused, match="has not joined"):
        sent(vera)


@pytest.mark.parametrize("role", ["epidemiologist", "administrator", "auditor", "secretariat", "translator"])
def test_whoever_does_not_look_for_travellers_neither_tells_nor_sees(joined, diseases, vera, person, role):
    somebody = person(role, name="Somebody")
    with pytest.raises(PermissionDenied):
        sent(somebody)
    sent(vera)
    assert not Tracing.objects.visible_to(somebody).exists()
    assert not TravellerMessage.objects.visible_to(somebody).exists()


def test_an_event_says_only_that_a_state_was_told(joined, diseases, places, vera, timur):
    event = an_event(diseases["measles"], places["XX-11"], vera)
    tracing = sent(vera, event=event)
    assert tracing.event == event
    assert sentence(event.timeline.get(act="traveller_told")) == "Borenia was told of a traveller"
    with pytest.raises(type(event).DoesNotExist):
        sent(timur, event=event)  # who reads no events links none


def test_a_later_version_follows_the_one_that_its_author_saw(joined, diseases, partner, vera, timur):
    tracing = sent(vera)
    amended = amend(tracing, said(outcome=["recovered"]), seen=1, language="en", by=timur)
    assert (amended.pk, amended.version, amended.outcome) == (tracing.pk, 2, ["recovered"])
    first, second = tracing.versions.order_by("version")
    assert second.supersedes == first.document_id
    with pytest.raises(Changed, match="Timur has written the next version"):
        amend(tracing, said(), seen=1, language="en", by=vera)
    assert tracing.versions.count() == 2


def test_however_often_it_is_written_anew_it_ends_ninety_days_after_the_first(joined, diseases, vera):
    tracing = sent(vera)
    Tracing.objects.update(begun_at=later(days=-30))
    TravellerMessage.objects.update(recorded_at=later(days=-30))
    with pytest.raises(ActRefused, match="90 days at most"):
        amend(tracing, said(expires_at=later(days=61)), seen=1, language="en", by=vera)
    assert amend(tracing, said(expires_at=later(days=59)), seen=1, language="en", by=vera).version == 2


def test_only_its_author_changes_a_message_and_nobody_after_its_end(joined, diseases, partner, vera):
    tracing = sent(vera)
    Tracing.objects.update(due_at=later(minutes=-1))
    with pytest.raises(Destroyed):
        amend(tracing, said(), seen=1, language="en", by=vera)
    Tracing.objects.update(is_ours=False)
    with pytest.raises(ActRefused, match="Only the state that wrote it"):
        amend(tracing, said(), seen=1, language="en", by=vera)


def test_an_answer_is_shown_and_told_to_whoever_looks_for_travellers(joined, diseases, partner, vera, timur):
    tracing = sent(vera)
    delivered(joined, partner)
    bring(partner, joined, answered(partner, tracing, found="yes"))
    tracing.refresh_from_db()
    assert (tracing.found, tracing.outcome, tracing.answers_count) == ("yes", ["found", "under_observation"], 1)
    notices = Notice.objects.filter(kind="traveller.answered")
    assert {one.person for one in notices} == {vera, timur}
    assert "Quasimodo" not in str([one.values for one in notices])


def test_another_state_than_the_one_that_was_asked_answers_nothing(joined, diseases, partner, vera):
    tracing = sent(vera)
    bring(partner, joined, answered(partner, tracing, name="CE"), name="CE")
    tracing.refresh_from_db()
    assert (tracing.found, tracing.answers.count()) == ("", 0)


def test_to_write_the_next_version_one_looks_at_the_person_and_that_is_written_down(joined, diseases, vera, signed_in):
    tracing = sent(vera)
    answer = signed_in(vera).post(reverse("amend_traveller", args=[tracing.pk]), {"begin": "1"})
    assert "Zhumagulova" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert Opening.objects.get().reason == "amend"
    assert timedelta(days=20) < tracing.due_at - datetime.now(UTC) < timedelta(days=22)
