"""A newer list is taken only by TUF's workflow: nothing older, frozen, mixed, altered or half signed."""

import hashlib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.exchange.alliances import NOW, ExerciseAlliance
from tests.exchange.trust.forging import edited, resealed, signed_by, until, vouched

from tocsin.exchange import suite
from tocsin.exchange.canonical import canonical
from tocsin.exchange.errors import NotTrusted
from tocsin.exchange.trust import signing
from tocsin.exchange.trust.refreshing import begin, load, refreshed
from tocsin.exchange.trust.repository import Holders


@pytest.fixture
def alliance():
    return ExerciseAlliance(["AL", "BO", "SEC"])


def refused(held, offered, *, now, code):
    """What the refusal says. What is held must not be touched by it."""
    before = dict(held)
    with pytest.raises(NotTrusted) as refusal:
        refreshed(held, offered, now=now)
    assert refusal.value.code == code, refusal.value
    assert held == before
    return str(refusal.value)


def named(files, role):
    """The newest file of a role."""
    found = [name for name in files if name.endswith(f".{role}.json") and name.split(".")[0].isdigit()]
    return max(found, key=lambda name: int(name.split(".")[0]))


# Taking a list


def test_a_newcomer_takes_the_whole_list_from_a_root_handed_to_it(alliance):
    state = refreshed(begin(alliance.root), alliance.files, now=alliance.now)
    assert state.list == alliance.list
    assert list(state.list.nodes) == ["AL", "BO", "SEC"]
    assert suite.thumbprint(alliance.keys["AL"]["seal"]) in state.list.entry("AL").seal_keys()
    assert not state.amiss


def test_what_was_taken_is_loaded_again_to_the_same_list(alliance):
    state = refreshed(begin(alliance.root), alliance.files, now=alliance.now)
    assert load(state.files) == state


def test_only_what_is_new_need_be_offered(alliance):
    held = alliance.files
    alliance.end_key("AL")
    new = {name: data for name, data in alliance.files.items() if held.get(name) != data}
    assert len(new) < len(alliance.files)
    assert refreshed(held, new, now=alliance.now).list == alliance.list


def test_what_is_no_longer_named_is_not_kept(alliance):
    held = alliance.files
    alliance.end_key("AL")
    alliance.change("BO", tier="guest")
    assert set(refreshed(held, alliance.repository, now=alliance.now).files) == set(alliance.files)


def test_the_same_list_offered_once_more_changes_nothing(alliance):
    state = refreshed(alliance.files, alliance.files, now=alliance.now)
    assert state.files == alliance.files


def test_the_list_goes_stale_with_the_first_of_its_four_roles(alliance):
    expiring = alliance.list.expiring
    assert alliance.list.expires == min(expiring[role] for role in ("root", "targets", "snapshot", "timestamp"))
    assert alliance.list.expires == NOW + timedelta(days=7)
    assert expiring["node-AL"] == NOW + timedelta(days=365)


def test_versions_are_those_of_timestamp_and_root(alliance):
    alliance.renew()
    alliance.rotate_root()
    state = refreshed(begin(alliance.root), alliance.files, now=alliance.now)
    assert (state.list.version, state.list.root_version) == (3, 2)


def test_nothing_can_be_loaded_from_a_root_alone(alliance):
    with pytest.raises(NotTrusted, match=r"there is no timestamp\.json"):
        load(begin(alliance.root))


def test_a_node_without_a_root_takes_nothing(alliance):
    assert "begin with the root file" in refused({}, alliance.files, now=alliance.now, code="list-invalid")


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"signatures":[],"signed":{}}', b"\xff", b"null"])
def test_what_is_no_root_is_nothing_to_begin_with(data):
    with pytest.raises(NotTrusted):
        begin(data)


def test_a_root_that_its_own_holders_did_not_sign_is_nothing_to_begin_with(alliance):
    with pytest.raises(NotTrusted):
        begin(edited(alliance.files, "1.root.json", lambda body: None, alliance.root_keys[:2]))


def test_suspended_and_left_nodes_are_listed_as_such_and_do_not_take_part(alliance):
    alliance.change("AL", status="suspended")
    alliance.change("BO", status="left")
    trusted = refreshed(begin(alliance.root), alliance.files, now=alliance.now).list
    for node, code in (("AL", "suspended"), ("BO", "left")):
        with pytest.raises(NotTrusted) as refusal:
            trusted.entry(node)
        assert refusal.value.code == code
    assert [entry.node for entry in trusted.active()] == ["SEC"]
    assert trusted.nodes["BO"].seal_keys()  # what it signed can still be read


