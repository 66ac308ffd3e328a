"""Putting letters where their readers find them: copies in boxes, participants of threads, the index, their files.

Everything here follows from the letters that stand, and from nothing else: done again it changes nothing, and it comes
out alike whatever order they came in.
"""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from django.db.models import Count

from tocsin.joint.parties import Speaker
from tocsin.node.alliance.alliance_file import here
from tocsin.node.correspondence.boxes import box_of
from tocsin.node.correspondence.models import Letter, LetterCopy, MachineRendering, Participant, Thread
from tocsin.node.correspondence.naming import words_of_names
from tocsin.node.correspondence.ordering import Placed, in_order
from tocsin.node.files.actions.sending import attach
from tocsin.node.search.writing import Indexed, forget_many, index_many

__all__ = ["KIND", "file_letters", "settle", "settle_boxes", "thread_of"]

KIND = "letter"  # in the index, and of what files are with


def thread_of(key: dict[str, str]) -> Thread:
    """The row of a thread, made where this is the first that is known of it."""
    return Thread.objects.get_or_create(origin=key["origin"], thread_id=UUID(key["id"]))[0]


def file_letters(pks: Collection[UUID]) -> None:
    """File these letters, which are new, void, stand again, or have lost their words. In a transaction."""
    letters = list(Letter.objects.filter(pk__in=list(pks)).order_by("recorded_at", "pk"))
    _copy(letters)
    _index(letters)
    MachineRendering.objects.filter(letter__in=[one for one in letters if one.erased_at is not None]).delete()
    for letter in letters:
        if letter.withdrawn_at is None:
            for file in letter.files:
                attach(file, kind=KIND, about=letter.key, origin=letter.origin)
    settle({letter.thread_id for letter in letters})


def settle(threads: Iterable[UUID]) -> None:
    """Who takes part in these threads, what each saw last, and what is new to those of this state."""
    for thread in Thread.objects.filter(pk__in=set(threads)).select_for_update().order_by("pk"):
        letters = list(Letter.objects.filter(thread=thread).standing().defer("text"))
        known = {(one.origin, one.box): one for one in thread.participants.all()}
        wanted: dict[tuple[str, UUID], list[Letter]] = {}
        speakers: dict[tuple[str, UUID], Speaker] = {}
        for letter in _ordered(letters):
            for speaker in letter.parties:
                key = (speaker.hospital.origin, box_of(speaker))
                speakers[key] = speaker
                wanted.setdefault(key, []).append(letter)
        gone = [one.pk for key, one in known.items() if key not in wanted]
        Participant.objects.filter(pk__in=gone).delete()
        for key, theirs in wanted.items():
            row = known.get(key) or Participant(thread=thread, origin=key[0], box=key[1])
            shown = [one for one in theirs if one.translates is None] or theirs
            row.last, row.last_at = shown[-1], max(one.recorded_at for one in shown)
            for name, value in Participant.fields_of(speakers[key]).items():
                setattr(row, name, value)
            row.save()
        settle_boxes(thread, {box for origin, box in wanted if origin == here().code})


def settle_boxes(thread: Thread, boxes: Collection[UUID]) -> None:
    """How many letters of a thread nobody has opened yet in these boxes of this state."""
    unread = LetterCopy.objects.filter(
        thread=thread, box__in=boxes, is_sent=False, read_at=None, letter__translates__isnull=True,
        letter__withdrawn_at=None, letter__erased_at=None,
    )  # fmt: skip
    counts = dict(unread.values_list("box").annotate(Count("pk")))
    for row in Participant.objects.filter(thread=thread, origin=here().code, box__in=boxes):
        number = counts.get(row.box, 0)
        if row.unread != number:
            Participant.objects.filter(pk=row.pk).update(unread=number, first=int(number > 0))


def _ordered(letters: Sequence[Letter]) -> list[Letter]:
    """As the page of the thread has them: of two letters of one second the answer is the later."""
    known = {(one.origin, str(one.document_id)): one for one in letters}
    return [known[key] for key in in_order(Placed.of(one.key, one.recorded_at, one.in_reply_to) for one in letters)]


def _copy(letters: Sequence[Letter]) -> None:
    """One in each box of this state. The writer's own is there whatever they wrote to themself."""
    copies = []
    for letter in letters:
        boxes: dict[UUID, LetterCopy] = {}
        for speaker in letter.parties:
            if speaker.hospital.origin != here().code:
                continue
            key = box_of(speaker)
            boxes.setdefault(
                key,
                LetterCopy(
                    letter=letter, thread_id=letter.thread_id, box=key, is_sent=speaker == letter.writer,
                    **Participant.fields_of(speaker),
                ),
            )  # fmt: skip
        copies += boxes.values()
    LetterCopy.objects.bulk_create(copies, ignore_conflicts=True)


def _index(letters: Sequence[Letter]) -> None:
    """Readable ones are found by their words and their writers' names, in the boxes of this state."""
    readable = [one for one in letters if one.withdrawn_at is None and one.erased_at is None]
    forget_many(KIND, [one.pk for one in letters if one not in readable])
    names = words_of_names([one.writer for one in readable])
    index_many(
        Indexed(
            kind=KIND, id=one.pk, text=[one.subject, one.text], names=[one.name, *names[one.writer]],
            scope=[str(box_of(speaker)) for speaker in one.parties if speaker.hospital.origin == here().code],
        )
        for one in readable
    )  # fmt: skip
