"""The bytes of files, and whether all of a file is here.

What came lies once, in the documents of its parts, which `post` keeps: read from there, a part at a time. What was
made here lies in rows of its own until it is erased.
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from uuid import UUID

from tocsin.exchange.documents import Document
from tocsin.exchange.suite import decoded
from tocsin.node.alliance.models import Person
from tocsin.node.files.gates import may_see
from tocsin.node.files.limits import PIECE_BYTES
from tocsin.node.files.models import Attached, Part
from tocsin.node.post.store import DjangoStore

__all__ = ["file_bytes", "files_of", "pieces", "range_of", "settle", "size_of"]


def files_of(about: Mapping[str, str], *, person: Person) -> list[Attached]:
    """The files of an object that somebody may see, in the order in which they came."""
    rows = Attached.objects.filter(about_origin=about["origin"], about_id=about["id"]).exclude(kind="")
    return [row for row in rows if may_see(row, person)]


def file_bytes(digest: str, about: Mapping[str, str]) -> Iterator[bytes]:
    """A file of an object, a part at a time; whoever calls has seen to the gate.

    Raises Attached.DoesNotExist where it is not here in whole.
    """
    rows = Attached.objects.filter(about_origin=about["origin"], about_id=about["id"], digest=digest)
    row = rows.filter(state=Attached.State.WHOLE).first()
    if row is None:
        raise Attached.DoesNotExist
    return pieces(row)


def pieces(row: Attached) -> Iterator[bytes]:
    """Its bytes in their order."""
    return range_of(row, 0, row.size)


def range_of(row: Attached, first: int, end: int) -> Iterator[bytes]:
    """The bytes from `first` up to `end`, which is left out; parts before and behind are not read."""
    if row.clean_id is not None:
        yield from _of_ours(row, first, end)
        return
    at = 0
    for part in _chosen(row.documents.all()).values():
        if at < end and first < at + part.size:
            content = _content(part)
            if content is None:
                return
            yield from _cut(content, at, first, end)
        at += part.size


def size_of(text: str) -> int:
    """How many bytes a base64url without padding says."""
    return len(text) * 3 // 4


def settle(keys: Iterable[UUID]) -> None:
    """Whether these files are whole, after parts came, became void, stand again, or were erased."""
    for row in Attached.objects.filter(pk__in=list(keys), clean=None).order_by("pk"):
        state = _state(row)
        if state != row.state:
            row.state = state
            row.save(update_fields=["state"])


def _state(row: Attached) -> str:
    if row.erased_at is not None or row.documents.filter(erased_at__isnull=False).exists():
        return Attached.State.ERASED
    chosen = _chosen(row.documents.all())
    said = row.parts or next((part.parts for part in chosen.values()), 0)
    if not said or set(chosen) < set(range(1, said + 1)):
        return Attached.State.ARRIVING
    found, size = sha256(), 0
    for number in range(1, said + 1):
        content = _content(chosen[number])
        if content is None:
            return Attached.State.ARRIVING
        found.update(content)
        size += len(content)
    is_right = found.hexdigest() == row.digest and size == (row.size or size)
    if is_right and not row.size:
        Attached.objects.filter(pk=row.pk).update(size=size, parts=said)
    return Attached.State.WHOLE if is_right else Attached.State.DAMAGED


def _chosen(parts: Iterable[Part]) -> dict[int, Part]:
    """Of each number the last that stands, by number: who sends a damaged part once more mends the file."""
    found: dict[int, Part] = {}
    for part in sorted(parts, key=lambda one: (one.number, one.recorded_at, str(one.document_id))):
        if part.withdrawn_at is None and part.erased_at is None:
            found[part.number] = part
    return dict(sorted(found.items()))


def _content(part: Part) -> bytes | None:
    """Of one part, from its document; None where that is gone."""
    document_id = str(part.document_id)
    entry = DjangoStore().known(part.origin, [document_id]).get(document_id)
    if entry is None or entry.document is None:
        return None
    return decoded(Document.read(entry.document).body["bytes"], code="schema", what="bytes")


def _of_ours(row: Attached, first: int, end: int) -> Iterator[bytes]:
    assert row.clean is not None
    wanted = row.clean.pieces.filter(number__gt=first // PIECE_BYTES, number__lte=-(-end // PIECE_BYTES))
    for piece in wanted.order_by("number").iterator(chunk_size=1):
        yield from _cut(bytes(piece.content), (piece.number - 1) * PIECE_BYTES, first, end)


def _cut(content: bytes, at: int, first: int, end: int) -> Iterator[bytes]:
    """What of a piece that begins at `at` lies in the range."""
    if part := content[max(0, first - at) : max(0, end - at)]:
        yield part
