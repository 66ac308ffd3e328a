"""Letters between hospitals as threads of two to four readers: documents as nodes would send them, and their rows.

A letter's row is made by the function that the act uses; copies, participants and what is new to each are written as
`correspondence.filing` has them. A test files such letters once more by the node's own code, and nothing changes.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from benchmarks.load.hospital_world import House, World, language_of

from tocsin.exchange.documents import NATIONAL, Document, NationalDocument
from tocsin.exchange.identifiers import new_id
from tocsin.exchange.moments import moment
from tocsin.joint.parties import Speaker
from tocsin.node.alliance.models import Person
from tocsin.node.correspondence.boxes import box_of
from tocsin.node.correspondence.filing import KIND
from tocsin.node.correspondence.models import (
    Letter,
    LetterCopy,
    LetterDraft,
    LetterReading,
    Participant,
    ReadReceipt,
    Thread,
)
from tocsin.node.correspondence.readers.letters import letter_of
from tocsin.node.correspondence.readers.readings import receipt_of
from tocsin.node.correspondence.recipients import as_json, speaker_for
from tocsin.node.search.writing import Indexed

__all__ = ["ThreadTelling", "letters", "long_thread"]

DAYS = 365 * 3
PARTNER, TO_HOSPITAL = 0.1, 0.4  # shares of threads: with another state; with a hospital as a whole
LENGTHS, WEIGHTS = (1, 2, 3, 4, 6, 10, 40), (15, 25, 20, 15, 15, 9, 1)
NEW = 20  # days, within which some letters are not read yet
Party = tuple[Speaker, Person | None]


class ThreadTelling:
    """One thread. `documents` are its letters', `posted` those of ours that travel, in order."""

    def __init__(self, world: World, parties: list[Party], *, at: datetime) -> None:
        self.world, self.parties, self.at = world, parties, at
        self.rows = defaultdict[Any, list[Any]](list)
        self.documents: list[Document] = []
        self.posted: list[Document] = []
        self.indexed: list[Indexed] = []
        self.states = {speaker.hospital.origin for speaker, _ in parties}
        self.thread: Thread = None  # type: ignore[assignment]

    def write(self, number: int, *, step: timedelta) -> None:
        """So many letters, by one after another; and what each has come to."""
        for at in range(number):
            if at:
                self.at = min(self.at + step, self.world.now)
            self._letter(*self.parties[at % len(self.parties)])
        self._take_part()

    def _letter(self, writer: Speaker, by: Person | None) -> None:
        world, origin = self.world, writer.hospital.origin
        text, readers = world.text(), [one for one, _ in self.parties if one != writer]
        before = self.rows[Letter][-1] if self.rows[Letter] else None
        others = sorted(self.states - {origin})
        id = new_id(self.at)
        key = {"origin": origin, "id": id} if before is None else self.thread.key
        if before is None:
            self.thread = Thread(origin=origin, thread_id=UUID(id), begun_at=self.at)
            self.rows[Thread].append(self.thread)
        body = {
            "thread": key, "as": as_json(writer), "name": by.name if by is not None else "Simulated",
            "to": [as_json(one) for one in readers], "in_reply_to": before.key if before is not None else None,
            "subject": text[:40].strip() if before is None else "", "text": text, "files": [], "translates": None,
        }  # fmt: skip
        document = (Document if others else NationalDocument)(
            id=id, alliance=world.alliance, origin=origin, recorded_at=self.at,
            classification="SELECTIVE" if others else NATIONAL, addressees=tuple(others), type="letter", body=body,
            exercise=True, language=language_of(text), no_onward_sharing=True,
        )  # fmt: skip
        self._say(document)
        is_ours = origin == world.own
        letter = letter_of(document, self.thread, is_ours=is_ours)
        letter.came_at = letter.recorded_at
        letter.by = by if is_ours else None
        self.rows[Letter].append(letter)
        if is_ours:
            self._drafted(letter, writer, readers, before)
        for speaker, person in self.parties:
            self._copy(letter, speaker, person, is_sent=speaker == writer)
        scope = [str(box_of(one)) for one, _ in self.parties if one.hospital.origin == world.own]
        names = [letter.name, *world.names[writer]]
        self.indexed.append(
            Indexed(kind=KIND, id=letter.pk, text=[letter.subject, letter.text], names=names, scope=scope)
        )

    def _say(self, document: Document) -> None:
        self.documents.append(document)
        if document.addressees:
            self.world.place(document.origin, document.audience)
            if document.origin == self.world.own:
                self.posted.append(document)

    def _drafted(self, letter: Letter, writer: Speaker, readers: list[Speaker], before: Letter | None) -> None:
        """What is left of the draft that it was."""
        self.rows[LetterDraft].append(
            LetterDraft(
                by=letter.by, box=box_of(writer), thread=self.thread if before else None, answers=before,
                to=[as_json(one) for one in readers], language=letter.language, version=3, sent=letter,
                begun_at=letter.recorded_at, changed_at=letter.recorded_at,
            )
        )  # fmt: skip

    def _copy(self, letter: Letter, speaker: Speaker, person: Person | None, *, is_sent: bool) -> None:
        """In a box of this state; and in that of another state what its reader lets us know."""
        world = self.world
        is_new = letter.recorded_at > world.ago(NEW) and world.chance.random() < 0.3
        read_at = None if is_sent or is_new else min(letter.recorded_at + timedelta(hours=3), world.now)
        if speaker.hospital.origin == world.own:
            told = self._told(letter, speaker, read_at) if not letter.is_ours and read_at is not None else None
            self.rows[LetterCopy].append(
                LetterCopy(
                    letter=letter, thread=self.thread, box=box_of(speaker), is_sent=is_sent, read_at=read_at,
                    read_by=person if read_at is not None else None, told=told, **Participant.fields_of(speaker),
                )
            )  # fmt: skip
        elif read_at is not None and letter.is_ours:
            receipt = self._told(letter, speaker, read_at)
            self.rows[LetterReading].append(
                LetterReading(
                    receipt=receipt, origin=receipt.origin, box=box_of(speaker), letter_origin=letter.origin,
                    letter_id=letter.document_id, at=receipt.at,
                )
            )  # fmt: skip

    def _told(self, letter: Letter, reader: Speaker, at: datetime) -> ReadReceipt:
        """The document by which the reader's state tells the writer's."""
        origin = reader.hospital.origin
        body = {"as": as_json(reader), "letters": [letter.key], "at": moment(at)}
        document = Document(
            id=new_id(at), alliance=self.world.alliance, origin=origin, recorded_at=at, classification="SELECTIVE",
            addressees=(letter.origin,), type="letters-read", body=body, exercise=True, language="en",
            no_onward_sharing=True,
        )  # fmt: skip
        self._say(document)
        receipt = receipt_of(document, is_ours=origin == self.world.own)
        receipt.came_at = at
        self.rows[ReadReceipt].append(receipt)
        return receipt

    def _take_part(self) -> None:
        """Everybody in it: whom they saw last, and what is new to those of this state."""
        last = self.rows[Letter][-1]
        new: dict[UUID, int] = defaultdict(int)
        for copy in self.rows[LetterCopy]:
            new[copy.box] += not copy.is_sent and copy.read_at is None
        for speaker, _ in self.parties:
            unread = new[box_of(speaker)]
            self.rows[Participant].append(
                Participant(
                    thread=self.thread, origin=speaker.hospital.origin, box=box_of(speaker), last=last,
                    last_at=last.recorded_at, unread=unread, first=int(unread > 0), **Participant.fields_of(speaker),
                )
            )  # fmt: skip


