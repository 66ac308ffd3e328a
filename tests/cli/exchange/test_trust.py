"""The ceremony of the list, where somebody does not do what they should."""

import json
import re
import shutil

import pytest

from tocsin.exchange.memory import MemoryStore


def begin(people, *options, status=0):
    return people.run("al", "trust", "begin", people.list, "--alliance", "exercise", *options, status=status)


def drafted(people, role="targets"):
    return people.list / "drafts" / f"{people.newest_draft(role)}.json"


# Drafting


def test_a_threshold_that_nobody_could_meet_is_refused(people):
    path = people.make_identity("al")
    refused = begin(people, "--holder", path, "--holder", path, "--threshold", 2, "--online", path, status=2)
    assert "--threshold is 2, and there are 1 different keys; nobody could ever sign" in refused.stderr
    assert not people.list.exists()


def test_a_holder_without_an_identity_key_is_refused(people):
    people.run("al", "keys", "make", "seal")
    people.run("al", "keys", "show", "--public", "--out", "al.jwks")
    refused = begin(people, "--holder", "al.jwks", "--threshold", 1, "--online", "al.jwks", status=2)
    assert "al.jwks holds no identity key" in refused.stderr


def test_an_alliance_begins_once(founded):
    path = founded.folder / "al-root.jwks"
    refused = begin(founded, "--holder", path, "--threshold", 1, "--online", path, status=2)
    assert "has a root already" in refused.stderr


@pytest.mark.parametrize("command", [("root",), ("admit", "AL"), ("change",), ("own", "AL"), ("show",), ("renew",)])
def test_a_folder_that_is_no_list_is_said_to_be_none(people, command):
    name, *more = command
    holder = people.make_identity("al")
    given = ["--holder", holder] if name == "admit" else []
    people.list.mkdir()
    (people.list / "1.root.json.bak").write_text("x")
    refused = people.run("al", "trust", name, people.list, *more, *given, status=2)
    assert "is not the folder of a list: it has no root" in refused.stderr


def test_a_node_is_admitted_once_and_under_a_name_of_the_right_form(founded):
    holder = founded.folder / "al-state.jwks"
    again = founded.run("al-root", "trust", "admit", founded.list, "AL", "--holder", holder, status=2)
    assert "AL is in the list already" in again.stderr
    wrong = founded.run("al-root", "trust", "admit", founded.list, "al", "--holder", holder, status=2)
    assert "not a node's name" in wrong.stderr


def test_who_signs_for_the_alliance_needs_another_key_for_the_own_file(founded):
    holder = founded.folder / "bo-root.jwks"
    refused = founded.run("al-root", "trust", "admit", founded.list, "BO", "--holder", holder, status=2)
    assert "BO needs another key for its own file" in refused.stderr


def test_a_change_says_of_which_node_and_what(founded):
    change = ("al-root", "trust", "change", founded.list)
    assert "give a NODE and what is to change" in founded.run(*change, "AL", status=2).stderr
    assert "give a NODE and what is to change" in founded.run(*change, "--tier", "guest", status=2).stderr
    assert "has no node XX; it has SEC, AL" in founded.run(*change, "XX", "--tier", "guest", status=2).stderr


def test_suspending_says_what_it_will_do(founded):
    said = founded.run("al-root", "trust", "change", founded.list, "AL", "--status", "suspended")
    assert "  - AL: state, member, active\n  + AL: state, member, suspended\n" in said.stdout
    assert "nothing is given to AL and nothing of AL is taken" in said.stderr


def test_other_holders_of_an_own_file_are_named_by_the_alliance(founded):
    new = founded.make_identity("al-state-2")
    founded.run("al-root", "trust", "change", founded.list, "AL", "--holder", new)
    founded.sign_list()
    founded.run("al-state", "trust", "own", founded.list, "AL", "--no-url")
    draft = drafted(founded, "node-AL")
    founded.run("al-state", "trust", "sign", draft, "--yes", status=2)
    founded.run("al-state-2", "trust", "sign", draft, "--yes")
    founded.run("al-state-2", "trust", "publish", founded.list, draft, "--yes")
    founded.renew()
    assert founded.nodes["SEC"].trust().nodes["AL"].urls == ()


