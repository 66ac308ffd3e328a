"""Files in parts between states: in any order, twice, void, erased; and inside one state without a document."""

import random
from hashlib import sha256

import pytest
from tests.clinical.files.specimens import SECRET, jpeg
from tests.node.files.scenes import ABOUT, a_file, a_part, given, parts_of
from tests.node.notifications.scenes import bring, delivered, entry

from tocsin.exchange.documents import Document
from tocsin.exchange.erasing import erase as erase_at
from tocsin.exchange.store import State, every_entry
from tocsin.exchange.streams import Stream
from tocsin.exchange.suite import decoded
from tocsin.node.files import limits
from tocsin.node.files.actions.sending import attach, erase, send_file
from tocsin.node.files.models import Attached, CleanFile, Part, Upload
from tocsin.node.files.reader import FilePartReader
from tocsin.node.files.reading import file_bytes, pieces, range_of
from tocsin.node.files.refusals import NotSent
from tocsin.node.post.models import Outgoing
from tocsin.node.post.store import DjangoStore

pytestmark = pytest.mark.django_db
THEIRS = {"origin": "BO", "id": ABOUT["id"]}


@pytest.fixture
def clinician(person):
    return person("clinician", name="Clara")


@pytest.fixture
def small(monkeypatch):
    """Parts of 300 bytes, so that a small picture has several."""
    for where in ("limits", "reading"):
        monkeypatch.setattr(f"tocsin.node.files.{where}.PIECE_BYTES", 300)


def sent(by, *to: str, about=ABOUT, **more):
    upload = a_file(by, piece=200, **more)
    with DjangoStore().atomic():
        return send_file(upload, kind="case", about=about, to=to, by=by), Attached.objects.get()


def received_at(world, name: str = "BO") -> list[Document]:
    store = world.nodes[name].store
    streams = [one for one in store.heads() if one.origin == "AL"]
    found = [one for stream in streams for one in every_entry(store, stream, State.ACCEPTED)]
    return [Document.read(one.document) for one in found if one.document and one.type == "file-part"]


def test_a_file_arrives_at_the_other_state_whole_and_says_nothing(clinician, partner, joined, small):
    told, row = sent(clinician, "BO")
    delivered(joined, partner, "BO")
    parts = sorted((one.body for one in received_at(partner)), key=lambda body: body["number"])
    content = b"".join(decoded(body["bytes"], code="schema", what="") for body in parts)
    assert told == {
        "digest": sha256(content).hexdigest(), "name": "photo-1.jpg", "media_type": "image/jpeg", "bytes": len(content),
        "parts": len(parts),
    }  # fmt: skip
    assert len(parts) > 1
    assert SECRET not in content
    assert parts[0]["about"] == ABOUT
    assert b"".join(pieces(row)) == content
    assert not received_at(partner, "CE")


def test_sent_again_nothing_is_sent(clinician, partner, joined, small):
    _, row = sent(clinician, "BO")
    waiting = Outgoing.objects.count()
    send_file(Upload.objects.get(), kind="case", about=ABOUT, to=("BO",), by=clinician)
    assert Outgoing.objects.count() == waiting
    assert Attached.objects.get() == row


def test_inside_one_state_no_document_is_made(clinician, state):
    told, row = sent(clinician)
    assert not Outgoing.objects.exists()
    assert not Part.objects.exists()
    assert sha256(b"".join(file_bytes(told["digest"], ABOUT))).hexdigest() == told["digest"]
    assert row.state == "whole"


def test_what_nobody_has_looked_at_is_not_sent(clinician, state):
    for upload in (given(clinician), given(clinician, b"GIF89a.........", name="x.gif")):
        with pytest.raises(NotSent):
            send_file(upload, kind="case", about=ABOUT, to=(), by=clinician)


def test_parts_that_come_in_any_order_and_twice_make_the_file(partner, joined):
    content = random.Random(5).randbytes(4500)
    parts, digest = parts_of(partner, content)
    random.Random(3).shuffle(parts)
    for part in parts[:-1]:
        bring(partner, joined, part)
        assert Attached.objects.get().state == "arriving"
    bring(partner, joined, parts[-1], a_part(partner, content[:1000], 1, 5, digest=digest))
    row = Attached.objects.get()
    assert (row.state, row.origin, row.size, row.parts) == ("whole", "BO", 4500, 5)
    assert b"".join(file_bytes(digest, ABOUT)) == content
    assert row.kind == ""
    named = attach(
        {"digest": digest, "name": "photo-1.jpg", "media_type": "image/jpeg", "bytes": 4500, "parts": 5}, kind="case",
        about=ABOUT, origin="BO",
    )  # fmt: skip
    assert (named.pk, named.kind, named.name) == (row.pk, "case", "photo-1.jpg")


def test_told_of_again_a_part_is_kept_once(partner, joined):
    (part,), _ = parts_of(partner, b"abc")
    bring(partner, joined, part)
    FilePartReader().accepted([(part, entry(part))])
    assert Part.objects.count() == 1


def test_the_object_may_be_told_of_before_its_parts(partner, joined):
    content = b"x" * 1500
    parts, digest = parts_of(partner, content)
    told = {"digest": digest, "name": "a.txt", "media_type": "text/plain", "bytes": 1500, "parts": 2}
    row = attach(told, kind="case", about=ABOUT, origin="BO")
    assert row.state == "arriving"
    bring(partner, joined, *parts)
    row.refresh_from_db()
    assert (row.state, row.kind) == ("whole", "case")


