"""Letters between two states: what leaves, what comes in whatever order, what is void or erased, who has read."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.node.correspondence.scenes import (
    a_clinician,
    a_hospital,
    answer,
    answered_by,
    letter_of_bo,
    read_by_bo,
    sees,
    speaks,
    unread,
    write,
)
from tests.node.notifications.scenes import bring, delivered, entry

from tocsin.exchange.documents import Document
from tocsin.exchange.erasing import erase
from tocsin.exchange.intake import take
from tocsin.exchange.sealing import seal
from tocsin.exchange.store import State
from tocsin.node.alliance.models import Notice
from tocsin.node.correspondence.actions.reading import open_letters, set_tells_readings, tell_readings
from tocsin.node.correspondence.models import (
    Letter,
    LetterCopy,
    LetterDraft,
    LetterReading,
    MachineRendering,
    Participant,
    ReadReceipt,
    Thread,
)
from tocsin.node.correspondence.naming import named_speakers
from tocsin.node.correspondence.pages.delivery import deliveries_of
from tocsin.node.correspondence.pages.thread_page import thread_shown
from tocsin.node.correspondence.readers.letters import LetterReader
from tocsin.node.correspondence.readers.readings import ReadingReader
from tocsin.node.files.gates import is_open
from tocsin.node.files.models import Attached
from tocsin.node.search.finding import found

pytestmark = pytest.mark.django_db
LETTERS, READINGS = LetterReader(), ReadingReader()
SCAN = {"digest": "0a" * 32, "name": "photo-1.jpg", "media_type": "image/jpeg", "bytes": 4_500_000, "parts": 3}


def waiting(node, kind: str) -> list[Document]:
    """What waits here to leave."""
    made = [Document.read(one.document) for one in node.store.outbox(100)]
    return [one for one in made if one.type == kind]


def states_of(letter: Letter) -> list[str]:
    names = named_speakers(letter.parties)
    return [one.state for one in deliveries_of([letter], names)[letter.pk].readers]


def told(*documents: Document):
    return [(one, entry(one)) for one in documents]


def test_a_letter_goes_to_the_states_of_its_readers_alone_and_is_not_passed_on(mira, wei, lin, joined):
    write(mira.person, wei, lin)
    (document,) = waiting(joined, "letter")
    assert (document.classification, document.addressees) == ("SELECTIVE", ("BO",))
    assert document.no_onward_sharing
    assert [one["clinician"]["id"] for one in document.body["to"]] == [str(wei.pk), str(lin.pk)]
    assert document.body["name"] == "Mira"


def test_it_is_sent_then_delivered_then_read_by_whom(mira, wei, lake, joined, partner):
    letter = write(mira.person, wei, lake)
    assert states_of(letter) == ["waits_to_be_signed", "waits_to_be_signed"]
    (manifest,) = seal(joined)
    assert states_of(letter) == ["under_way", "under_way"]
    bo = partner.nodes["BO"]
    take(bo, joined.store.batch_of(manifest.digest), via="AL")
    (receipt,) = seal(bo)
    take(joined, bo.store.batch_of(receipt.digest), via="BO")
    assert states_of(letter) == ["delivered", "delivered"]
    bring(partner, joined, read_by_bo(partner, wei, letter))
    assert states_of(letter) == ["letter_read", "delivered"]


def test_who_opens_a_letter_of_another_state_is_told_of_once_and_together(mira, lin, rosa, river, wei, joined, partner):
    first, second = (letter_of_bo(partner, wei, mira, river, text=text) for text in ("One.", "Two."))
    bring(partner, joined, first, second)
    for row in Letter.objects.all():
        open_letters(row.thread, [row.pk], by=mira.person)
        open_letters(row.thread, [row.pk], by=mira.person)
    assert tell_readings() == 1
    (said,) = waiting(joined, "letters-read")
    assert said.addressees == ("BO",)
    assert said.body["as"]["clinician"] == mira.key
    assert {one["id"] for one in said.body["letters"]} == {first.id, second.id}
    assert tell_readings() == 0
    open_letters(Thread.objects.get(thread_id=first.id), Letter.objects.values_list("pk", flat=True), by=rosa)
    assert tell_readings() == 1
    assert [one.body["as"]["clinician"] for one in waiting(joined, "letters-read")] == [mira.key, None]
    delivered(joined, partner, "BO")
    assert sum(one.type == "letters-read" for one in partner.nodes["BO"].store.entries(state=State.ACCEPTED)) == 2


def test_who_is_quiet_is_told_of_to_nobody_and_neither_are_readers_of_ones_own_state(mira, lin, wei, joined, partner):
    bring(partner, joined, letter_of_bo(partner, wei, mira))
    inside = write(mira.person, lin)
    set_tells_readings(False, by=mira.person)
    theirs = Letter.objects.get(origin="BO")
    open_letters(theirs.thread, [theirs.pk], by=mira.person)
    open_letters(inside.thread, [inside.pk], by=lin.person)
    assert tell_readings() == 0
    assert states_of(inside) == ["letter_read"]
    assert unread(mira.person) == unread(lin.person) == 0


def test_a_letter_told_twice_is_one_letter_and_one_notice(mira, wei, partner, joined):
    document = letter_of_bo(partner, wei, mira)
    bring(partner, joined, document)
    LETTERS.accepted(told(document))
    assert Letter.objects.count() == Participant.objects.filter(box=mira.pk).count() == 1
    assert LetterCopy.objects.count() == 1
    assert Notice.objects.filter(person=mira.person).count() == 1
    assert unread(mira.person) == 1


def test_a_letter_that_is_told_again_stays_read(mira, wei, partner, joined):
    document = letter_of_bo(partner, wei, mira)
    bring(partner, joined, document)
    row = Letter.objects.get()
    open_letters(row.thread, [row.pk], by=mira.person)
    LETTERS.accepted(told(document))
    assert unread(mira.person) == 0


def test_an_answer_may_come_before_what_it_answers(mira, wei, lake, partner, joined):
    first = letter_of_bo(partner, wei, mira, text="A question.")
    thread = first.body["thread"]
    second = letter_of_bo(
        partner, lake, mira, thread=thread, text="An answer.", in_reply_to={"origin": "BO", "id": first.id},
        recorded_at=first.recorded_at - timedelta(minutes=3),
    )  # fmt: skip
    bring(partner, joined, second)
    assert shown(mira) == ["An answer."]
    bring(partner, joined, first)
    assert shown(mira) == ["A question.", "An answer."]
    assert Participant.objects.get(box=mira.pk).last.text == "An answer."
    assert Thread.objects.count() == 1


def shown(clinician) -> list[str]:
    return [one.letter.text for one in thread_shown(Thread.objects.get(), clinician.person).letters]


def test_whatever_order_letters_come_in_lists_and_threads_are_the_same(mira, lin, wei, lake, partner, joined):
    begun = timezone.now().replace(microsecond=0) - timedelta(days=1)
    first = letter_of_bo(partner, wei, mira, text="0", recorded_at=begun)
    rest = [
        letter_of_bo(
            partner, wei if number % 2 else lake, mira, *([lin] if number > 2 else []), thread=first.body["thread"],
            text=str(number), recorded_at=begun + timedelta(minutes=7 * number % 20),
            in_reply_to={"origin": "BO", "id": first.id} if number % 3 == 0 else None,
        )
        for number in range(1, 6)
    ]  # fmt: skip
    outcomes = set()
    for seed in range(4):
        Participant.objects.all().delete()
        LetterCopy.objects.all().delete()
        Letter.objects.all().delete()
        Thread.objects.all().delete()
        documents = [first, *rest]
        random.Random(seed).shuffle(documents)
        for at in range(0, 6, 1 + seed % 3):
            LETTERS.accepted(told(*documents[at : at + 1 + seed % 3]))
        rows = Participant.objects.order_by("origin", "box").values_list("box", "last__text", "last_at", "unread")
        outcomes.add((tuple(rows), tuple(shown(mira)), tuple(shown(lin))))
    assert len(outcomes) == 1
    assert Participant.objects.get(box=mira.pk).last.text == "5"  # which was written last


def test_a_void_letter_counts_for_nothing_until_it_stands_again(mira, wei, partner, joined):
    first, second = (letter_of_bo(partner, wei, mira, text=text) for text in ("One.", "Two."))
    bring(partner, joined, first, second)
    LETTERS.withdrawn([entry(second)])
    assert unread(mira.person) == 1
    assert found("letter", "two", scopes=[str(mira.pk)]) == []
    row = Letter.objects.get(document_id=second.id)
    assert not Thread.objects.visible_to(mira.person).filter(pk=row.thread_id).exists()
    LETTERS.accepted(told(second))
    assert unread(mira.person) == 2
    assert found("letter", "two", scopes=[str(mira.pk)]) == [row.pk]


def test_of_an_erased_letter_no_word_stays(mira, wei, partner, joined):
    document = letter_of_bo(partner, wei, mira, subject="Имя", text="имя больного", files=[SCAN])
    bring(partner, joined, document)
    row = Letter.objects.get()
    MachineRendering.objects.create(letter=row, language="en", text="the patient's name", by=mira.person)
    about = {"origin": "BO", "id": document.id}
    assert is_open("letter", about, mira.person)
    bo = partner.nodes["BO"]
    erase(bo, bo.store.entries(state=State.OWN), reason="identifies-a-person")
    for manifest in seal(bo):
        take(joined, bo.store.batch_of(manifest.digest), via="BO")
    row.refresh_from_db()
    assert (row.subject, row.text, row.files) == ("", "", [])
    assert row.erased_at is not None
    assert unread(mira.person) == 0
    assert found("letter", "больного", scopes=[str(mira.pk)]) == []
    assert not MachineRendering.objects.exists()
    assert not is_open("letter", about, mira.person)


def test_a_file_of_a_letter_is_known_by_it_and_open_to_its_readers_alone(mira, lin, wei, partner, joined):
    document = letter_of_bo(partner, wei, mira, files=[SCAN])
    bring(partner, joined, document)
    file = Attached.objects.get()
    assert (file.kind, file.about, file.name) == ("letter", {"origin": "BO", "id": document.id}, "photo-1.jpg")
    assert is_open("letter", file.about, mira.person)
    assert not is_open("letter", file.about, lin.person)
    assert not is_open("letter", {"origin": "BO", "id": "nonsense"}, mira.person)


def test_what_was_written_while_the_other_node_was_away_comes_late_in_its_place_and_is_new(mira, wei, partner, joined):
    asked = write(mira.person, wei, text="Any news?")
    open_since = asked.recorded_at - timedelta(days=1)
    late = [
        answered_by(partner, wei, asked, mira, text=text, recorded_at=open_since + timedelta(hours=hour))
        for hour, text in enumerate(("Monday.", "Tuesday."))
    ]
    before = letter_of_bo(
        partner, wei, mira, thread=asked.thread.key, text="Before.", recorded_at=open_since, in_reply_to=None
    )
    bring(partner, joined, before, *late)
    page = thread_shown(asked.thread, mira.person)
    assert [one.letter.text for one in page.letters] == ["Before.", "Any news?", "Monday.", "Tuesday."]
    assert [one.is_new for one in page.letters] == [True, False, True, True]
    assert [one.came_late for one in page.letters] == [True, False, True, True]
    assert unread(mira.person) == 3


def test_letters_that_were_written_offline_leave_in_their_order(mira, wei, partner, joined):
    first = write(mira.person, wei, text="One.")
    second = answer(first, mira.person, text="Two.")
    assert second.readers == [speaks(wei)]
    delivered(joined, partner, "BO")
    bo = partner.nodes["BO"].store.entries(state=State.ACCEPTED)
    assert [Document.read(one.document).body["text"] for one in bo] == ["One.", "Two."]


def test_many_letters_at_once_are_told_of_in_one_notice(mira, wei, partner, joined):
    bring(partner, joined, *(letter_of_bo(partner, wei, mira, text=str(n)) for n in range(7)))
    (notice,) = Notice.objects.all()
    assert (notice.kind, notice.values["n"]) == ("letters.came", 7)


def test_a_reading_may_be_void_and_stand_again_and_may_come_before_the_letter(mira, wei, partner, joined):
    letter = write(mira.person, wei)
    said = read_by_bo(partner, wei, letter)
    READINGS.accepted(told(said))
    READINGS.accepted(told(said))
    assert LetterReading.objects.count() == 1
    READINGS.withdrawn([entry(said)])
    assert not LetterReading.objects.exists()
    assert states_of(letter) == ["waits_to_be_signed"]
    READINGS.accepted(told(said))
    assert states_of(letter) == ["letter_read"]
    READINGS.erased([entry(said)])
    assert (LetterReading.objects.count(), ReadReceipt.objects.get().letters) == (0, [])


def test_nobody_reads_for_another_a_stranger_who_says_so_changes_nothing(mira, wei, lake, state, partner, joined):
    letter = write(mira.person, wei)
    stranger = a_clinician(lake, None, "Stranger")
    bring(partner, joined, read_by_bo(partner, stranger, letter))
    assert states_of(letter) == ["waits_to_be_signed"]


def test_a_letter_to_a_hospital_that_the_directory_does_not_know_is_kept_for_those_it_does(mira, wei, partner, joined):
    unknown = a_hospital(wei.hospital, "Gone", origin="BO")
    document = letter_of_bo(partner, unknown, mira)
    unknown.delete()
    bring(partner, joined, document)
    assert sees(mira.person) == ["Сколько коек свободно?"]
    (row,) = thread_shown(Thread.objects.get(), mira.person).letters
    assert row.writer.startswith("Wei · a hospital of")


def test_a_letter_that_came_back_after_a_restore_is_ours_and_tells_nobody(mira, wei, partner, joined):
    letter = write(mira.person, wei)
    (document,) = waiting(joined, "letter")
    LetterCopy.objects.all().delete()
    Participant.objects.all().delete()
    LetterDraft.objects.all().delete()
    Letter.objects.all().delete()
    LETTERS.returned(told(document))
    row = Letter.objects.get()
    assert (row.is_ours, row.by, row.text) == (True, None, letter.text)
    assert sees(mira.person) == [letter.text]
    assert not Notice.objects.exists()
