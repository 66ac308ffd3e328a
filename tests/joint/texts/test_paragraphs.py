"""Paragraphs are read as they were written, and what cannot be one is refused by name."""

import base64
import hashlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from tests.joint.texts.writing import decision, texts

from tocsin.exchange.canonical import canonical
from tocsin.joint.texts.findings import TextError
from tocsin.joint.texts.paragraphs import Text, as_json, digest_of, read_text


def one(**changes):
    said = {
        "id": "p1",
        "kind": "operative",
        "rev": 2,
        "texts": {"ru": {"text": "а", "rev": 1, "standing": "authentic"}},
    }
    return {**said, **changes}


def in_russian(**changes):
    return one(texts={"ru": {"text": "а", "rev": 1, "standing": "authentic", **changes}})


@given(texts())
def test_what_was_written_is_read_back(text):
    said = json.loads(json.dumps(as_json(text)))
    assert read_text(said, version=text.version) == text
    assert as_json(read_text(said)) == said


@given(texts())
def test_it_can_be_said_in_a_document(text):
    canonical(as_json(text))


@pytest.mark.parametrize(
    ("paragraphs", "code", "values"),
    [
        ([], "no-paragraphs", {}),
        ([one(), one()], "same-id-twice", {"paragraph": "p1"}),
        ([one(id="")], "no-id", {}),
        ([one(id=" ")], "no-id", {}),
        ([one(kind="article")], "unknown-kind", {"paragraph": "p1", "kind": "article"}),
        ([one(texts={})], "no-language", {"paragraph": "p1"}),
        ([one(rev=0)], "not-a-revision", {"revision": 0}),
        ([one(rev=True)], "not-a-revision", {"revision": True}),
        ([one(rev=10**7)], "not-a-revision", {"revision": 10**7, "limit": 1_000_000}),
        ([in_russian(rev=0)], "not-a-revision", {"revision": 0}),
        ([in_russian(rev=3)], "revision-above-paragraph", {"language": "ru", "revision": 3, "paragraph_at": 2}),
        ([in_russian(text="")], "empty-text", {"paragraph": "p1", "language": "ru"}),
        ([in_russian(text=" \n\u3000")], "empty-text", {"paragraph": "p1", "language": "ru"}),
        ([in_russian(text="а" * 20_001)], "text-too-long", {"characters": 20_001, "limit": 20_000}),
        ([in_russian(standing="final")], "unknown-standing", {"language": "ru", "standing": "final"}),
        ([one(id=f"p{at}") for at in range(501)], "too-many-paragraphs", {"paragraphs": 501, "limit": 500}),
        ([{"id": "p1"}], "not-a-text", {}),
        (["p1"], "not-a-text", {}),
        ("paragraphs", "not-a-text", {"given": "str"}),
    ],
)
def test_what_is_no_text_is_refused_by_name(paragraphs, code, values):
    with pytest.raises(TextError) as refusal:
        read_text({"paragraphs": paragraphs})
    assert refusal.value.code == code
    assert values.items() <= refusal.value.values.items()


def test_a_paragraph_has_a_limit_of_languages():
    said = in_russian()["texts"]["ru"]
    with pytest.raises(TextError) as refusal:
        read_text({"paragraphs": [one(texts={f"x{at:02}": said for at in range(41)})]})
    assert (refusal.value.code, refusal.value.values["languages"]) == ("too-many-languages", 41)


def test_the_longest_texts_that_are_allowed_are_read():
    read_text({"paragraphs": [in_russian(text="а" * 20_000) | {"id": f"p{at}"} for at in range(500)]})


def test_the_digest_is_that_of_the_canonical_words():
    text = decision()
    said = [{"kind": each.kind, "text": each.texts["zh-hans"].text} for each in text.paragraphs]
    expected = base64.urlsafe_b64encode(hashlib.sha256(canonical(said)).digest()).decode().rstrip("=")
    assert digest_of(text, "zh-hans") == expected
    # By another hand: sha256sum and basenc --base64url
    title = Text((replace(text.paragraphs[0], texts={}),))
    assert digest_of(title, "ru") == digest_of(title, "en") == "oayNf566ge6YlfgT5PT4ew8Qn9wY4LuhDTSunhaXWZs"


@given(texts(), texts())
def test_the_digest_follows_kinds_and_words_and_nothing_else(text, other):
    def said(of):
        return [(each.kind, each.wording("ru")) for each in of.paragraphs]

    assert (digest_of(text, "ru") == digest_of(other, "ru")) == (said(text) == said(other))
    named = [replace(each, id=f"q{at}", revision=9) for at, each in enumerate(text.paragraphs)]
    assert digest_of(Text(tuple(named), 7), "ru") == digest_of(text, "ru")
