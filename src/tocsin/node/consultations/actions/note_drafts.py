"""A note as it is being written: kept at the server after every pause, seen by nobody else, gone once it is signed."""

from django.db import transaction
from django.utils import timezone

from tocsin.node.alliance.models import Person
from tocsin.node.consultations.actions.saying import find_case
from tocsin.node.consultations.models import Case, NoteDraft
from tocsin.node.consultations.refusals import DraftChanged

__all__ = ["keep_note_draft"]

LONGEST = 200_000  # ten times what can be sent: what is too long is told, refused when it is sent, and kept until then


@transaction.atomic
def keep_note_draft(case: Case, kind: str, about: str, text: str, *, version: int, by: Person) -> NoteDraft:
    """Keep what was typed. `version`: 0 where the person saw none. Raises NoPart, DraftChanged."""
    now = find_case(case, by)
    row, _made = NoteDraft.objects.select_for_update().get_or_create(
        case=now, by=by, kind=kind, about=about, defaults={"version": 0}
    )
    if row.version != version:
        raise DraftChanged(row)
    row.text, row.version, row.changed_at = text[:LONGEST], row.version + 1, timezone.now()
    row.save()
    return row