# Rollback


def test_an_older_timestamp_is_refused(alliance):
    old = alliance.files
    alliance.renew()
    refused(alliance.files, old, now=alliance.now, code="list-rollback")


def test_an_older_snapshot_under_a_newer_timestamp_is_refused(alliance):
    old = alliance.files
    alliance.end_key("AL")
    snapshot = old[named(old, "snapshot")]
    meta = {"snapshot.json": {"version": 1, **vouched(snapshot)}}
    stolen = edited(
        alliance.files, "timestamp.json", lambda body: body.update(version=9, meta=meta), alliance.online_keys
    )
    refused(alliance.files, {**old, "timestamp.json": stolen}, now=alliance.now, code="list-rollback")


@pytest.mark.parametrize("role", ["targets", "node-AL"])
def test_an_older_version_of_a_role_under_a_newer_snapshot_is_refused(alliance, role):
    old = alliance.files
    alliance.end_key("AL")
    alliance.change("BO", status="suspended")
    back = {"version": 1, **vouched(old[f"1.{role}.json"])}
    stolen = resealed(alliance, alliance.files, snapshot=lambda body: body["meta"].update({f"{role}.json": back}))
    refused(alliance.files, {**old, **stolen}, now=alliance.now, code="list-rollback")


def test_a_snapshot_that_no_longer_names_a_role_is_refused(alliance):
    stolen = resealed(alliance, alliance.files, snapshot=lambda body: body["meta"].pop("node-AL.json"))
    refused(alliance.files, stolen, now=alliance.now, code="list-invalid")


def test_an_older_root_takes_nothing_back(alliance):
    first = alliance.files
    alliance.rotate_root()
    refused(alliance.files, first, now=alliance.now, code="list-rollback")


def test_a_root_shown_under_a_later_version_than_its_own_is_refused(alliance):
    refused(alliance.files, {**alliance.files, "2.root.json": alliance.root}, now=alliance.now, code="list-invalid")


def test_rollback_is_noticed_even_if_what_is_held_has_expired(alliance):
    old = edited(alliance.files, "timestamp.json", until(NOW + timedelta(days=100)), alliance.online_keys)
    held = {**alliance.files, "timestamp.json": old}
    alliance.renew()
    held, newer = alliance.files, {**held, "timestamp.json": old}
    now = alliance.now + timedelta(days=20)
    assert load(held).list.stale(now)
    refused(held, newer, now=now, code="list-rollback")


def test_a_stolen_online_key_that_counted_ahead_is_forgotten_once_its_holder_has_another(alliance):
    far = edited(alliance.files, "timestamp.json", lambda body: body.update(version=999_999_999), alliance.online_keys)
    held = refreshed(alliance.files, {**alliance.files, "timestamp.json": far}, now=alliance.now).files
    alliance.renew()
    refused(held, alliance.files, now=alliance.now, code="list-rollback")

    new = suite.new_key("identity")
    online = Holders((new,))
    draft = signing.draft_root(alliance.repository, snapshot=online, timestamp=online, now=alliance.now)
    alliance._publish(draft, signers=alliance.root_keys[:3])
    alliance.online_keys = [new]
    alliance.renew()
    assert refreshed(held, alliance.files, now=alliance.now).list == alliance.list
    refused(alliance.files, held, now=alliance.now, code="list-invalid")


# Freezing


@pytest.mark.parametrize("days", [7, 30, 365])
def test_a_list_that_has_run_out_is_not_taken(alliance, days):
    now = alliance.now + timedelta(days=days)
    refused(begin(alliance.root), alliance.files, now=now, code="list-expired")
    refused(alliance.files, alliance.files, now=now, code="list-expired")


def test_it_is_taken_until_the_second_before(alliance):
    before = alliance.list.expires - timedelta(seconds=1)
    assert refreshed(begin(alliance.root), alliance.files, now=before).list == alliance.list


def test_an_expired_snapshot_under_a_fresh_timestamp_is_refused(alliance):
    alliance.pass_time(days=31)
    fresh = edited(alliance.files, "timestamp.json", until(alliance.now + timedelta(days=7)), alliance.online_keys)
    said = refused(
        begin(alliance.root), {**alliance.files, "timestamp.json": fresh}, now=alliance.now, code="list-expired"
    )
    assert "snapshot" in said


