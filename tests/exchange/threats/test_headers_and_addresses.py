"""Threat: a proxy's headers, or a state's registered address, turn a node against others or against itself."""

import json

import pytest
from tests.exchange.threats.doors import Doors, signed_request
from tests.exchange.world import World

from tocsin.exchange import suite
from tocsin.exchange.errors import Malformed, Unreachable
from tocsin.exchange.http.addresses import ForbiddenAddress, GuardedBackend
from tocsin.exchange.http.calling import Caller
from tocsin.exchange.http.lines import HttpLine
from tocsin.exchange.http.messages import Request
from tocsin.exchange.http.resolving import LookUps
from tocsin.exchange.http.signatures import new_nonce, sign_request
from tocsin.exchange.http.transport import HttpsTransport
from tocsin.exchange.trust import signing

SPOOFED = {
    "Host": "ce.example",
    "X-Forwarded-Host": "ce.example",
    "X-Forwarded-For": "127.0.0.1",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Port": "80",
    "X-Forwarded-Prefix": "/exchange/v1/heads",
    "X-Original-URL": "/exchange/v1/parcels",
    "X-Rewrite-URL": "/exchange/v1/parcels",
    "X-HTTP-Method-Override": "POST",
    "Forwarded": "for=127.0.0.1;host=ce.example;proto=http",
    "Tocsin-Node": "CE",
    "X-Real-IP": "10.0.0.1",
}


@pytest.fixture
def world():
    return World(["AL", "BO", "CE"])


def said(answer):
    return json.loads(answer.body)


@pytest.mark.parametrize("name", SPOOFED)
def test_no_header_changes_whose_a_request_is_or_what_it_asks(world, name):
    doors = Doors(world)
    answer = doors.knock("BO", signed_request(world, "AL", "BO", headers={name: SPOOFED[name]}))
    assert answer.status == 200
    assert said(answer)["node"] == "BO"
    request = signed_request(world, "AL", "BO")
    spoofed = Request(request.method, request.target, request.headers.replaced({name: SPOOFED[name]}), request.body)
    assert doors.knock("BO", spoofed).status == 200, "added on the way, it is looked past as well"


@pytest.mark.parametrize("name", ["Host", "X-Forwarded-Host", "Forwarded"])
def test_a_request_signed_for_another_address_does_not_pass_by_a_header_that_says_it_was_meant(world, name):
    """As it would if the address were taken from what a proxy, or the sender, says."""
    doors = Doors(world)
    for base in (
        "https://ce.example",
        "http://bo.example",
        "https://bo.example:8443",
        "https://bo.example.evil.example",
    ):
        value = f"host={base.split('//')[1]}" if name == "Forwarded" else base.split("//")[1]
        request = signed_request(world, "AL", "BO", base_url=base, headers={name: value})
        assert said(doors.knock("BO", request))["code"] == "request-signature"


def test_any_of_the_registered_addresses_may_be_signed_for_and_no_other(world):
    world.alliance.change_own("BO", urls=["https://one.bo.example", "https://two.bo.example:8443"])
    for name in world.names:
        world.give_list(name)
    doors = Doors(world)
    for base, status in (
        ("https://one.bo.example", 200),
        ("https://two.bo.example:8443", 200),
        ("https://two.bo.example", 401),
        ("https://bo.example", 401),
    ):
        assert doors.knock("BO", signed_request(world, "AL", "BO", base_url=base)).status == status


def test_without_a_signature_or_by_an_unlisted_key_nothing_is_answered(world):
    doors = Doors(world)
    answer = doors.knock("BO", Request("GET", "/exchange/v1/heads", {}, b""))
    assert (answer.status, said(answer)["code"]) == (401, "request-unsigned")
    answer = doors.knock("BO", signed_request(world, "AL", "BO", key=suite.new_key("request")))
    assert said(answer)["code"] == "request-signature"
    answer = doors.knock("BO", signed_request(world, "AL", "BO", key=world.alliance.keys["AL"]["seal"]))
    assert said(answer)["code"] == "request-signature"


