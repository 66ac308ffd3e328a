"""Files that nobody should believe: put together by hand, or changed and given a digest that fits."""

import json

from tocsin.exchange import suite
from tocsin.exchange.suite import encoded
from tocsin.joint.sealed.form import with_digest
from tocsin.joint.sealed.verifying import verify_sealed


def changed(data, change):
    """The file with its members changed in place, and the digest at its end made anew: anybody can do that."""
    said = json.loads(data)
    del said["whole"]
    change(said)
    return with_digest(said)


def parts(deciding, act, node="AL"):
    """A document of a store as a file has it, and its manifest."""
    store = deciding.world.nodes[node].store
    entry = store.known(act.origin, [act.id])[act.id]
    batch = store.batch_of(entry.manifest)
    stream = entry.stream
    document = {
        "act": act.kind, "item": encoded(batch.items[entry.number - batch.manifest.first]),
        "from": {"epoch": stream.epoch, "number": entry.number, "origin": stream.origin, "stream": stream.audience},
        "key": encoded(entry.key) if entry.key else None, "manifest": entry.manifest,
    }  # fmt: skip
    manifest = {
        "digest": entry.manifest, "manifest": encoded(batch.manifest.data), "signatures": list(batch.signatures),
    }  # fmt: skip
    return document, manifest


def put_together(deciding, acts, *, node="AL", **labels):
    """A file of these acts, whatever they come to."""
    both = [parts(deciding, act, node) for act in acts]
    manifests = {manifest["digest"]: manifest for _, manifest in both}
    return with_digest({
        "format": "tocsin-sealed-decision", "version": 1, "alliance": "exercise",
        "object": deciding.object.as_json(), "title": {}, "texts": {}, "made_at": "2026-03-10T07:00:00Z",
        "made_by": node, "documents": [document for document, _ in both], "manifests": list(manifests.values()),
        **labels,
    })  # fmt: skip


def codes(verified):
    """Of its faults, each once."""
    return sorted({one.code for one in verified.faults})


def verified(deciding, data, trust=None):
    return verify_sealed(data, trust or deciding.trust, now=deciding.now)


def only(deciding, kind, origin=None):
    """The one act of this kind."""
    (found,) = (one for one in deciding.acts.values() if one.kind == kind and origin in (None, one.origin))
    return found


def first_manifest(said, origin):
    """The first of a node that a file has, as the file has it and as it says."""
    for entry in said["manifests"]:
        manifest = json.loads(suite.decoded(entry["manifest"], code="schema", what="a manifest"))
        if manifest["origin"] == origin:
            return entry, manifest
    raise AssertionError(origin)