def test_expired_targets_under_a_fresh_snapshot_are_refused(alliance):
    alliance.pass_time(days=364)
    draft = signing.draft_root(alliance.repository, now=alliance.now)
    alliance._publish(draft)
    alliance.renew()
    alliance.pass_time(days=2)
    said = refused(begin(alliance.root), alliance.files, now=alliance.now, code="list-expired")
    assert "targets" in said


def test_a_held_list_that_has_run_out_is_still_loaded_and_says_so(alliance):
    long_after = alliance.now + timedelta(days=4000)
    state = load(alliance.files)
    assert state.list.stale(long_after)
    assert not state.list.stale(alliance.now)
    assert state.list.entry("AL").live("seal") == alliance.list.entry("AL").live("seal")


def test_a_stale_list_becomes_fresh_by_a_newer_one(alliance):
    held = alliance.files
    alliance.pass_time(days=40)
    assert load(held).list.stale(alliance.now)
    alliance.renew()
    assert not refreshed(held, alliance.files, now=alliance.now).list.stale(alliance.now)


# The root's chain


def test_a_chain_of_roots_is_followed_to_its_end(alliance):
    held = alliance.files
    for _ in range(3):
        alliance.rotate_root()
    state = refreshed(held, alliance.files, now=alliance.now)
    assert state.list.root_version == 4
    assert {f"{version}.root.json" for version in range(1, 5)} <= set(state.files)


def test_a_chain_with_a_missing_root_is_refused(alliance):
    held = alliance.files
    alliance.rotate_root()
    alliance.rotate_root()
    offered = {name: data for name, data in alliance.files.items() if name != "2.root.json"}
    assert "without root 2" in refused(held, offered, now=alliance.now, code="list-invalid")


def test_an_expired_root_is_left_behind_by_a_chain_through_other_expired_ones(alliance):
    held = alliance.files
    alliance.pass_time(days=300)
    alliance.rotate_root()
    alliance.pass_time(days=400)
    alliance._publish(signing.draft_root(alliance.repository, now=alliance.now))
    alliance._publish(signing.draft_list(alliance.repository, (), now=alliance.now))
    alliance.renew()
    assert load(held).list.stale(alliance.now)
    state = refreshed(held, alliance.files, now=alliance.now)
    assert state.list.root_version == 3
    assert not state.list.stale(alliance.now)


def test_nothing_is_taken_under_a_root_that_has_expired(alliance):
    alliance.pass_time(days=366)
    fresh = edited(alliance.files, "timestamp.json", until(alliance.now + timedelta(days=7)), alliance.online_keys)
    for offered in ({**alliance.files, "timestamp.json": fresh}, {}):
        assert "root 1 has expired" in refused(alliance.files, offered, now=alliance.now, code="list-expired")


@pytest.mark.parametrize("signers", [(0, 1), (2, 3), (0,), ()])
def test_a_root_signed_by_fewer_than_three_of_the_old_holders_is_refused(alliance, signers):
    held = alliance.files
    keys = [suite.new_key("identity") for _ in range(3)]
    root = signing.draft_root(alliance.repository, root=Holders(tuple(keys), 3), now=alliance.now)
    data = signed_by(root.metadata["signed"], [*keys, *(alliance.root_keys[one] for one in signers)])
    refused(held, {**held, "2.root.json": data}, now=alliance.now, code="list-invalid")


def test_a_root_that_its_new_holders_did_not_sign_is_refused(alliance):
    held = alliance.files
    keys = [suite.new_key("identity") for _ in range(3)]
    root = signing.draft_root(alliance.repository, root=Holders(tuple(keys), 3), now=alliance.now)
    data = signed_by(root.metadata["signed"], [*alliance.root_keys, *keys[:2]])
    refused(held, {**held, "2.root.json": data}, now=alliance.now, code="list-invalid")


def test_holders_who_were_replaced_cannot_sign_the_next_root(alliance):
    retired = alliance.root_keys
    alliance.rotate_root()
    held = alliance.files
    data = edited(held, "2.root.json", lambda body: body.update(version=3), [*retired[:2], alliance.root_keys[4]])
    refused(held, {**held, "3.root.json": data}, now=alliance.now, code="list-invalid")


def test_a_root_does_not_change_the_alliance_or_make_an_exercise_earnest(alliance):
    for member, value in (("x-tocsin-alliance", "other"), ("x-tocsin-exercise", False)):
        body = {"version": 2, member: value}
        data = edited(alliance.files, "1.root.json", lambda root, body=body: root.update(body), alliance.root_keys)
        offered = {**alliance.files, "2.root.json": data}
        assert "another alliance" in refused(alliance.files, offered, now=alliance.now, code="list-invalid")


