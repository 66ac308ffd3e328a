"""The patient does not agree any more: nothing of what was said of them stands anywhere, here or where it went."""

import json
import re
from dataclasses import replace

import pytest
from django.db import connection
from tests.clinical.files.specimens import jpeg
from tests.node.consultations.scenes import a_draft, answered, ask_for, words
from tests.node.consultations.theirs import (
    TheirCase,
    an_act,
    an_opinion,
    as_whom,
    bring,
    named,
    note,
    said_to_be,
    their_clinician,
    their_hospital,
)
from tests.node.files.scenes import a_file, parts_of
from tests.node.notifications.scenes import delivered

from tocsin.exchange.documents import Document
from tocsin.exchange.store import State
from tocsin.node.alliance.models import AuditEntry, Notice
from tocsin.node.consultations.actions import answering, asking
from tocsin.node.consultations.actions.note_drafts import keep_note_draft
from tocsin.node.consultations.finding import cases_with
from tocsin.node.consultations.models import Case, CaseDraft, ClinicalNote, NoteDraft
from tocsin.node.consultations.pages.case_page import case_page
from tocsin.node.consultations.reading import case_here
from tocsin.node.files.models import Attached, CleanFile
from tocsin.node.joint.models import JointAct
from tocsin.node.joint.refusals import NotAllowed
from tocsin.node.post.models import Entry
from tocsin.node.post.store.entries import read_entries

pytestmark = pytest.mark.django_db
# Of what was submitted, of what was added, of what Borenia wrote, and of the line in lists.
SAID = ("Fever for nine days", "haemoperfusion", "What would you do?", "Creatinine", "Meropenem", "Man, 54", "Late")
TYPES = ("clinical-note", "consultation", "erasure")


@pytest.fixture
def wei(partner):
    return their_clinician(their_hospital())


@pytest.fixture
def case(mira, wei):
    return ask_for(mira, [wei.hospital], by=mira.person)


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def no_longer(case: Case, mira) -> None:
    asking.change_consent(case, "care", given=False, on=None, basis="patient", by=mira.person)


def standing() -> list[str]:
    """Every place in the database where any of it stands, documents that are kept compressed among them."""
    written = {form for said in SAID for form in (said, said.casefold(), json.dumps(said)[1:-1])}
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if re.fullmatch(r"search_shelf_\d+", table):
                continue  # what a shelf of words has on SQLite stands in the tables behind it
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                values = [bytes(one) if isinstance(one, memoryview) else one for one in row]
                text = " ".join(
                    one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for one in values
                )
                found += [f"{table}: {said}" for said in written if said in text]
    for entry in read_entries(Entry.objects.all()):
        found += [f"a document: {said}" for said in SAID if said in (entry.document or b"").decode()]
    return found


def at_bo(partner) -> list[tuple[str, State]]:
    """What Borenia has of ours, and whether its words stand."""
    entries = partner.nodes["BO"].store.entries(most=1_000)
    return [(one.type, one.state) for one in entries if one.stream.origin == "AL" and one.type in TYPES]


def waiting(joined) -> list[Document]:
    """What of the case waits to be sealed."""
    found = [Document.read(row.document) for row in joined.store.outbox(100)]
    return [one for one in found if one.type in TYPES]


def test_the_search_finds_what_is_there(case, joined, partner):
    places = {line.split(": ")[0] for line in standing()}
    assert places >= {"consultations_clinicalnote", "consultations_casedraft", "consultations_case", "post_outgoing"}
    delivered(joined, partner, "BO")
    assert "a document: haemoperfusion" in standing()


def test_what_waits_to_leave_never_does(case, joined, partner, mira):
    no_longer(case, mira)
    assert [(one.type, one.body.get("act")) for one in waiting(joined)] == [
        ("consultation", "submit"), ("consultation", "consent"),
    ]  # fmt: skip
    assert standing() == []
    delivered(joined, partner, "BO")
    assert at_bo(partner) == [("consultation", State.ACCEPTED)] * 2
    assert not any(b"Fever" in (one.document or b"") for one in partner.nodes["BO"].store.entries(most=99))


def test_what_left_is_erased_there_too_and_what_waits_beside_it_stays_here(case, joined, partner, mira):
    delivered(joined, partner, "BO")
    asking.supplement(case, words("Creatinine has doubled."), by=mira.person)
    no_longer(case, mira)
    assert standing() == []
    left = waiting(joined)
    assert [one.type for one in left] == ["consultation", "consultation", "erasure"]
    (erasure,) = [one for one in left if one.type == "erasure"]
    assert (erasure.classification, erasure.addressees) == ("SELECTIVE", ("BO",))
    (submitted,) = [one for one in joined.store.entries(most=99) if one.type == "clinical-note"]
    assert [(one["stream"], one["number"]) for one in erasure.body["documents"]] == [("to:BO", submitted.number)]
    delivered(joined, partner, "BO")
    assert sorted(at_bo(partner)) == [
        ("clinical-note", State.ERASED), ("consultation", State.ACCEPTED), ("consultation", State.ACCEPTED),
        ("consultation", State.ACCEPTED), ("erasure", State.ACCEPTED),
    ]  # fmt: skip
    documents = partner.nodes["BO"].store.entries(most=99)
    assert not any(said.encode() in (one.document or b"") for one in documents for said in SAID)
    assert (again(case).status, again(case).summary, again(case).severity) == ("withdrawn", {}, "")