def letters(world: World, number: int, first: int, last: int) -> Iterator[ThreadTelling]:
    """Threads of so many letters in all, the oldest first; those that begin at the place `first` until `last`."""
    at = first
    while at < last:
        days = DAYS * (number - at - 0.5) / number
        (length,) = world.chance.choices(LENGTHS, WEIGHTS)
        length = min(length, last - at)
        told = ThreadTelling(world, _parties(world), at=world.ago(days))
        told.write(length, step=timedelta(hours=min(24 * days / (length + 1), 30)))
        at += length
        yield told


def long_thread(world: World, number: int) -> ThreadTelling:
    """One of the busy hospital with another, of so many letters."""
    parties = [_whole(world.ours[0]), _whole(world.ours[1])]
    told = ThreadTelling(world, parties, at=world.ago(40))
    told.write(number, step=timedelta(hours=1))
    return told


def _parties(world: World) -> list[Party]:
    """Two to four, the first of this state."""
    chance, first = world.chance, world.house()
    parties = [_one(first, world)]
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        house = world.partner() if chance.random() < PARTNER else world.house(but=first)
        found = _whole(house) if chance.random() < TO_HOSPITAL else _one(house, world)
        origins = {one.hospital.origin for one, _ in parties} | {found[0].hospital.origin}
        if found not in parties and len(origins) < 3:  # two states at most: each writes in one stream
            parties.append(found)
    return parties if len(parties) > 1 else _parties(world)


def _one(house: House, world: World) -> Party:
    clinician = house.clinician(world.chance)
    return speaker_for(clinician), clinician.person


def _whole(house: House) -> Party:
    return house.as_whole, house.coordinator
