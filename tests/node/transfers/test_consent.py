"""The patient agrees to a transfer no longer: nothing of what was said of them stands, here or where it went."""

import re

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.node.consultations import test_erased as of_cases
from tests.node.consultations.clocks import hours_pass
from tests.node.consultations.scenes import ask_for
from tests.node.consultations.theirs import note, their_clinician, their_hospital
from tests.node.notifications.scenes import delivered
from tests.node.transfers.scenes import (
    TheirTransfer,
    accepted,
    again,
    an_act,
    as_whom,
    ask,
    bring,
    departed,
    handed_over,
    hours,
    named,
    seen,
    words,
)

from tocsin.exchange.moments import moment
from tocsin.exchange.store import State
from tocsin.node.alliance.models import AuditEntry, Notice
from tocsin.node.consultations.actions import asking
from tocsin.node.consultations.models import ClinicalNote
from tocsin.node.joint.arranging import arrangement_of
from tocsin.node.joint.nouns import noun_of
from tocsin.node.joint.refusals import NotAllowed
from tocsin.node.transfers.actions import either, receiving, sending
from tocsin.node.transfers.actions.note_drafts import keep_note_draft
from tocsin.node.transfers.models import Transfer, TransferNoteDraft
from tocsin.node.transfers.pages.transfer_page import transfer_page
from tocsin.node.transfers.reading import transfer_here
from tocsin.node.transfers.refusals import ActRefused

pytestmark = pytest.mark.django_db
__all__ = ["hours_pass"]
# Of what was asked with, of what was added, of what another hospital wrote, and of the line in lists.
SAID = ("ventilator", "Fever for nine days", "haemoperfusion", "4 litres", "west gate", "Man, 54", "dialysis", "Late")
NO = {"given": "no", "on": "", "basis": "patient"}
NO_LONGER = {"given": False, "on": None, "basis": "patient"}


@pytest.fixture(autouse=True)
def said(monkeypatch):
    """What of_cases.standing() looks for in every table and document."""
    monkeypatch.setattr(of_cases, "SAID", SAID)
    monkeypatch.setattr(of_cases, "TYPES", ("clinical-note", "transfer", "erasure"))


@pytest.fixture
def wei(partner):
    """A clinician of Borvik."""
    return their_clinician(their_hospital())


@pytest.fixture
def asked(mira, with_beds):
    return ask(mira, with_beds)


@pytest.fixture
def ours(joined, mira, wei):
    return ask(mira, wei.hospital)


def no_longer(transfer: Transfer, mira) -> None:
    sending.change_consent(transfer, **NO_LONGER, by=mira.person)


def told(kind: str) -> list[str]:
    return sorted(Notice.objects.filter(kind=f"transfer.{kind}").values_list("person__name", flat=True))


def text(response) -> str:
    return response.content.decode()


def where(transfer, *parts: str) -> str:
    return "/".join([f"/transfers/{transfer.pk}", *parts, ""])


def destroyed() -> list[dict]:
    return list(AuditEntry.objects.filter(act="transfer.destroyed").values_list("details", flat=True))


def test_it_is_put_on_record_on_its_page_and_all_words_go(asked, mira, lin, rosa, signed_in):
    either.name_team(asked, [lin], by=rosa)
    departed(asked, sender=mira.person, receiver=lin.person)
    either.send_message(asked, words("At the west gate."), by=lin.person)
    keep_note_draft(again(asked), "message", "Late, half written", version=0, by=lin.person)
    assert {one.split(": ")[0] for one in of_cases.standing()} >= {
        "consultations_clinicalnote", "transfers_transfer", "transfers_transfernotedraft",
    }  # fmt: skip
    sender, receiver = signed_in(mira.person), signed_in(lin.person)
    assert "cannot be undone" in text(sender.get(where(asked, "consent")))
    done = sender.post(where(asked, "consent"), NO | {"seen": seen(asked)})
    assert (done.status_code, done["Location"]) == (302, where(asked))
    assert of_cases.standing() == []
    row = again(asked)
    assert (row.status, row.may_be_told, row.summary, row.severity, row.waits_for) == ("withdrawn", False, {}, "", "")
    assert destroyed() == [{"notes": 3}]
    assert told("withdrawn") == ["Lin", "Rosa"], "whoever said so knows"
    for reader in (mira.person, lin.person, rosa):
        acts = transfer_page(row, reader).acts
        assert (acts.primary, acts.others, acts.may_write) == (None, [], False)
    for client in (sender, receiver):
        page = text(client.get(where(asked)))
        assert "A patient who does not agree any more: the transfer is over" in page
        assert page.count("What was written was destroyed") == 3
        assert "the patient does not agree any more" in page, "the act stays"
        assert set(re.findall(rf'href="{where(asked)}([a-z-]+)/"', page)) == set()
        assert "A patient who does not agree any more" in text(client.get("/transfers/?box=ended"))


