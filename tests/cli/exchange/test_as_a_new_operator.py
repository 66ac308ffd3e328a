"""Tried as a new operator would: everything by commands, with folders as the media that people carry.

Each test is a chapter of docs/operations-exchange.md, from an alliance that was made by commands alone.
"""

import json
import shutil
from datetime import timedelta

import pytest

from tocsin.exchange import key_files
from tocsin.exchange.errors import CannotSeal
from tocsin.exchange.sealing import may_sign, seal
from tocsin.exchange.store import State
from tocsin.exchange.streams import Stream

TWO = ("--first", "Amina", "--second", "Igor")


def status(alliance, node):
    """What `status` says of a node, for programs."""
    return json.loads(alliance.run(node.lower(), "status", "--json").stdout)


def partner(alliance, node, other):
    return next(one for one in status(alliance, node)["partners"] if one["node"] == other)


def test_an_alliance_is_made_signed_offline_and_its_nodes_exchange(people):
    # Three holders make a key each, on machines of their own, and hand the public half over.
    holders = {state: people.make_identity(f"{state}-root") for state in ("al", "bo", "ce")}
    online = people.make_identity("online")
    assert people.run("al-root", "keys", "show").stdout.split()[1:] == [
        *(people.kid("al-root", "identity")[at : at + 4] for at in range(0, 43, 4))
    ]
    # One of them drafts the root; it goes to the others on a medium, and each signs what they have read.
    given = [part for path in holders.values() for part in ("--holder", path)]
    drafted = people.run(
        "al-root", "trust", "begin", people.list, "--alliance", "exercise", "--exercise",
        *given, "--threshold", 2, "--online", online,
    )  # fmt: skip
    assert "the holders of root 1: 2 must sign, 2 lacking" in drafted.stdout
    draft = people.list / "drafts" / "root-1.json"
    signing = people.run("al-root", "trust", "sign", draft, agree="y\n")
    assert "alliance: exercise, an exercise" in signing.stdout
    assert "There are 1 of 2 signatures of the holders of root 1 so far" in signing.stderr
    early = people.run("al-root", "trust", "publish", people.list, draft, "--yes", status=2)
    assert "root 1 is not signed by enough of its holders" in early.stderr
    medium = people.folder / "medium"
    shutil.copytree(people.list, medium)  # carried to another house
    people.run("ce-root", "trust", "sign", medium / "drafts" / "root-1.json", agree="y\n")
    shutil.rmtree(people.list)
    shutil.copytree(medium, people.list)
    people.run("al-root", "trust", "publish", people.list, draft, agree="y\n")
    # Two states and the Secretariat join: listed by the alliance, each one's keys signed by its own people.
    people.admit("SEC", "--kind", "secretariat", "--relay")
    people.admit("AL")
    people.admit("BO", "--tier", "partner")
    shown = people.run("bo", "trust", "show", people.list).stdout
    assert "BO: state, partner, active" in shown
    assert "In force" in shown
    # And their nodes exchange.
    people.round()
    people.tell("AL", "cholera", "family")
    people.round()
    assert people.texts("BO") == ["cholera"]
    assert partner(people, "AL", "BO")["lacking"] == 0
    assert people.run("bo", "audit", "--deep").exit_code == 0


def test_copies_of_a_draft_that_were_signed_apart_are_joined(alliance):
    alliance.run("al-root", "trust", "change", alliance.list, "CE", "--tier", "guest")
    draft = alliance.list / "drafts" / f"{alliance.newest_draft('targets')}.json"
    copies = []
    for home in ("al-root", "bo-root"):
        copies.append(alliance.folder / f"{home}.json")
        shutil.copy(draft, copies[-1])
        alliance.run(home, "trust", "sign", copies[-1], agree="y\n")
    alliance.run("al-root", "trust", "publish", alliance.list, copies[0], "--yes", status=2)
    alliance.run("al-root", "trust", "publish", alliance.list, *copies, agree="y\n")
    alliance.renew()
    assert alliance.nodes["SEC"].trust().nodes["CE"].tier == "guest"