def test_bytes_that_are_not_those_named_are_damaged_until_the_part_comes_right(partner, joined):
    content = b"y" * 1500
    parts, digest = parts_of(partner, content)
    bring(partner, joined, parts[0], a_part(partner, b"z" * 500, 2, 2, digest=digest))
    assert Attached.objects.get().state == "damaged"
    parts, _ = parts_of(partner, content)
    with pytest.raises(Attached.DoesNotExist):
        file_bytes(digest, ABOUT)
    bring(partner, joined, parts[1])
    assert Attached.objects.get().state == "whole"
    assert b"".join(file_bytes(digest, ABOUT)) == content


def test_a_size_that_was_said_and_is_another_is_damaged(partner, joined):
    parts, digest = parts_of(partner, b"abc")
    told = {"digest": digest, "name": "a.txt", "media_type": "text/plain", "bytes": 4, "parts": 1}
    attach(told, kind="case", about=ABOUT, origin="BO")
    bring(partner, joined, *parts)
    assert Attached.objects.get().state == "damaged"


def test_a_void_part_makes_the_file_incomplete_and_stands_again(partner, joined):
    parts, _ = parts_of(partner, b"y" * 1500)
    bring(partner, joined, *parts)
    reader = FilePartReader()
    reader.withdrawn([entry(parts[0])])
    assert Attached.objects.get().state == "arriving"
    reader.accepted([(parts[0], entry(parts[0]))])
    assert Attached.objects.get().state == "whole"


def test_another_state_cannot_put_parts_into_a_file_of_somebody(partner, joined):
    content = b"y" * 1500
    parts, digest = parts_of(partner, content)
    bring(partner, joined, parts[0])
    bring(partner, joined, a_part(partner, b"z" * 500, 2, 2, digest=digest, name="CE"), name="CE")
    assert sorted(Attached.objects.values_list("origin", "state")) == [("BO", "arriving"), ("CE", "arriving")]


def test_what_its_owner_erases_is_gone_here(partner, joined):
    parts, digest = parts_of(partner, b"y" * 1500)
    bring(partner, joined, *parts)
    there = partner.nodes["BO"]
    streams = [one for one in there.store.heads() if one == Stream("BO", one.epoch, "to:AL")]
    own = [one for stream in streams for one in every_entry(there.store, stream, State.OWN) if one.type == "file-part"]
    erase_at(there, own, reason="sent-in-error")
    bring(partner, joined)
    row = Attached.objects.get()
    assert row.state == "erased"
    assert list(pieces(row)) == []
    with pytest.raises(Attached.DoesNotExist):
        file_bytes(digest, ABOUT)


@pytest.mark.parametrize("is_sealed", [True, False])
def test_what_we_erase_is_gone_here_and_there(clinician, partner, joined, small, is_sealed):
    _, row = sent(clinician, "BO")
    if is_sealed:
        delivered(joined, partner, "BO")
        assert received_at(partner)
    erase(row, by=clinician)
    delivered(joined, partner, "BO")
    assert received_at(partner) == []
    row.refresh_from_db()
    assert (row.state, row.clean) == ("erased", None)
    assert not CleanFile.objects.exists()
    assert Upload.objects.get().clean is None
    erase(row, by=clinician)
    with pytest.raises(NotSent):
        send_file(Upload.objects.get(), kind="case", about=ABOUT, to=("BO",), by=clinician)


def test_a_file_with_two_objects_stays_with_the_other(clinician, state):
    _, row = sent(clinician)
    send_file(Upload.objects.get(), kind="case", about=THEIRS, to=(), by=clinician)
    erase(row, by=clinician)
    assert b"".join(file_bytes(row.digest, THEIRS))


def test_any_range_is_read_without_the_rest(partner, joined, clinician, small):
    content = random.Random(5).randbytes(2500)
    parts, _ = parts_of(partner, content, size=700)
    bring(partner, joined, *parts)
    row = Attached.objects.get()
    for first, end in [(0, 1), (699, 701), (700, 1400), (1399, 2500), (2499, 2500), (0, 2500)]:
        assert b"".join(range_of(row, first, end)) == content[first:end]
    ours = Attached.objects.get(pk=_ours(clinician).pk)
    whole = b"".join(pieces(ours))
    for first, end in [(0, 1), (299, 301), (300, 600), (599, len(whole)), (len(whole) - 1, len(whole))]:
        assert b"".join(range_of(ours, first, end)) == whole[first:end]


def _ours(by) -> Attached:
    send_file(a_file(by, jpeg(), piece=200), kind="case", about=THEIRS, to=(), by=by)
    return Attached.objects.get(about_origin="BO")


def test_a_discarded_upload_leaves_what_was_sent(clinician, state):
    from tocsin.node.files.actions.uploading import discard

    _, row = sent(clinician)
    discard(Upload.objects.get().pk, by=clinician)
    row.refresh_from_db()
    assert sha256(b"".join(pieces(row))).hexdigest() == row.digest


def test_parts_are_as_large_as_documents_carry(clinician):
    assert limits.PIECE_BYTES == 2 << 20
    assert limits.FILE_BYTES <= 50 * limits.PIECE_BYTES
