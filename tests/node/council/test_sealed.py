"""A decision as a file that proves itself: made at its page, verified on another page, and what is refused."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.node.council.measure_scenes import adopted
from tests.node.council.scenes import a_proposal, decision, say
from tests.node.notifications.scenes import bring

from tocsin.exchange.erasing import erase
from tocsin.exchange.sealing import seal
from tocsin.exchange.store import Own
from tocsin.exchange.trusting import take_trust
from tocsin.joint.sealed import positions
from tocsin.joint.sealed.faults import CODES as SEALED_CODES
from tocsin.joint.sealed.form import with_digest
from tocsin.joint.sealed.making import REASONS, NotSealable
from tocsin.joint.texts.paragraphs import digest_of
from tocsin.node.alliance.models import AuditEntry
from tocsin.node.council.actions.sealed import WHY_NOT
from tocsin.node.council.forms.verify import BOUNDS, MOST_BYTES
from tocsin.node.council.models import Decision
from tocsin.node.council.pages.verify_words import CODES, note_named, place_named
from tocsin.node.joint.models import JointAct

pytestmark = pytest.mark.django_db
VERIFY = "/council/verify/"


@pytest.fixture
def browser(dara, signed_in):
    return signed_in(dara)


@pytest.fixture
def of(joined, partner, dara):
    """An adopted decision whose every act is signed."""
    made = adopted(dara, joined, partner)
    seal(joined)
    return made


def make(browser, of, **said):
    return browser.post(f"/council/decisions/{of.pk}/papers/sealed/", said)


def verify(browser, data, name="plan.tocsin-decision"):
    return browser.post(VERIFY, {"file": SimpleUploadedFile(name, data)})


def test_the_file_is_made_and_verifies_and_says_by_whom(browser, of, dara):
    answer = make(browser, of, knows="1")
    assert answer.status_code == 200
    assert ".tocsin-decision" in answer["Content-Disposition"]
    page = verify(browser, answer.content)
    assert page.status_code == 200
    assert "All of it verifies" in page.text
    found = page.context["page"]
    assert [one.name for one in found.states] == ["Altania", "Borenia", "Cetara"]
    text = decision(of).text
    assert {one.digest for one in found.texts} == {digest_of(text, "ru"), digest_of(text, "zh-hans")}
    assert found.url == f"/council/decisions/{of.pk}/"
    entry = AuditEntry.objects.get(act="decision.sealed_exported")
    assert (entry.by, entry.details["readers"]) == (dara, "MEMBERS")


def test_it_is_on_record_before_it_is_made_and_when_none_could_be_made(browser, of, joined, monkeypatch):
    seen = []

    def fails(*given, **named):
        seen.extend(AuditEntry.objects.filter(act__startswith="decision.sealed").values_list("act", flat=True))
        raise NotSealable("not-provable", what="as it is")

    monkeypatch.setattr("tocsin.node.council.actions.sealed.sealed_decision", fails)
    assert make(browser, of, knows="1").status_code == 409
    assert seen == ["decision.sealed_exported"]
    entry = AuditEntry.objects.get(act="decision.sealed_not_made")
    assert entry.details == {"code": "not-provable"}


def test_a_comment_that_was_erased_since_is_not_needed(browser, of, joined, partner):
    say(partner, joined, "BO", of, "comment", version=1, paragraph=None, text="Пётр Иванов согласен.")
    seal(joined)
    row = JointAct.objects.get(of=of, kind="comment")
    theirs = partner.nodes["BO"]
    (entry,) = theirs.store.known("BO", [str(row.document_id)]).values()
    before = verify(browser, make(browser, of, knows="1").content).context["page"]
    assert (before.holds, before.notes) == (True, [])
    erase(theirs, [entry], reason="identifies-a-person")
    bring(partner, joined)
    answer = make(browser, of, knows="1")
    assert answer.status_code == 200
    found = verify(browser, answer.content).context["page"]
    assert found.holds
    assert found.notes == [
        "Comments and positions that are not in the file: 1. Nothing that was adopted rests on them."
    ]


def test_an_act_whose_key_turned_out_to_be_stolen_is_shown_to_count_nowhere(
    browser, of, joined, partner, alliance_list
):
    """It was in the order before anybody knew; what was adopted does not rest on it."""
    theirs = partner.nodes["BO"]
    head = theirs.store.head(partner.stream("BO"))
    say(partner, joined, "BO", of, "clear", reason="")
    seal(joined)
    alliance_list.end_key("BO", heads={head.first_manifest: (head.last, head.manifest)}, reason="stolen")
    take_trust(joined, dict(alliance_list.files))
    partner.give_list("BO")
    partner.put_keys("BO")
    assert JointAct.objects.get(of=of, kind="clear").withdrawn_at
    answer = make(browser, of, knows="1")
    assert (answer.status_code, "nothing here shows yet that it counts nowhere" in answer.text) == (409, True)
    theirs.store.set_own(Own(2))
    partner.post("BO", "we go on here")
    bring(partner, joined)
    answer = make(browser, of, knows="1")
    assert answer.status_code == 200
    found = verify(browser, answer.content).context["page"]
    assert found.holds
    (note,) = found.notes
    assert note.startswith(f"BO/1/members {head.last + 1}, ")
    assert note.endswith(": the key that signed it had ended. It counts at no node, and did not count here.")


def test_nobody_takes_it_without_saying_that_they_know_who_reads_it(browser, of):
    answer = make(browser, of)
    assert answer.status_code == 409
    assert "whoever has it" in answer.text
    assert not AuditEntry.objects.filter(act="decision.sealed_exported").exists()


def test_what_is_not_adopted_or_not_signed_yet_has_no_file(browser, joined, partner, dara):
    draft = a_proposal(dara)
    seal(joined)
    answer = make(browser, draft, knows="1")
    assert (answer.status_code, "It is not adopted" in answer.text) == (409, True)
    unsigned = adopted(dara, joined, partner)
    answer = make(browser, unsigned, knows="1")
    assert answer.status_code == 409
    assert "signed" in answer.text


def test_an_act_whose_words_are_gone_is_told_so(browser, of, joined):
    theirs = JointAct.objects.get(of=of, origin="BO")
    entry = joined.store.known("BO", [str(theirs.document_id)])[str(theirs.document_id)]
    from tocsin.node.post.models import Entry

    Entry.objects.filter(origin="BO", number=entry.number, document_id=theirs.document_id).update(document=None)
    answer = make(browser, of, knows="1")
    assert answer.status_code == 409
    assert "erased here" in answer.text


@pytest.mark.parametrize("language", ["en", "ru", "zh-hans"])
def test_a_changed_byte_is_named_in_every_language(browser, of, person, signed_in, language):
    data = bytearray(make(browser, of, knows="1").content)
    at = data.index(b'"item":"') + 200
    data[at] = ord("A") if data[at] != ord("A") else ord("B")
    page = verify(signed_in(person("translator", name="Lin", language=language)), bytes(data))
    found = page.context["page"]
    assert not found.holds
    assert str(at) in found.faults[0].at
    assert found.states == [], "nothing of it is shown as proven"
    assert "item-altered" not in page.text


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("plan.tocsin-decision", b"%PDF-1.7 what it is not", "it is a PDF"),
        ("plan.tocsin-decision", b"PK\x03\x04 a document", "an archive"),
        ("notes.txt", b"just words", "is no sealed decision"),
        ("plan.tocsin-decision", b"", "is empty"),
        ("plan.tocsin-decision", b"<html></html>", "a page"),
    ],
)
def test_what_is_not_what_it_says_is_refused(browser, joined, name, data, said):
    answer = verify(browser, data, name)
    assert answer.status_code == 422
    assert said in answer.text


def test_too_large_a_file_is_not_read(browser, joined):
    answer = verify(browser, b"{" * (MOST_BYTES + 1))
    assert answer.status_code == 422
    assert "larger than 8 MB" in answer.text


@pytest.mark.parametrize(
    "data", [b"{", b'{"alliance":', b"[" * 5_000, b'{"alliance":"x","object":{"id":"\xff"}}', b"null"]
)
def test_whatever_the_bytes_are_no_traceback_reaches_a_person(browser, joined, data):
    answer = verify(browser, data)
    assert answer.status_code in (200, 422)
    assert not (answer.context["page"] and answer.context["page"].holds)


def with_documents(data, number):
    said = json.loads(data)
    del said["whole"]
    return with_digest(said | {"documents": [{"act": at} for at in range(number)]})


def test_a_file_of_more_than_a_page_looks_at_is_refused_by_its_number(browser, of, monkeypatch):
    """Of four hundred thousand documents the page reads some thousands."""
    read, real = [], positions._Reader.value

    def counted(reader, *given):
        read.append(reader.at)
        return real(reader, *given)

    data = with_documents(make(browser, of, knows="1").content, 400_000)
    monkeypatch.setattr(positions._Reader, "value", counted)
    page = verify(browser, data)
    assert (page.status_code, page.context["page"].holds, page.context["page"].is_too_much) == (200, False, True)
    assert "holds more than this page looks at" in page.text
    assert len(read) < 3 * BOUNDS.documents


def test_more_faults_than_are_named_are_said_to_be_more(browser, of):
    page = verify(browser, with_documents(make(browser, of, knows="1").content, BOUNDS.documents))
    found = page.context["page"]
    assert "more than 200 things are wrong" in found.answer
    assert len(found.faults) == 201
    assert "the rest of the file was not looked at" in page.text


@pytest.mark.parametrize("name", ["id", "origin"])
def test_a_file_that_names_no_object_is_no_error(browser, of, name):
    said = json.loads(make(browser, of, knows="1").content)
    del said["whole"]
    said["object"][name] = "x"
    page = verify(browser, with_digest(said))
    assert (page.status_code, page.context["page"].url) == (200, "")


def test_rules_that_differ_from_the_file_here_are_noted(browser, of, monkeypatch):
    data = make(browser, of, knows="1").content
    assert verify(browser, data).context["page"].notes == []
    monkeypatch.setattr("tocsin.node.council.reading.body_named", lambda code: None)
    (note,) = verify(browser, data).context["page"].notes
    assert note == "it is proposed in the name of a body that the file here does not name"


def test_nothing_of_the_file_is_kept(browser, of, settings):
    data = make(browser, of, knows="1").content
    before = (Decision.objects.count(), JointAct.objects.count(), AuditEntry.objects.count())
    verify(browser, data)
    assert (Decision.objects.count(), JointAct.objects.count(), AuditEntry.objects.count()) == before
    assert not [one for one in settings.UPLOADS.rglob("*") if one.is_file()]


def test_every_code_has_its_words():
    assert set(CODES) == set(SEALED_CODES)
    assert set(WHY_NOT) == set(REASONS)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("the trust list it is judged by has expired on 2026-03-09", "has expired on 9 March 2026."),
        ("BO is suspended today; what it signed while it took part stays signed", "Borenia takes part no more"),
        (
            "BO was left out of it as left, by its owner's word, and is active by this trust list",
            "Borenia was left out by the state that keeps the decision (reason given: ",
        ),
        (
            "BO/1/members 4, clear: the key that signed it had ended there, so that it counts at no node",
            "BO/1/members 4, clear",
        ),
        (
            "acts that the file does not carry, since their states had said before all that they may: 1200",
            "Acts that are not in the file: 1,200.",
        ),
        ("something that nobody has foreseen", "something that nobody has foreseen"),
    ],
)
def test_notes_are_worded(joined, said, words):
    assert words in note_named(said)


def test_places_are_worded(joined):
    assert place_named("the text ru, paragraph 2").endswith("paragraph 2")
    assert "Borenia" in place_named("document 3 of BO about it")
    assert place_named("BO/1/members 3, consent") == "BO/1/members 3, consent"


def test_who_may_do_neither_reads_no_page(person, signed_in, of):
    for role, seen, made in (("logistics", 403, 403), ("translator", 200, 403), ("epidemiologist", 200, 200)):
        browser = signed_in(person(role))
        assert browser.get(VERIFY).status_code == seen, role
        assert make(browser, of, knows="1").status_code == made, role