def test_a_list_of_another_alliance_is_refused(alliance):
    other = ExerciseAlliance(["AL", "BO", "SEC"], alliance="other")
    refused(alliance.files, other.files, now=alliance.now, code="list-invalid")
    refused(begin(alliance.root), other.files, now=alliance.now, code="list-invalid")


def test_the_list_must_be_of_the_alliance_that_its_root_names(alliance):
    for wrong in ({"alliance": "other"}, {"exercise": False}):
        said = {"alliance": "exercise", "exercise": True, "nodes": [], **wrong}
        offered = _with_alliance_file(alliance, canonical(said))
        assert "as its root says" in refused(alliance.files, offered, now=alliance.now, code="list-invalid")


# Signatures


@pytest.mark.parametrize("count", [0, 1, 2])
def test_targets_signed_by_fewer_than_three_are_refused(alliance, count):
    new = {"2.targets.json": edited(alliance.files, "1.targets.json", _next, alliance.list_keys[:count])}
    refused(alliance.files, resealed(alliance, alliance.files, new), now=alliance.now, code="list-invalid")


def test_one_insider_cannot_make_up_for_the_others_with_keys_of_their_own(alliance):
    own = [suite.new_key("identity") for _ in range(4)]
    new = {"2.targets.json": edited(alliance.files, "1.targets.json", _next, [alliance.list_keys[0], *own])}
    refused(alliance.files, resealed(alliance, alliance.files, new), now=alliance.now, code="list-invalid")


def test_one_signature_shown_three_times_counts_once(alliance):
    key = alliance.list_keys[0]
    new = {"2.targets.json": edited(alliance.files, "1.targets.json", _next, [key, key, key])}
    refused(alliance.files, resealed(alliance, alliance.files, new), now=alliance.now, code="list-invalid")


def test_one_key_listed_under_two_names_is_refused(alliance):
    def twice(keys, role):
        keys["another"] = keys[role["keyids"][0]]
        role["keyids"].append("another")

    def root(body):
        twice(body["keys"], body["roles"]["targets"])

    def targets(body):
        twice(body["delegations"]["keys"], body["delegations"]["roles"][0])

    with pytest.raises(NotTrusted, match="under its own thumbprint"):
        begin(edited(alliance.files, "1.root.json", root, alliance.root_keys))
    data = edited(alliance.files, "1.root.json", lambda body: (_next(body), root(body)), alliance.root_keys)
    said = refused(alliance.files, {**alliance.files, "2.root.json": data}, now=alliance.now, code="list-invalid")
    assert "under its own thumbprint" in said
    data = edited(alliance.files, "1.targets.json", lambda body: (_next(body), targets(body)), alliance.list_keys)
    offered = resealed(alliance, alliance.files, {"2.targets.json": data})
    said = refused(alliance.files, offered, now=alliance.now, code="list-invalid")
    assert "under its own thumbprint" in said


@pytest.mark.parametrize("role", ["timestamp", "snapshot"])
def test_online_roles_signed_by_anybody_else_are_refused(alliance, role):
    alliance.end_key("AL")
    name = "timestamp.json" if role == "timestamp" else named(alliance.files, role)
    forged = {name: edited(alliance.files, name, lambda body: None, [suite.new_key("identity")])}
    old = ExerciseAlliance(["AL"]).files
    refused(begin(alliance.root), {**alliance.files, **forged}, now=alliance.now, code="list-invalid")
    refused(begin(alliance.root), {**alliance.files, name: old.get(name, b"")}, now=alliance.now, code="list-invalid")


def test_one_states_key_signs_for_no_other_state(alliance):
    forged = {"2.node-BO.json": edited(alliance.files, "1.node-BO.json", _next, [alliance.identity_keys["AL"]])}
    state = refreshed(alliance.files, resealed(alliance, alliance.files, forged), now=alliance.now)
    assert state.list.nodes["BO"] == alliance.list.nodes["BO"]
    assert "not to be trusted" in state.amiss["BO"]


