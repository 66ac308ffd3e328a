"""Typst in a process of its own."""

import pytest

from tocsin.node.exports import typesetting
from tocsin.node.exports.typesetting import Job, NotSet, typeset


def test_several_are_set_in_their_order():
    pdf, png = typeset(
        [Job("#sys.inputs.x", {"x": "霍乱"}), Job("#set page(width: 72pt, height: 36pt)", {}, "png", 72)]
    )
    assert pdf.startswith(b"%PDF-")
    assert int.from_bytes(png[16:20]) == 72
    assert typeset([]) == []


def test_the_same_gives_the_same_bytes():
    once, again = typeset([Job("x"), Job("x")])
    assert once == again


def test_what_cannot_be_set_says_why_and_leaves_this_process_alone():
    with pytest.raises(NotSet, match="unknown variable: nothing"):
        typeset([Job("#nothing")])


def test_what_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(typesetting, "SECONDS", 0.01)
    with pytest.raises(NotSet, match=r"not set within 0\.01 seconds"):
        typeset([Job("x")])


def test_a_source_reads_no_file_of_the_machine():
    with pytest.raises(NotSet):
        typeset([Job('#read("/etc/passwd")')])