def test_what_is_said_twice_or_afterwards_is_refused_and_kept_nowhere(asked, mira, rosa, signed_in):
    no_longer(asked, mira)
    sender, looked = signed_in(mira.person), seen(asked)
    assert sender.post(where(asked, "consent"), NO | {"seen": looked}).status_code == 409
    assert sender.post(where(asked, "consent"), NO | {"given": "yes", "seen": looked}).status_code == 409
    late = {"text": "Late result.", "language": "en", "seen": looked}
    assert sender.post(where(asked, "message"), late).status_code == 409
    assert sender.post(where(asked, "supplement"), late).status_code == 409
    kept = sender.post(where(asked, "message"), late | {"version": "0"}, headers={"Accept": "application/json"})
    assert (kept.status_code, "nothing that you write is kept" in kept.json()["error"]) == (409, True)
    with pytest.raises(ActRefused):
        keep_note_draft(again(asked), "message", "Late", version=0, by=rosa)
    assert not TransferNoteDraft.objects.exists()
    noun_of(asked.of).settle(asked.of, arrangement_of(asked.of))
    assert (of_cases.standing(), destroyed()) == ([], [{"notes": 1}])
    assert told("withdrawn") == ["Rosa"]


def test_only_the_side_that_asked_the_patient_says_so(asked, lin, rosa, signed_in):
    back = signed_in(rosa).post(where(asked, "consent"), NO | {"seen": seen(asked)})
    assert (back.status_code, back["Location"]) == (302, where(asked))
    assert again(asked).status == "requested"
    assert f'href="{where(asked, "consent")}"' not in text(signed_in(rosa).get(where(asked)))


def test_it_is_taken_back_when_all_is_over_too(asked, mira, lin, rosa, signed_in):
    either.name_team(asked, [lin], by=rosa)
    handed_over(asked, sender=mira.person, receiver=lin.person)
    receiving.end(asked, words("Late: home after dialysis."), outcome="recovered", by=lin.person)
    assert f'href="{where(asked, "consent")}"' in text(signed_in(mira.person).get(where(asked)))
    no_longer(asked, mira)
    row = again(asked)
    assert (row.status, row.outcome, row.handed_over_at is None) == ("withdrawn", "", False)
    assert of_cases.standing() == []


def test_who_has_the_transfer_reads_no_note_of_it_even_before_it_is_destroyed(asked, mira, rosa):
    Transfer.objects.filter(pk=asked.pk).update(may_be_told=False)
    for one in (mira.person, rosa):
        assert Transfer.objects.visible_to(one).exists()
        assert not ClinicalNote.objects.visible_to(one).exists()


def test_of_other_transfers_nothing_is_destroyed(asked, mira, river):
    other = ask(mira, river)
    no_longer(asked, mira)
    assert ClinicalNote.objects.get(about_id=other.of.object_id).text.startswith("He needs a ventilator")
    assert (again(other).status, again(other).summary["en"]) == ("requested", "Man, 54, severe course")


def test_what_waits_to_leave_never_does(ours, joined, partner, mira):
    no_longer(ours, mira)
    assert [(one.type, one.body.get("act")) for one in of_cases.waiting(joined)] == [
        ("transfer", "request"), ("transfer", "consent"),
    ]  # fmt: skip
    assert of_cases.standing() == []
    delivered(joined, partner, "BO")
    assert of_cases.at_bo(partner) == [("transfer", State.ACCEPTED)] * 2
    assert not any(b"ventilator" in (one.document or b"") for one in partner.nodes["BO"].store.entries(most=99))


def test_what_left_is_erased_there_too(ours, joined, partner, mira):
    delivered(joined, partner, "BO")
    no_longer(ours, mira)
    assert of_cases.standing() == []
    (erasure,) = [one for one in of_cases.waiting(joined) if one.type == "erasure"]
    assert (erasure.classification, erasure.addressees) == ("SELECTIVE", ("BO",))
    delivered(joined, partner, "BO")
    assert sorted(of_cases.at_bo(partner)) == [
        ("clinical-note", State.ERASED), ("erasure", State.ACCEPTED), ("transfer", State.ACCEPTED),
        ("transfer", State.ACCEPTED),
    ]  # fmt: skip
    documents = partner.nodes["BO"].store.entries(most=99)
    assert not any(one.encode() in (entry.document or b"") for entry in documents for one in SAID)