def test_a_state_joins_later_and_gets_what_was_said_before(alliance):
    alliance.tell("AL", "before")
    alliance.round()
    alliance.admit("DO")
    alliance.round()
    assert alliance.texts("DO") == ["before"]
    alliance.tell("DO", "thanks")
    alliance.round()
    assert alliance.texts("AL") == ["thanks"]


def test_a_node_that_can_only_call_out_takes_part(alliance):
    alliance.admit("DO", url=None)
    alliance.round()
    alliance.tell("AL", "cholera")
    alliance.tell("DO", "plague")
    alliance.round()
    assert alliance.texts("DO") == ["cholera"]
    assert alliance.texts("AL") == ["plague"]
    assert "cannot be called; it comes by itself" in alliance.run("al", "status").stdout


def test_a_node_without_any_line_takes_part_by_files(alliance):
    alliance.unreached = {"CE"}
    for text in ("one", "two"):
        alliance.tell("AL", text)
    alliance.tell("BO", "for CE alone", "to:CE")
    alliance.round()
    written = alliance.run("al", "export", "to-ce.tocsin", "--to", "CE")
    assert "AL/1/members up to 2" in written.stderr
    # Another house looks at it before it is put into anything.
    looked = alliance.run("ce-root", "verify", "to-ce.tocsin", "--trust", alliance.list).stdout
    assert "AL/1/members         1 to 2: 2 documents in 2 batches, keys for CE" in looked
    assert "2 documents in 2 batches taken" in alliance.run("ce", "import", "to-ce.tocsin").stdout
    assert alliance.texts("CE") == ["one", "two"]
    # The Secretariat carries what others wrote to CE, and cannot read it.
    alliance.run("sec", "export", "sec.tocsin", "--quiet")
    brought = alliance.run("ce", "import", "sec.tocsin").stdout
    assert "2 batches are for others, and were left out" in brought
    assert "a newer trust list" not in brought
    assert alliance.texts("CE") == ["one", "two", "for CE alone"]
    assert "0 documents in 0 batches taken" in alliance.run("ce", "import", "sec.tocsin").stdout
    # Its receipts, and what it has to say, go back the same way.
    alliance.tell("CE", "thanks")
    alliance.run("ce", "export", "from-ce.tocsin", "--to", "AL")
    alliance.run("al", "import", "from-ce.tocsin")
    assert alliance.texts("AL") == ["thanks"]
    assert partner(alliance, "AL", "CE")["lacking"] == 0
    assert partner(alliance, "AL", "CE")["receipt_at"]
    alliance.tell("AL", "three")
    again = alliance.run("al", "export", "next.tocsin", "--to", "CE", "--new").stderr
    assert "AL/1/members up to 3" in again
    looked = alliance.run("x", "verify", "next.tocsin", "--trust", alliance.list).stdout
    assert "AL/1/members         3 to 3: 1 documents in 1 batches" in looked
    alliance.run("ce", "import", "next.tocsin")
    assert sorted(alliance.texts("CE")) == ["for CE alone", "one", "three", "two"]


def test_a_newer_list_comes_with_a_file(alliance):
    alliance.unreached = {"CE"}
    alliance.run("al-root", "trust", "change", alliance.list, "BO", "--tier", "guest")
    alliance.sign_list()
    alliance.run("sec", "export", "sec.tocsin")
    assert "a newer trust list was taken" in alliance.run("ce", "import", "sec.tocsin").stdout
    assert alliance.nodes["CE"].trust().nodes["BO"].tier == "guest"


