"""The ceremonies: a draft travels, each holder signs it alone, and only enough of the right ones publish it."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from joserfc.jwk import ECKey
from tests.exchange.alliances import NOW, ExerciseAlliance
from tests.exchange.trust.forging import signed_by, vouched

from tocsin.exchange import suite
from tocsin.exchange.canonical import canonical
from tocsin.exchange.errors import ExchangeError, Refused
from tocsin.exchange.trust import own_files, repository, signing
from tocsin.exchange.trust.descriptions import changes, described
from tocsin.exchange.trust.drafts import joined, read_draft, signed
from tocsin.exchange.trust.keys import check_listed, key_of, listed_key, signer_of
from tocsin.exchange.trust.publishing import published, renewed
from tocsin.exchange.trust.refreshing import begin, refreshed
from tocsin.exchange.trust.repository import Holders, Listed

FIRST = suite.digest(b"a stream's first manifest")


@pytest.fixture
def alliance():
    return ExerciseAlliance(["AL", "BO", "SEC"])


def suspended(alliance, node="AL"):
    """A draft of the list that suspends a node."""
    entry = replace(repository.listed(alliance.repository)[node], status="suspended")
    return signing.draft_list(alliance.repository, [entry], now=alliance.now)


def own(alliance, node="AL"):
    return repository.own_file(alliance.repository, node)


def identities(count):
    return tuple(suite.new_key("identity") for _ in range(count))


# From nothing to a list


def test_an_alliance_is_made_by_people_who_never_meet():
    """Each step as the command line will do it: only files pass between those who sign."""
    holders, online, al = identities(5), suite.new_key("identity"), suite.new_key("identity")
    root = Holders(tuple(suite.public_key(suite.public_jwk(key), use="identity") for key in holders), 3)
    file = signing.draft_first_root(
        alliance="exercise", exercise=True, root=root, online=Holders((online,)), now=NOW
    ).data
    for key in holders[:3]:
        file = signed(read_draft(file), key).data
    files = published({}, read_draft(file), now=NOW)

    file = signing.draft_list(files, [Listed("AL", Holders((al,)))], now=NOW).data
    for key in holders[2:]:
        file = signed(read_draft(file), key).data
    files = published(files, read_draft(file), now=NOW)

    keys = {use: suite.new_key(use) for use in ("seal", "request", "encrypt")}
    says = own_files.new_own_file("AL", keys=keys, urls=["https://al.example:8443"])
    file = signed(read_draft(signing.draft_own_file(files, says, now=NOW).data), al).data
    files = published(files, read_draft(file), now=NOW)

    state = refreshed(begin(files["1.root.json"]), renewed(files, [online], now=NOW).files, now=NOW)
    entry = state.list.entry("AL")
    assert (entry.urls, entry.tier, entry.private_addresses) == (("https://al.example:8443",), "member", False)
    assert list(entry.live("seal")) == [suite.thumbprint(keys["seal"])]


def test_terms_are_a_year_offline_thirty_days_and_seven_online(alliance):
    terms = {role: (until - NOW).days for role, until in alliance.list.expiring.items()}
    assert terms == {
        "root": 365, "targets": 365, "node-AL": 365, "node-BO": 365, "node-SEC": 365, "snapshot": 30, "timestamp": 7,
    }  # fmt: skip


def test_terms_can_be_others(alliance):
    alliance._publish(signing.draft_list(alliance.repository, (), now=NOW, days=10))
    alliance._publish(signing.draft_root(alliance.repository, now=NOW, days=11))
    alliance._publish(signing.draft_own_file(alliance.repository, own(alliance), now=NOW, days=12))
    state = renewed(alliance.repository, alliance.online_keys, now=NOW, snapshot_days=3, timestamp_days=2)
    terms = {role: (until - NOW).days for role, until in state.list.expiring.items()}
    assert (terms["targets"], terms["root"], terms["node-AL"], terms["snapshot"], terms["timestamp"]) == (
        10,
        11,
        12,
        3,
        2,
    )


# Signatures on a draft


def test_a_draft_is_published_once_enough_have_signed(alliance):
    draft = suspended(alliance)
    for count, key in enumerate(alliance.list_keys[1:4]):
        assert draft.missing == [f"{count} of 3 signatures of those who sign the list by root 1"]
        with pytest.raises(ExchangeError, match=f"signed by {count}/3 keys"):
            published(alliance.repository, draft, now=alliance.now)
        draft = signed(draft, key)
    assert draft.missing == []
    assert "2.targets.json" in published(alliance.repository, draft, now=alliance.now)


def test_who_signs_twice_counts_once(alliance):
    draft = suspended(alliance)
    for _ in range(3):
        draft = signed(draft, alliance.list_keys[0])
    assert draft.missing == ["1 of 3 signatures of those who sign the list by root 1"]
    with pytest.raises(ExchangeError, match="1/3"):
        published(alliance.repository, draft, now=alliance.now)


def test_who_is_not_asked_is_refused_by_name(alliance):
    stranger = suite.new_key("identity")
    for key in (stranger, alliance.root_keys[0], alliance.identity_keys["AL"], alliance.online_keys[0]):
        with pytest.raises(ExchangeError, match=f"{suite.thumbprint(key)} is not among the keys that are asked"):
            signed(suspended(alliance), key)


def test_a_public_key_does_not_sign(alliance):
    public = suite.public_key(suite.public_jwk(alliance.list_keys[0]), use="identity")
    with pytest.raises(ExchangeError, match="takes the private one"):
        signed(suspended(alliance), public)


def test_copies_that_were_signed_apart_are_joined(alliance):
    draft = suspended(alliance)
    copies = [signed(read_draft(draft.data), key) for key in alliance.list_keys[:3]]
    assert joined(copies).missing == []
    assert joined(reversed(copies)).data == joined(copies).data


def test_different_drafts_are_not_joined(alliance):
    with pytest.raises(ExchangeError, match="say different things"):
        joined([suspended(alliance, "AL"), suspended(alliance, "BO")])


def test_a_spoilt_signature_neither_counts_nor_pushes_out_a_good_one(alliance):
    good = signed(suspended(alliance), alliance.list_keys[0])
    spoilt = json.loads(good.data)
    spoilt["metadata"]["signatures"][0]["sig"] = "00" * 64
    bad = read_draft(canonical(spoilt))
    assert bad.missing == ["0 of 3 signatures of those who sign the list by root 1"]
    for pair in ([good, bad], [bad, good]):
        assert joined(pair).missing == ["1 of 3 signatures of those who sign the list by root 1"]


def test_a_draft_that_asks_other_people_than_the_repository_is_not_published(alliance):
    own_keys = identities(3)
    draft = suspended(alliance)
    keys = {suite.thumbprint(key): listed_key(key) for key in own_keys}
    draft = replace(draft, asked=(replace(draft.asked[0], keys=keys),))
    for key in own_keys:
        draft = signed(draft, key)
    assert draft.missing == []
    with pytest.raises(ExchangeError, match="not signed by enough of its holders"):
        published(alliance.repository, draft, now=alliance.now)


@pytest.mark.parametrize(
    "alter",
    [
        lambda draft: draft["content"]["alliance.json"]["nodes"][0].update(status="active"),
        lambda draft: draft["content"].update({"nodes/AL.json": {}}),
        lambda draft: draft["content"].clear(),
        lambda draft: draft["metadata"]["signed"].update(_type="root"),
        lambda draft: draft["metadata"]["signed"]["targets"].clear(),
        lambda draft: draft["metadata"]["signed"]["delegations"]["roles"][0].update(paths=["*"]),
        lambda draft: draft["metadata"]["signed"]["delegations"]["roles"][0].update(threshold=2),
        lambda draft: draft["metadata"].clear(),
        lambda draft: draft.update(role="root"),
        lambda draft: draft.update(role="node-AL"),
        lambda draft: draft.update(asked=[{"keys": {"x": {}}, "threshold": 1, "who": ""}]),
        lambda draft: draft.update(asked=None),
        lambda draft: draft.pop("role"),
        lambda draft: draft.clear(),
    ],
)
def test_a_draft_that_shows_something_else_than_is_signed_is_not_read(alliance, alter):
    said = json.loads(suspended(alliance).data)
    alter(said)
    with pytest.raises(ExchangeError):
        read_draft(canonical(said))


@pytest.mark.parametrize(
    "change",
    [
        lambda signed, content: signed.update(delegations={"keys": {}, "roles": []}),
        lambda signed, content: content.update(urls=["http://al.example"]),
        lambda signed, content: content.update(node="BO"),
    ],
)
def test_a_draft_of_an_own_file_that_no_node_would_take_is_not_read(alliance, change):
    said = json.loads(signing.draft_own_file(alliance.repository, own(alliance), now=alliance.now).data)
    content = said["content"]["nodes/AL.json"]
    change(said["metadata"]["signed"], content)
    said["metadata"]["signed"]["targets"]["nodes/AL.json"] = vouched(canonical(content))
    with pytest.raises(ExchangeError):
        read_draft(canonical(said))


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"null", b"\xff", b'{"role": "root"}', b"[" * 9000 + b"]" * 9000])
def test_what_is_no_draft_is_not_read(data):
    with pytest.raises(ExchangeError):
        read_draft(data)


def test_a_draft_is_of_the_version_that_is_due(alliance):
    draft = suspended(alliance)
    alliance.change("BO", tier="guest")
    for key in alliance.list_keys:
        draft = signed(draft, key)
    with pytest.raises(ExchangeError, match="the repository waits for targets 3; draft it again"):
        published(alliance.repository, draft, now=alliance.now)


def test_a_draft_that_expired_on_its_way_is_not_published(alliance):
    draft = suspended(alliance)
    for key in alliance.list_keys:
        draft = signed(draft, key)
    with pytest.raises(ExchangeError, match="targets 2 expired on 2027-03-09"):
        published(alliance.repository, draft, now=alliance.now + timedelta(days=365))


# The root


def test_a_new_root_needs_three_of_the_old_holders_and_three_of_the_new(alliance):
    new = (*identities(4), alliance.root_keys[0])
    draft = signing.draft_root(alliance.repository, root=Holders(new, 3), now=alliance.now)
    for key in alliance.root_keys[:3]:
        draft = signed(draft, key)
    assert draft.missing == ["1 of 3 signatures of the holders of root 2"]
    with pytest.raises(ExchangeError, match="root 2 is not signed by enough of its holders"):
        published(alliance.repository, draft, now=alliance.now)
    for key in new[:2]:
        draft = signed(read_draft(draft.data), key)
    assert "2.root.json" in published(alliance.repository, draft, now=alliance.now)


def test_new_holders_alone_make_no_root(alliance):
    new = identities(5)
    draft = signing.draft_root(alliance.repository, root=Holders(new, 3), now=alliance.now)
    for key in new:
        draft = signed(draft, key)
    with pytest.raises(ExchangeError, match="root 2 is not signed by enough of its holders"):
        published(alliance.repository, draft, now=alliance.now)


def test_a_root_renewed_as_it_is_keeps_all_its_holders(alliance):
    before = repository.newest_root(alliance.repository)
    alliance._publish(signing.draft_root(alliance.repository, now=alliance.now))
    after = repository.newest_root(alliance.repository)
    assert (after.version, after.keys, after.roles) == (2, before.keys, before.roles)


def test_keys_that_no_role_has_any_more_leave_the_root(alliance):
    alliance.rotate_root()
    root = repository.newest_root(alliance.repository)
    assert set(root.keys) == {keyid for role in root.roles.values() for keyid in role.keyids}


def test_list_signers_who_are_replaced_sign_the_next_list_no_more(alliance):
    new = identities(2)
    alliance._publish(signing.draft_root(alliance.repository, targets=Holders(new, 2), now=alliance.now))
    draft = suspended(alliance)
    with pytest.raises(ExchangeError, match="not among the keys"):
        signed(draft, alliance.list_keys[0])
    for key in new:
        draft = signed(draft, key)
    assert published(alliance.repository, draft, now=alliance.now)


def test_a_root_of_another_alliance_is_not_published(alliance):
    draft = signing.draft_root(alliance.repository, now=alliance.now)
    body = {**draft.metadata["signed"], "x-tocsin-alliance": "other"}
    metadata = json.loads(signed_by(body, alliance.root_keys))
    with pytest.raises(Refused, match="another alliance"):
        published(alliance.repository, replace(draft, metadata=metadata), now=alliance.now)


@pytest.mark.parametrize("holders", [Holders((), 1), Holders(identities(2), 3), Holders(identities(2), 0)])
def test_a_role_that_nobody_could_sign_is_not_drafted(alliance, holders):
    with pytest.raises((ExchangeError, ValueError)):
        signing.draft_root(alliance.repository, root=holders, now=alliance.now)
    with pytest.raises((ExchangeError, ValueError)):
        signing.draft_list(alliance.repository, [Listed("CE", holders)], now=alliance.now)


# The list


def test_a_node_is_added_changed_and_never_taken_out(alliance):
    alliance.add_node("CE", tier="partner")
    alliance.change("CE", tier="guest", relay=True, private_addresses=False)
    entry = alliance.list.nodes["CE"]
    assert (entry.tier, entry.relay, entry.private_addresses, entry.status) == ("guest", True, False, "active")
    assert list(alliance.list.nodes) == ["AL", "BO", "SEC", "CE"]


@pytest.mark.parametrize("wrong", [{"tier": "friend"}, {"status": "gone"}, {"kind": "city"}, {"node": "al"}])
def test_what_no_node_would_take_is_not_drafted(alliance, wrong):
    with pytest.raises(ExchangeError):
        signing.draft_list(
            alliance.repository, [replace(Listed("CE", Holders(identities(1))), **wrong)], now=alliance.now
        )


def test_a_holder_of_the_alliance_signs_for_a_state_with_another_key(alliance):
    for key in (alliance.root_keys[0], alliance.list_keys[4]):
        with pytest.raises(ExchangeError, match="CE needs another key for its own file"):
            signing.draft_list(alliance.repository, [Listed("CE", Holders((key,)))], now=alliance.now)


def test_more_than_200_nodes_are_not_drafted(alliance):
    key = suite.new_key("identity")
    with pytest.raises(ExchangeError, match="201 nodes"):
        signing.draft_list(
            alliance.repository, [Listed(f"N{number}", Holders((key,))) for number in range(198)], now=alliance.now
        )


def test_nothing_is_drafted_before_there_is_a_root():
    with pytest.raises(ExchangeError, match="no root yet"):
        signing.draft_list({}, [], now=NOW)


# A state's own file


def test_only_its_own_state_signs_a_file(alliance):
    draft = signing.draft_own_file(alliance.repository, own(alliance), now=alliance.now)
    for key in (alliance.identity_keys["BO"], *alliance.list_keys[:3]):
        with pytest.raises(ExchangeError, match="not among the keys"):
            signed(draft, key)


def test_a_node_must_be_listed_first(alliance):
    keys = {"seal": suite.new_key("seal")}
    with pytest.raises(ExchangeError, match="does not name CE yet"):
        signing.draft_own_file(alliance.repository, own_files.new_own_file("CE", keys=keys), now=alliance.now)


def test_a_file_of_a_node_that_is_not_listed_is_not_published(alliance):
    other = ExerciseAlliance(["CE", "SEC"])
    draft = signing.draft_own_file(other.repository, own(other, "CE"), now=NOW)
    draft = signed(draft, other.identity_keys["CE"])
    files = {**alliance.repository, "1.node-CE.json": other.repository["1.node-CE.json"]}
    with pytest.raises(ExchangeError, match="does not name CE"):
        published(files, draft, now=NOW)


def test_a_seal_key_ends_and_stays_listed(alliance):
    heads = {FIRST: (12, suite.digest(b"manifest"))}
    kid = alliance.end_key("AL", "seal", reason="stolen", heads=heads)
    entry = alliance.list.entry("AL")
    assert entry.ends()[kid].heads == heads
    assert kid in entry.seal_keys()
    assert list(entry.live("seal")) == [suite.thumbprint(alliance.keys["AL"]["seal"])]


def test_a_seal_key_is_not_left_out(alliance):
    new = {use: suite.new_key(use) for use in ("seal", "request", "encrypt")}
    with pytest.raises(ExchangeError, match="end it instead"):
        signing.draft_own_file(alliance.repository, own_files.new_own_file("AL", keys=new), now=alliance.now)


def test_a_request_key_may_be_left_out(alliance):
    keys = [key for key in own(alliance)["keys"] if key["use"] != "request"]
    assert signing.draft_own_file(alliance.repository, {**own(alliance), "keys": keys}, now=alliance.now)


def test_a_key_that_ended_is_not_taken_into_use_again(alliance):
    before = own(alliance)
    alliance.end_key("AL", "seal", reason="stolen")
    revived = [{**key, "ends": None} for key in own(alliance)["keys"]]
    for says in ({**own(alliance), "keys": revived}, {**before, "keys": [*before["keys"], own(alliance)["keys"][-1]]}):
        with pytest.raises(ExchangeError, match="not taken into use again"):
            signing.draft_own_file(alliance.repository, says, now=alliance.now)


def test_a_rotated_key_may_turn_out_to_be_stolen(alliance):
    kid = alliance.end_key("AL", reason="rotated", heads={FIRST: (12, suite.digest(b"12"))})
    worse = own_files.with_key_ended(own(alliance), kid, reason="stolen", heads={FIRST: (3, suite.digest(b"3"))})
    alliance._publish_own(worse)
    alliance.renew()
    assert alliance.list.entry("AL").ends()[kid].heads[FIRST][0] == 3


def test_an_unknown_key_cannot_end(alliance):
    with pytest.raises(ExchangeError, match="lists no key"):
        own_files.with_key_ended(own(alliance), "x", reason="stolen")


def test_a_state_does_not_ask_for_more_signatures_than_it_has_keys(alliance):
    two = own_files.with_signatures(own(alliance), 2)
    with pytest.raises(ExchangeError, match="asks for 2 signatures under each manifest and lists 1 seal keys in use"):
        signing.draft_own_file(alliance.repository, two, now=alliance.now)
    more = own_files.with_key(two, use="seal", key=suite.new_key("seal"))
    assert signing.draft_own_file(alliance.repository, more, now=alliance.now)


@pytest.mark.parametrize("url", ["http://al.example", "https://al.example/", "https://me@al.example", "al.example"])
def test_an_address_that_no_node_would_call_is_not_drafted(alliance, url):
    with pytest.raises(Refused):
        own_files.with_addresses(own(alliance), urls=[url], tls_ca=None)


# Keys


def test_a_key_comes_back_from_the_list_as_it_went_in():
    for key in (suite.new_key("identity"), ECKey.generate_key("P-256", private=True, auto_kid=False)):
        listed = listed_key(key)
        assert suite.public_jwk(key_of(listed)) == suite.public_jwk(key)
        assert listed.keyid == suite.thumbprint(key)
        check_listed({listed.keyid: listed})
        listed.verify_signature(signer_of(key).sign(b"text"), b"text")


def test_an_encryption_key_is_no_key_of_a_role():
    with pytest.raises(ExchangeError, match="does not sign"):
        signer_of(suite.new_key("encrypt"))


def test_a_state_may_sign_with_a_key_over_p_256():
    alliance = ExerciseAlliance(["AL"])
    key = ECKey.generate_key("P-256", private=True, auto_kid=False)
    alliance.change("AL", holders=Holders((key,)))
    alliance.identity_keys["AL"] = key
    alliance.change_own("AL", urls=["https://p256.example"])
    assert alliance.list.entry("AL").urls == ("https://p256.example",)


# What a person reads before signing


def test_a_draft_says_what_it_changes(alliance):
    gone, come = changes(alliance.repository, suspended(alliance))
    assert gone == ["AL: state, member, active, private addresses"]
    assert come == ["AL: state, member, suspended, private addresses"]


def test_a_draft_says_all_that_it_stands_for(alliance):
    root = signing.draft_root(alliance.repository, root=Holders(tuple(alliance.root_keys[:4]), 2), now=alliance.now)
    assert described(root)[:3] == [
        "root 2, in force until 2027-03-09",
        "alliance: exercise, an exercise",
        "root: signed by 2 of 4 keys",
    ]
    gone, come = changes(alliance.repository, root)
    assert gone == ["root: signed by 3 of 5 keys", f"root: key {suite.thumbprint(alliance.root_keys[4])}"]
    assert come == ["root: signed by 2 of 4 keys"]


def test_the_end_of_a_key_can_be_read(alliance):
    kid = suite.thumbprint(alliance.keys["AL"]["seal"])
    says = own_files.with_key(own(alliance), use="seal", key=suite.new_key("seal"))
    says = own_files.with_key_ended(says, kid, reason="stolen", heads={FIRST: (12, suite.digest(b"12"))})
    says = own_files.with_addresses(says, urls=[], tls_ca="PEM")
    _, come = changes(alliance.repository, signing.draft_own_file(alliance.repository, says, now=alliance.now))
    assert f"AL: seal key {kid}, stolen; good up to 12 of the stream {FIRST}" in come
    assert "AL: addresses none, it only calls out" in come
    assert any("its own authority" in line for line in come)
