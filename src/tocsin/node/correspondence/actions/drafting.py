"""Letters that are being written: begun, kept at every step, given up. Nothing of them leaves."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.joint.parties import Speaker
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.correspondence.boxes import Box, box_of, boxes_of
from tocsin.node.correspondence.models import Letter, LetterCopy, LetterDraft
from tocsin.node.correspondence.recipients import as_json
from tocsin.node.correspondence.refusals import ActRefused, LetterDraftChanged

__all__ = [
    "FIELDS",
    "begin_answer",
    "begin_letter",
    "begin_translation",
    "give_up_letter",
    "keep_letter",
    "lock_letter",
]

FIELDS = frozenset({"box", "to", "groups", "subject", "text", "language", "files"})


@transaction.atomic
def begin_letter(*, to: list[Speaker] | None = None, box: UUID | None = None, by: Person) -> LetterDraft:
    """Begin a letter that begins a thread. Raises PermissionDenied, ActRefused where nobody may write."""
    check(by, Ability.CORRESPOND)
    writing = _writing_boxes(by)
    chosen = next((one for one in writing if one.key == box), writing[0])
    return LetterDraft.objects.create(
        by=by, box=chosen.key, to=[as_json(one) for one in to or ()], language=get_language() or by.language
    )


@transaction.atomic
def begin_answer(letter: Letter, *, by: Person) -> LetterDraft:
    """Begin an answer, to all who read the letter, in the name in which the person reads it. One draft a letter."""
    begun = LetterDraft.objects.visible_to(by).waiting().filter(answers=letter, translates=None).first()
    if begun is not None:
        return begun
    box = _reading_box(letter, by)
    return LetterDraft.objects.create(
        by=by, box=box.key, thread=letter.thread, answers=letter, to=_others(letter, box), subject=letter.subject,
        language=get_language() or by.language,
    )  # fmt: skip


@transaction.atomic
def begin_translation(letter: Letter, *, by: Person) -> LetterDraft:
    """Begin to put a letter into another language, for all who read it."""
    begun = LetterDraft.objects.visible_to(by).waiting().filter(translates=letter).first()
    if begun is not None:
        return begun
    if letter.translates is not None:
        raise ActRefused(_("This is a translation itself. Translate what was written first."))
    box = _reading_box(letter, by)
    return LetterDraft.objects.create(
        by=by, box=box.key, thread=letter.thread, translates=letter, to=_others(letter, box),
        language=get_language() or by.language,
    )  # fmt: skip


@transaction.atomic
def keep_letter(draft: LetterDraft, said: Mapping[str, Any], *, version: int, by: Person) -> LetterDraft:
    """Keep what was typed as it is, complete or not. Raises LetterDraftChanged, ActRefused, PermissionDenied.

    said     members among FIELDS
    version  of the draft that the person saw
    """
    now = lock_letter(draft, version=version, by=by)
    if strange := set(said) - FIELDS:
        raise ValueError(f"no fields of a letter: {', '.join(sorted(strange))}")
    for name, value in said.items():
        setattr(now, name, value)
    now.version += 1
    now.changed_at = timezone.now()
    now.save()
    return now


@transaction.atomic
def give_up_letter(draft: LetterDraft, *, version: int, by: Person) -> None:
    """Give a draft up: what was typed is destroyed."""
    now = lock_letter(draft, version=version, by=by)
    now.subject, now.text, now.to, now.groups, now.files = "", "", [], [], []
    now.given_up_at = now.changed_at = timezone.now()
    now.version += 1
    now.save()


def lock_letter(draft: LetterDraft, *, version: int, by: Person) -> LetterDraft:
    """The draft as it is now, its row locked. Raises LetterDraftChanged, ActRefused, PermissionDenied."""
    check(by, Ability.CORRESPOND)
    now = LetterDraft.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=draft.pk).first()
    if now is None:
        raise ActRefused(_("This draft is somebody else’s."))
    if now.sent_id is not None:
        raise ActRefused(_("This letter was sent already. Open its thread to write more."))
    if now.given_up_at is not None:
        raise ActRefused(_("This draft was given up."))
    if now.version != version:
        raise LetterDraftChanged(now)
    return now


def _writing_boxes(by: Person) -> list[Box]:
    writing = [one for one in boxes_of(by) if one.may_write]
    if not writing:
        raise ActRefused(_("You write for no hospital that takes part now. Whoever manages yours can change that."))
    return writing


def _reading_box(letter: Letter, by: Person) -> Box:
    """Of the boxes in which the person has the letter, the first that may write."""
    check(by, Ability.CORRESPOND)
    there = set(LetterCopy.objects.filter(letter=letter).values_list("box", flat=True))
    found = next((one for one in _writing_boxes(by) if one.key in there), None)
    if found is None:
        raise ActRefused(_("You do not read this letter any more, so that you cannot write to its readers."))
    return found


def _others(letter: Letter, box: Box) -> list[dict[str, Any]]:
    mine = (box.speaker.hospital.origin, box.key)
    return [as_json(one) for one in letter.parties if (one.hospital.origin, box_of(one)) != mine]