def test_of_a_file_that_was_cut_off_what_is_whole_is_taken(alliance):
    for text in ("one", "two", "three"):
        alliance.tell("AL", text)
    alliance.run("al", "export", "x.tocsin", "--to", "BO")
    path = alliance.folder / "x.tocsin"
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.rindex(b'"first":3') + 600])  # in the third document
    looked = alliance.run("x", "verify", path, "--trust", alliance.list, status=2)
    assert "1 to 2: 2 documents" in looked.stdout
    assert "copy or fetch it again" in looked.stderr
    cut = alliance.run("bo", "import", path, status=2)
    assert "2 documents in 2 batches taken" in cut.stdout
    assert "x.tocsin could not be read to its end" in cut.stderr
    path.write_bytes(whole)
    assert "1 documents in 1 batches taken; 2 batches were known" in alliance.run("bo", "import", path).stdout
    assert alliance.texts("BO") == ["one", "two", "three"]


def test_a_key_is_rotated_and_nothing_is_lost(alliance):
    alliance.tell("AL", "by the old key")
    alliance.round()
    old = alliance.kid("al", "seal")
    # A new key beside the old one, listed by the state itself.
    alliance.pass_time(days=1)
    alliance.run("al", "keys", "make", "seal")
    alliance.run("al", "keys", "show", "seal", "--public", "--out", "al-new.jwks")
    alliance.run("al-state", "trust", "own", alliance.list, "AL", "--keys", "al-new.jwks")
    alliance.sign_own("AL")
    alliance.start("AL")
    alliance.round()
    alliance.tell("AL", "by both")
    # The old one is put aside; from then on it signs nothing, and its end can be said.
    name = next(path.name for path in (alliance.folder / "al/keys/seal").glob("*.pem") if old[:12] in path.name)
    asked = alliance.run("al", "keys", "retire", name, agree="y\n")
    assert "of its use 1 stays" in asked.stderr
    alliance.start("AL")
    alliance.tell("AL", "by the new key")
    alliance.run("al", "heads", "al-heads.json")
    ended = alliance.run(
        "al-state", "trust", "end-key", alliance.list, "AL", "--key", old, "--rotated", "--heads", "al-heads.json"
    )
    assert f"+ AL: seal key {old[:4]}" in ended.stdout
    assert ", rotated; good up to 3 of the stream" in ended.stdout
    alliance.sign_own("AL")
    alliance.start("AL")
    alliance.round()
    alliance.tell("AL", "and on it goes")
    alliance.round()
    said = ["by the old key", "by both", "by the new key", "and on it goes"]
    assert alliance.texts("BO") == alliance.texts("CE") == said
    # Who joins only now takes all of it, too.
    alliance.admit("DO")
    alliance.round()
    assert alliance.texts("DO") == said
    for node in ("AL", "BO", "DO"):
        assert "nothing wrong" in alliance.run(node.lower(), "audit").stderr


def test_a_second_signature_is_asked_for_and_who_joins_later_verifies_what_one_key_signed(alliance):
    alliance.tell("AL", "by one key")
    alliance.round()
    old = alliance.kid("al", "seal")
    for number in (2, 3):  # on other machines, by a national algorithm perhaps
        alliance.run(f"al-{number}", "keys", "make", "seal")
        alliance.run(f"al-{number}", "keys", "show", "seal", "--public", "--out", f"al-{number}.jwks")
    alliance.run("al-state", "trust", "own", alliance.list, "AL", "--keys", "al-2.jwks", "--keys", "al-3.jwks")
    alliance.sign_own("AL")
    for number in (2, 3):
        for path in (alliance.folder / f"al-{number}" / "keys" / "seal").glob("*.pem"):
            path.rename(alliance.folder / "al" / "keys" / "seal" / path.name)
    alliance.start("AL")
    alliance.tell("AL", "by three")
    alliance.run("al", "keys", "retire", "--yes", "--", old)
    alliance.start("AL")
    alliance.run("al", "heads", "al-heads.json")
    end = ("al-state", "trust", "end-key", alliance.list, "AL", "--key", old, "--rotated", "--heads", "al-heads.json")
    alliance.run(*end, "--signatures", 2)
    alliance.sign_own("AL")
    alliance.start("AL")
    alliance.tell("AL", "by two")
    alliance.admit("DO")
    alliance.round()
    for node in ("BO", "DO"):
        assert alliance.texts(node) == ["by one key", "by three", "by two"]
    assert alliance.nodes["DO"].trust().nodes["AL"].signatures == 2