def test_what_they_wrote_is_gone_here_and_nobody_finds_the_case_by_it(case, joined, partner, mira, wei):
    bring(partner, joined, said_to_be(partner, case, [wei]), *an_opinion(partner, case, wei, "Meropenem, then."))
    assert cases_with("meropenem", mira.person) == [case.pk]
    keep_note_draft(again(case), "supplement", "", "Creatinine rises", version=0, by=mira.person)
    no_longer(case, mira)
    assert standing() == []
    assert not NoteDraft.objects.exists()
    read = case_page(again(case), mira.person)
    assert {str(one.words.gone)[:26] for one in read.entries if one.words} == {"What was written was destr"}
    assert cases_with("meropenem", mira.person) == cases_with("dyspnoea", mira.person) == []
    (entry,) = [one for one in joined.store.entries(most=99) if one.type == "clinical-note"]
    assert (entry.stream.origin, entry.state, entry.key) == ("BO", State.ERASED, None)
    assert not ClinicalNote.objects.visible_to(mira.person).exists()
    state = case_here(case.of)
    assert (len(state.opinions), state.status) == (1, "withdrawn"), "that it was signed is on record"
    (kept,) = AuditEntry.objects.filter(act="consultation.destroyed")
    assert (kept.by, kept.details) == (None, {"notes": 2})


@pytest.mark.parametrize("order", ["note first", "act first", "together"])
def test_a_note_of_theirs_that_comes_afterwards_is_destroyed_at_once(order, case, joined, partner, mira, wei):
    bring(partner, joined, said_to_be(partner, case, [wei]))
    opinion, signed = an_opinion(partner, case, wei, "Late advice: Meropenem.")
    no_longer(case, mira)
    told = Notice.objects.count()
    for documents in {
        "note first": [[opinion], [signed]], "act first": [[signed], [opinion]], "together": [[opinion, signed]],
    }[order]:  # fmt: skip
        bring(partner, joined, *documents)
        assert standing() == []
    row = ClinicalNote.objects.get(origin="BO")
    assert (row.text, row.erased_at is None) == ("", False)
    assert [one.applied.act.kind for one in case_here(case.of).refused] == ["sign"]
    assert Notice.objects.count() == told


def test_whoever_wrote_it_says_nothing_more(case, mira):
    no_longer(case, mira)
    with pytest.raises(NotAllowed, match="has ended"):
        asking.supplement(case, words("Late result."), by=mira.person)
    with pytest.raises(NotAllowed):
        asking.change_consent(case, "care", given=True, on=None, basis="patient", by=mira.person)
    assert standing() == []


def test_a_case_inside_the_state_is_destroyed_without_a_document(mira, river, lin, rosa, joined):
    case = answered(ask_for(mira, [river], by=mira.person), coordinator=rosa, expert=lin)
    assert "consultations_casedraft: haemoperfusion" in standing()
    no_longer(case, mira)
    assert standing() == []
    assert waiting(joined) == []


def test_of_other_cases_and_drafts_nothing_is_destroyed(case, mira, wei):
    other = ask_for(mira, [wei.hospital], by=mira.person)
    a_draft(mira, [wei.hospital], by=mira.person)
    no_longer(case, mira)
    assert ClinicalNote.objects.about(other).get().text == "What would you do?"
    assert sorted(CaseDraft.objects.values_list("text", flat=True)) == ["", "What would you do?", "What would you do?"]
    assert again(other).summary["en"].startswith("Man, 54")


def test_another_use_that_ends_destroys_nothing(case, mira, joined):
    asking.change_consent(case, "teaching", given=True, on=None, basis="patient", by=mira.person)
    asking.change_consent(case, "teaching", given=False, on=None, basis="patient", by=mira.person)
    assert (again(case).status, again(case).may_be_told) == ("submitted", True)
    assert ClinicalNote.objects.about(case).get().text == "What would you do?"


def test_a_case_of_theirs_is_destroyed_here_when_they_say_so(joined, partner, wei, river, lin, rosa):
    """Their erasure takes their notes; ours on it we destroy ourselves, here and there, once we know."""
    their = TheirCase(partner, joined, wei, [river])
    answering.allocate(their.row, [lin], by=rosa)
    signed = answering.sign(their.row, words("Meropenem, then."), by=lin.person)
    keep_note_draft(their.row, "ask", "", "Creatinine?", version=0, by=lin.person)
    their.includes(signed)
    their.order("consent", {"kind": "care", "given": False, "on": None, "basis": "patient"})
    assert (their.row.status, their.row.summary, their.row.may_be_told) == ("withdrawn", {}, False)
    assert standing() == []
    assert {(one.origin, one.text) for one in ClinicalNote.objects.all()} == {("AL", ""), ("BO", "")}
    delivered(joined, partner, "BO")
    ours = dict(at_bo(partner))
    assert (ours["clinical-note"], ours["erasure"]) == (State.ERASED, State.ACCEPTED)
    assert sorted(Notice.objects.filter(kind="consultation.consent_ended").values_list("person__name", flat=True)) == [
        "Lin", "Rosa",
    ]  # fmt: skip


