"""What was said of a patient in a transfer goes where it has come to, once the patient agrees no longer."""

from tocsin.node.alliance import audit
from tocsin.node.consultations.destroying import destroy_notes
from tocsin.node.transfers.models import Transfer, TransferNoteDraft

__all__ = ["destroy"]


def destroy(row: Transfer) -> int:
    """Destroy what is here of its notes and drafts, and ask whoever has ours to do the same. In a transaction.

    Told again it finds what has come since. Returns how many notes had words.
    """
    TransferNoteDraft.objects.filter(transfer=row).delete()
    gone = destroy_notes(row.of)
    if gone:
        audit.record("transfer.destroyed", row.of, by=None, notes=gone)
    return gone
