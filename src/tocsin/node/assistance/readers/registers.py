"""Registers that come: every version kept, the entries of the last one that stands put in the place of those before."""

from collections.abc import Collection, Sequence
from uuid import UUID

from tocsin.exchange.documents import Document
from tocsin.exchange.types.days import day_of
from tocsin.node.assistance.building.registers import entries_of
from tocsin.node.assistance.models import Capability, Register
from tocsin.node.notifications.readers.base import DocumentReader, Told
from tocsin.node.post.models.documents import row_id

__all__ = ["RegisterReader", "register_of", "settle"]


NAME = ("state", "kind", "entry")  # what identifies an entry in all versions of a register
SAID = [
    one.name for one in Capability._meta.concrete_fields
    if one.name not in ("id", "is_ours", "version", "changed_by", *NAME)
]  # fmt: skip


def register_of(document: Document, *, is_ours: bool) -> Register:
    """The row of a register, not saved."""
    as_of = day_of(document.body["as_of"])
    assert as_of is not None  # its rules were examined when it came
    return Register(
        id=row_id(document), document_id=UUID(document.id), origin=document.origin, is_ours=is_ours,
        language=document.language, is_exercise=document.exercise, recorded_at=document.recorded_at,
        version=document.version, supersedes=UUID(document.supersedes) if document.supersedes else None,
        classification=document.classification, addressees=list(document.addressees), as_of=as_of,
        body=dict(document.body),
    )  # fmt: skip


class RegisterReader(DocumentReader[Register]):
    """`reading.TypeReader` for registers of capabilities."""

    model = Register
    without_words = {"body": {}}

    def rows_of(self, told: Told, *, is_ours: bool) -> list[Register]:
        """A row a version."""
        return [register_of(document, is_ours=is_ours) for document, _ in told]

    def settle(self, rows: Sequence[Register], *, is_news: bool) -> None:
        """The entries of the states that these are of; of ours, which people keep here, only where all are lost."""
        settle({row.origin for row in rows if not row.is_ours})
        ours = sorted((row for row in rows if row.is_ours and row.body), key=lambda row: row.version)
        if ours and not Capability.objects.filter(is_ours=True).exists():
            Capability.objects.bulk_create(entries_of(ours[-1].origin, ours[-1].body, is_ours=True))


def settle(origins: Collection[str]) -> None:
    """Entries as the last version of each state says them that is not void. One that is erased says nothing.

    Of several with one number the one that was recorded last: two versions may go to different readers. An entry that
    is in the register still keeps its row, for links name it.
    """
    made: list[Capability] = []
    for origin in sorted(origins):
        standing = Register.objects.standing().filter(origin=origin).order_by("-version", "-recorded_at", "-id")
        last = standing.first()
        if last is not None and last.body:
            made += entries_of(origin, last.body, is_ours=False)
    kept = {_name(one) for one in made}
    there = Capability.objects.filter(state__in=origins, is_ours=False)
    Capability.objects.filter(pk__in=[one.pk for one in there.only(*NAME) if _name(one) not in kept]).delete()
    Capability.objects.bulk_create(
        made, update_conflicts=True, unique_fields=NAME, update_fields=SAID, batch_size=200
    )  # fmt: skip


def _name(entry: Capability) -> tuple[str, ...]:
    return entry.state, entry.kind, entry.entry
