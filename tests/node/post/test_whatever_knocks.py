"""The door under requests that nobody should send: changed on the way, made by a partner that means harm, or no HTTP.

Examples are few here; `TOCSIN_HTTP_RUNS=100000 pytest tests/node/post/test_whatever_knocks.py` is what the figures of
docs/reliability.md were made by. Behind the door stands a node in memory: the door, the signatures, the allowance and
all that answers are those of a real one.
"""

import base64
import binascii
import io
import os
import re
from collections import Counter
from functools import cache
from http import HTTPStatus
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.exchange.threats.adversaries import Thief, batches, bundle, head_of
from tests.exchange.threats.doors import signed_request
from tests.exchange.world import World

from tocsin.exchange import suite
from tocsin.exchange.bundles import TrustFile
from tocsin.exchange.canonical import canonical
from tocsin.exchange.http.allowance import Allowance, Rate
from tocsin.exchange.serving import PREFIX
from tocsin.exchange.streams import Stream
from tocsin.node.post import door, here

RUNS = int(os.environ.get("TOCSIN_HTTP_RUNS", "150"))
many = settings(max_examples=RUNS, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
TRUE = ["one", "two", "three"]
statuses: Counter[int] = Counter()


@cache
def house() -> SimpleNamespace:
    """Nodes that have exchanged, and all that a request to BO may be made of."""
    world = World(["AL", "BO", "CE"])
    for text in TRUE:
        world.tell(text)
    world.tell("to BO", audience="to:BO")
    stream, thief = Stream("AL", 1, "members"), Thief(world, "CE")
    true = batches(world.nodes["AL"], stream)
    forged = [
        thief.batch(stream, [world.document("AL", "forged")], after=true[-1].manifest),
        thief.batch(stream, [world.document("AL", "forged")], after=true[0].manifest),
        thief.batch(Stream("AL", 1, "public"), [world.document("AL", "forged", "public")]),
    ]
    files = [TrustFile(name, data) for name, data in world.alliance.files.items()]
    world.post("AL", "not brought yet")
    world.seal("AL")
    signed = world.nodes["AL"].store.checkpoint("AL", 1)
    assert signed is not None
    leaves = b"".join(world.nodes["AL"].store.leaves("AL", 1, 0, 10_000))
    said = {"checkpoint": suite.encoded(signed), "from": 0, "leaves": suite.encoded(leaves)}
    of = {"origin": "AL", "epoch": "1"}
    bodies = {
        "batches": bundle(world, "AL", [*files, *true]),
        "hints": canonical({"holds": [head_of(Stream("BO", 1, "to:AL"), 1, suite.digest(b"a receipt"))], "new": True}),
        "log": canonical(said),
        "parcels": canonical({"manifests": [true[0].manifest.digest]}),
    }
    asked = [
        ("GET", "heads", {}, b""),
        ("POST", "heads", {}, canonical({"known": [suite.digest(b"one")]})),
        ("GET", "batches", {**of, "stream": "members", "after": "0"}, b""),
        ("GET", "batches", {**of, "stream": "members", "after": "0", "only": "manifests", "parcels": "all"}, b""),
        ("GET", "trust", {"root": "0"}, b""),
        ("GET", "log", {**of, "from": "0", "to": "3"}, b""),
        *(("POST", name, {}, body) for name, body in bodies.items()),
    ]
    return SimpleNamespace(world=world, asked=asked, parts=[*true, *forged, *files])


@pytest.fixture(scope="module", autouse=True)
def _behind_the_door():
    """BO behind the door, with room for as many requests as there are."""
    plenty = Rate(10**12, 10**9)
    allowance = Allowance(monotonic=lambda: 0.0, requests=plenty, data=plenty)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(door, "allowance", allowance)
        patch.setattr(door, "close_old_connections", lambda: None)
        patch.setattr(here, "local_node", lambda **_: house().world.nodes["BO"])
        patch.setattr(here, "now", lambda: house().world.alliance.now)
        patch.setattr(door.log, "exception", lambda *_: pytest.fail("a request was not answered but failed"))
        yield
    if RUNS > 1_000:
        print(f"\n{statuses.total():,} answers: {dict(sorted(statuses.items()))}")


def knock(method, target, headers, body, **environ):
    """The status with which the door answers a request, and the body of its answer."""
    said = []
    fields = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    whole = {
        **{"REQUEST_METHOD": method, "RAW_URI": target, "CONTENT_LENGTH": str(len(body))},
        **{"wsgi.input": io.BytesIO(body), **fields, **environ},
    }
    [answer] = door.application(whole, lambda status, headers: said.append((status, headers)))
    status = int(said[0][0].split()[0])
    assert said[0][0] == f"{status} {HTTPStatus(status).phrase}"
    assert dict(said[0][1])["content-length"] == str(len(answer))
    assert not any("\n" in value or "\r" in value for _, value in said[0][1])
    statuses[status] += 1
    return status


def nothing_was_taken():
    """BO holds what it held, accuses nobody, and has let nobody in."""
    world = house().world
    store = world.nodes["BO"].store
    assert [text for text in world.accepted("BO") if text not in (*TRUE, "to BO", "not brought yet")] == []
    assert not store.evidence()
    assert not store.stopped()
    assert store.outbox(10) == []
    assert world.nodes["BO"].trust().version == world.alliance.list.version


@st.composite
def changed(draw, data):
    """Bytes that are not these: some left out, put in, changed, or doubled."""
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(data)))
        gone = draw(st.sampled_from((0, 0, 1, 1, 2, 8, 100)))
        data = data[:place] + draw(st.one_of(st.binary(max_size=6), st.sampled_from(JUNK))) + data[place + gone :]
    return data


