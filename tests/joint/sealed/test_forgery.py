"""Files that say what was not signed, or leave out what was: by somebody without keys, or with one that had ended."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.joint.sealed.deciding import Deciding, adopted_by_two, consent, paragraph
from tests.joint.sealed.forging import changed, codes, only, parts, put_together, verified

from tocsin.exchange import suite
from tocsin.exchange.canonical import canonical
from tocsin.exchange.manifests import TYP
from tocsin.joint.sealed.making import NotSealable
from tocsin.joint.sealed.verifying import verify_sealed

# Without keys


def test_a_file_put_together_by_hand_is_as_good_as_one_that_was_made(decided, data):
    """Nothing depends on who makes it."""
    acts = [decided.acts[one] for one in decided.acts]
    made = json.loads(data)
    again = put_together(decided, acts, title=made["title"], texts=made["texts"])
    assert verified(decided, again).holds


def test_words_that_nobody_signed_are_no_act(decided, data):
    """A consent in place of BO's objection, sealed with a key of the forger's."""
    document, _ = parts(decided, only(decided, "consent", "CE"))

    def change(said):
        at = next(at for at, one in enumerate(said["documents"]) if one["act"] == "object")
        said["documents"][at] |= {"item": document["item"], "key": document["key"]}

    found = verified(decided, changed(data, change))
    assert [(one.where, one.code) for one in found.faults] == [("BO/1/members 1, object", "item-altered")]
    assert found.states == ()


def test_a_manifest_signed_by_a_stranger_is_not_signed(decided, data):
    stranger = suite.new_key("seal")

    def change(said):
        entry = next(
            one for one in said["manifests"] if b'"BO"' in suite.decoded(one["manifest"], code="schema", what="it")
        )
        manifest = json.loads(suite.decoded(entry["manifest"], code="schema", what="it"))
        written = canonical(manifest | {"sealed_at": "2026-03-09T06:00:01Z"})
        signed = suite.sign(written, stranger, typ=TYP)
        before = entry["digest"]
        entry |= {"manifest": suite.encoded(written), "digest": suite.digest(written), "signatures": [signed]}
        for one in said["documents"]:
            one["manifest"] = entry["digest"] if one["manifest"] == before else one["manifest"]

    found = verified(decided, changed(data, change))
    assert codes(found) == ["signature-missing"]
    assert "0 valid signatures by keys of BO" in found.faults[0].what


def test_a_signature_beside_those_that_count_changes_nothing(decided, data):
    """A state may add one of its national algorithm, which nobody here knows."""

    def change(said):
        said["manifests"][0]["signatures"].append({"protected": "eyJhbGciOiJHT1NUIn0", "signature": "AAAA"})

    assert verified(decided, changed(data, change)).holds


@pytest.mark.parametrize(
    ("change", "code", "where"),
    [
        (lambda said: said["title"].update(en="On nothing"), "label-wrong", "the title"),
        (lambda said: said["documents"][3].update(act="consent"), "label-wrong", "AL/1/members 3, order"),
        (lambda said: said["documents"][2]["from"].update(number=2), "label-wrong", "BO/1/members 2, object"),
        (lambda said: said["documents"][2]["from"].update(origin="CE"), "label-wrong", "CE/1/members 1, object"),
        (lambda said: said["manifests"][0].update(digest="A" * 43), "label-wrong", "AL/1/members 1-1"),
        (lambda said: said.update(alliance="other"), "other-alliance", "the file"),
        (lambda said: said["texts"].pop("ru"), "text-altered", "the text ru"),
        (lambda said: said["texts"].update(be=said["texts"]["ru"]), "text-altered", "the text be"),
        (lambda said: said["texts"]["ru"].update(digest="A" * 43), "text-altered", "the text ru, its digest"),
        (lambda said: said["texts"]["ru"]["paragraphs"].pop(), "text-altered", "the text ru"),
        (lambda said: said["texts"].update(ru="Нет"), "text-altered", "the text ru"),
        (lambda said: said["documents"].append(said["documents"][2]), "stands-twice", "BO/1/members 1, object"),
        (lambda said: said["manifests"].append(said["manifests"][0]), "stands-twice", "AL/1/members 1-1"),
        (lambda said: said["documents"][2].update(key=None), "locked", "BO/1/members 1, object"),
        (lambda said: said["documents"][2].update(key="A" * 43), "commitment", "BO/1/members 1, object"),
        (lambda said: said["documents"][2].update(key=7), "file-form", "BO/1/members 1, object"),
        (lambda said: said["documents"][2].update(more=7), "file-form", "BO/1/members 1, object"),
        (lambda said: said["documents"][2].pop("manifest"), "file-form", "BO/1/members 1, object"),
        (lambda said: said["manifests"].pop(0), "signature-missing", "AL/1/members 1, propose"),
        (lambda said: said.update(format="another"), "file-form", "the file"),
        (lambda said: said.update(object=[]), "file-form", "the file"),
        (lambda said: said.update(object={"origin": "AL"}), "file-form", "the object"),
        (lambda said: said["object"].update(id="\0" * 36), "file-form", "the object"),
        (lambda said: said["object"].update(origin="\0"), "file-form", "the object"),
        (lambda said: said.update(documents=[]), "act-missing", "the file"),
        (lambda said: said.update(documents=[7, "x"]), "file-form", "document 1 of the file"),
    ],
)  # fmt: skip
def test_what_the_file_says_beside_what_was_signed_has_to_say_the_same(decided, data, change, code, where):
    found = verified(decided, changed(data, change))
    assert (found.faults[0].code, found.faults[0].where) == (code, where)


def inner(said, path=()):
    """Every place in a file."""
    yield path
    steps = said.items() if isinstance(said, dict) else enumerate(said) if isinstance(said, list) else ()
    for name, one in steps:
        yield from inner(one, (*path, name))


JUNK = st.sampled_from([None, True, 0, -1, 2**53 - 1, "", "A", "🦠", [], {}, [[]], {"a": None}, [{}], {"": ""}])


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_whatever_stands_in_a_place_of_the_file_is_judged_without_an_error(small, dice):
    deciding, data = small
    said = json.loads(data)
    path = dice.draw(st.sampled_from([one for one in inner(said) if one and one[0] != "whole"]))

    def change(said):
        for name in path[:-1]:
            said = said[name]
        said[path[-1]] = dice.draw(JUNK)

    bad = changed(data, change)
    found = verify_sealed(bad, deciding.trust, now=deciding.now, searches=0)
    beside = path[0] in ("made_at", "made_by") or "signatures" in path
    assert bad == data or beside or not found.holds


def test_another_object_on_the_outside_is_not_the_object_of_the_acts(decided, data):
    found = verified(decided, changed(data, lambda said: said["object"].update(origin="BO")))
    assert [(one.where, one.code) for one in found.faults] == [("the object", "other-object")]
    assert found.states == ()


# Left out, slipped in


def test_an_objection_that_the_order_took_in_cannot_be_left_out(decided, data):
    objection = only(decided, "object")

    def change(said):
        said["documents"] = [one for one in said["documents"] if one["act"] != "object"]

    found = verified(decided, changed(data, change))
    assert codes(found) == ["act-missing"]
    assert found.faults[0].where == "BO/1 1"
    assert objection.id in found.faults[0].what
    assert "document 3 of AL" in found.faults[0].what


def test_an_act_of_the_owner_cannot_be_left_out(decided, data):
    def change(said):
        said["documents"] = [one for one in said["documents"] if one["act"] != "silence"]

    found = verified(decided, changed(data, change))
    assert codes(found) == ["act-missing"]
    assert all("goes on from" in one.what for one in found.faults)
    assert found.faults[0].where == "AL/1/members 6, order"


def test_a_file_without_the_adoption_adopts_nothing(decided, data):
    def change(said):
        ours = [one for one in said["documents"] if one["from"]["origin"] == "AL"]
        kept = ours[: [one["act"] for one in ours].index("adopt")]
        late = ("clear", "accede")
        said["documents"] = [
            one for one in said["documents"]
            if one in kept or (one["from"]["origin"] != "AL" and one["act"] not in late)
        ]  # fmt: skip

    found = verified(decided, changed(data, change))
    assert [(one.code, one.what) for one in found.faults] == [
        ("not-adopted", "its states have not adopted it; it is SILENCE_PROCEDURE")
    ]


def test_an_adoption_against_an_objection_does_not_stand():
    """The owner signs it all the same; no node follows it, and no reader of the file either."""
    deciding = Deciding()
    deciding.propose()
    theirs = [deciding.say(state, "consent", consent()) for state in ("BO", "CE")]
    objection = deciding.say("BO", "object", {"version": 1, "paragraph": None, "reason": "not so"})
    ours = deciding.order("consent", consent(), *theirs, objection)
    deciding.adopt(AL=[ours], BO=[theirs[0]], CE=[theirs[1]])
    deciding.spread()
    with pytest.raises(NotSealable):
        deciding.sealed()
    found = verified(deciding, put_together(deciding, deciding.acts.values()))
    assert codes(found) == ["not-adopted"]
    assert found.faults[0].where == "AL/1/members 4, adopt"
    assert "objection-stands (states BO)" in found.faults[0].what


def test_an_objection_that_stands_before_what_was_taken_in_counts_though_no_order_names_it():
    """With an act come all earlier ones of its state: a file that has them is judged by them."""
    deciding = Deciding()
    deciding.propose()
    deciding.say("BO", "object", {"version": 1, "paragraph": None, "reason": "not so"})
    later = deciding.say("BO", "clear", {"reason": ""})
    theirs = deciding.say("CE", "consent", consent())
    ours = deciding.order("consent", consent(), later, theirs)
    deciding.adopt(AL=[ours], BO=[later], CE=[theirs])
    deciding.spread()
    found = verified(deciding, put_together(deciding, deciding.acts.values()))
    assert codes(found) == ["not-adopted"]


def test_an_act_of_another_decision_does_not_count():
    deciding = adopted_by_two(Deciding())
    other = Deciding(deciding.world)
    other.propose()
    theirs = other.say("BO", "consent", consent())
    deciding.spread("AL")
    document, manifest = parts(other, theirs)

    def change(said):
        said["documents"].append(document)
        said["manifests"].append(manifest)

    found = verified(deciding, changed(deciding.sealed(), change))
    assert [(one.code, one.where) for one in found.faults] == [("other-object", "BO/1/members 2, consent")]
    assert other.object.id in found.faults[0].what


def test_a_consent_that_was_sent_to_its_owner_alone_adopts_nothing():
    """No other node can take it in, as none could read it; nor does whoever is given the file."""
    deciding = Deciding()
    deciding.propose(concerned=["AL", "BO"])
    deciding.audience = "to:AL"
    theirs = deciding.say("BO", "consent", consent())
    deciding.audience = "members"
    ours = deciding.order("consent", consent(), theirs)
    deciding.adopt(AL=[ours], BO=[theirs])
    deciding.spread("AL")
    found = verified(deciding, put_together(deciding, deciding.acts.values()))
    assert (found.faults[0].code, found.faults[0].where) == ("other-readers", "BO/1/to:AL 1, consent")
    assert not found.holds


def test_a_document_that_is_no_act_does_not_count():
    deciding = adopted_by_two(Deciding())
    message = deciding.world.post("BO", "we consent")
    deciding.world.seal("BO", checkpoint=False)
    deciding.spread("AL")
    document, manifest = parts(deciding, _Said(message), node="AL")

    def change(said):
        said["documents"].append(document)
        said["manifests"].append(manifest)

    found = verified(deciding, changed(deciding.sealed(), change))
    assert codes(found) == ["other-object"]
    assert "of the type message" in found.faults[0].what


class _Said:
    def __init__(self, document):
        self.origin, self.id, self.kind = document.origin, document.id, "consent"


def test_an_act_that_no_order_takes_in_has_no_place_in_the_file():
    deciding = adopted_by_two(Deciding())
    late = deciding.say("BO", "position", {"paragraph": None, "text": "we were asked too late"})
    deciding.spread("AL")
    document, manifest = parts(deciding, late)

    def change(said):
        said["documents"].append(document)
        said["manifests"].append(manifest)

    found = verified(deciding, changed(deciding.sealed(), change))
    assert [(one.code, one.where) for one in found.faults] == [("not-in-order", "BO/1/members 2, position")]


def test_two_manifests_for_one_place_are_two_histories(small):
    deciding, data = small

    def change(said):
        key = deciding.world.alliance.keys["BO"]["seal"]
        entry = next(
            one for one in said["manifests"] if b'"BO"' in suite.decoded(one["manifest"], code="schema", what="it")
        )
        manifest = json.loads(suite.decoded(entry["manifest"], code="schema", what="it"))
        written = canonical(manifest | {"sealed_at": "2026-03-09T06:00:01Z"})
        said["manifests"].append({
            "manifest": suite.encoded(written), "digest": suite.digest(written),
            "signatures": [suite.sign(written, key, typ=TYP)],
        })  # fmt: skip

    found = verified(deciding, changed(data, change))
    assert codes(found) == ["fork"]
    assert "BO signed two histories" in found.faults[0].what


def test_an_act_that_does_not_follow_its_schema_is_none():
    deciding = Deciding()
    deciding.world.examining = False
    deciding.propose(text={"paragraphs": [paragraph("p1", {"ru": "Текст"}), paragraph("p1", {"ru": "Ещё"})]})
    deciding.spread("AL")
    found = verified(deciding, put_together(deciding, deciding.acts.values()))
    assert codes(found) == ["contradiction"]
    assert found.faults[0].where == "AL/1/members 1"