@pytest.mark.parametrize(
    "target",
    [
        "/exchange/v1/../v1/heads",
        "/exchange/v1/heads/",
        "/exchange/v1//heads",
        "/exchange/v1/heads%00",
        "/exchange/v1/HEADS",
        "/exchange/v2/heads",
        "/exchange/v1/",
        "/admin",
        "/exchange/v1/heads?origin=%ff",
        "/exchange/v1/batches?origin=BO&epoch=1&stream=members&after=0&after=1",
        "/exchange/v1/batches?origin=BO&epoch=1&stream=members&after",
        "/exchange/v1/batches?origin=BO&epoch=1&stream=members&" + "&".join(f"x{n}=1" for n in range(14)),
        "/exchange/v1/batches?after=-1",
        "/exchange/v1/batches?after=%D9%A1&origin=AL&epoch=1&stream=members",
        "/exchange/v1/log?origin=AL&epoch=1&from=9&to=1",
    ],
)
def test_paths_and_queries_of_any_other_form_are_refused_in_the_protocols_words(world, target):
    plain = Request("GET", target, {}, b"")
    fields = sign_request(
        plain,
        base_url="https://bo.example",
        key=world.alliance.keys["AL"]["request"],
        created=world.alliance.now,
        nonce=new_nonce(),
    )
    answer = Doors(world).knock("BO", Request("GET", target, fields, b""))
    assert answer.status in (400, 404)
    assert said(answer)["code"] in ("not-found", "bad-request")


# Registered addresses


def caller(world, name, resolve):
    here = world.nodes[name]
    transport = HttpsTransport(clock=here.clock, resolve=resolve)
    return Caller(node=name, key=here.keys.request, trust=here.trust, clock=here.clock, transport=transport)


INSIDE = ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "::1", "fd00::1", "0.0.0.0", "::ffff:10.0.0.1"]


@pytest.mark.parametrize("address", INSIDE)
def test_a_registered_name_that_leads_inside_calls_nobody_there(address):
    """Unless the alliance allows private addresses for that node; the metadata service never."""
    world = World(["AL", "BO"], private_addresses=False, urls={"AL": ["https://al.example"]})
    asked = []
    line = HttpLine(caller(world, "BO", lambda host, port: asked.append(host) or [address]))
    met = world.meet("BO", "AL", line)
    assert asked == ["al.example"]
    assert "public addresses only" in met.problem
    assert world.nodes["BO"].store.peer("AL").failures == 1


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1", "https://169.254.169.254", "https://[::1]", "https://localhost", "https://2130706433"],
)
def test_an_address_inside_written_out_calls_nobody_either(url):
    world = World(["AL", "BO"], private_addresses=False, urls={"AL": [url]})
    line = HttpLine(caller(world, "BO", lambda host, port: pytest.fail("it was looked up")))
    problem = world.meet("BO", "AL", line).problem
    assert "public addresses only" in problem or "not an address" in problem


def test_one_good_address_among_bad_ones_makes_a_name_no_better():
    backend = GuardedBackend(private=False, look_ups=LookUps(lambda host, port: ["203.0.114.1", "127.0.0.1"]))
    with pytest.raises(ForbiddenAddress):
        backend.connect_tcp("al.example", 443)


def test_the_metadata_service_is_not_called_even_where_private_addresses_are_allowed():
    world = World(["AL", "BO"], urls={"AL": ["https://al.example"]})
    line = HttpLine(caller(world, "BO", lambda host, port: ["169.254.169.254"]))
    assert "never called" in world.meet("BO", "AL", line).problem


@pytest.mark.parametrize(
    "url",
    [
        "http://al.example",
        "https://user:word@al.example",
        "https://al.example/path",
        "https://al.example?x=1",
        "https://al.example#x",
        "https://AL.example",
        "https://al.example:443",
        "https://al.example:0",
        "https://al.example:99999",
        "file:///etc/passwd",
        "https://al.example\r\nX: y",
        "https://al_.example/../",
        "gopher://al.example",
    ],
)
def test_what_is_no_plain_https_address_cannot_even_be_registered(url):
    world = World(["AL", "BO"])
    own = {**world.alliance._own("AL"), "urls": [url]}
    with pytest.raises(Malformed, match="https"):
        signing.draft_own_file(world.alliance.repository, own, now=world.alliance.now)


def test_a_node_that_lists_no_address_is_not_called():
    world = World(["AL", "BO"], urls={"AL": []})
    line = HttpLine(caller(world, "BO", lambda host, port: pytest.fail("it was looked up")))
    assert "cannot be called" in world.meet("BO", "AL", line).problem
    with pytest.raises(Unreachable):
        line.call("AL", "GET", "heads", {})
