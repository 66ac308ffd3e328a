"""The node that `make load` fills with consultations and letters has the rows that acts would have left."""

import random
from datetime import UTC, datetime

import pytest
from benchmarks.load.case_stories import cases, long_case
from benchmarks.load.hospital_rows import keep
from benchmarks.load.hospital_world import fill_world
from benchmarks.load.letter_world import letters
from tests.exchange.alliances import ExerciseAlliance
from tests.node.post.conftest import joined, nothing_remembered

from tocsin.node.consultations.finding import cases_with
from tocsin.node.consultations.models import Case, CaseClinician, CaseHospital, ClinicalNote
from tocsin.node.correspondence.filing import file_letters
from tocsin.node.correspondence.models import Letter, LetterCopy, Participant
from tocsin.node.correspondence.pages.inbox import search_letters
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.joint.settling import settle
from tocsin.node.post.examining import examine
from tocsin.node.search.models import Entry

__all__ = ["joined", "nothing_remembered"]

# Places among a hundred thousand of three years: long ago, weeks ago, days ago, today.
NUMBER, TIMES = 100_000, (0, 97_000, 99_300, 99_940)
A_TIME, LETTERS = 12, 40
WORDS = ("пациент", "患", "patient", "Ivanov", "больница")


@pytest.fixture
def alliance_list() -> ExerciseAlliance:
    """With the states whose hospitals write."""
    now = datetime.now(UTC)
    made = ExerciseAlliance(["AL", "BO", "DO", "SEC"], now=now)
    made.now = now
    return made


@pytest.fixture
def readers(person):
    """A coordinator of the busy hospital, seven of others, and four clinicians."""
    return [person("clinician", name=f"Reader {number}") for number in range(12)]


@pytest.fixture
def world(joined, readers):
    return fill_world(joined, 400, readers, random.Random(1))


@pytest.fixture
def tellings(world):
    """Cases of four times, which are written."""
    made = [one for first in TIMES for one in cases(world, NUMBER, first, first + A_TIME)]
    keep(world, made, [])
    return made


@pytest.fixture
def threads(world):
    """Threads of four times, which are written."""
    made = [one for first in TIMES for one in letters(world, NUMBER, first, first + LETTERS)]
    keep(world, [], made)
    return made


def rows_of(model, *but):
    """All rows, by what they say."""
    names = [field.attname for field in model._meta.concrete_fields if field.attname not in but]
    return sorted(map(repr, model.objects.order_by().values_list(*names)))


def test_the_documents_of_cases_are_such_as_every_node_takes(tellings):
    assert {one.of.classification for one in tellings} == {"NATIONAL", "SELECTIVE"}
    assert {row.status for row in Case.objects.all()} >= {"closed", "submitted", "acknowledged"}
    assert [reason for one in tellings for document in one.documents for reason in examine(document)] == []


def test_cases_are_what_their_acts_make_of_them(tellings):
    parties, theirs = (CaseHospital, CaseClinician), (Case, JointObject, JointAct, ClinicalNote)
    filled = [rows_of(model, "id") for model in (*parties, *theirs)]
    assert not Case.objects.filter(status="void").exists()
    Case.objects.update(
        status="void", allocated_at=None, first_answer_at=None, summary={}, severity="", specialty="", opinions=9,
        waits_for="", changed_at=datetime.now(UTC),
    )  # fmt: skip
    JointObject.objects.update(number=0, through=0, due_at=None, ordered_at=None)
    for model in parties:
        model.objects.all().delete()
    settle(JointObject.objects.values_list("pk", flat=True), is_news=False)
    assert [rows_of(model, "id") for model in (*parties, *theirs)] == filled


def test_nobody_is_to_be_told_of_a_filled_case_and_nothing_is_due(tellings):
    now = datetime.now(UTC)
    assert not JointAct.objects.filter(told_at=None).exists()
    assert not JointObject.objects.filter(due_at__lte=now).exists()


def test_cases_are_found_as_if_they_were_indexed_by_their_acts(tellings, readers):
    filled = {word: set(cases_with(word, readers[0])) for word in WORDS}
    scopes = set(Entry.objects.filter(is_replaced=False).values_list("object_id", "scopes"))
    assert any(filled.values())
    settle(JointObject.objects.values_list("pk", flat=True), is_news=False)
    assert {word: set(cases_with(word, readers[0])) for word in WORDS} == filled
    assert set(Entry.objects.filter(is_replaced=False).values_list("object_id", "scopes")) == scopes


def test_the_documents_of_letters_are_such_as_every_node_takes(threads):
    assert {one.origin for one in Letter.objects.all()} > {"AL"}
    assert [reason for one in threads for document in one.documents for reason in examine(document)] == []


def test_letters_are_filed_as_the_node_files_them(threads):
    filled = rows_of(Participant, "id")
    Participant.objects.all().delete()
    file_letters(Letter.objects.values_list("pk", flat=True))
    assert rows_of(Participant, "id") == filled
    read = ("id", "read_at", "read_by_id", "told_id")
    copies = rows_of(LetterCopy, *read)
    LetterCopy.objects.all().delete()
    file_letters(Letter.objects.values_list("pk", flat=True))
    assert rows_of(LetterCopy, *read) == copies


def test_letters_are_found_as_if_they_were_indexed_as_they_were_sent(threads, readers):
    def found():
        return {word: {row.letter.pk for row in search_letters(readers[0], word, limit=500)[0]} for word in WORDS}

    filled = found()
    assert any(filled.values())
    file_letters(Letter.objects.values_list("pk", flat=True))
    assert found() == filled


def test_readers_open_what_was_said(world, readers, signed_in):
    told = long_case(world, 3)
    keep(world, [told], list(letters(world, NUMBER, 0, LETTERS)))
    browser = signed_in(readers[0])
    page = browser.get(f"/consultations/{told.of.pk}/").content.decode()
    assert all(note.text.split()[0] in page for note in told.notes)
    letter = Letter.objects.visible_to(readers[0]).first()
    assert letter.text in browser.get(f"/letters/{letter.thread_id}/").content.decode()
