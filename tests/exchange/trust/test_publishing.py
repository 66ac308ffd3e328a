"""The repository: what is published counts from the next renewal on, and nodes must be able to take it."""

import os
from datetime import timedelta

import pytest
from tests.exchange.alliances import ExerciseAlliance
from tests.exchange.trust.forging import edited

from tocsin.exchange import suite
from tocsin.exchange.bundles import TrustFile
from tocsin.exchange.errors import ExchangeError, NotTrusted
from tocsin.exchange.trust import repository, signing
from tocsin.exchange.trust.drafts import signed
from tocsin.exchange.trust.files import of_records, read_folder, records, write_folder
from tocsin.exchange.trust.publishing import publish, renew, renewed
from tocsin.exchange.trust.refreshing import begin, refreshed
from tocsin.exchange.trust.repository import Holders


@pytest.fixture
def alliance():
    return ExerciseAlliance(["AL", "BO", "SEC"])


def test_what_is_published_counts_from_the_next_renewal_on(alliance):
    before = alliance.list
    draft = signing.draft_own_file(alliance.repository, {**_own(alliance), "urls": []}, now=alliance.now)
    alliance._publish(draft)
    assert refreshed(begin(alliance.root), alliance.files, now=alliance.now).list == before
    alliance.renew()
    assert alliance.list.entry("AL").urls == ()


def test_a_renewal_keeps_the_snapshot_until_half_of_its_time_is_over(alliance):
    alliance.pass_time(days=14)
    alliance.renew()
    assert "1.snapshot.json" in alliance.files
    alliance.pass_time(days=2)
    alliance.renew()
    assert "2.snapshot.json" in alliance.files
    assert (alliance.list.expiring["snapshot"] - alliance.now).days == 30


def test_weekly_renewals_keep_a_list_fresh_for_a_year(alliance):
    held = begin(alliance.root)
    for _ in range(60):
        alliance.renew()
        held = dict(refreshed(held, alliance.files, now=alliance.now).files)
        alliance.pass_time(days=6)
    assert alliance.list.version == 61


def test_a_renewal_takes_the_online_keys(alliance):
    for keys in ([], [suite.new_key("identity")], alliance.root_keys):
        with pytest.raises(ExchangeError, match=r"the timestamp takes 1 signatures of .*; 0 of these keys are here"):
            renewed(alliance.repository, keys, now=alliance.now)


def test_a_deputy_may_renew_once_the_root_names_them(alliance):
    deputy = suite.new_key("identity")
    holders = Holders((alliance.online_keys[0], deputy))
    alliance._publish(signing.draft_root(alliance.repository, snapshot=holders, timestamp=holders, now=alliance.now))
    state = renewed(alliance.repository, [deputy], now=alliance.now)
    assert refreshed(alliance.files, state.files, now=alliance.now).list.root_version == 2


def test_new_online_keys_sign_the_snapshot_anew(alliance):
    new = suite.new_key("identity")
    online = Holders((new,))
    alliance._publish(signing.draft_root(alliance.repository, snapshot=online, timestamp=online, now=alliance.now))
    with pytest.raises(ExchangeError, match="by root 2"):
        renewed(alliance.repository, alliance.online_keys, now=alliance.now)
    state = renewed(alliance.repository, [new], now=alliance.now)
    assert "2.snapshot.json" in state.files


def test_a_list_that_no_node_would_take_is_not_renewed(alliance):
    alliance.pass_time(days=365)
    with pytest.raises(NotTrusted, match="root 1 has expired"):
        renewed(alliance.repository, alliance.online_keys, now=alliance.now)
    alliance._publish(signing.draft_root(alliance.repository, now=alliance.now))
    with pytest.raises(NotTrusted, match="the role targets has expired"):
        renewed(alliance.repository, alliance.online_keys, now=alliance.now)


def test_a_list_whose_signers_were_replaced_must_be_signed_by_the_new_ones_first(alliance):
    new = suite.new_key("identity")
    alliance._publish(signing.draft_root(alliance.repository, targets=Holders((new,)), now=alliance.now))
    with pytest.raises(NotTrusted, match="the role targets is not to be trusted"):
        renewed(alliance.repository, alliance.online_keys, now=alliance.now)
    alliance._publish(signing.draft_list(alliance.repository, (), now=alliance.now), signers=[new])
    assert renewed(alliance.repository, alliance.online_keys, now=alliance.now).list.root_version == 2


