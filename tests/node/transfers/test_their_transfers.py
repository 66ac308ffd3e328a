"""A transfer between hospitals of two states: a patient of Borenia's for our River, and ours for Borvik."""

import pytest
from tests.node.consultations.clocks import hours_pass
from tests.node.consultations.theirs import erased_by, note, their_clinician, their_hospital
from tests.node.notifications.scenes import delivered
from tests.node.transfers.scenes import (
    TheirTransfer,
    accepted,
    again,
    an_act,
    as_whom,
    ask,
    bring,
    hours,
    named,
    seen,
    words,
)

from tocsin.exchange.documents import Document
from tocsin.exchange.moments import moment
from tocsin.node.alliance.models import Notice
from tocsin.node.consultations.models import ClinicalNote
from tocsin.node.joint.models import JointAct
from tocsin.node.joint.refusals import Waiting
from tocsin.node.transfers.actions import either, receiving, sending
from tocsin.node.transfers.models import Transfer
from tocsin.node.transfers.pages.transfer_page import transfer_page
from tocsin.node.transfers.reading import transfer_here

pytestmark = pytest.mark.django_db
__all__ = ["hours_pass"]
LINE = "Woman, 61"


@pytest.fixture
def wei(partner):
    """A clinician of Borvik."""
    return their_clinician(their_hospital())


@pytest.fixture
def their(joined, partner, wei, with_beds, lin, rosa):
    return TheirTransfer(partner, joined, wei, with_beds)


@pytest.fixture
def ours(mira, wei):
    return ask(mira, wei.hospital)


def told(kind: str) -> list[str]:
    return sorted(Notice.objects.filter(kind=f"transfer.{kind}").values_list("person__name", flat=True))


def shown(transfer: Transfer, reader) -> str:
    page = transfer_page(again(transfer), reader)
    return " ".join([page.answer, page.text, *(one.words.text or one.words.gone for one in page.entries if one.words)])


@pytest.mark.parametrize("order", ["note first", "act first", "together"])
def test_a_note_and_its_act_come_to_the_same_in_whatever_order(order, joined, partner, wei, river, rosa):
    their = TheirTransfer(partner, joined, wei, river, bringing=False)
    made, act = their.submitted, their.documents[0]
    groups = {"note first": [[made], [act]], "act first": [[act], [made]], "together": [[act, made]]}[order]
    for number, documents in enumerate(groups):
        bring(partner, joined, *documents)
        if order == "act first" and number == 0:
            assert (their.row.status, their.row.summary) == ("requested", {})
            assert "not here yet" in shown(their.row, rosa)
    row = their.row
    assert (row.status, row.is_ours, row.origin, row.waits_for) == ("requested", False, "BO", "receiving")
    assert row.summary["en"].startswith(LINE)
    assert "She needs dialysis." in shown(row, rosa)
    assert told("asked") == ["Rosa"]


def test_a_note_that_they_erase_is_gone_from_the_page_and_lists(their, joined, partner, rosa):
    erased_by(partner, joined, their.submitted)
    assert (their.row.status, their.row.summary, their.row.severity) == ("requested", {}, "")
    assert ClinicalNote.objects.get().text == ""
    assert "destroyed" in shown(their.row, rosa)


def test_people_here_go_on_while_their_node_is_away_and_its_order_takes_it_in(their, lin, rosa, omar):
    row = their.row
    either.name_team(row, [lin], seen=seen(row), by=rosa)
    receiving.accept(
        row, specialty="intensive_care", ready_at=hours(1), until=hours(30), seen=seen(row), by=lin.person
    )  # fmt: skip
    assert (their.row.status, their.row.waits_for) == ("accepted", "sending")
    assert (transfer_here(their.of).status, their.of.proposals) == ("requested", 2), "no order has any of it"
    page = transfer_page(their.row, lin.person)
    assert page.unordered
    assert [(one.kind, one.is_sent) for one in page.entries] == [
        ("request", False), ("name_team", True), ("accept", True),
    ]  # fmt: skip
    assert not Transfer.objects.visible_to(omar.person).exists()
    their.includes(*their.of.acts.filter(is_ours=True).order_by("came_at"))
    assert (transfer_here(their.of).status, their.of.proposals) == ("accepted", 0)
    their.order("depart", {"note": None})
    assert (their.row.status, told("departed")) == ("departed", ["Lin", "Rosa"])
    arrived = receiving.arrive(their.row, by=lin.person)
    signed = either.sign(their.row, by=lin.person)
    their.includes(arrived, signed)
    assert (their.row.status, told("signed")) == ("arrived", []), "one alone hands nobody over"
    their.order("sign", {"note": None})
    assert (their.row.status, told("signed")) == ("handed_over", ["Lin"])


