"""This implementation passes the vectors that any other must pass, and each vector says one thing."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.vectors import checks
from tests.vectors.checks import FOLDER, KEYS, Unfit, binary, named
from tests.vectors.make import main

from tocsin.exchange import suite
from tocsin.exchange.bundles import Batch, Begin, CheckpointRecord, TrustFile, read_bundle
from tocsin.exchange.canonical import canonical, read_canonical
from tocsin.exchange.codes import CODES
from tocsin.exchange.documents import Document
from tocsin.exchange.errors import NotTrusted, Refused
from tocsin.exchange.items import unpacked
from tocsin.exchange.manifests import Manifest, counted_signers
from tocsin.exchange.parcels import keys_of


def check_canonical(given: dict[str, Any]) -> dict[str, Any]:
    data = binary(given["bytes"])
    value = read_canonical(data, what="it")
    assert canonical(value) == data
    return {"value": value}


def check_documents(given: dict[str, Any]) -> dict[str, Any]:
    one = Document.read(binary(given["bytes"]))
    return {"audience": one.audience, "id": one.id}


def check_items(given: dict[str, Any]) -> dict[str, Any]:
    key = None if given["key"] is None else binary(given["key"])
    return {"document": suite.encoded(unpacked(binary(given["item"]), given["audience"], key))}


def check_manifests(given: dict[str, Any]) -> dict[str, Any]:
    one = Manifest.read(binary(given["manifest"]))
    signers = counted_signers(one.data, given["signatures"], named(given["keys"]))
    if len(signers) < given["required"]:
        raise NotTrusted("signature-missing", "fewer than are required")
    facts = {"digest": one.digest, "stream": str(one.stream), "first": one.first, "last": one.last}
    return facts | {"signers": sorted(signers)}


def check_parcels(given: dict[str, Any]) -> dict[str, Any]:
    keys = keys_of(given["parcel"], named(given["keys"]), manifest=given["manifest"])
    return {"keys": {str(number): suite.encoded(key) for number, key in keys.items()}}


def check_bundles(given: dict[str, Any]) -> dict[str, Any]:
    return {"parts": [facts_of(part) for part in read_bundle(io.BytesIO(binary(given["bundle"])))]}


def facts_of(part: Any) -> dict[str, Any]:
    match part:
        case Begin():
            return {"kind": "begin", "alliance": part.alliance, "from": part.sender, "made_at": part.made_at}
        case TrustFile():
            return {"kind": "trust", "name": part.name, "data": suite.encoded(part.data)}
        case CheckpointRecord():
            return {"kind": "checkpoint", "data": suite.encoded(part.data)}
        case Batch():
            items = [None if item is None else suite.digest(item) for item in part.items]
            return {"kind": "batch", "manifest": part.manifest.digest, "items": items, "parcels": sorted(part.parcels)}
    raise AssertionError(part)


# A file of vectors is read by the function that its kind names here; whoever adds a file adds a line.
CHECKS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "canonical": check_canonical,
    "documents": check_documents,
    "items": check_items,
    "manifests": check_manifests,
    "parcels": check_parcels,
    "bundles": check_bundles,
    "requests": checks.check_requests,
    "answers": checks.check_answers,
    "trees": checks.check_trees,
    "proofs": checks.check_proofs,
    "checkpoints": checks.check_checkpoints,
    "evidence": checks.check_evidence,
    "trust": checks.check_trust,
    "types": checks.check_types,
    "streams": checks.check_streams,
}
# Which others refer to by name.
BESIDE = ("keys", "lists")


def vectors_of(kind: str) -> list[dict[str, Any]]:
    return json.loads((FOLDER / f"{kind}.json").read_text("utf-8"))["vectors"]


@pytest.mark.parametrize(
    ("kind", "vector"),
    [pytest.param(kind, one, id=f"{kind}: {one['name']}") for kind in CHECKS for one in vectors_of(kind)],
)
def test_a_vector_is_passed(kind, vector):
    expected = vector["expected"]
    try:
        found = {"ok": True} | CHECKS[kind](vector["input"])
    except Refused as refusal:
        found = {"ok": False, "code": refusal.code}
    except Unfit:
        found = {"ok": False}
    assert found == expected


def test_every_file_is_read_and_says_of_which_kind_it_is():
    kinds = {path.stem: json.loads(path.read_text("utf-8"))["kind"] for path in FOLDER.glob("*.json")}
    assert kinds == {kind: kind for kind in [*CHECKS, *BESIDE]}


@pytest.mark.parametrize("kind", CHECKS)
def test_a_file_has_vectors_of_both_kinds_each_with_a_name_and_a_known_code(kind):
    some = vectors_of(kind)
    assert len({one["name"] for one in some}) == len(some)
    # In a run of things told, refusals are answers.
    assert {one["expected"]["ok"] for one in some} == ({True} if kind == "streams" else {True, False})
    for one in some:
        assert set(one) == {"name", "what", "input", "expected"}
        assert one["expected"].get("code", "gap") in CODES
        assert set(one["expected"].get("answers", [])) - {None} <= set(CODES)


@pytest.mark.parametrize(
    ("kind", "member"), [("types", "contexts"), ("trust", "files"), ("streams", "batches"), ("lists", "lists")]
)
def test_what_vectors_refer_to_is_there_and_nothing_else(kind, member):
    there = set(checks.read(kind)[member])
    text = json.dumps([vectors_of(one) for one in CHECKS], ensure_ascii=False)
    assert {name for name in there if json.dumps(name, ensure_ascii=False) not in text} == set()


def test_a_file_of_a_trust_list_stands_under_its_digest():
    for digest, text in checks.read("trust")["files"].items():
        assert suite.digest(text.encode()) == digest


def test_test_keys_are_named_as_what_they_are():
    said = json.loads((FOLDER / "keys.json").read_text("utf-8"))
    assert "TEST KEYS" in said["warning"]
    for name, key in said["keys"].items():
        assert suite.thumbprint(KEYS[name]) == key["kid"]


def test_the_files_are_what_their_maker_writes(tmp_path):
    main(tmp_path)
    made = sorted(tmp_path.iterdir())
    assert [path.name for path in made] == sorted(path.name for path in FOLDER.glob("*.json"))
    for path in made:
        assert path.read_text("utf-8") == (FOLDER / path.name).read_text("utf-8"), path.name