JUNK = [b'"', b"{", b"}", b"[]", b"null", b"-1", b"1e999", b"\x00", b"\xff", b"%2e%2e/", b"AL", b"\r\n", b"9" * 40]
FIELDS = ("signature", "signature-input", "content-digest")


def text(data):
    """As a web server hands over what is on a request line and in fields."""
    return data.decode("latin-1")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (b"tocsin=:kWx8Dg==:", b"tocsin=:kWx8Dg=:", True),
        (b"tocsin=:kWx8Dg==:", b"tocsin=:kWx8Dh==:", True),
        (b"tocsin=:kWx8Dg==:", b"tocsin=:kWx8Eg==:", False),
        (b"tocsin=:kWx8Dg==:", b"tocsin=:kWx8Dg==", False),
        (b"a; b", b"a;  b", True),
    ],
)
def test_two_ways_to_write_a_field_say_the_same_only_if_it_is_the_same(one, other, same):
    assert (says(one) == says(other)) is same


def says(field):
    """What a field says. Spaces are form, and the padding and the last bits of base64 (RFC 8941, 4.2.7)."""
    return re.sub(rb":([A-Za-z0-9+/]*)=*:", lambda found: decoded(found[1]), b" ".join(field.split()))


def decoded(base):
    try:
        return b":" + base64.b64decode(base + b"=" * (-len(base) % 4)).hex().encode() + b":"
    except binascii.Error:
        return base


@many
@given(st.data())
def test_a_request_that_was_changed_after_it_was_signed_is_not_answered(data):
    world = house().world
    method, name, query, body = data.draw(st.sampled_from(house().asked))
    true = signed_request(world, data.draw(st.sampled_from(["AL", "CE"])), "BO", method, name, query, body)
    target, headers = true.target, dict(true.headers)
    match data.draw(st.sampled_from(["method", "target", "body", *FIELDS])):
        case "method":
            method = data.draw(
                st.sampled_from([one for one in ("GET", "POST", "PUT", "get", "", "\xff") if one != method])
            )
        case "target":
            target = text(data.draw(changed(target.encode()).filter(lambda one: one != target.encode())))
        case "body":
            body = data.draw(changed(body).filter(lambda one: one != true.body))
        case field:
            before = headers[field].encode()
            after = data.draw(changed(before).filter(lambda one: says(one) != says(before)))
            headers[field] = text(after)
    status = knock(method, target, headers, body)
    assert 400 <= status < 500, (status, method, target, headers)
    nothing_was_taken()


@many
@given(st.data())
def test_whatever_a_partner_signs_is_answered_and_makes_nothing_true_that_is_not(data):
    world = house().world
    asker = data.draw(st.sampled_from(["AL", "CE"]))
    bring = next(one for one in house().asked if one[:2] == ("POST", "batches"))
    method, name, query, body = data.draw(st.one_of(st.just(bring), st.sampled_from(house().asked)))
    if name != "batches" or method != "POST" or data.draw(st.integers(0, 3)) == 0:
        body = data.draw(changed(body))
    else:
        content = data.draw(st.lists(st.sampled_from(house().parts), max_size=6))
        content.sort(key=lambda part: not isinstance(part, TrustFile))  # which a bundle has before all else
        body = bundle(world, data.draw(st.sampled_from(["AL", "CE", "BO"])), content)
        body = data.draw(st.one_of(st.just(body), changed(body)))
    query = dict(query)
    for key in data.draw(st.lists(st.sampled_from([*query, "only", "x"]), max_size=2)):
        query[key] = data.draw(
            st.one_of(st.text(max_size=8), st.integers().map(str), st.sampled_from(["AL", "BO", "to:CE"]))
        )
    method = data.draw(st.sampled_from([method] * 9 + ["DELETE"]))
    name = data.draw(st.sampled_from([name] * 9 + [one[1] for one in house().asked]))
    true = signed_request(world, asker, "BO", method, name, query, body)
    more = data.draw(
        st.dictionaries(st.sampled_from(["host", "forwarded", "x-forwarded-for", "tocsin-node"]), st.text(max_size=9))
    )
    status = knock(method, true.target, {**true.headers, **more}, body)
    assert status in (200, 202) or 400 <= status < 500, status
    nothing_was_taken()


@many
@given(
    method=st.one_of(st.sampled_from(["GET", "POST"]), st.text(max_size=8)),
    target=st.one_of(
        st.text(max_size=80),
        st.sampled_from(["heads", "batches", "log", "trust", "hints", "parcels"]).map(lambda name: PREFIX + name),
    ),
    query=st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3),
    headers=st.dictionaries(st.sampled_from([*FIELDS, "host", "tocsin-node", "x"]), st.text(max_size=200), max_size=4),
    body=st.binary(max_size=60),
    length=st.one_of(st.none(), st.text(max_size=12), st.integers().map(str)),
)
def test_of_what_is_no_request_of_a_partner_nothing_is_answered(method, target, query, headers, body, length):
    environ = {} if length is None else {"CONTENT_LENGTH": length}
    status = knock(method, target + ("?" + urlencode(query) if query else ""), headers, body, **environ)
    assert 400 <= status < 500
    nothing_was_taken()


def test_requests_that_are_not_changed_are_answered():
    """Else the tests above would hold of a door that is shut."""
    for method, name, query, body in house().asked:
        true = signed_request(house().world, "AL", "BO", method, name, query, body)
        assert knock(method, true.target, true.headers, body) in (200, 202), name