def test_what_their_order_refuses_our_people_are_told(their, rosa):
    accepted(their.row, by=rosa)
    bed = their.of.acts.get(kind="accept")
    their.order("cancel", {"reason": "not_indicated", "note": None})
    assert (their.row.status, told("cancelled"), told("without_effect")) == ("cancelled", ["Rosa"], [])
    their.includes(bed)
    assert told("without_effect") == ["Rosa"]
    assert [one.code for one in transfer_here(their.of).refused] == ["not-now"]


def test_nobody_acts_on_a_guess_where_part_of_their_order_is_missing(their, rosa):
    missing = {"origin": "BO", "id": their.submitted.id, "digest": "d" * 43, "epoch": 1, "number": 7, "act": "sign"}
    their.order(includes=[missing | {"origin": "AL"}])
    with pytest.raises(Waiting):
        receiving.decline(their.row, reason="no_bed", by=rosa)
    assert not ClinicalNote.objects.filter(is_ours=True).exists()


def test_a_transfer_whose_opening_turns_out_to_be_void_says_nothing_of_the_patient(their, joined, rosa, lin):
    either.name_team(their.row, [lin], by=rosa)
    (entry,) = joined.store.known("BO", [their.key["id"]]).values()
    joined.reader.withdrawn([entry])
    assert (their.row.status, their.row.waits_for, their.row.summary) == ("void", "", {})
    assert not Transfer.objects.visible_to(lin.person).exists()
    joined.reader.accepted([(their.documents[0], entry)])
    assert their.row.status == "requested"
    assert their.row.summary["en"].startswith(LINE)


def test_only_their_machine_says_that_theirs_has_lapsed(their, hours_pass):
    hours_pass(80)
    assert their.row.status == "requested"
    their.order("lapse")
    assert (their.row.status, told("lapsed")) == ("lapsed", ["Rosa"])


def test_ours_goes_to_the_state_of_the_hospital_that_is_asked_and_to_nobody_else(ours, joined, partner):
    assert (ours.of.classification, ours.of.addressees) == ("SELECTIVE", ["BO"])
    left = [Document.read(row.document) for row in joined.store.outbox(100)]
    heads = [(one.type, one.classification, one.addressees, one.no_onward_sharing) for one in left]
    assert heads == [
        ("clinical-note", "SELECTIVE", ("BO",), True), ("transfer", "SELECTIVE", ("BO",), True),
    ]  # fmt: skip


def of_theirs(partner, ours, wei, act: str, **said) -> Document:
    return an_act(partner, ours.of.key.as_json(), act, {"as": as_whom(wei.hospital, wei), **said})


def test_their_bed_is_in_our_order_and_ours_are_told(ours, joined, partner, mira, wei):
    told_of_bed = note(
        partner, ours.of.key.as_json(), "accepted", "Come to the west gate.", hospital=wei.hospital, clinician=wei
    )  # fmt: skip
    bed = {"specialty": "intensive_care", "ready_at": moment(hours(1)), "until": moment(hours(20))}
    bring(partner, joined, told_of_bed, of_theirs(partner, ours, wei, "accept", note=named(told_of_bed), **bed))
    assert (again(ours).status, again(ours).of.proposals, told("accepted")) == ("accepted", 0, ["Mira"])
    assert "Borvik Hospital has a bed from" in shown(ours, mira.person)
    assert "Come to the west gate." in shown(ours, mira.person)
    sending.depart(ours, words("Stable."), seen=seen(ours), by=mira.person)
    delivered(joined, partner, "BO")
    bring(partner, joined, of_theirs(partner, ours, wei, "arrive"))
    bring(partner, joined, of_theirs(partner, ours, wei, "sign", note=None))
    assert (again(ours).status, again(ours).waits_for, told("signed")) == ("arrived", "sending", ["Mira"])
    either.sign(ours, by=mira.person)
    bring(partner, joined, of_theirs(partner, ours, wei, "end", outcome="recovered", note=None))
    assert (again(ours).status, again(ours).outcome, told("ended")) == ("ended", "recovered", ["Mira"])


def test_a_bed_that_comes_after_the_request_lapsed_has_no_effect(ours, joined, partner, wei, mira, hours_pass):
    hours_pass(73)
    assert again(ours).status == "lapsed"
    bed = {"specialty": "intensive_care", "ready_at": moment(hours(80)), "until": moment(hours(99)), "note": None}
    bring(partner, joined, of_theirs(partner, ours, wei, "accept", **bed))
    assert again(ours).status == "lapsed"
    assert [one.code for one in transfer_here(ours.of).refused] == ["not-now"]


def test_a_state_does_not_speak_in_the_name_of_another_hospital(ours, joined, partner, hill, mira):
    """Borenia's node says that our own hospital cancels: nobody takes such a document."""
    said = {"as": as_whom(hill), "clinicians": [mira.key]}
    bring(partner, joined, an_act(partner, ours.of.key.as_json(), "name_team", said))
    assert not JointAct.objects.filter(origin="BO").exists()