def test_a_key_is_stolen_and_what_the_thief_signed_is_void_everywhere(alliance):
    alliance.tell("AL", "true")
    alliance.round()
    # The thief has a copy of all that the node has, and says something to BO alone.
    thief = alliance.nodes["AL"]
    alliance.restore("AL", thief.store.copy())
    honest, alliance.nodes["AL"] = alliance.nodes["AL"], thief
    alliance.tell("AL", "false")
    alliance.meet("BO", "AL")
    assert alliance.texts("BO") == ["true", "false"]
    alliance.nodes["AL"] = honest
    # Its people end the key where they know that it was good, and put another in its place.
    stolen = alliance.kid("al", "seal")
    alliance.run("al", "heads", "al-heads.json")
    alliance.pass_time(days=1)
    alliance.run("al", "keys", "retire", "--yes", "--", stolen)
    alliance.run("al", "keys", "make", "seal")
    alliance.run("al", "keys", "show", "seal", "--public", "--out", "al-new.jwks")
    alliance.run(
        "al-state", "trust", "end-key", alliance.list, "AL", "--key", stolen, "--stolen", "--heads", "al-heads.json",
        "--keys", "al-new.jwks",
    )  # fmt: skip
    alliance.sign_own("AL")
    alliance.start("AL")
    alliance.round()
    assert alliance.texts("BO") == ["true"]
    alliance.run("al", "recover", "--yes", "--why", "a key was stolen")
    alliance.round()
    assert status(alliance, "AL")["may_sign"]
    alliance.tell("AL", "true again")
    alliance.round()
    assert alliance.texts("BO") == alliance.texts("CE") == ["true", "true again"]


def test_a_machine_was_in_strange_hands_and_its_state_goes_on_in_the_next_epoch(alliance):
    alliance.tell("AL", "true")
    alliance.round()
    alliance.pass_time(days=1)
    since = alliance.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    alliance.tell("AL", "by whoever was in the machine")
    alliance.round()
    assert alliance.texts("BO") == ["true", "by whoever was in the machine"]
    stolen = alliance.kid("al", "seal")
    alliance.run("al", "heads", "al-heads.json", "--until", since)
    alliance.pass_time(days=1)
    alliance.run("al", "keys", "retire", "--yes", "--", stolen)
    alliance.run("al", "keys", "make", "seal")
    alliance.run("al", "keys", "show", "seal", "--public", "--out", "al-new.jwks")
    end = ("al-state", "trust", "end-key", alliance.list, "AL", "--key", stolen, "--stolen", "--heads", "al-heads.json")
    alliance.run(*end, "--keys", "al-new.jwks")
    alliance.sign_own("AL")
    alliance.start("AL")
    alliance.run("al", "recover", "--yes", "--why", "a key was stolen")
    alliance.post("AL", "true again")
    alliance.round()
    assert alliance.texts("BO") == alliance.texts("CE") == ["true"]
    assert not alliance.seal("AL")
    assert "goes beyond what its ended key may have signed" in alliance.run("al", "status").stdout
    alliance.run("al", "epoch", *TWO, "--yes")
    alliance.round()
    alliance.round()
    assert alliance.texts("BO") == alliance.texts("CE") == ["true", "true again"]
    assert status(alliance, "AL")["may_sign"]


