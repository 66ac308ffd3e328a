"""A file judged by a trust list that changed since: keys that ended, states that left, lists of others."""

import json

import pytest
from tests.exchange.alliances import ExerciseAlliance
from tests.joint.sealed.deciding import Deciding, adopted_by_all, adopted_by_two
from tests.joint.sealed.forging import changed, codes, first_manifest, only, verified

from tocsin.exchange import suite
from tocsin.exchange.canonical import canonical
from tocsin.exchange.manifests import TYP
from tocsin.joint.sealed.making import NotSealable


def ended(deciding, node, *, after, reason="rotated"):
    """The key of a node ends where its stream stood with an act; everybody hears of it."""
    alliance, stream = deciding.world.alliance, deciding.world.stream(node)
    store = deciding.world.nodes[node].store
    batch = store.batch_at(stream, after.place[1])
    head = store.head(stream)
    alliance.end_key(node, heads={head.first_manifest: (batch.manifest.last, batch.manifest.digest)}, reason=reason)
    for name in deciding.world.names:
        deciding.world.give_list(name)
    deciding.world.put_keys(node)


def test_a_file_made_before_a_key_was_rotated_is_to_be_fetched_anew():
    deciding = adopted_by_all(Deciding())
    deciding.spread()
    before = deciding.sealed()
    last = deciding.say("AL", "position", {"paragraph": None, "text": "of another matter"}, order=_next(deciding))
    deciding.spread()
    ended(deciding, "AL", after=last)
    found = verified(deciding, before)
    assert codes(found) == ["key-ended"]
    assert "get the file anew from a node of the alliance" in found.faults[0].what
    for node in ("AL", "CE"):
        anew = deciding.sealed(node)
        assert verified(deciding, anew).holds
        assert len(json.loads(anew)["manifests"]) == len(json.loads(before)["manifests"]) + 1


def _next(deciding):
    last = deciding.owned[-1]
    return {
        "number": len(deciding.owned) + 1, "previous": last.digest, "at": "2026-03-10T07:00:00Z", "includes": [],
    }  # fmt: skip


def test_the_manifests_that_lead_to_the_end_of_a_key_cannot_be_left_out():
    deciding = adopted_by_two(Deciding())
    deciding.world.tell("later", "BO")
    last = deciding.world.nodes["BO"].store.head(deciding.world.stream("BO")).last
    ended(deciding, "BO", after=_At(last))
    data = deciding.sealed()
    assert verified(deciding, data).holds

    def change(said):
        named = {one["manifest"] for one in said["documents"]}
        said["manifests"] = [one for one in said["manifests"] if one["digest"] in named]

    found = verified(deciding, changed(data, change))
    assert codes(found) == ["key-ended"]
    assert found.faults[0].where == "BO/1/members 1-1"


class _At:
    def __init__(self, number):
        self.place = (1, number)


def test_what_a_thief_signed_is_not_signed():
    """The end that the list names lies before the adoption: all before it stands, the adoption does not."""
    deciding = adopted_by_all(Deciding())
    deciding.spread()
    data = deciding.sealed()
    ended(deciding, "AL", after=only(deciding, "call"), reason="stolen")
    found = verified(deciding, data)
    assert codes(found) == ["key-ended"]
    assert [one.where for one in found.faults] == [f"AL/1/members {at}-{at}" for at in (8, 9, 10, 11)]
    assert "by it stand AL/1/members 9, adopt" in found.faults[1].what
    with pytest.raises(NotSealable) as raised:
        deciding.sealed()
    assert raised.value.code == "not-provable"
    assert raised.value.values["where"] == "AL/1/members 8-8"


def test_a_list_of_others_vouches_for_nothing(decided, data):
    other = ExerciseAlliance(("AL", "BO", "CE", "DE", "SEC"), alliance="another")
    found = verified(decided, data, other.list)
    assert codes(found) == ["other-alliance"]
    namesakes = ExerciseAlliance(("AL", "BO", "CE", "DE", "FA", "SEC"))
    found = verified(decided, data, namesakes.list)
    assert codes(found) == ["signature-missing"]
    assert len(found.faults) == len(json.loads(data)["manifests"])
    without = ExerciseAlliance(("AL", "CE", "SEC"))
    assert "unknown-node" in codes(verified(decided, data, without.list))


def test_a_manifest_of_another_alliance_is_none_of_ours(small):
    deciding, data = small

    def change(said):
        entry, manifest = first_manifest(said, "BO")
        key = deciding.world.alliance.keys["BO"]["seal"]
        written = canonical(manifest | {"alliance": "another"})
        before = entry["digest"]
        entry |= {"manifest": suite.encoded(written), "digest": suite.digest(written)}
        entry["signatures"] = [suite.sign(written, key, typ=TYP)]
        for one in said["documents"]:
            one["manifest"] = entry["digest"] if one["manifest"] == before else one["manifest"]

    found = verified(deciding, changed(data, change))
    assert codes(found) == ["other-alliance"]


def test_whoever_has_left_since_stays_bound_by_what_they_signed():
    deciding = adopted_by_two(Deciding())
    data = deciding.sealed()
    deciding.world.alliance.change("BO", status="left")
    found = verified(deciding, data)
    assert found.holds
    assert found.notes == ("BO is left today; what it signed while it took part stays signed",)


def test_more_signatures_are_asked_for_than_there_are():
    deciding = adopted_by_two(Deciding())
    data = deciding.sealed()
    deciding.world.alliance.add_key("BO", "seal")
    deciding.world.alliance.change_own("BO", signatures=2)
    found = verified(deciding, data)
    assert codes(found) == ["signature-missing"]
    assert "1 valid signatures by keys of BO; the trust list asks for 2" in found.faults[0].what