def their_bed(partner, ours, wei):
    """Their note and the act that names it."""
    key = ours.of.key.as_json()
    told_of = note(partner, key, "accepted", "Come to the west gate.", hospital=wei.hospital, clinician=wei)
    bed = {"specialty": "intensive_care", "ready_at": moment(hours(1)), "until": moment(hours(20))}
    said = {"as": as_whom(wei.hospital, wei), "note": named(told_of), **bed}
    return told_of, an_act(partner, key, "accept", said)


def test_what_they_wrote_is_gone_here(ours, joined, partner, mira, wei):
    bring(partner, joined, *their_bed(partner, ours, wei))
    assert any("west gate" in one for one in of_cases.standing())
    no_longer(ours, mira)
    assert of_cases.standing() == []
    (entry,) = [one for one in joined.store.entries(most=99) if one.type == "clinical-note"]
    assert (entry.stream.origin, entry.state, entry.key) == ("BO", State.ERASED, None)
    assert transfer_here(ours.of).accepted is not None, "that there was a bed is on record"
    assert destroyed() == [{"notes": 2}]


@pytest.mark.parametrize("order", ["note first", "act first", "together"])
def test_a_note_of_theirs_that_comes_afterwards_is_destroyed_at_once(order, ours, joined, partner, mira, wei):
    bed, act = their_bed(partner, ours, wei)
    no_longer(ours, mira)
    before = Notice.objects.count()
    for documents in {"note first": [[bed], [act]], "act first": [[act], [bed]], "together": [[bed, act]]}[order]:
        bring(partner, joined, *documents)
        assert of_cases.standing() == []
    row = ClinicalNote.objects.get(origin="BO")
    assert (row.text, row.erased_at is None) == ("", False)
    assert [one.applied.act.kind for one in transfer_here(ours.of).refused] == ["accept"]
    assert Notice.objects.count() == before


def test_one_of_theirs_is_destroyed_here_when_they_say_so(joined, partner, wei, with_beds, lin, rosa):
    """Their erasure takes their notes; ours we destroy ourselves, here and there, once we know."""
    their = TheirTransfer(partner, joined, wei, with_beds)
    either.name_team(their.row, [lin], by=rosa)
    accepted(their.row, by=lin.person, words=words("Come to the west gate."))
    their.includes(*their.of.acts.filter(is_ours=True).order_by("came_at"))
    keep_note_draft(their.row, "message", "Late", version=0, by=lin.person)
    their.order("consent", NO_LONGER)
    assert (their.row.status, their.row.summary, their.row.may_be_told) == ("withdrawn", {}, False)
    assert of_cases.standing() == []
    assert {(one.origin, one.text) for one in ClinicalNote.objects.all()} == {("AL", ""), ("BO", "")}
    delivered(joined, partner, "BO")
    at_theirs = dict(of_cases.at_bo(partner))
    assert (at_theirs["clinical-note"], at_theirs["erasure"]) == (State.ERASED, State.ACCEPTED)
    assert (told("withdrawn"), told("without_effect")) == (["Lin", "Rosa"], [])
    assert {one.words.gone for one in transfer_page(their.row, rosa).entries if one.words} == {
        "What was written was destroyed: the patient does not agree any more, or it was erased."
    }


def test_what_we_wrote_while_they_took_it_back_never_counts_and_goes(joined, partner, wei, with_beds, rosa):
    their = TheirTransfer(partner, joined, wei, with_beds)
    accepted(their.row, by=rosa, words=words("Come to the west gate."))
    their.order("consent", NO_LONGER)
    assert of_cases.standing() == []
    assert [(one.type, one.body["act"]) for one in of_cases.waiting(joined)] == [("transfer", "accept")]
    assert (their.row.status, their.row.accepted_at) == ("withdrawn", None)


# The consultation that it comes of


@pytest.fixture
def of_a_case(mira, river, with_beds, rosa, anna):
    case = ask_for(mira, [river], by=mira.person)
    return case, ask(mira, river, case=case)


def test_whoever_sends_is_asked_once_when_the_consent_of_its_case_ends(of_a_case, mira, rosa, signed_in):
    case, transfer = of_a_case
    apart = ask(mira, transfer.hospitals.get(side="receiving").hospital)
    sender = signed_in(mira.person)
    assert "to the consultation that this transfer comes of" not in text(sender.get(where(transfer)))
    asking.change_consent(case, "teaching", given=False, on=None, basis="patient", by=mira.person)
    assert told("consent_asked") == [], "another use says nothing of care"
    asking.change_consent(case, "care", **NO_LONGER, by=mira.person)
    assert told("consent_asked") == ["Anna", "Mira"]
    noun_of(case.of).settle(case.of, arrangement_of(case.of))
    assert told("consent_asked") == ["Anna", "Mira"], "once"
    row = again(transfer)
    assert (row.status, row.summary["en"]) == ("requested", "Man, 54, severe course"), "all of it stays until then"
    page = text(sender.get(where(transfer)))
    assert "to the consultation that this transfer comes of" in page
    assert f'<a class="btn btn-primary" href="{where(transfer, "consent")}"' in page
    assert "to the consultation that this transfer comes of" not in text(signed_in(rosa).get(where(transfer)))
    assert "to the consultation that this transfer comes of" not in text(sender.get(where(apart)))