def test_what_we_signed_while_they_withdrew_never_counts_and_goes(joined, partner, wei, river, lin, rosa):
    their = TheirCase(partner, joined, wei, [river])
    answering.allocate(their.row, [lin], by=rosa)
    answering.sign(their.row, words("Meropenem, then."), by=lin.person)
    their.order("consent", {"kind": "care", "given": False, "on": None, "basis": "patient"})
    assert standing() == []
    assert [(one.type, one.body["act"]) for one in waiting(joined)] == [
        ("consultation", "allocate"), ("consultation", "sign"),
    ]  # fmt: skip
    assert (their.row.status, their.row.opinions) == ("withdrawn", 0)


def test_a_note_before_its_case_is_destroyed_when_the_case_comes_withdrawn(joined, partner, wei, river):
    """Everything of it comes in a row, after the patient had changed their mind."""
    their = TheirCase(partner, joined, wei, [river], bringing=False)
    gone = {"kind": "care", "given": False, "on": None, "basis": "patient"}
    their.order("consent", gone, bringing=False)
    extra = note(partner, their.key, "supplement", "Creatinine.", hospital=wei.hospital, clinician=wei)
    bring(partner, joined, their.submitted, extra)
    assert ClinicalNote.objects.filter(erased_at=None).count() == 2
    bring(partner, joined, *their.documents)
    assert standing() == []
    assert JointAct.objects.filter(kind="consent").exists()
    assert their.row.status == "withdrawn"


def parts_at(store, origin: str) -> list[State]:
    return [one.state for one in store.entries(most=100) if one.type == "file-part" and one.stream.origin == origin]


def test_a_file_that_left_is_destroyed_here_and_where_it_went(mira, wei, joined, partner):
    upload = a_file(mira.person)
    case = ask_for(mira, [wei.hospital], by=mira.person, files=[str(upload.pk)])
    delivered(joined, partner, "BO")
    (attached,) = Attached.objects.all()
    assert (attached.about["id"], parts_at(partner.nodes["BO"].store, "AL")) == (
        str(case.of.object_id), [State.ACCEPTED],
    )  # fmt: skip
    no_longer(case, mira)
    assert not CleanFile.objects.exists()
    assert Attached.objects.get().state == "erased"
    assert parts_at(joined.store, "AL") == [State.ERASED]
    delivered(joined, partner, "BO")
    assert parts_at(partner.nodes["BO"].store, "AL") == [State.ERASED]
    assert ClinicalNote.objects.about(case).get().files == []


def test_a_file_that_waits_to_leave_never_does(mira, wei, joined, partner):
    case = ask_for(mira, [wei.hospital], by=mira.person, files=[str(a_file(mira.person).pk)])
    no_longer(case, mira)
    delivered(joined, partner, "BO")
    assert parts_at(partner.nodes["BO"].store, "AL") == []
    assert not CleanFile.objects.exists()


@pytest.mark.parametrize("when", ["before", "note after", "all after", "parts alone", "parts after"])
def test_a_file_of_theirs_is_destroyed_whenever_it_comes(when, case, joined, partner, mira, wei):
    key = case.of.key.as_json()
    content = jpeg()
    parts, digest = parts_of(partner, content, size=4_000, about=key)
    named_file = {
        "digest": digest, "name": "scan-1.jpg", "media_type": "image/jpeg", "bytes": len(content), "parts": len(parts),
    }  # fmt: skip
    opinion = with_files(note(partner, key, "opinion", "Meropenem.", hospital=wei.hospital, clinician=wei), named_file)
    said = {"as": as_whom(wei.hospital, wei), "id": "o1", "note": named(opinion)}
    bring(partner, joined, said_to_be(partner, case, [wei]))
    sign = an_act(partner, key, "sign", said)
    first, then = {
        "before": ([opinion, *parts], [sign]), "note after": (parts, [opinion, sign]),
        "all after": ([], [*parts, opinion, sign]), "parts alone": (parts, []),
        "parts after": ([opinion], [*parts, sign]),
    }[when]  # fmt: skip
    bring(partner, joined, *first)
    no_longer(case, mira)
    bring(partner, joined, *then)
    assert set(parts_at(joined.store, "BO")) == {State.ERASED}
    assert Attached.objects.get().state == "erased"
    assert standing() == []


def with_files(document: Document, *files) -> Document:
    return replace(document, body={**document.body, "files": list(files)})
