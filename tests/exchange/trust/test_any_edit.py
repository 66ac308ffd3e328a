"""Whatever is done to the files on their way, or signed by those who may: no list is taken that was not signed."""

import copy
import json
from datetime import timedelta
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exchange.alliances import ExerciseAlliance
from tests.exchange.trust.forging import own_role, resealed, signed_by

from tocsin.exchange.canonical import canonical
from tocsin.exchange.errors import NotTrusted
from tocsin.exchange.trust.refreshing import begin, load, refreshed


@cache
def history():
    """An alliance, the files before and after it ended a key, changed a standing and rotated its root."""
    alliance = ExerciseAlliance(["AL", "BO"])
    before = alliance.files
    alliance.end_key("AL", reason="stolen")
    alliance.change("BO", tier="guest")
    alliance.rotate_root()
    return alliance, before, alliance.files


@st.composite
def edits(draw):
    """The newer files with bytes changed, cut, moved between files, or taken from the older ones."""
    _, before, after = history()
    files = dict(after)
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(sorted(files)))
        data = files[name]
        at = draw(st.integers(0, len(data)))
        kind = draw(st.sampled_from(["flip", "cut", "insert", "drop", "swap", "old"]))
        if kind == "flip" and at < len(data):
            files[name] = data[:at] + bytes([data[at] ^ (1 << draw(st.integers(0, 7)))]) + data[at + 1 :]
        elif kind == "cut":
            files[name] = data[:at]
        elif kind == "insert":
            files[name] = data[:at] + draw(st.binary(min_size=1, max_size=3)) + data[at:]
        elif kind == "drop":
            files.pop(name)
        elif kind == "swap":
            files[name] = files[draw(st.sampled_from(sorted(files)))]
        else:
            old = draw(st.sampled_from(sorted(before)))
            files[old] = before[old]
    return files


@given(edits())
@settings(max_examples=40, deadline=None)
def test_edited_files_are_refused_or_say_what_was_signed(files):
    alliance, before, after = history()
    signed = [load(before).list, load(after).list]
    for held in (begin(alliance.root), before, after):
        try:
            state = refreshed(held, files, now=alliance.now)
        except NotTrusted:
            continue
        # Root 2 may have been left out: then all else is as signed under root 1.
        trusted = [(one.nodes, one.version) for one in signed]
        assert (state.list.nodes, state.list.version) in trusted[1 if held is after else 0 :]
        assert not state.amiss


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab_x", max_size=4), inner, max_size=3),
    max_leaves=6,
)


def places(value, path=()):
    """The way to every value in a JSON value."""
    yield path
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*path, key))


@st.composite
def mutations(draw):
    """A file's name, and its signed part with one or two values replaced, renamed or dropped."""
    _, _, after = history()
    roles = [name for name in sorted(after) if not name.startswith("nodes/") and "alliance" not in name]
    name = draw(st.sampled_from(roles))
    body = json.loads(after[name])["signed"]
    for _ in range(draw(st.integers(1, 2))):
        path = draw(st.sampled_from([path for path in places(body) if path]))
        inner = body
        for key in path[:-1]:
            inner = inner[key]
        if draw(st.booleans()):
            inner[path[-1]] = draw(JSON)
        else:
            inner.pop(path[-1])
    return name, body


@given(mutations())
@settings(max_examples=75, deadline=None)
def test_whatever_the_right_people_sign_is_taken_or_refused_and_stops_nobody(mutation):
    """An insider with all keys of a role may sign anything; a node answers with a code, never by failing itself."""
    alliance, _, after = history()
    name, body = mutation
    version, _, role = name.partition(".")
    keys = {
        "timestamp": alliance.online_keys,
        "snapshot": alliance.online_keys,
        "root": alliance.root_keys,
        "targets": alliance.list_keys,
    }
    role = role.removesuffix(".json") if version.isdigit() else "timestamp"
    signers = keys.get(role) or [alliance.identity_keys[role.removeprefix("node-")]]
    data = signed_by(copy.deepcopy(body), signers)
    files = {**after, name: data}
    if role not in ("root", "timestamp", "snapshot"):
        files = resealed(alliance, after, {name: data})
    for held in (begin(alliance.root), after):
        try:
            state = refreshed(held, files, now=alliance.now + timedelta(seconds=1))
        except NotTrusted:
            continue
        assert load(state.files).list == state.list
        if role.startswith("node-"):
            other = "BO" if role == "node-AL" else "AL"
            assert state.list.nodes[other] == load(after).list.nodes[other]


@given(JSON)
@settings(max_examples=50, deadline=None)
def test_whatever_a_state_says_of_itself_changes_nobody_else(says):
    alliance, _, after = history()
    own = {"node": "AL", "urls": [], "tls_ca": None, "signatures": 1, "keys": []}
    for content in (says, {**own, **says} if isinstance(says, dict) else {**own, "keys": says}, {**own, "urls": says}):
        files = resealed(alliance, after, own_role(alliance, "AL", says=canonical(content), version=3))
        state = refreshed(after, files, now=alliance.now)
        assert state.list.nodes["BO"] == load(after).list.nodes["BO"]
