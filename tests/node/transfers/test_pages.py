"""Pages of a transfer, as people of both hospitals meet them."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from tests.node.consultations.scenes import ask_for
from tests.node.transfers.scenes import (
    accepted,
    again,
    arrived,
    ask,
    beds,
    handed_over,
    hours,
    seen,
    words,
)

from tocsin.node.consultations.actions import asking
from tocsin.node.consultations.models import ClinicalNote
from tocsin.node.language.formats import clock, short_moment
from tocsin.node.transfers.actions import either, sending
from tocsin.node.transfers.models import Transfer, TransferNoteDraft

pytestmark = pytest.mark.django_db
THERE = ZoneInfo("Asia/Almaty")


@pytest.fixture
def asked(mira, with_beds):
    return ask(mira, with_beds)


def where(transfer, *parts: str) -> str:
    return "/".join([f"/transfers/{transfer.pk}", *parts, ""])


def text(response) -> str:
    return response.content.decode()


def title(response) -> str:
    return re.search(r"<h1[^>]*>(.*?)</h1>", text(response), re.S).group(1).strip()


def test_the_title_is_the_answer_for_either_side(asked, mira, rosa, signed_in):
    sender, receiver = signed_in(mira.person), signed_in(rosa)
    assert title(sender.get(where(asked))) == "Man, 54, severe course: asked of River Hospital"
    assert title(receiver.get(where(asked))) == "Man, 54, severe course: Hill Hospital asks you for a bed"
    bed = accepted(asked, by=rosa)
    there = bed.ready_at.astimezone(THERE).replace(tzinfo=None)
    is_today = there.date() == timezone.now().astimezone(THERE).date()
    at = clock(there) if is_today else short_moment(there)
    assert title(sender.get(where(asked))) == f"Man, 54, severe course: River Hospital has a bed from {at}"


def test_every_step_has_its_title_and_the_one_act_that_is_asked(asked, mira, rosa, lin, signed_in):
    sender, receiver = signed_in(mira.person), signed_in(lin.person)
    either.name_team(asked, [lin], by=rosa)

    def shown(client) -> tuple[str, str]:
        page = client.get(where(asked))
        primary = re.search(r'<a class="btn btn-primary" href="[^"]*/([a-z-]+)/"', text(page))
        return title(page).partition(": ")[2], primary.group(1) if primary else ""

    assert shown(receiver)[1] == "accept"
    accepted(asked, by=lin.person)
    assert (shown(sender)[1], shown(receiver)[1]) == ("depart", "")
    sending.depart(asked, by=mira.person)
    assert shown(receiver) == ("on the way to River Hospital", "arrive")
    receiver.post(where(asked, "arrive"), {"seen": seen(asked)})
    both = "arrived at River Hospital, both hospitals sign the hand-over"
    assert (shown(sender), shown(receiver)) == ((both, "sign"), (both, "sign"))
    sender.post(where(asked, "sign"), {"seen": seen(asked), "language": "en"})
    assert shown(sender) == (both, "")
    receiver.post(where(asked, "sign"), {"seen": seen(asked), "language": "en", "text": "Awake."})
    assert shown(sender) == ("handed over to River Hospital", "")
    assert shown(receiver) == ("tell Hill Hospital what became of the patient", "end")
    receiver.post(where(asked, "end"), {"seen": seen(asked), "language": "en", "outcome": "recovered"})
    assert title(sender.get(where(asked))) == "Man, 54, severe course, at River Hospital: recovered"


def test_a_coordinator_who_gave_a_bed_is_asked_to_name_who_has_it(asked, rosa, lin, signed_in):
    accepted(asked, by=rosa)
    coordinator = signed_in(rosa)
    assert '<a class="btn btn-primary" href="' + where(asked, "team") in text(coordinator.get(where(asked)))
    done = coordinator.post(where(asked, "team"), {"seen": seen(asked), "clinicians": [str(lin.pk)]})
    assert done.status_code == 302
    assert "The bed" in text(signed_in(lin.person).get(where(asked)))


def test_the_bed_is_given_by_the_clock_of_the_hospital(asked, river, rosa, signed_in):
    river.time_zone = "Asia/Almaty"
    river.save()
    client = signed_in(rosa)
    assert ">intensive care</option>" in text(client.get(where(asked, "accept")))
    begins, ends = hours(3).astimezone(THERE), hours(9).astimezone(THERE)
    said = {
        "specialty": "intensive_care", "ready_at": f"{begins:%Y-%m-%dT%H:%M}", "until": f"{ends:%Y-%m-%dT%H:%M}",
        "seen": seen(asked), "language": "en", "text": "",
    }  # fmt: skip
    wrong = client.post(where(asked, "accept"), said | {"until": f"{begins - timedelta(hours=1):%Y-%m-%dT%H:%M}"})
    assert wrong.status_code == 409
    assert "kept only until" in text(wrong)
    assert f'value="{begins:%Y-%m-%dT%H:%M}"' in text(wrong), "what was typed stays"
    assert client.post(where(asked, "accept"), said).status_code == 302
    assert again(asked).ready_at == begins.replace(second=0)


def test_times_stand_by_the_clocks_of_both_hospitals(asked, hill, river, mira, rosa, signed_in):
    page = text(signed_in(mira.person).get(where(asked)))
    assert "At both hospitals" in page
    hill.time_zone = "Europe/Minsk"
    hill.save()
    bed = accepted(asked, by=rosa)
    page = text(signed_in(mira.person).get(where(asked)))
    for zone in ("Europe/Minsk", "Asia/Almaty"):
        assert f"{bed.ready_at.astimezone(ZoneInfo(zone)):%H:%M}" in page
    assert "UTC+3 (Minsk)" in page
    assert "At both hospitals" not in page
    minsk = bed.ready_at.astimezone(ZoneInfo("Europe/Minsk"))
    assert f"{minsk:%H:%M}</h1>" in page, "the title has it by the clock of the reader's hospital"


def test_the_page_says_that_who_it_is_is_handed_over_outside(asked, mira, signed_in):
    for page in (where(asked), "/transfers/new/"):
        assert "outside the platform" in text(signed_in(mira.person).get(page))


PARTS = (
    "accept", "decline", "take-back", "arrive", "end", "depart", "supplement", "cancel", "consent", "sign", "team",
    "message",
)  # fmt: skip


def test_whoever_has_no_part_does_not_learn_that_there_is_a_transfer(asked, omar, rosa, lin, signed_in, person):
    either.name_team(asked, [lin], by=rosa)
    for other in (omar.person, person("clinician", name="Elsewhere")):
        client = signed_in(other)
        assert client.get(where(asked)).status_code == 404
        assert {client.get(where(asked, part)).status_code for part in PARTS} == {404}
        assert {client.post(where(asked, part)).status_code for part in PARTS} == {404}
        assert "Man, 54" not in text(client.get("/transfers/?box=all"))
    assert signed_in(person("epidemiologist", name="Amina")).get(where(asked)).status_code == 403


def test_a_page_of_the_other_side_leads_back_to_the_transfer(asked, mira, rosa, signed_in):
    sender, receiver = signed_in(mira.person), signed_in(rosa)
    for client, parts in ((sender, ("accept", "decline", "take-back", "arrive", "end")),
                          (receiver, ("depart", "supplement", "cancel", "consent", "sign"))):  # fmt: skip
        for part in parts:
            back = client.post(where(asked, part), {"seen": seen(asked)})
            assert (back.status_code, back["Location"]) == (302, where(asked)), part
    assert again(asked).status == "requested"


def test_no_page_of_a_patient_is_kept_by_a_browser(asked, mira, rosa, signed_in):
    sender, receiver = signed_in(mira.person), signed_in(rosa)
    pages = [sender.get(one) for one in ("/transfers/", "/transfers/new/", where(asked), where(asked, "cancel"))]
    pages.append(receiver.get(where(asked, "accept")))
    assert [(one.status_code, one["Cache-Control"]) for one in pages] == [(200, "no-store")] * 5


def test_what_is_written_is_kept_and_seen_by_nobody_else(asked, mira, rosa, anna, signed_in):
    sender, by_itself = signed_in(mira.person), {"Accept": "application/json"}
    half = {"text": "Half a supp", "version": "0"}
    assert sender.post(where(asked, "supplement"), half, headers=by_itself).json()["version"] == 1
    other = sender.post(where(asked, "supplement"), half | {"text": "Elsewhere"}, headers=by_itself)
    assert other.status_code == 409
    assert "Half a supp" in text(sender.get(where(asked, "supplement")))
    assert "Half a supp" not in text(signed_in(anna).get(where(asked, "supplement")))
    said = {"text": "A whole one.", "language": "en", "seen": seen(asked)}
    assert sender.post(where(asked, "supplement"), said).status_code == 302
    assert not TransferNoteDraft.objects.exists()
    assert "A whole one." in text(signed_in(rosa).get(where(asked)))


FORM = {
    "urgency": "urgent", "transport": "ambulance", "age": "61", "age_unit": "a", "sex": "female",
    "severity": "critical", "text": "She needs dialysis.", "language": "en", "given": "on", "basis": "patient",
    "on": "2026-03-01",
}  # fmt: skip


def filled(client, address: str, **more):
    """The form as a browser would send it: with what the page has hidden."""
    page = text(client.get(address))
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    return client.post(address, {name: value for name, value in {**hidden, **FORM, **more}.items() if value != ""})


def test_a_bed_is_asked_for_without_a_case(mira, river, rosa, signed_in):
    client = signed_in(mira.person)
    address = f"/transfers/new/?hospital={river.pk}"
    assert f'<option value="{river.pk}" selected>' in text(client.get(address))
    no_consent = filled(client, address, to=str(river.pk), given="")
    assert no_consent.status_code == 422
    assert "has to agree" in text(no_consent)
    assert "She needs dialysis." in text(no_consent)
    sent = filled(client, address, to=str(river.pk))
    transfer = Transfer.objects.get()
    assert (sent.status_code, sent["Location"]) == (302, where(transfer))
    assert (transfer.summary["en"], transfer.case) == ("Woman, 61, critical course", None)
    assert "She needs dialysis." in text(signed_in(rosa).get(where(transfer)))


def test_a_text_that_seems_to_name_the_patient_is_shown_and_sent_once_it_was_looked_at(mira, river, signed_in):
    client = signed_in(mira.person)
    said = {"to": str(river.pk), "text": "Call +7 701 555 12 34"}
    refused = filled(client, "/transfers/new/", **said)
    assert refused.status_code == 422
    words_found = re.search(r"<mark>(.*?)</mark>", text(refused)).group(1)
    assert "555 12 34" in words_found
    assert not Transfer.objects.exists()
    assert filled(client, "/transfers/new/", **said, looked_through=words_found).status_code == 302


@pytest.fixture
def case(mira, river):
    return ask_for(mira, [river], by=mira.person)


def test_of_a_case_its_last_submission_begins_the_note_and_consent_is_asked_anew(
    case, mira, river, rosa, lin, signed_in
):
    client, address = signed_in(mira.person), f"/transfers/new/?case={case.pk}"
    page = text(client.get(address))
    assert "Man, 54, severe course: ask for a bed" in page
    assert "What would you do?" in page
    assert "Fever for nine days" in page, "what goes along is shown"
    assert 'name="age"' not in page
    assert "checked" not in re.search(r'<input[^>]*name="given"[^>]*>', page).group(0)
    sent = filled(client, address, to=str(river.pk), text="Failing here.")
    transfer = Transfer.objects.get()
    assert (sent.status_code, transfer.case) == (302, case.of.key.as_json())
    shown = text(signed_in(rosa).get(where(transfer)))
    assert "Fever for nine days" in shown
    note = ClinicalNote.objects.get(about_id=transfer.of.object_id)
    assert note.content["questions"] == [], "what was asked there is not asked here"
    assert "Иванов" not in shown


def test_a_case_that_is_not_ones_own_is_not_there(case, lin, rosa, mira, signed_in, person):
    for other in (lin.person, person("clinician", name="Elsewhere")):
        assert signed_in(other).get(f"/transfers/new/?case={case.pk}").status_code == 404
    assert signed_in(rosa).get(f"/transfers/new/?case={case.pk}").status_code == 403
    assert signed_in(mira.person).get("/transfers/new/?case=nonsense").status_code == 404
    asking.change_consent(case, "care", given=False, on=None, basis="patient", by=mira.person)
    assert signed_in(mira.person).get(f"/transfers/new/?case={case.pk}").status_code == 404


def test_the_case_is_linked_for_whoever_has_it_too(case, mira, river, rosa, lin, omar, signed_in):
    transfer = ask(mira, river, case=case)
    either.name_team(transfer, [omar], by=rosa)
    assert f"/consultations/{case.pk}/" in text(signed_in(mira.person).get(where(transfer)))
    assert f"/consultations/{case.pk}/" not in text(signed_in(omar.person).get(where(transfer)))


def test_the_list_has_what_waits_for_the_reader_in_a_fixed_number_of_queries(mira, with_beds, rosa, signed_in):
    client = signed_in(rosa)
    assert "No transfer waits for you" in text(client.get("/transfers/?box=waiting"))
    ask(mira, with_beds)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as made:
            assert client.get("/transfers/").status_code == 200
        return len(made)

    queries()
    one = queries()
    for _ in range(4):
        ask(mira, with_beds)
    assert queries() == one
    page = text(client.get("/transfers/?box=waiting"))
    assert "5 transfers wait for you" in page
    assert page.count("Man, 54, severe course") == 5


def test_a_page_asks_as_often_whatever_was_said(asked, mira, lin, rosa, signed_in):
    either.name_team(asked, [lin], by=rosa)
    client = signed_in(mira.person)

    def queries() -> int:
        client.get(where(asked))
        with CaptureQueriesContext(connection) as made:
            client.get(where(asked))
        return len(made)

    few = queries()
    for number in range(5):
        sending.supplement(asked, words(f"Result {number}."), by=mira.person)
        either.send_message(asked, words("Seen."), by=lin.person)
    assert queries() == few


def test_an_ended_transfer_has_no_acts_left_but_writing(asked, mira, rosa, lin, signed_in):
    either.name_team(asked, [lin], by=rosa)
    handed_over(asked, sender=mira.person, receiver=lin.person)
    signed_in(lin.person).post(where(asked, "end"), {"seen": seen(asked), "language": "en", "outcome": "recovered"})
    page = text(signed_in(lin.person).get(where(asked)))
    assert set(re.findall(rf'href="{where(asked)}([a-z-]+)/"', page)) == {"message"}


def test_an_act_after_somebody_elses_is_not_done_and_keeps_what_was_typed(asked, mira, lin, rosa, signed_in):
    looked = seen(asked)
    either.name_team(asked, [lin], by=rosa)
    late = signed_in(rosa).post(
        where(asked, "decline"), {"seen": looked, "reason": "no_bed", "text": "All are taken.", "language": "en"}
    )
    assert late.status_code == 409
    assert "acted at" in text(late)
    assert "All are taken." in text(late)
    assert again(asked).status == "requested"


def test_a_hospital_without_a_working_line_is_told_where_to_say_so(mira, river, rosa, signed_in):
    transfer = ask(mira, river)
    beds(river, "burns", status="none")
    assert "Say there first which one does" in text(signed_in(rosa).get(where(transfer, "accept")))


@pytest.mark.parametrize("language", ["en", "ru", "zh-hans"])
def test_pages_open_in_every_language(language, asked, mira, rosa, lin, signed_in):
    either.name_team(asked, [lin], by=rosa)
    arrived(asked, sender=mira.person, receiver=lin.person)
    for one in (mira.person, lin.person):
        one.language = language
        one.save()
        with translation.override(language):
            client = signed_in(one)
            for address in (where(asked), where(asked, "sign"), where(asked, "team"), "/transfers/", "/transfers/new/"):
                assert client.get(address).status_code == 200, address