def test_who_still_agrees_is_asked_no_more(of_a_case, mira, rosa, signed_in, hours_pass):
    case, transfer = of_a_case
    asking.change_consent(case, "care", **NO_LONGER, by=mira.person)
    hours_pass(1)
    sender = signed_in(mira.person)
    yes = {"given": "yes", "on": "2026-03-02", "basis": "representative", "seen": seen(transfer)}
    assert sender.post(where(transfer, "consent"), yes).status_code == 302
    page = text(sender.get(where(transfer)))
    assert "to the consultation that this transfer comes of" not in page
    assert "the patient still agrees" in page
    assert (again(transfer).status, told("withdrawn")) == ("requested", [])
    assert "ventilator" in text(signed_in(rosa).get(where(transfer)))


def test_who_agrees_to_neither_has_nothing_left_of_either(of_a_case, mira):
    case, transfer = of_a_case
    asking.change_consent(case, "care", **NO_LONGER, by=mira.person)
    no_longer(transfer, mira)
    assert of_cases.standing() == []


# Whatever anybody does, in whatever order

STEPS = {
    "accept": lambda row, by: accepted(row, by=by["lin"], words=words("West gate 1.")),
    "supplement": lambda row, by: sending.supplement(row, words("Creatinine 2."), by=by["mira"]),
    "their message": lambda row, by: either.send_message(row, words("Message 3."), by=by["lin"]),
    "message": lambda row, by: either.send_message(row, words("Message 4."), by=by["mira"]),
    "depart": lambda row, by: sending.depart(row, words("Stable 5."), by=by["mira"]),
    "arrive": lambda row, by: receiving.arrive(row, by=by["lin"]),
    "sign": lambda row, by: either.sign(row, words("Signed 6."), by=by["mira"]),
    "their sign": lambda row, by: either.sign(row, words("Signed 7."), by=by["lin"]),
    "end": lambda row, by: receiving.end(row, words("Home 8."), outcome="recovered", by=by["lin"]),
    "cancel": lambda row, by: sending.cancel(row, words("Cancelled 9."), reason="other", by=by["mira"]),
    "draft": lambda row, by: keep_note_draft(row, "message", "Draft 10.", version=0, by=by["lin"]),
    "yes": lambda row, by: sending.change_consent(row, given=True, on=None, basis="patient", by=by["mira"]),
    "no": lambda row, by: sending.change_consent(row, **NO_LONGER, by=by["mira"]),
}
WAY = ["accept", "supplement", "depart", "their message", "arrive", "sign", "their sign", "end"]


@st.composite
def stories(draw):
    """The way of a transfer, with steps that anybody may try anywhere, and a consent that ends somewhere."""
    steps = [one for one in WAY if draw(st.integers(0, 9))]
    for one in [*draw(st.lists(st.sampled_from(sorted(STEPS)), max_size=5)), "no"]:
        steps.insert(draw(st.integers(0, len(steps))), one)
    return steps


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stories())
def test_no_text_of_a_note_is_readable_once_consent_has_ended(asked, mira, lin, rosa, steps):
    readers = {"mira": mira.person, "lin": lin.person, "rosa": rosa}
    with transaction.atomic():
        either.name_team(asked, [lin], by=rosa)
        is_over = False
        for step in steps:
            try:
                STEPS[step](again(asked), readers)
                assert not is_over, f"{step} after the end"
                is_over = step == "no"
            except (NotAllowed, ActRefused):
                assert step != "no" or is_over, "consent is taken back at any time"
            assert again(asked).may_be_told is not is_over
            assert bool(texts_read_by(readers.values(), asked)) is not is_over
        assert is_over
        assert len(destroyed()) == 1
        transaction.set_rollback(True)


def texts_read_by(readers, transfer: Transfer) -> list[str]:
    """Whatever of its notes stands in rows, or is shown to somebody."""
    found = [
        *ClinicalNote.objects.values_list("text", flat=True),
        *TransferNoteDraft.objects.values_list("text", flat=True),
    ]
    found += [str(one.content or "") for one in ClinicalNote.objects.all()]
    for reader in readers:
        page = transfer_page(again(transfer), reader)
        found += [page.text, str(page.patient or ""), *(one.words.text for one in page.entries if one.words)]
        found += [one.text for one in ClinicalNote.objects.visible_to(reader)]
    return [one for one in [*found, *again(transfer).summary.values()] if one]
