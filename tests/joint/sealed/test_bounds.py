"""What a hostile file can cost whoever looks at it: work is counted here, as no machine is as fast as another."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.joint.sealed.deciding import Deciding, adopted_by_two
from tests.joint.sealed.forging import changed, codes

from tocsin.exchange import suite
from tocsin.exchange.canonical import canonical
from tocsin.exchange.manifests import TYP
from tocsin.joint.sealed import altered, positions, signing
from tocsin.joint.sealed.faults import LONGEST_LINE, MOST_FAULTS, Fault, Faults, line
from tocsin.joint.sealed.form import Bounds
from tocsin.joint.sealed.positions import plain, read_places
from tocsin.joint.sealed.verifying import verify_sealed


@pytest.fixture
def counted(monkeypatch):
    """Counts calls: `counted(module, name)` gives a list of which every call makes one member more."""

    def count(where, name):
        calls, real = [], getattr(where, name)

        def one(*given, **named):
            calls.append(given)
            return real(*given, **named)

        monkeypatch.setattr(where, name, one)
        return calls

    return count


def verify(small, data, **more):
    deciding, _ = small
    return verify_sealed(data, deciding.trust, now=deciding.now, searches=0, **more)


def with_members(small, **members):
    return changed(small[1], lambda said: said.update(members))


# Before it is read


def test_a_file_of_hundreds_of_thousands_of_documents_is_refused_by_their_number(small, counted):
    data, read = with_members(small, documents=[{}] * 400_000), counted(positions._Reader, "value")
    found = verify(small, data)
    assert [(one.code, one.what) for one in found.faults] == [
        ("too-large", "it has more than 20000 documents, and was read no further")
    ]
    assert "20000 documents" in found.unreadable
    assert len(read) < 20_010


@pytest.mark.parametrize("name", ["documents", "manifests"])
def test_whoever_reads_says_how_many_it_takes(small, name):
    data = with_members(small, **{name: [{}] * 11})
    assert f"more than 10 {name}" in verify(small, data, bounds=Bounds(**{name: 10})).unreadable
    assert not verify(small, data, bounds=Bounds(**{name: 11})).unreadable


def test_what_stands_elsewhere_in_the_file_is_counted_too(small, counted):
    data, read = with_members(small, title={"en": [0] * 100_000}), counted(positions._Reader, "value")
    assert "more than 1000 values" in verify(small, data, bounds=Bounds(values=1_000)).unreadable
    assert len(read) == 1_001


def test_a_file_as_nodes_make_them_is_far_within_what_is_read(decided, data):
    bounds = Bounds(
        size=len(data), documents=len(decided.acts), manifests=len(decided.acts), values=400, signatures=20,
        opened=20_000,
    )  # fmt: skip
    assert verify_sealed(data, decided.trust, now=decided.now, bounds=bounds).holds


# What is wrong with it


def test_faults_are_named_up_to_a_number_and_then_said_to_be_more(small):
    found = verify(small, with_members(small, documents=[{"act": at} for at in range(5_000)]))
    assert len(found.faults) == MOST_FAULTS + 1
    assert found.faults[-1].code == "more-faults"
    assert "200 faults are named; " in found.faults[-1].what
    assert not found.holds


def test_no_fault_is_compared_with_all_others(counted):
    found, compared = Faults(), counted(Fault, "__eq__")
    for at in range(MOST_FAULTS):
        found.fault(f"x{at}", "file-form", "it is not so")
    found.fault("x3", "file-form", "it is not so")
    assert len(found.found) == MOST_FAULTS
    assert len(compared) < 10


def test_once_enough_is_wrong_no_signature_and_no_document_is_looked_at(small, counted):
    signed, opened = counted(signing, "counted_signers"), counted(suite, "opened")

    def change(said):
        said["documents"] += [{"act": at} for at in range(MOST_FAULTS)]

    found = verify(small, changed(small[1], change))
    assert (signed, opened) == ([], [])
    assert found.faults[-1].code == "more-faults"


def test_of_a_long_text_no_more_is_looked_at_than_is_shown():
    class Long(str):
        looked_at = 0

        def __iter__(self):
            Long.looked_at += len(self)
            return super().__iter__()

    shown = line(Long("x" * 100_000))
    assert (len(shown), shown[-1], Long.looked_at) == (LONGEST_LINE + 1, "…", 0)
    assert line("a\x1bb") == "a\N{REPLACEMENT CHARACTER}b"


def test_a_manifest_that_many_documents_name_says_few_of_them(small):
    def change(said):
        said["documents"] = [said["documents"][0] | {"act": f"act{at}"} for at in range(100)]
        said["manifests"][0]["signatures"] = []

    found = verify(small, changed(small[1], change))
    (fault,) = (one for one in found.faults if one.code == "signature-missing")
    assert fault.what.endswith(" and 80 more")


# What costs


def forged(small, numbers, *, signatures):
    """Manifests of AL, one for each number, that follow one another; with so many signatures that do not count."""
    entry = small[1]
    said = json.loads(suite.decoded(json.loads(entry)["manifests"][0]["manifest"], code="schema", what="it"))
    stranger, made, previous = suite.new_key("seal"), [], "A" * 43
    for number in numbers:
        written = canonical(said | {"first": number, "previous": previous})
        previous = suite.digest(written)
        signed = [suite.sign(written, stranger, typ=TYP)] * signatures
        made.append({"digest": previous, "manifest": suite.encoded(written), "signatures": signed})
    return made


def test_signatures_are_looked_at_up_to_what_the_exchange_allows_and_in_all_to_a_number(small, counted):
    calls = counted(suite, "signed_by")
    many = forged(small, [50], signatures=17)
    found = verify(small, changed(small[1], lambda said: said["manifests"].extend(many)))
    assert ("too-large", "it has 17 signatures; the limit is 16") in [(one.code, one.what) for one in found.faults]
    assert len(calls) < 17
    calls.clear()
    found = verify(small, changed(small[1], lambda said: said["manifests"].extend(many)), bounds=Bounds(signatures=10))
    assert "no more than 10 are looked at" in found.faults[0].what
    assert calls == []


def test_the_way_to_the_end_of_a_key_is_walked_once(small, counted):
    """However many manifests lead there, and stand in the file because documents need them."""
    deciding, data = Deciding(), None
    adopted_by_two(deciding)
    for at in range(60):
        deciding.world.post("BO", f"later {at}")
        deciding.world.seal("BO", checkpoint=False)
    head = deciding.world.nodes["BO"].store.head(deciding.world.stream("BO"))
    deciding.spread("AL")
    deciding.world.alliance.end_key("BO", heads={head.first_manifest: (head.last, head.manifest)})
    for name in deciding.world.names:
        deciding.world.give_list(name)
    data = deciding.sealed()
    many = json.loads(data)["manifests"]
    assert len(many) > 60

    def change(said):
        document = next(one for one in said["documents"] if one["from"]["origin"] == "BO")
        said["documents"] += [document | {"manifest": one["digest"]} for one in said["manifests"]]

    walked = counted(signing._Counted, "_before")
    verify_sealed(changed(data, change), deciding.trust, now=deciding.now, searches=0)
    assert len(walked) <= 3 * len(many)


def test_documents_are_opened_up_to_a_number_of_bytes(small, counted):
    calls = counted(suite, "opened")
    found = verify(small, small[1], bounds=Bounds(opened=100))
    assert codes(found) == ["too-large"]
    assert "more than 100 bytes once they are opened" in found.faults[0].what
    assert len(calls) == 1


def test_the_digest_of_a_file_is_taken_once_however_much_is_wrong_with_it(small, counted):
    deciding, data = small
    calls = counted(altered, "without_digest")
    bad = bytearray(changed(data, lambda said: said.update(documents=[{"act": at} for at in range(50)])))
    bad[-20] ^= 1
    found = verify_sealed(bytes(bad), deciding.trust, now=deciding.now, searches=2)
    assert len(found.faults) > 50
    assert len(calls) == 1


# What is not in canonical form is found while it is read

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=3), inner, max_size=3),
    max_leaves=12,
)


def first_difference(written, data):
    """Byte by byte, as anybody would read it."""
    again = json.dumps(written, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")
    if again == data:
        return None
    return next((at for at, pair in enumerate(zip(again, data, strict=False)) if pair[0] != pair[1]), len(again))


@settings(deadline=None, max_examples=300)
@given(VALUES, st.booleans(), st.booleans())
def test_the_byte_from_which_on_it_is_not_canonical_is_the_first_that_differs(value, escaped, is_sorted):
    data = json.dumps(value, separators=(",", ":"), ensure_ascii=escaped, sort_keys=is_sorted).encode()
    found = read_places(data)
    assert found.not_canonical_from == first_difference(plain(found.root), data)


@pytest.mark.parametrize("data", [b"-0", b'"a\\/b"', b'"\\ud800"', b'"\xff"', b'{"b":1,"a":{"d":1,"c":2}}', b'"\\q"'])
def test_what_can_be_written_in_two_ways_is_canonical_in_one(data):
    found = read_places(data)
    assert found.not_canonical_from is not None
    assert found.not_canonical_from == first_difference(plain(found.root), data)


def test_where_two_long_texts_differ_is_found_by_halves():
    one, other = b"x" * 1_000_000 + b"y" + b"x" * 10, b"x" * 2_000_000
    assert positions._first_difference(one, other) == 1_000_000
    assert positions._first_difference(b"abc", b"abcd") == 3
    assert positions._first_difference(b"", b"a") == 0