def test_a_request_key_is_rotated(alliance):
    old = alliance.kid("al", "request")
    # Made elsewhere, listed, and put in place when everybody knows of it.
    alliance.pass_time(days=1)
    alliance.run("al-new", "keys", "make", "request", "encrypt")
    alliance.run("al-new", "keys", "show", "--public", "--out", "al-new.jwks")
    alliance.run("al-state", "trust", "own", alliance.list, "AL", "--keys", "al-new.jwks")
    alliance.sign_own("AL")
    alliance.round()
    for use in ("request", "encrypt"):
        for path in (alliance.folder / "al-new" / "keys" / use).glob("*.pem"):
            path.rename(alliance.folder / "al" / "keys" / use / path.name)
    alliance.start("AL")
    assert alliance.nodes["AL"].keys.request.thumbprint() != old
    alliance.run("al-state", "trust", "end-key", alliance.list, "AL", "--key", old, "--rotated")
    alliance.sign_own("AL")
    alliance.round()
    assert set(alliance.nodes["BO"].trust().entry("AL").live("request")) == {alliance.kid("al", "request")}


def test_a_state_is_suspended_and_comes_back(alliance):
    alliance.run("al-root", "trust", "change", alliance.list, "CE", "--status", "suspended")
    alliance.sign_list()
    alliance.round()
    alliance.tell("AL", "not for CE")
    alliance.round()
    assert alliance.texts("CE") == []
    assert alliance.texts("BO") == ["not for CE"]
    assert partner(alliance, "BO", "CE")["status"] == "suspended"
    alliance.run("al-root", "trust", "change", alliance.list, "CE", "--status", "active")
    alliance.sign_list()
    alliance.run("ce", "trust", "take", alliance.list)
    alliance.round()
    assert alliance.texts("CE") == ["not for CE"]


def test_a_holder_of_the_root_goes_and_another_comes(alliance):
    new = alliance.make_identity("do-root")
    gone = alliance.kid("al-root", "identity")
    drafted = alliance.run("bo-root", "trust", "root", alliance.list, "--remove-holder", gone, "--add-holder", new)
    assert f"- root: key {gone[:4]}" in drafted.stdout
    assert "too few of those who signed the list are left" in drafted.stderr
    alliance.sign_and_publish("root-2", "bo-root", "ce-root")
    # The list was signed by the one who goes: it is drafted and signed again, or it cannot be renewed.
    alliance.run("online", "trust", "renew", alliance.list, status=2)
    alliance.run("bo-root", "trust", "change", alliance.list)
    alliance.sign_and_publish(alliance.newest_draft("targets"), "bo-root", "do-root")
    alliance.renew()
    alliance.round()
    assert {node.trust().root_version for node in alliance.nodes.values()} == {2}
    # Who has gone signs nothing any more.
    alliance.run("bo-root", "trust", "change", alliance.list, "CE", "--tier", "guest")
    draft = alliance.list / "drafts" / f"{alliance.newest_draft('targets')}.json"
    refused = alliance.run("al-root", "trust", "sign", draft, "--yes", status=2)
    assert "is asked to sign" in refused.stderr


def test_a_stolen_online_key_is_replaced_by_the_root(alliance):
    stolen, new = alliance.kid("online", "identity"), alliance.make_identity("online-2")
    alliance.run("al-root", "trust", "root", alliance.list, "--remove-online", stolen, "--add-online", new)
    alliance.sign_and_publish("root-2", "al-root", "bo-root")
    refused = alliance.run("online", "trust", "renew", alliance.list, status=2)
    assert "by root 2; 0 of these keys are here" in refused.stderr
    alliance.run("online-2", "trust", "renew", alliance.list)
    alliance.run("al", "trust", "take", alliance.list)
    assert alliance.nodes["AL"].trust().root_version == 2


def test_a_list_that_nobody_renewed_goes_stale_and_the_exchange_goes_on(alliance):
    alliance.pass_time(days=8)
    assert "timestamp HAS EXPIRED" in alliance.run("al", "status").stdout
    assert status(alliance, "AL")["stale"]
    alliance.tell("AL", "still said")
    alliance.round()
    assert alliance.texts("BO") == ["still said"]
    assert "STALE" in alliance.run("al-root", "trust", "show", alliance.list).stdout
    alliance.renew()
    alliance.round()
    assert not status(alliance, "AL")["stale"]


