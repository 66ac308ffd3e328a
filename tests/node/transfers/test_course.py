"""A transfer between two hospitals of one state, from the request to what became of the patient."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from tests.node.consultations.clocks import hours_pass
from tests.node.consultations.scenes import ask_for
from tests.node.transfers.scenes import (
    AGREES,
    accepted,
    again,
    arrived,
    ask,
    beds,
    departed,
    handed_over,
    hours,
    seen,
    words,
)

from tocsin.joint.transfers.refusals import REFUSALS
from tocsin.node.alliance.models import AuditEntry, Notice
from tocsin.node.consultations.actions import asking
from tocsin.node.consultations.actions.noting import Words
from tocsin.node.consultations.models import Case, ClinicalNote
from tocsin.node.consultations.refusals import Identifying
from tocsin.node.joint.refusals import Changed, NotAllowed
from tocsin.node.transfers.actions import either, receiving, sending
from tocsin.node.transfers.actions.requesting import Consent
from tocsin.node.transfers.models import Transfer
from tocsin.node.transfers.refusals import ActRefused, InvalidInput, NoPart
from tocsin.node.transfers.waiting import count
from tocsin.node.transfers.wording import REFUSALS as WORDED
from tocsin.node.transfers.wording import refused

pytestmark = pytest.mark.django_db
__all__ = ["hours_pass"]


@pytest.fixture
def asked(mira, with_beds):
    return ask(mira, with_beds)


def told(kind: str) -> list[str]:
    return sorted(Notice.objects.filter(kind=f"transfer.{kind}").values_list("person__name", flat=True))


def test_it_stays_in_the_state_and_the_coordinator_of_the_other_hospital_is_told(asked, joined, rosa, mira):
    assert told("asked") == [], "nobody was there yet"
    transfer = ask(mira, asked.hospitals.get(side="receiving").hospital)
    assert told("asked") == ["Rosa"]
    assert (transfer.status, transfer.waits_for, transfer.of.classification) == ("requested", "receiving", "NATIONAL")
    assert transfer.summary["en"] == "Man, 54, severe course"
    assert not joined.store.outbox(10), "no document travels"
    assert (count(rosa), count(mira.person)) == (2, 0)


def test_a_whole_course_tells_whoever_waits(asked, mira, lin, rosa):
    bed = accepted(asked, by=rosa)
    assert (bed.status, bed.specialty, bed.waits_for) == ("accepted", "intensive_care", "sending")
    assert (bed.lapses_at, told("accepted")) == (bed.until, ["Mira"])
    either.name_team(bed, [lin], seen=seen(bed), by=rosa)
    assert told("given") == ["Lin"]
    sending.depart(bed, words("Stable."), by=mira.person)
    assert (again(bed).status, again(bed).lapses_at, told("departed")) == ("departed", None, ["Lin", "Rosa"])
    receiving.arrive(bed, by=lin.person)
    assert (again(bed).waits_for, told("arrived")) == ("both", ["Mira"])
    either.sign(bed, by=mira.person)
    assert (again(bed).status, again(bed).waits_for) == ("arrived", "receiving"), "one alone hands nobody over"
    either.sign(bed, by=lin.person)
    over = again(bed)
    assert (over.status, over.waits_for, told("signed")) == ("handed_over", "receiving", ["Lin", "Mira"])
    receiving.end(bed, words("Home after nine days."), outcome="recovered", by=lin.person)
    assert (again(bed).status, again(bed).outcome, told("ended")) == ("ended", "recovered", ["Mira"])
    assert (count(mira.person), count(lin.person), count(rosa)) == (0, 0, 0)


def test_whoever_is_revoked_is_told_nothing_more(asked, mira, lin, rosa):
    bed = accepted(asked, by=rosa)
    either.name_team(bed, [lin], seen=seen(bed), by=rosa)
    lin.status = "revoked"
    lin.save()
    sending.depart(bed, words("Stable."), by=mira.person)
    assert told("departed") == ["Rosa"]


def test_nothing_of_the_patient_stands_in_notices_or_the_audit(asked, mira, rosa, lin):
    either.name_team(asked, [lin], by=rosa)
    handed_over(asked, sender=mira.person, receiver=lin.person)
    said = [*Notice.objects.values_list("values", flat=True), *AuditEntry.objects.values_list("details", flat=True)]
    assert len(said) > 10
    for text in ("Man", "54", "ventilator", "litres", "severe"):
        assert not [one for one in said if text in str(one)]


def test_whoever_has_no_part_reads_nothing(asked, mira, lin, omar, rosa, anna, person):
    everybody = [mira.person, lin.person, omar.person, rosa, anna, person("clinician", name="Elsewhere")]

    def read_by() -> list[str]:
        found = [one.name for one in everybody if Transfer.objects.visible_to(one).exists()]
        notes = [one.name for one in everybody if ClinicalNote.objects.visible_to(one).exists()]
        assert found == notes, "what is written is read by whoever has the transfer, and nobody else"
        return found

    assert read_by() == ["Mira", "Rosa", "Anna"]
    either.name_team(asked, [lin], by=rosa)
    assert read_by() == ["Mira", "Lin", "Rosa", "Anna"]
    either.name_team(asked, [omar], by=lin.person)
    assert read_by() == ["Mira", "Omar", "Rosa", "Anna"], "whoever is not named has it no longer"
    with pytest.raises(NoPart):
        either.send_message(asked, words("And I?"), by=lin.person)


def test_each_step_is_of_one_side(asked, mira, rosa, lin):
    either.name_team(asked, [lin], by=rosa)
    with pytest.raises(NoPart):
        receiving.decline(asked, reason="no_bed", by=mira.person)
    with pytest.raises(NoPart):
        sending.cancel(asked, reason="other", by=lin.person)
    arrived(asked, sender=mira.person, receiver=lin.person)
    with pytest.raises(NoPart):
        either.sign(asked, by=rosa)


def test_a_bed_is_of_a_line_that_works(asked, river, rosa):
    beds(river, "burns", status="none")
    beds(river, "cardiology", status="partial")
    for specialty in ("burns", "neurology"):
        with pytest.raises(ActRefused, match="does not work at River Hospital"):
            accepted(asked, by=rosa, specialty=specialty)
    assert again(asked).status == "requested"
    assert accepted(asked, by=rosa, specialty="cardiology").specialty == "cardiology"


def test_a_bed_that_is_taken_back_is_asked_for_anew_and_whoever_sends_is_told(asked, mira, rosa):
    accepted(asked, by=rosa)
    receiving.take_back(asked, reason="The ventilator has failed.", by=rosa)
    row = again(asked)
    assert (row.status, row.ready_at, row.waits_for, told("taken_back")) == ("requested", None, "receiving", ["Mira"])
    with pytest.raises(NotAllowed, match="asked for"):
        sending.depart(asked, by=mira.person)
    receiving.decline(asked, words("No other."), reason="no_bed", by=rosa)
    assert (again(asked).status, told("declined")) == ("declined", ["Mira"])


def test_it_is_cancelled_until_the_patient_has_arrived(asked, mira, rosa):
    departed(asked, sender=mira.person, receiver=rosa)
    sending.cancel(asked, reason="too_unstable", by=mira.person)
    assert (again(asked).status, told("cancelled")) == ("cancelled", ["Rosa"])


def test_a_request_that_nobody_answers_lapses_by_the_machine(asked, mira, rosa, hours_pass):
    hours_pass(71)
    assert again(asked).status == "requested"
    hours_pass(73)
    assert (again(asked).status, told("lapsed")) == ("lapsed", ["Mira", "Rosa"])
    assert asked.of.acts.filter(kind="lapse").count() == 1
    hours_pass(74)
    assert asked.of.acts.filter(kind="lapse").count() == 1


def test_a_bed_that_is_not_kept_any_longer_lapses_unless_the_patient_has_left(mira, with_beds, rosa, hours_pass):
    waits, left = ask(mira, with_beds), ask(mira, with_beds)
    accepted(waits, by=rosa)
    departed(left, sender=mira.person, receiver=rosa)
    hours_pass(26)
    assert (again(waits).status, again(left).status) == ("lapsed", "departed")


def test_somebody_who_acts_after_another_has_to_look_again(asked, rosa, lin):
    looked = seen(asked)
    either.name_team(asked, [lin], by=rosa)
    with pytest.raises(Changed):
        accepted(asked, by=rosa, seen=looked)
    assert again(asked).status == "requested"


@pytest.mark.parametrize(("consent", "match"), [
    (Consent(given=False, basis="patient", on=date(2026, 3, 1)), "has to agree"),
    (Consent(given=True, basis="patient"), "Give the day"),
    (Consent(given=True, basis="patient", on=date(2100, 1, 1)), "to come"),
])  # fmt: skip
def test_nobody_is_sent_who_does_not_agree(consent, match, mira, river):
    with pytest.raises(InvalidInput, match=match):
        ask(mira, river, consent=consent)
    assert not Transfer.objects.exists()
    assert not ClinicalNote.objects.exists()


def test_in_an_emergency_no_day_is_asked_for(mira, river):
    assert ask(mira, river, consent=Consent(given=True, basis="emergency")).status == "requested"


def test_what_is_sent_twice_is_one_request(mira, river, rosa):
    key = "0197c2aa-0000-7000-8000-000000000011"
    assert ask(mira, river, id=key) == ask(mira, river, id=key)
    assert (Transfer.objects.count(), told("asked")) == (1, ["Rosa"])


def test_who_asks_is_a_clinician_at_work_and_who_is_asked_takes_part(mira, lin, hill, river):
    with pytest.raises(NoPart):
        ask(mira, river, by=lin.person)
    with pytest.raises(NotAllowed, match="to itself"):
        ask(mira, hill)
    river.status = "suspended"
    river.save()
    with pytest.raises(ActRefused, match="suspended"):
        ask(mira, river)
    assert not ClinicalNote.objects.exists()


@pytest.fixture
def case(mira, river):
    return ask_for(mira, [river], by=mira.person)


def test_of_a_case_only_those_who_asked_there_ask(case, mira, lin, hill, river, person):
    transfer = ask(mira, river, case=case)
    assert transfer.case == case.of.key.as_json()
    assert Case.objects.get().status == "submitted", "it is never a side effect"
    with pytest.raises(ActRefused, match="already"):
        ask(mira, river, case=case)
    with pytest.raises(ActRefused, match="no case of yours"):
        ask(lin, hill, case=case)


def test_of_a_case_whose_patient_does_not_agree_nothing_is_sent(case, mira, river):
    asking.change_consent(case, "care", given=False, on=None, basis="patient", by=mira.person)
    with pytest.raises(ActRefused, match="no case of yours"):
        ask(mira, river, case=Case.objects.get())


def test_who_the_patient_of_the_case_is_stays_out_of_all_that_the_sender_says(case, mira, river, rosa, lin):
    for text in ("Иванов ухудшился.", "Record AB 1234567"):
        with pytest.raises(Identifying):
            ask(mira, river, case=case, words=Words(text=text))
    transfer = ask(mira, river, case=case)
    for text in ("Иванов ухудшился.", "Record AB 1234567"):
        with pytest.raises(Identifying):
            sending.supplement(transfer, words(text), by=mira.person)
        with pytest.raises(Identifying):
            either.send_message(transfer, words(text), by=mira.person)
    sending.supplement(transfer, words("Иванов ухудшился."), looked_through=["Иванов"], by=mira.person)
    with pytest.raises(Identifying):
        receiving.accept(
            transfer, words("Call +7 701 555 12 34"), specialty="intensive_care", ready_at=hours(1), until=hours(2),
            by=beds(river) and rosa,
        )  # fmt: skip


def test_a_reason_that_stays_for_good_says_nothing_of_a_person(asked, rosa):
    accepted(asked, by=rosa)
    with pytest.raises(Identifying):
        receiving.take_back(asked, reason="Call +7 701 555 12 34 first.", by=rosa)


def test_every_refusal_of_the_rules_has_its_sentence():
    assert set(REFUSALS) == set(WORDED)
    for code, names in REFUSALS.items():
        values = dict.fromkeys(names, "2026-03-09T06:00:00Z")
        assert "%(" not in refused(code, values | ({"state": "AL"} if "state" in names else {})), code
    assert refused("no-such-code", {}) == ""


def test_a_bed_that_is_over_is_refused_in_words(asked, rosa):
    with pytest.raises(NotAllowed, match="is over"):
        accepted(asked, by=rosa, ready_at=hours(-3), until=hours(-1))
    with pytest.raises(NotAllowed, match="kept only until"):
        accepted(asked, by=rosa, ready_at=hours(3), until=hours(2))
    assert timezone.now() - again(asked).requested_at < timedelta(minutes=5)
    assert AGREES.as_json()["on"] == "2026-03-01"
