"""What is refused by size, number, depth or form, before anything is believed of it."""

import hashlib
import time

import pytest
from tests.exchange.alliances import ExerciseAlliance
from tests.exchange.trust.forging import edited, resealed

from tocsin.exchange.canonical import canonical
from tocsin.exchange.errors import NotTrusted
from tocsin.exchange.limits import MIB
from tocsin.exchange.trust import refreshing
from tocsin.exchange.trust.refreshing import begin, refreshed


@pytest.fixture(scope="module")
def alliance():
    return ExerciseAlliance(["AL", "SEC"])


def refused(alliance, offered, match):
    with pytest.raises(NotTrusted, match=match) as refusal:
        refreshed(alliance.files, offered, now=alliance.now)
    assert refusal.value.code == "list-invalid"


@pytest.fixture
def nothing_read(monkeypatch):
    """Fails a test in which an offered file is parsed."""
    monkeypatch.setattr(refreshing, "_follow_roots", lambda *_: pytest.fail("an offered file was read"))


@pytest.mark.usefixtures("nothing_read")
class TestBeforeReading:
    def test_a_file_above_a_mebibyte_is_refused(self, alliance):
        refused(alliance, {**alliance.files, "timestamp.json": b" " * (MIB + 1)}, "more than the 1048576 bytes")

    def test_more_than_a_thousand_files_are_refused(self, alliance):
        refused(alliance, {f"{number}.node-AL.json": b"" for number in range(1, 1002)}, "1001 files")

    def test_files_that_do_not_fit_into_a_page_together_are_refused(self, alliance):
        refused(alliance, {f"{number}.node-AL.json": b" " * MIB for number in range(1, 18)}, "17 files")

    def test_more_than_64_new_roots_are_refused(self, alliance):
        refused(alliance, {f"{number}.root.json": b"{}" for number in range(2, 67)}, "65 new roots")


def test_64_roots_are_followed_at_once_and_roots_held_already_are_not_counted():
    def numbered(version):
        return lambda body: body.update(version=version)

    alliance = ExerciseAlliance(["SEC"])
    keys, roots = alliance.root_keys[:3], {}
    for version in range(2, 71):
        change = {"version": version}
        roots[f"{version}.root.json"] = edited(
            alliance.files, "1.root.json", lambda body, c=change: body.update(c), keys
        )
    first = dict(list(roots.items())[:64])
    state = refreshed(alliance.files, first, now=alliance.now)
    assert state.list.root_version == 65
    assert refreshed(state.files, roots, now=alliance.now).list.root_version == 70


def test_more_than_200_nodes_are_refused(alliance):
    node = {"kind": "state", "tier": "member", "status": "active", "relay": False, "private_addresses": False}
    nodes = [{"node": f"N{number}", **node} for number in range(201)]
    said = canonical({"alliance": "exercise", "exercise": True, "nodes": nodes})
    refused(alliance, _relisted(alliance, said), "lists 201 nodes")


def test_more_than_200_delegations_are_refused(alliance):
    def change(body):
        body["version"] = 2
        role = body["delegations"]["roles"][0]
        body["delegations"]["roles"] = [
            {**role, "name": f"node-N{number}", "paths": [f"nodes/N{number}.json"]} for number in range(201)
        ]

    new = {"2.targets.json": edited(alliance.files, "1.targets.json", change, alliance.list_keys)}
    refused(alliance, resealed(alliance, alliance.files, new), "at most 200 nodes")


DEEP = b"[" * 100_000 + b"]" * 100_000


@pytest.mark.parametrize(
    "data",
    [
        DEEP,
        b'{"signed":' + DEEP + b"}",
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b"[" * 40 + b"]" * 40,
        b"",
        b"null",
        b"\xff\xfe",
        b'{"signed":1e999}',
        b'{"signed":' + b"9" * 500_000 + b"}",
        b'{"signatures":[],"signed":{"_type":"timestamp"}}',
        b'{"signatures":[],"signed":{"_type":["root"]}}',
        b'{"signatures":null,"signed":null}',
        b'{"signatures":[{"keyid":[],"sig":1}],"signed":{"_type":"timestamp"}}',
    ],
)
@pytest.mark.parametrize("name", ["timestamp.json", "2.root.json"])
def test_what_is_no_metadata_is_refused_at_once(alliance, name, data):
    began = time.process_time()
    refused(alliance, {**alliance.files, name: data}, None)
    assert time.process_time() - began < 1


def test_metadata_has_one_sequence_of_bytes(alliance):
    data = alliance.files["timestamp.json"]
    alliance_files = {name: alliance.files[name] for name in alliance.files if name != "timestamp.json"}
    for other in (
        data + b"\n",
        data.replace(b":", b": ", 1),
        data.replace(b'{"signatures"', b'{"signed":{},"signatures"', 1),
        data.replace(b'"signed"', b'"s\\u0069gned"', 1),
    ):
        with pytest.raises(NotTrusted, match="canonical"):
            refreshed(begin(alliance.root), {**alliance_files, "timestamp.json": other}, now=alliance.now)


def test_unknown_names_are_passed_over_and_not_kept(alliance):
    extra = ("../../etc/passwd", "0.root.json", "99999999999.root.json", "2.mirrors.json", "")
    offered = {**alliance.files, **dict.fromkeys(extra, b"x")}
    state = refreshed(begin(alliance.root), offered, now=alliance.now)
    assert state.files == alliance.files


def _relisted(alliance, said):
    digest = hashlib.sha256(said).hexdigest()

    def change(body):
        body["version"] = 2
        body["targets"]["alliance.json"] = {"hashes": {"sha256": digest}, "length": len(said)}

    new = {"2.targets.json": edited(alliance.files, "1.targets.json", change, alliance.list_keys)}
    return resealed(alliance, alliance.files, {**new, f"{digest}.alliance.json": said})