@pytest.mark.parametrize("paths", [["nodes/BO.json"], ["nodes/*.json"], ["nodes/AL.json", "nodes/BO.json"], []])
def test_a_state_is_trusted_with_its_own_file_alone(alliance, paths):
    def widen(body):
        body["version"] = 2
        body["delegations"]["roles"][0]["paths"] = paths

    new = {"2.targets.json": edited(alliance.files, "1.targets.json", widen, alliance.list_keys)}
    said = refused(alliance.files, resealed(alliance, alliance.files, new), now=alliance.now, code="list-invalid")
    assert "for its own file alone" in said


# Mixing and altering


def test_files_of_two_states_of_the_list_do_not_mix(alliance):
    old = alliance.files
    alliance.end_key("AL")
    alliance.change("BO", status="suspended")
    new = alliance.files
    changed = [name for name in new if name != "1.root.json" and old.get(name) != new[name]]
    assert len(changed) == 6
    for name in changed:
        mixed = {**old, **{other: new[other] for other in changed if other != name}}
        code = "list-invalid"
        if name == "timestamp.json":
            # The old timestamp names the old list, and that is whole.
            assert refreshed(begin(alliance.root), mixed, now=alliance.now).list.version == 1
            code = "list-rollback"
            refused(new, mixed, now=alliance.now, code=code)
            continue
        refused(begin(alliance.root), mixed, now=alliance.now, code=code)


def test_a_file_under_anothers_name_is_refused(alliance):
    files = alliance.files
    own = {name.split(".")[1]: name for name in files if name.startswith("nodes/")}
    swapped = {**files, own["AL"]: files[own["BO"]], own["BO"]: files[own["AL"]]}
    refused(begin(alliance.root), swapped, now=alliance.now, code="list-invalid")


def test_every_file_counts_to_the_last_byte(alliance):
    alliance.rotate_root()
    for name, data in alliance.files.items():
        if name == "1.root.json":
            continue  # held already, and not read again
        for place in (0, len(data) // 3, len(data) // 2, len(data) - 1):
            altered = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
            refused(begin(alliance.root), {**alliance.files, name: altered}, now=alliance.now, code="list-invalid")


def test_every_file_is_needed(alliance):
    alliance.end_key("AL")
    for name in alliance.files:
        if name == "1.root.json":
            continue
        lacking = {other: data for other, data in alliance.files.items() if other != name}
        refused(begin(alliance.root), lacking, now=alliance.now, code="list-invalid")


def test_an_altered_store_is_noticed_and_mended_by_a_whole_offer(alliance):
    for name in alliance.files:
        if name == "1.root.json":
            continue
        broken = {**alliance.files, name: alliance.files[name][:-1]}
        if "node" in name:  # of one state
            assert len(load(broken).amiss) == 1
        else:
            with pytest.raises(NotTrusted):
                load(broken)
        assert refreshed(broken, alliance.files, now=alliance.now).files == alliance.files


# Clocks


@pytest.mark.parametrize("year", [1971, 2037, 2038, 2039, 2106, 2200])
def test_it_works_in_every_year(year):
    now = datetime(year, 1, 19, 3, 14, 8, tzinfo=UTC)
    alliance = ExerciseAlliance(["AL", "SEC"], now=now)
    held = refreshed(begin(alliance.root), alliance.files, now=now).files
    alliance.pass_time(days=6)
    alliance.end_key("AL")
    state = refreshed(held, alliance.files, now=alliance.now)
    assert state.list == alliance.list
    assert not state.list.stale(alliance.now)
    refused(begin(alliance.root), alliance.files, now=now + timedelta(days=400), code="list-expired")


def test_a_clock_behind_by_years_still_takes_the_newest_list(alliance):
    assert refreshed(begin(alliance.root), alliance.files, now=datetime(1970, 1, 1, tzinfo=UTC)).list == alliance.list


def test_a_clock_in_another_zone_is_the_same_clock(alliance):
    now = (alliance.list.expires - timedelta(seconds=1)).astimezone(ZoneInfo("Asia/Tashkent"))
    assert refreshed(begin(alliance.root), alliance.files, now=now).list == alliance.list
    refused(begin(alliance.root), alliance.files, now=now + timedelta(seconds=1), code="list-expired")


def _next(body):
    body["version"] += 1


def _with_alliance_file(alliance, data):
    def change(body):
        body["version"] += 1
        body["targets"] = {"alliance.json": vouched(data)}

    name = f"{hashlib.sha256(data).hexdigest()}.alliance.json"
    new = {"2.targets.json": edited(alliance.files, "1.targets.json", change, alliance.list_keys), name: data}
    return resealed(alliance, alliance.files, new)
