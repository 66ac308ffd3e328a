"""Opening letters, and telling the states of their writers what was read, by whom: together, at most once a minute."""

from collections.abc import Iterable
from itertools import groupby
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tocsin.exchange.moments import moment
from tocsin.exchange.sealing import post
from tocsin.node.alliance import audit
from tocsin.node.alliance.models import Person
from tocsin.node.correspondence.boxes import box_keys
from tocsin.node.correspondence.filing import settle_boxes
from tocsin.node.correspondence.models import Letter, LetterCopy, LetterPreference, Thread
from tocsin.node.correspondence.readers.readings import receipt_of
from tocsin.node.post.actions.making import make, node_here
from tocsin.node.post.here import takes_part
from tocsin.node.post.store import DjangoStore
from tocsin.node.work.windows import at

__all__ = ["MOST_LETTERS", "open_letters", "set_tells_readings", "tell_readings"]

MOST_LETTERS = 200  # of one document
AT_ONCE = 5_000


@transaction.atomic
def open_letters(thread: Thread, letters: Iterable[UUID], *, by: Person) -> int:
    """Somebody has opened these letters of a thread. The first of a box counts. Returns how many were new to it."""
    Thread.objects.select_for_update().get(pk=thread.pk)  # counted by one after the other
    keys, letters = box_keys(by), list(letters)
    new = LetterCopy.objects.filter(thread=thread, letter__in=letters, box__in=keys, is_sent=False, read_at=None)
    tells = LetterPreference.tells(by.pk)
    said = {"read_at": timezone.now(), "read_by": by, "is_quiet": not tells}
    # Inside one state nobody has to be told: the writer's page reads the same row.
    theirs = Letter.objects.filter(pk__in=letters, is_ours=False, translates__isnull=True).values("pk")
    opened = new.filter(letter__in=theirs).update(**said, is_due=tells)
    opened += new.update(**said)
    at("letters.opened")
    if opened:
        settle_boxes(thread, set(keys))
    return opened


@transaction.atomic
def set_tells_readings(tells: bool, *, by: Person) -> None:
    """Whether writers learn when this person has read their letters. What was told stays told."""
    LetterPreference.objects.update_or_create(person=by, defaults={"tells_readings": tells})
    audit.record("letter-preference.changed", by=by, tells_readings=tells)


def tell_readings() -> int:
    """Tell other states which of their letters were read here since the last time. The machine's, once a minute.

    A reader's letters of one state go in one document. Returns how many documents that made.
    """
    if not takes_part():
        return 0
    waiting = LetterCopy.objects.filter(is_due=True, letter__withdrawn_at=None)
    rows = list(waiting.select_related("letter").defer("letter__text").order_by("read_at", "pk")[:AT_ONCE])
    rows.sort(key=lambda one: (one.letter.origin, str(one.box)))
    made = 0
    for (origin, _box), of_one in groupby(rows, key=lambda one: (one.letter.origin, str(one.box))):
        made += _tell(origin, list(of_one)[:MOST_LETTERS])
    return made


def _tell(origin: str, copies: list[LetterCopy]) -> int:
    here = node_here()
    with DjangoStore().atomic():
        still = LetterCopy.objects.select_for_update(of=("self",)).filter(
            pk__in=[one.pk for one in copies], is_due=True
        )  # fmt: skip
        copies = list(still.select_related("letter").order_by("read_at", "pk"))
        if not copies:
            return 0
        first, last = copies[0], copies[-1]
        clinician = {"origin": here.node, "id": str(first.clinician)} if first.clinician else None
        assert last.read_at is not None, "chosen by it"
        body = {
            "as": {"hospital": {"origin": here.node, "id": str(first.hospital)}, "clinician": clinician},
            "letters": [one.letter.key for one in copies], "at": moment(last.read_at),
        }  # fmt: skip
        document = make(
            here, "letters-read", body, to=[origin], language="en", also_absent=True, no_onward_sharing=True
        )
        row = receipt_of(document, is_ours=True)
        row.save(force_insert=True)
        LetterCopy.objects.filter(pk__in=[one.pk for one in copies]).update(told=row, is_due=False)
        post(here, document)
        at("letters-read.sent")
    return 1