def test_a_first_own_file_gives_all_keys_and_an_address(founded):
    holder = founded.make_identity("bo-state")
    founded.run("al-root", "trust", "admit", founded.list, "BO", "--holder", holder)
    early = founded.run("bo-state", "trust", "own", founded.list, "BO", "--no-url", status=2)
    assert "--keys gives no key for seal, request, encrypt" in early.stderr
    founded.run("bo", "keys", "make", "seal", "request", "encrypt")
    founded.run("bo", "keys", "show", "--public", "--out", "bo.jwks")
    own = ("bo-state", "trust", "own", founded.list, "BO", "--keys", "bo.jwks")
    assert "give --url, or --no-url" in founded.run(*own, status=2).stderr
    assert "does not name BO yet" in founded.run(*own, "--no-url", status=2).stderr
    founded.sign_list()
    wrong = founded.run(*own, "--url", "http://bo.example/tocsin", status=2)
    assert "is not https://host" in wrong.stderr
    both = founded.run(*own, "--no-url", "--url", "https://bo.example", status=2)
    assert "the opposite of each other" in both.stderr
    founded.run(*own, "--url", "https://bo.example")


def test_addresses_and_authorities_change_one_without_the_other(founded):
    own = ("al-state", "trust", "own", founded.list, "AL")
    (founded.folder / "ca.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    founded.run(*own, "--tls-ca", "ca.pem", "--signatures", 1)
    founded.sign_own("AL")
    founded.run(*own, "--url", "https://two.example")
    founded.sign_own("AL")
    entry = founded.nodes["SEC"].trust().nodes["AL"]
    assert (entry.urls, entry.tls_ca) == (("https://two.example",), "-----BEGIN CERTIFICATE-----\n")
    founded.run(*own, "--public-tls")
    founded.sign_own("AL")
    entry = founded.nodes["SEC"].trust().nodes["AL"]
    assert (entry.urls, entry.tls_ca) == (("https://two.example",), None)


def test_more_signatures_are_asked_for_where_a_key_ends(founded):
    own = ("al-state", "trust", "own", founded.list, "AL")
    asking = founded.run(*own, "--signatures", 2, status=2)
    assert "could not verify what 1 keys signed so far" in asking.stderr
    kid = founded.kid("al", "seal")
    end = ("al-state", "trust", "end-key", founded.list, "AL", "--key", kid, "--rotated", "--no-heads")
    asking = founded.run(*end, "--signatures", 2, status=2)
    assert "asks for 2 signatures under each manifest and lists 0 seal keys" in asking.stderr
    for name in ("al-2", "al-3"):
        founded.run(name, "keys", "make", "seal")
        founded.run(name, "keys", "show", "seal", "--public", "--out", f"{name}.jwks")
    founded.run(*end, "--signatures", 2, "--keys", "al-2.jwks", "--keys", "al-3.jwks")
    founded.sign_own("AL")
    entry = founded.nodes["SEC"].trust().nodes["AL"]
    assert (entry.signatures, len(entry.live("seal"))) == (2, 2)


# The end of a key


def test_the_end_of_a_key_says_why_and_up_to_where(founded):
    founded.tell("AL", "x")
    founded.run("al", "heads", "heads.json")
    kid = founded.kid("al", "seal")
    end = ("al-state", "trust", "end-key", founded.list, "AL", "--key", kid)
    assert "--rotated or --stolen" in founded.run(*end, status=2).stderr
    assert "give --heads" in founded.run(*end, "--stolen", status=2).stderr
    alone = founded.run(*end, "--stolen", "--heads", "heads.json", status=2)
    assert "lists 0 seal keys in use" in alone.stderr
    founded.run("al-new", "keys", "make", "seal")
    founded.run("al-new", "keys", "show", "--public", "--out", "new.jwks")
    said = founded.run(*end, "--stolen", "--heads", "heads.json", "--keys", "new.jwks")
    assert "void at every node" in said.stderr
    founded.sign_own("AL")
    again = founded.run(*end, "--stolen", "--no-heads", status=2)
    assert "has ended already, as stolen" in again.stderr
    unknown = founded.run("al-state", "trust", "end-key", founded.list, "AL", "--key", "x" * 43, "--rotated", status=2)
    assert "AL lists no key with a thumbprint that begins with" in unknown.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is not a file of `tocsin exchange heads`"),
        ('{"node": "AL"}', "is not a file of `tocsin exchange heads`"),
        ('{"node": "BO", "streams": []}', "gives the heads of 'BO', not of AL"),
        ('{"node": "AL", "streams": [{"first_manifest": "x", "last": 1, "manifest": "y"}]}', "is not the digest"),
    ],
)
def test_heads_of_another_form_or_node_are_refused(founded, content, said):
    (founded.folder / "heads.json").write_text(content)
    refused = founded.run(
        "al-state", "trust", "end-key", founded.list, "AL", "--key", founded.kid("al", "seal"),
        "--stolen", "--heads", "heads.json", status=2,
    )  # fmt: skip
    assert said in refused.stderr


