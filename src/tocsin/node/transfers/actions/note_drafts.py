"""Words as they are being written: kept at the server after every pause, seen by nobody else, gone once sent."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person
from tocsin.node.transfers.actions.saying import find_transfer
from tocsin.node.transfers.models import Transfer, TransferNoteDraft
from tocsin.node.transfers.refusals import ActRefused, DraftChanged

__all__ = ["keep_note_draft"]

LONGEST = 200_000  # ten times what can be sent: what is too long is told, refused when it is sent, and kept until then


@transaction.atomic
def keep_note_draft(transfer: Transfer, kind: str, text: str, *, version: int, by: Person) -> TransferNoteDraft:
    """Keep what was typed. `version`: 0 where the person saw none. Raises NoPart, DraftChanged, ActRefused."""
    now = find_transfer(transfer, by)
    if not now.may_be_told:
        raise ActRefused(_("The patient does not agree any more: nothing that you write is kept, and nothing is sent."))
    row, _made = TransferNoteDraft.objects.select_for_update().get_or_create(
        transfer=now, by=by, kind=kind, defaults={"version": 0}
    )
    if row.version != version:
        raise DraftChanged(row)
    row.text, row.version, row.changed_at = text[:LONGEST], row.version + 1, timezone.now()
    row.save()
    return row