def test_what_runs_out_is_said_90_30_and_7_days_ahead(alliance):
    roles = {"root", "targets", "node-AL", "node-BO", "node-CE", "node-SEC"}
    for left, urgency in ((95, 0), (89, 1), (29, 2), (6, 3)):
        alliance.now = alliance.now.replace(year=2027, month=3, day=9) - timedelta(days=left)
        alliance.renew()
        said = {one["what"]: one["urgency"] for one in status(alliance, "SEC")["expiries"]}
        assert {said[role] for role in roles} == {urgency}
    # Each is drafted as it is, signed, and good for another year.
    alliance.run("al-root", "trust", "root", alliance.list)
    alliance.sign_and_publish("root-2", "al-root", "bo-root")
    alliance.run("al-root", "trust", "change", alliance.list)
    alliance.sign_list()
    for node in ("AL", "BO", "CE", "SEC"):
        drafted = alliance.run(f"{node.lower()}-state", "trust", "own", alliance.list, node)
        assert f"Says what node-{node} 1 says." in drafted.stdout
        alliance.sign_own(node)
    assert not any(one["urgency"] for one in status(alliance, "SEC")["expiries"])


def test_a_nodes_own_authority_for_tls_is_changed_by_its_own_state(alliance):
    (alliance.folder / "new.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    alliance.run("al-state", "trust", "own", alliance.list, "AL", "--tls-ca", "new.pem")
    alliance.sign_own("AL")
    alliance.round()
    assert alliance.nodes["BO"].trust().nodes["AL"].tls_ca == "-----BEGIN CERTIFICATE-----\n"


def test_a_node_restored_from_a_copy_asks_before_it_signs(alliance):
    alliance.tell("AL", "in the copy")
    alliance.round()
    copy = alliance.nodes["AL"].store.copy()
    alliance.tell("AL", "after the copy")
    alliance.round()
    alliance.restore("AL", copy.copy())
    asked = alliance.run("al", "recover", agree="y\n")
    assert "To be asked: SEC, BO, CE" in asked.stderr
    alliance.post("AL", "written meanwhile")
    assert not alliance.seal("AL")
    assert "DOES NOT SIGN: this node may not sign yet: restored from a copy" in alliance.run("al", "status").stdout
    alliance.round()
    alliance.round()
    assert status(alliance, "AL")["may_sign"]
    assert alliance.texts("BO") == ["in the copy", "after the copy", "written meanwhile"]
    assert "nothing wrong" in alliance.run("al", "audit", "--deep").stderr


def test_two_people_open_the_next_epoch_where_a_partner_cannot_be_asked(alliance):
    alliance.tell("AL", "in the copy")
    alliance.round()
    alliance.restore("AL", alliance.nodes["AL"].store.copy())
    alliance.run("al", "recover", "--yes")
    alliance.unreached = {"CE"}
    alliance.round()
    assert status(alliance, "AL")["unasked"] == ["CE"]
    alliance.run("al", "epoch", "--first", "Amina", "--second", "amina", "--yes", status=2)
    alliance.run("al", "epoch", "--first", "Amina", "--second", "Igor", agree="n\n", status=2)
    opened = alliance.run("al", "epoch", "--first", "Amina", "--second", "Igor", agree="y\n")
    assert "Not asked yet, or with more than is back here: CE" in opened.stderr
    assert alliance.audited == [("epoch.opened", "Amina", "Igor")]
    alliance.tell("AL", "in epoch 2")
    alliance.unreached = set()
    alliance.round()
    assert alliance.texts("CE") == ["in the copy", "in epoch 2"]
    alliance.run("al", "epoch", "--first", "Amina", "--second", "Igor", "--yes", status=2)


def test_a_node_that_signs_two_histories_is_found_out_stopped_and_settled(alliance):
    copy = alliance.nodes["AL"].store.copy()
    alliance.tell("AL", "to BO")
    alliance.meet("BO", "AL")
    alliance.restore("AL", copy)  # and nobody ran `recover`
    alliance.tell("AL", "to CE")
    alliance.meet("CE", "AL")
    alliance.meet("BO", "CE")
    assert "STOPPED: it has signed two histories" in alliance.run("bo", "status").stdout
    # The evidence is for anybody who has the list.
    written = alliance.run("bo", "settle", "AL", "--out", "evidence")
    path = written.stdout.split()[0]
    shown = alliance.run("ce-root", "verify", path, "--trust", alliance.list)
    assert "It holds: both are signed by that node." in shown.stdout
    asked = alliance.run("bo", "settle", "AL", *TWO, agree="y\n")
    assert "Go on taking what it signs" in asked.stderr
    assert not partner(alliance, "BO", "AL")["stopped"]
    assert alliance.audited == [("evidence.settled", "Amina", "Igor")]
    alliance.run("bo", "settle", "AL", *TWO, "--yes", status=2)


def test_a_document_is_erased_wherever_it_is(alliance):
    alliance.tell("AL", "a name that should not be here")
    alliance.round()
    assert alliance.texts("BO") == ["a name that should not be here"]
    asked = alliance.run("al", "erase", "1/members", 1, "--reason", "identifies-a-person", *TWO, agree="y\n")
    assert "Destroy of AL/1/members for good: 1 (message)?" in asked.stderr
    assert alliance.audited == [("documents.erased", "Amina", "Igor")]
    alliance.seal("AL")
    alliance.round()
    stream = Stream("AL", 1, "members")
    for node in ("AL", "BO", "CE"):
        entry = alliance.nodes[node].store.entry(stream, 1)
        assert (entry.state, entry.document, entry.key) == (State.ERASED, None, None)
        assert "nothing wrong" in alliance.run(node.lower(), "audit", "--deep").stderr
    alliance.run("al", "erase", "1/members", 1, "--reason", "other", *TWO, "--yes", status=2)


def test_keys_under_a_passphrase_are_of_no_use_without_it(alliance, monkeypatch):
    secret = alliance.folder / "passphrase"
    secret.write_text("correct horse battery\n")
    monkeypatch.setenv("TOCSIN_KEY_PASSPHRASE_FILE", str(secret))
    alliance.make_identity("closed")
    secret.write_text("wrong\n")
    listed = alliance.run("closed", "keys", "list").stdout
    assert "encrypted under another passphrase" in listed
    alliance.run("al-root", "trust", "change", alliance.list)
    draft = alliance.list / "drafts" / f"{alliance.newest_draft('targets')}.json"
    refused = alliance.run("closed", "trust", "sign", draft, "--yes", status=2)
    assert "TOCSIN_KEY_PASSPHRASE_FILE names the file that holds it" in refused.stderr


def test_a_node_whose_keys_are_not_listed_says_why_it_does_not_sign(alliance):
    alliance.run("al", "keys", "retire", "--yes", "--", alliance.kid("al", "seal"))
    alliance.nodes["AL"].keys = key_files.load(alliance.folder / "al")
    with pytest.raises(CannotSeal):
        may_sign(alliance.nodes["AL"], alliance.nodes["AL"].trust())
    alliance.post("AL", "waits")
    with pytest.raises(CannotSeal):
        seal(alliance.nodes["AL"])
    said = status(alliance, "AL")
    assert not said["may_sign"]
    assert "this node has 0 keys that the trust list lets sign now" in said["why_not"]
    assert said["waiting"] == 1


@pytest.mark.parametrize(
    "command",
    [("settle", "AL"), ("erase", "1/members", "1", "--reason", "other"), ("epoch",)],
)
def test_what_cannot_be_undone_is_done_for_two_people_and_never_for_one(alliance, command):
    alliance.tell("AL", "stays")
    for second in ("amina ", " "):
        refused = alliance.run("al", *command, "--first", "Amina", "--second", second, "--yes", status=2)
        assert "two people decide it" in refused.stderr or "no unsettled evidence" in refused.stderr
    assert alliance.audited == []
    assert alliance.nodes["AL"].store.entry(Stream("AL", 1, "members"), 1).state is State.OWN