# Signing and publishing


def test_who_is_not_a_holder_cannot_sign(founded):
    stranger = founded.make_identity("stranger")
    founded.run("al-root", "trust", "change", founded.list)
    refused = founded.run("stranger", "trust", "sign", drafted(founded), "--yes", status=2)
    assert "is asked to sign targets" in refused.stderr
    (path,) = (founded.folder / "stranger" / "keys" / "identity").glob("*.pem")
    refused = founded.run("al-root", "trust", "sign", drafted(founded), "--key", path, "--yes", status=2)
    assert json.loads(stranger.read_text())["keys"][0]["kid"] in refused.stderr


def test_nothing_is_signed_by_who_does_not_agree(founded):
    founded.run("al-root", "trust", "change", founded.list)
    before = drafted(founded).read_bytes()
    refused = founded.run("al-root", "trust", "sign", drafted(founded), agree="n\n", status=2)
    assert "Sign targets 3 with the key" in refused.stderr
    assert "nothing was done" in refused.stderr
    founded.run("al-root", "trust", "sign", drafted(founded), status=130)
    assert drafted(founded).read_bytes() == before


def test_who_signs_twice_counts_once(founded):
    founded.run("al-root", "trust", "change", founded.list)
    founded.run("al-root", "trust", "sign", drafted(founded), "--yes")
    before = drafted(founded).read_bytes()
    again = founded.run("al-root", "trust", "sign", drafted(founded), "--yes")
    assert "has signed it already" in again.stderr
    assert drafted(founded).read_bytes() == before
    founded.run("al-root", "trust", "publish", founded.list, drafted(founded), "--yes", status=2)


def test_a_draft_that_somebody_has_signed_is_not_drafted_over(founded):
    founded.run("al-root", "trust", "change", founded.list)
    founded.run("al-root", "trust", "change", founded.list, "AL", "--tier", "guest")
    founded.run("al-root", "trust", "sign", drafted(founded), "--yes")
    refused = founded.run("al-root", "trust", "change", founded.list, status=2)
    assert "is there already and signed by some" in refused.stderr
    assert "AL: state, guest, active" in founded.run("al-root", "trust", "show", drafted(founded)).stdout


def test_a_draft_is_published_once(founded):
    founded.run("al-root", "trust", "change", founded.list)
    draft = drafted(founded)
    founded.sign_list()
    before = {path: path.read_bytes() for path in founded.list.rglob("*.json")}
    refused = founded.run("al-root", "trust", "publish", founded.list, draft, "--yes", status=2)
    assert "the draft is of targets 3, and the repository waits for targets 4" in refused.stderr
    assert {path: path.read_bytes() for path in founded.list.rglob("*.json")} == before


def test_drafts_that_say_different_things_are_not_joined(founded):
    founded.run("al-root", "trust", "change", founded.list, "AL", "--tier", "guest")
    shutil.copy(drafted(founded), founded.folder / "one.json")
    founded.run("al-root", "trust", "change", founded.list, "AL", "--tier", "partner")
    refused = founded.run(
        "al-root", "trust", "publish", founded.list, founded.folder / "one.json", drafted(founded), "--yes", status=2
    )
    assert "say different things" in refused.stderr


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"asked":[]}', b"TOCSIN\x01"])
def test_a_file_that_is_no_draft_is_named(founded, content):
    (founded.folder / "x.json").write_bytes(content)
    for command in (("sign", "x.json"), ("show", "x.json"), ("publish", founded.list, "x.json")):
        refused = founded.run("al-root", "trust", *command, status=2)
        assert "x.json" in refused.stderr


def test_a_draft_that_expired_on_its_way_is_not_published(founded):
    founded.run("al-root", "trust", "change", founded.list, "--days", 5)
    for home in ("al-root", "bo-root"):
        founded.run(home, "trust", "sign", drafted(founded), "--yes")
    founded.pass_time(days=6)
    refused = founded.run("al-root", "trust", "publish", founded.list, drafted(founded), "--yes", status=2)
    assert "expired on 2026-03-14 before it was published" in refused.stderr