def test_a_role_that_was_ever_named_stays_named(alliance):
    """Other tools may take a delegation out of the list; nodes refuse a snapshot that has lost a role."""

    def drop(body):
        body["version"] = 2
        body["delegations"]["roles"] = [role for role in body["delegations"]["roles"] if role["name"] != "node-AL"]

    files = {
        **alliance.repository,
        "2.targets.json": edited(alliance.files, "1.targets.json", drop, alliance.list_keys),
    }
    state = renewed(files, alliance.online_keys, now=alliance.now)
    assert not state.list.nodes["AL"].keys
    assert refreshed(alliance.files, state.files, now=alliance.now).list == state.list


def test_nothing_is_renewed_before_there_is_a_list():
    alliance = ExerciseAlliance(["SEC"])
    with pytest.raises(ExchangeError, match="list was not published yet"):
        renewed({"1.root.json": alliance.root}, alliance.online_keys, now=alliance.now)


# The folder


def test_a_folder_holds_the_repository(alliance, tmp_path):
    write_folder(tmp_path, alliance.repository)
    assert read_folder(tmp_path) == alliance.repository
    draft = signing.draft_own_file(read_folder(tmp_path), {**_own(alliance), "urls": []}, now=alliance.now)
    with pytest.raises(ExchangeError, match="0/1"):
        publish(tmp_path, draft, now=alliance.now)
    publish(tmp_path, signed(draft, alliance.identity_keys["AL"]), now=alliance.now)
    state = renew(tmp_path, alliance.online_keys, now=alliance.now)
    assert state.list.entry("AL").urls == ()
    assert refreshed(begin(alliance.root), read_folder(tmp_path), now=alliance.now).list == state.list


def test_other_files_in_the_folder_are_passed_over(alliance, tmp_path):
    write_folder(tmp_path, alliance.files)
    for name in ("draft.json", "nodes/notes.json", "1.root.json.bak"):
        (tmp_path / name).write_text("x")
    assert read_folder(tmp_path) == alliance.files


def test_a_published_version_never_changes(alliance, tmp_path):
    write_folder(tmp_path, alliance.files)
    with pytest.raises(ExchangeError, match="a published version never changes"):
        write_folder(tmp_path, {"1.targets.json": b"other"})
    assert read_folder(tmp_path) == alliance.files


@pytest.mark.parametrize("stop_after", range(6))
def test_a_folder_that_was_left_half_written_still_holds_a_whole_list(alliance, tmp_path, monkeypatch, stop_after):
    write_folder(tmp_path, alliance.files)
    before = alliance.list
    alliance.end_key("AL")
    alliance.change("BO", status="left")
    left, real = stop_after, os.fsync

    def fsync(handle):
        nonlocal left
        if left == 0:
            raise OSError("no space left on device")
        left -= 1
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OSError, match="no space"):
        write_folder(tmp_path, alliance.repository)
    monkeypatch.undo()
    assert refreshed(begin(alliance.root), read_folder(tmp_path), now=alliance.now).list == before
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith(".new-")]
    write_folder(tmp_path, alliance.repository)
    assert refreshed(begin(alliance.root), read_folder(tmp_path), now=alliance.now).list == alliance.list


# As records


def test_files_travel_as_records_roots_first_and_in_order(alliance):
    for _ in range(10):
        alliance.rotate_root()
    parts = records(alliance.files)
    assert [part.name for part in parts[:11]] == [f"{version}.root.json" for version in range(1, 12)]
    assert of_records([*parts, TrustFile("../x", b""), object()]) == alliance.files
    assert [part.name for part in records(alliance.files, root=10)[:2]] == ["10.root.json", "11.root.json"]
    held = refreshed(begin(alliance.root), of_records(parts), now=alliance.now).files
    alliance.rotate_root()
    assert refreshed(held, of_records(records(alliance.files, root=12)), now=alliance.now).list == alliance.list


def test_a_year_of_history_in_the_folder_does_not_travel(alliance):
    for _ in range(20):
        alliance.pass_time(days=10)
        alliance.change_own("AL", urls=[f"https://al{alliance.list.version}.example"])
    assert len(alliance.repository) > 60
    assert len(alliance.files) == 4 + 1 + 2 * 3
    assert alliance.now - timedelta(days=200) < alliance.list.expires


def _own(alliance):
    return repository.own_file(alliance.repository, "AL")
