"""Sending a letter: its document, its copies here and what follows, in one transaction."""

from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.exchange.documents import NATIONAL
from tocsin.exchange.identifiers import new_id
from tocsin.exchange.local import LocalNode
from tocsin.exchange.sealing import post
from tocsin.joint.parties import Speaker
from tocsin.node.alliance import audit
from tocsin.node.alliance.models import Person
from tocsin.node.correspondence import telling
from tocsin.node.correspondence.actions.drafting import lock_letter
from tocsin.node.correspondence.boxes import Box, box_of, boxes_of
from tocsin.node.correspondence.filing import KIND, file_letters, thread_of
from tocsin.node.correspondence.models import Letter, LetterDraft
from tocsin.node.correspondence.patients import require_a_look
from tocsin.node.correspondence.readers.letters import letter_of
from tocsin.node.correspondence.recipients import as_json, checked_readers, expanded, seen_readers
from tocsin.node.correspondence.refusals import ActRefused, InvalidInput, Problem, ReadersChanged
from tocsin.node.events.texts import checked, said_against
from tocsin.node.files.actions.sending import send_file
from tocsin.node.files.models import Upload
from tocsin.node.post.actions.making import make, node_here
from tocsin.node.post.store import DjangoStore
from tocsin.node.work.windows import at

__all__ = ["LONGEST_LETTER", "MOST_FILES", "send_letter", "words_against"]

LONGEST_LETTER, LONGEST_SUBJECT, LONGEST_NAME, MOST_FILES = 20_000, 200, 120, 20


def send_letter(
    draft: LetterDraft, *, version: int, readers: str | None = None, looked: str = "", by: Person
) -> Letter:  # fmt: skip
    """Send a letter as its draft stands. Nobody can call it back.

    version  of the draft that the person saw
    readers  `recipients.seen_readers` of those whom the person saw; None: whoever it is
    looked   `patients.looked_at` of places that look like a patient's, and that the person says are none

    Raises LetterDraftChanged, ReadersChanged, Identifying, InvalidInput, ActRefused, PermissionDenied; then nothing
    was sent.
    """
    here = node_here()
    with DjangoStore().atomic():
        now = lock_letter(draft, version=version, by=by)
        box = _box(now, by)
        to = [one for one in expanded(now.to, now.groups, by=by) if box_of(one) != box.key]
        if readers is not None and readers != seen_readers(to):
            raise ReadersChanged
        checked_readers(to, by=by)
        _require_words(now)
        subject = checked(now.subject, longest=LONGEST_SUBJECT, name=_("The subject"), paragraphs=False)
        text = checked(now.text, longest=LONGEST_LETTER)
        places = require_a_look({"subject": subject, "text": text}, looked)
        letter = _post(here, now, box, to, subject, text, by=by)
        now.sent, now.changed_at, now.version = letter, timezone.now(), now.version + 1
        # What was written stands in the letter; a second copy would outlive its erasure.
        now.subject, now.text = "", ""
        now.save()
        file_letters([letter.pk])
        telling.of_letters([letter], but=by)
        details = {"to": [as_json(one) for one in to], "files": len(letter.files), "looked_at": places}
        audit.record("letter.sent" if letter.translates is None else "letter.translated", letter, by=by, **details)
        at("letter.sent")
    return letter


def _post(
    here: LocalNode, draft: LetterDraft, box: Box, to: Sequence[Speaker], subject: str, text: str, *, by: Person
) -> Letter:
    """The document, queued where it travels, and its row."""
    others = sorted({one.hospital.origin for one in to} - {here.node})
    id = new_id(here.now())
    thread = draft.thread.key if draft.thread is not None else {"origin": here.node, "id": id}
    translates, answers = draft.translates, draft.answers
    body = {
        "thread": thread, "as": as_json(box.speaker), "name": by.name[:LONGEST_NAME],
        "to": [as_json(one) for one in to], "in_reply_to": answers.key if answers is not None else None,
        "subject": subject, "text": text, "files": _files(draft, id, others, by=by),
        "translates": translates.key if translates is not None else None,
    }  # fmt: skip
    document = make(
        here, "letter", body, to=others, classification="SELECTIVE" if others else NATIONAL, language=draft.language,
        id=id, also_absent=True, no_onward_sharing=True,
    )  # fmt: skip
    row = letter_of(document, thread_of(thread), is_ours=True)
    row.by = by
    row.save(force_insert=True)
    if others:
        post(here, document)
    return row


def _files(draft: LetterDraft, id: str, others: Sequence[str], *, by: Person) -> list[dict[str, object]]:
    about = {"origin": node_here().node, "id": id}
    uploads = Upload.objects.visible_to(by).filter(pk__in=[UUID(one) for one in draft.files]).order_by("begun_at")
    found = [send_file(one, kind=KIND, about=about, to=others, by=by, language=draft.language) for one in uploads]
    return list({one["digest"]: one for one in found}.values())


def _box(draft: LetterDraft, by: Person) -> Box:
    """In whose name it is sent. Raises ActRefused where the person cannot speak so now."""
    found = next((one for one in boxes_of(by) if one.key == draft.box), None)
    if found is None:
        raise ActRefused(_("You do not write in this name any more. Choose another one; nothing was sent."))
    if not found.may_write:
        said = _("%(hospital)s takes no part now, so that nobody writes in its name. Nothing was sent.")
        raise ActRefused(said % {"hospital": found.hospital})
    if draft.answers is not None or draft.translates is not None:
        about = draft.answers or draft.translates
        if not Letter.objects.visible_to(by).filter(pk=about.pk if about else None).exists():
            raise ActRefused(_("You do not read this letter any more, so that you cannot write to its readers."))
    return found


def words_against(draft: LetterDraft) -> dict[str, str]:
    """Why its words could not be sent as they stand, by field: told when they are kept, asked when they go."""
    found = {
        "subject": said_against(draft.subject, longest=LONGEST_SUBJECT, paragraphs=False),
        "text": said_against(draft.text, longest=LONGEST_LETTER),
    }
    return {name: why for name, why in found.items() if why}


def _require_words(draft: LetterDraft) -> None:
    problems = []
    if draft.thread is None and not draft.subject.strip():
        problems.append(Problem("subject", _("Say in a few words what it is about.")))
    if not draft.text.strip() and not draft.files:
        problems.append(Problem("text", _("Write what you want to say.")))
    problems += [Problem(name, why) for name, why in words_against(draft).items()]
    if len(draft.files) > MOST_FILES:
        problems.append(Problem("files", _("A letter carries at most %(n)d files.") % {"n": MOST_FILES}))
    translated = draft.translates
    if translated is not None and translated.language == draft.language:
        problems.append(
            Problem("language", _("That is the language of the original. Choose the one you translate into."))
        )
    if problems:
        raise InvalidInput(problems)