def test_a_list_whose_root_has_expired_is_renewed_by_its_holders_first(founded):
    founded.pass_time(days=366)
    refused = founded.run("online", "trust", "renew", founded.list, status=2)
    assert "root 1 has expired" in refused.stderr
    founded.run("al-root", "trust", "root", founded.list)
    founded.sign_and_publish("root-2", "al-root", "bo-root")
    assert "targets has expired" in founded.run("online", "trust", "renew", founded.list, status=2).stderr
    founded.run("al-root", "trust", "change", founded.list)
    founded.sign_list()
    assert founded.nodes["SEC"].trust().root_version == 2


def test_only_the_online_keys_renew(founded):
    refused = founded.run("al-root", "trust", "renew", founded.list, status=2)
    assert "the timestamp takes 1 signatures" in refused.stderr
    (path,) = (founded.folder / "online" / "keys" / "identity").glob("*.pem")
    assert "timestamp" in founded.run("al-root", "trust", "renew", founded.list, "--key", path).stdout


# Showing


def test_a_list_shows_what_is_on_its_way(founded):
    founded.run("al-root", "trust", "change", founded.list, "AL", "--tier", "guest")
    shown = founded.run("al", "trust", "show", founded.list).stdout
    assert "draft: targets-3.json, 0 of 2 signatures of those who sign the list by root 1 so far" in shown
    founded.sign_and_publish("targets-3", "al-root", "bo-root")
    shown = founded.run("al", "trust", "show", founded.list).stdout
    assert "published, counts from the next renewal on: targets 3" in shown
    assert "draft:" not in shown
    assert "AL: state, member, active" in shown
    founded.renew()
    shown = founded.run("al", "trust", "show", founded.list).stdout
    assert "counts from the next renewal" not in shown
    assert "AL: state, guest, active" in shown


def test_a_list_shows_since_which_version_a_key_is_listed(founded):
    founded.run("al-new", "keys", "make", "seal")
    founded.run("al-new", "keys", "show", "--public", "--out", "new.jwks")
    founded.run("al-state", "trust", "own", founded.list, "AL", "--keys", "new.jwks")
    founded.sign_own("AL")
    said = json.loads(founded.run("al", "trust", "show", founded.list, "--json").stdout)
    al = next(one for one in said["nodes"] if one["node"] == "AL")
    assert [(key["use"], key["since"]) for key in al["keys"]] == [
        ("seal", 1),
        ("request", 1),
        ("encrypt", 1),
        ("seal", 2),
    ]
    assert "  since version 2" in founded.run("al", "trust", "show", founded.list).stdout


def test_a_draft_that_was_carried_away_is_compared_with_the_list_that_is_named(founded):
    founded.run("al-root", "trust", "change", founded.list, "AL", "--tier", "guest")
    shutil.move(drafted(founded), founded.folder / "away.json")
    alone = founded.run("al", "trust", "show", "away.json").stdout
    assert "  SEC: secretariat, member, active, relay" in alone
    compared = founded.run("al", "trust", "show", "away.json", "--list", founded.list).stdout
    assert "Compared with targets 2:" in compared
    assert "SEC" not in compared
    assert "people" in founded.run("al", "trust", "show", "away.json", "--json", status=2).stderr


# Taking


def test_a_first_list_is_taken_only_by_a_digest_that_people_compared(founded):
    founded.admit("BO")
    founded.restore("BO", MemoryStore())
    take = ("bo", "trust", "take", founded.list)
    wrong = founded.run(*take, "--digest", "AAAA" * 10, status=2)
    assert "nothing was taken" in wrong.stderr
    founded.run(*take, status=130)
    refused = founded.run(*take, agree="n\n", status=2)
    assert "Have people of at least two other states read you the same?" in refused.stderr
    assert not founded.nodes["BO"].store.trust_files()
    taken = founded.run(*take, agree="y\n")
    assert "Taken: exercise, root 1" in taken.stderr
    assert "Nothing new" in founded.run(*take).stderr


def test_an_older_list_is_not_taken(founded):
    shutil.copytree(founded.list, founded.folder / "old")
    founded.renew()
    refused = founded.run("sec", "trust", "take", founded.folder / "old", status=2)
    assert "not of the version that is due" in refused.stderr


def test_an_altered_list_is_not_taken(founded):
    founded.renew()
    path = founded.list / "timestamp.json"
    path.write_bytes(re.sub(rb'"version":[0-9]+}}$', b'"version":9}}', path.read_bytes()))
    refused = founded.run("al", "trust", "take", founded.list, status=2)
    assert "is not to be trusted" in refused.stderr
