"""What a file is by its bytes: each kind that is taken, and each that is refused whatever it is called."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.node.events.files import bad_files
from tests.node.events.files.bad_files import BAD, GOOD

from tocsin.node.events.files import office, portable
from tocsin.node.events.files.kinds import KINDS, kind_of, require_kind
from tocsin.node.events.files.refusals import RefusedContent


def kind_or_sentence(content):
    """What a file is, or why it is not taken; a sentence for people in either case."""
    try:
        return kind_of(io.BytesIO(content))
    except RefusedContent as refusal:
        return str(refusal)


@pytest.mark.parametrize("name", GOOD)
def test_what_a_report_a_table_or_a_picture_needs_is_taken(name):
    content, code = GOOD[name]
    assert require_kind(io.BytesIO(content), name).code == code


@pytest.mark.parametrize("name", BAD)
def test_what_deceives_or_runs_is_refused_and_told_what_it_is(name):
    content, why = BAD[name]
    with pytest.raises(RefusedContent, match=why):
        require_kind(io.BytesIO(content), name)


@pytest.mark.parametrize("name", [name for name in BAD if BAD[name][1] not in ("not taken", "empty")])
def test_no_bad_file_is_taken_under_any_name_of_another_kind(name):
    """Whatever it is renamed to: only a file that is what it says is taken."""
    content = BAD[name][0]
    for kind in KINDS.values():
        try:
            taken = require_kind(io.BytesIO(content), f"x.{kind.endings[0]}")
        except RefusedContent:
            continue
        # It deceived by its name alone.
        assert name in ("a picture.pdf", "a report.png", "a table.docx", "a document.odt", "no ending")
        assert taken == kind_of(io.BytesIO(content))


def test_a_document_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(office, "MOST_BYTES", 1_000)
    with pytest.raises(RefusedContent, match="unpacks"):
        kind_of(io.BytesIO(bad_files.docx(**{"b.xml": b"0" * 2_000})))
    monkeypatch.setattr(office, "MOST_PARTS", 1)
    with pytest.raises(RefusedContent, match="unpacks"):
        kind_of(io.BytesIO(bad_files.docx()))
    monkeypatch.setattr(portable, "MOST_INFLATED", 1_000)
    with pytest.raises(RefusedContent, match="unpacks"):
        kind_of(io.BytesIO(bad_files.pdf(bad_files.packed(b"0" * 2_000))))


def test_a_document_with_two_parts_of_one_name_is_refused():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", bad_files.MAIN["docx"])
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("[Content_Types].xml", bad_files.MAIN["docx"])
    with pytest.raises(RefusedContent, match="two parts"):
        kind_of(made)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a\\..\\b"])
def test_a_document_with_a_part_outside_it_is_refused(name):
    with pytest.raises(RefusedContent, match="outside"):
        kind_of(io.BytesIO(bad_files.docx(**{name: b"x"})))


def test_a_locked_document_is_refused():
    content = bytearray(bad_files.docx())
    entry = content.index(b"PK\x01\x02")
    content[entry + 8] |= 1
    with pytest.raises(RefusedContent, match="password"):
        kind_of(io.BytesIO(bytes(content)))


@given(st.sampled_from(sorted(GOOD)), st.data())
def test_whatever_is_changed_in_a_file_the_answer_is_a_kind_or_a_sentence(name, data):
    content = bytearray(GOOD[name][0])
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(content)))
    found = kind_or_sentence(bytes(content[:cut]))
    assert found in KINDS.values() or found.endswith((".", ")."))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_kind_or_a_sentence(content):
    kind = kind_or_sentence(content)
    if isinstance(kind, str):
        return
    assert kind.code in ("text", "pdf", "jpeg")
    assert b"\x00" not in content or kind.code != "text"
