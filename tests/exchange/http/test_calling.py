"""Calls to peers: what is sent, what is taken, and what is said when something fails. docs/exchange.md, section 11."""

import json
import threading
import time
from datetime import timedelta

import pytest
from tests.exchange.http.serving import AL_KEY, BO_KEY, NOW, live, signed_answer, trust, wire

from tocsin.exchange import suite
from tocsin.exchange.errors import NotTrusted, OutOfPlace, Refused, TooManyRequests, Unreachable
from tocsin.exchange.http.calling import Caller
from tocsin.exchange.http.messages import Answer
from tocsin.exchange.http.problems import problem
from tocsin.exchange.http.signatures import verify_request
from tocsin.exchange.http.transport import CutOff
from tocsin.exchange.limits import PAGE_BYTES

URL = "https://bo.example"


class Wire:
    """A transport without a network: each answer is made of the request, or raised."""

    def __init__(self, *answers, head_came=NOW):
        self.answers, self.head_came = list(answers), head_came
        self.sent = []

    def send(self, entry, base_url, request, *, most):
        self.sent.append((base_url, request, most))
        made = self.answers.pop(0)
        if isinstance(made, Exception):
            raise made
        return made(request), self.head_came

    def close(self):
        self.sent.append("closed")


def calling(transport, *urls, listed=None):
    """AL, calling over `transport`."""
    known = listed or trust(*(urls or (URL,)))
    return Caller(node="AL", key=AL_KEY, trust=lambda: known, clock=lambda: NOW, transport=transport)


def ok(request):
    return signed_answer(request, b"fine")


def test_the_signed_request_reaches_the_peer_and_the_answer_comes_back():
    wired = Wire(ok)
    answer = calling(wired).call("BO", "GET", "/exchange/v1/heads")
    assert (answer.status, answer.body) == (200, b"fine")
    base_url, request, most = wired.sent[0]
    assert (base_url, request.target, most) == (URL, "/exchange/v1/heads", PAGE_BYTES)
    assert request.headers["tocsin-node"] == "AL"
    assert request.headers["accept-encoding"] == "identity"
    assert verify_request(request, base_urls=[URL], keys=live(AL_KEY), now=NOW).kid == suite.thumbprint(AL_KEY)


def test_a_query_is_written_so_that_nothing_in_it_can_be_read_otherwise():
    wired = Wire(ok, ok)
    caller = calling(wired)
    caller.call("BO", "GET", "/exchange/v1/batches", {"origin": "AL", "stream": "to:BO+CE", "after": "17"})
    caller.call("BO", "GET", "/x", [("a", "1&b=2"), ("a", "/? #ü")])
    assert wired.sent[0][1].target == "/exchange/v1/batches?origin=AL&stream=to%3ABO%2BCE&after=17"
    assert wired.sent[1][1].target == "/x?a=1%26b%3D2&a=%2F%3F%20%23%C3%BC"


def test_a_body_goes_with_its_type():
    wired = Wire(ok)
    calling(wired).call("BO", "POST", "/exchange/v1/hints", body=b"{}", content_type="application/json")
    assert wired.sent[0][1].headers["content-type"] == "application/json"
    assert wired.sent[0][1].body == b"{}"


def test_the_next_address_is_tried_and_signed_for_when_one_fails():
    wired = Wire(Unreachable("no connection"), ok)
    second = "https://bo2.example:8443"
    assert calling(wired, URL, second).call("BO", "GET", "/x").body == b"fine"
    assert [sent[0] for sent in wired.sent] == [URL, second]
    assert verify_request(wired.sent[1][1], base_urls=[second], keys=live(AL_KEY), now=NOW)


def test_when_none_answers_the_reason_names_the_peer_and_each_address():
    with pytest.raises(Unreachable) as caught:
        calling(Wire(Unreachable("down"), Unreachable("gone")), URL, "https://b.example").call("BO", "GET", "/x")
    assert str(caught.value) == "BO was not reached. https://bo.example: down; https://b.example: gone"


def test_a_connection_that_was_cut_before_the_answer_is_tried_once_more_with_another_nonce():
    wired = Wire(CutOff("cut"), ok)
    assert calling(wired).call("BO", "GET", "/x").body == b"fine"
    assert len({sent[1].headers["signature-input"] for sent in wired.sent}) == 2
    with pytest.raises(Unreachable, match="cut"):
        calling(Wire(CutOff("cut"), CutOff("cut"))).call("BO", "GET", "/x")


@pytest.mark.parametrize(
    ("node", "listed", "code"),
    [
        ("CE", trust(URL), "unknown-node"),
        ("BO", trust(URL, status="suspended"), "suspended"),
        ("BO", trust(URL, status="left"), "left"),
    ],
)
def test_a_node_that_takes_no_part_is_not_called(node, listed, code):
    wired = Wire()
    with pytest.raises(NotTrusted) as caught:
        calling(wired, listed=listed).call(node, "GET", "/x")
    assert caught.value.code == code
    assert wired.sent == []


def test_a_node_without_addresses_calls_and_is_not_called():
    with pytest.raises(Unreachable, match="BO lists no address"):
        calling(Wire(), listed=trust()).call("BO", "GET", "/x")


@pytest.mark.parametrize(
    ("refused", "of"),
    [
        (OutOfPlace("gap", "12 to 16 are missing", "send them first"), OutOfPlace),
        (NotTrusted("suspended", "AL is suspended"), NotTrusted),
        (TooManyRequests("enough", 30), TooManyRequests),
        (Refused("not-found", "nothing"), Refused),
    ],
)
def test_what_a_peer_refuses_is_raised_as_its_class_and_no_other_address_is_tried(refused, of):
    def refuse(request):
        said = problem(refused)
        return signed_answer(request, said.body, status=said.status, headers=dict(said.headers))

    wired = Wire(refuse)
    with pytest.raises(of) as caught:
        calling(wired, URL, "https://b.example").call("BO", "GET", "/x")
    assert caught.value.code == refused.code
    assert caught.value.detail == f"BO refused: {refused.detail}"
    assert caught.value.advice == refused.advice
    assert len(wired.sent) == 1


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda request: Answer(200, {}, b"fine"), "the answer, 200, is not signed"),
        (lambda request: Answer(502, {}, b"<h1>Bad gateway</h1>"), "the answer, 502, is not signed"),
        (lambda request: problem(Refused("not-found", "nothing")), "the answer, 404, is not signed"),
        (lambda request: signed_answer(request, key=AL_KEY), "not a listed request key"),
        (lambda request: signed_answer(request, b"no", status=500), "BO answered 500 without saying why"),
        (lambda request: signed_answer(request, b"no", status=199), "BO answered 199 without saying why"),
    ],
)
def test_what_is_not_the_peers_signed_answer_is_as_none(made, said):
    with pytest.raises(Unreachable, match=said):
        calling(Wire(made)).call("BO", "GET", "/x")


def test_an_answer_to_an_earlier_request_is_not_taken():
    wired = Wire(ok, lambda request: signed_answer(wired.sent[0][1], b"old"))
    caller = calling(wired)
    caller.call("BO", "GET", "/x")
    with pytest.raises(Unreachable, match="does not verify for this request"):
        caller.call("BO", "GET", "/x")


def test_the_time_of_an_answer_is_held_against_when_its_head_came():
    slow = Wire(
        lambda request: signed_answer(request, created=NOW + timedelta(hours=1)), head_came=NOW + timedelta(hours=1)
    )
    assert calling(slow).call("BO", "GET", "/x").status == 200
    ahead = Wire(lambda request: signed_answer(request, created=NOW + timedelta(hours=1)))
    with pytest.raises(NotTrusted) as caught:
        calling(ahead).call("BO", "GET", "/x")
    assert caught.value.code == "clock-skew"


def test_the_trust_list_is_asked_at_every_call():
    lists = iter([trust(URL), trust("https://moved.example")])
    wired = Wire(ok, ok)
    caller = Caller(node="AL", key=AL_KEY, trust=lambda: next(lists), clock=lambda: NOW, transport=wired)
    caller.call("BO", "GET", "/x")
    caller.call("BO", "GET", "/x")
    assert [sent[0] for sent in wired.sent] == [URL, "https://moved.example"]


def test_a_caller_ends_its_connections():
    wired = Wire()
    with calling(wired):
        pass
    assert wired.sent == ["closed"]


# Over TLS


def caller_of(server, authority, **options):
    known = trust(f"https://127.0.0.1:{server.port}", tls_ca=authority.pem)
    return Caller(node="AL", key=AL_KEY, trust=lambda: known, clock=lambda: NOW, **options)


def test_a_call_goes_over_tls_to_the_registered_address_and_back(serve, authority):
    def respond(request):
        verify_request(request, base_urls=[f"https://127.0.0.1:{server.port}"], keys=live(AL_KEY), now=NOW)
        body = json.dumps({"method": request.method, "target": request.target, "size": len(request.body)}).encode()
        return [wire(signed_answer(request, body))]

    server = serve(respond)
    with caller_of(server, authority) as caller:
        got = caller.call("BO", "GET", "/exchange/v1/log", {"from": "0", "to": "16"})
        assert json.loads(got.body) == {"method": "GET", "target": "/exchange/v1/log?from=0&to=16", "size": 0}
        put = caller.call("BO", "POST", "/exchange/v1/batches", body=bytes(3 << 20))
        assert json.loads(put.body)["size"] == 3 << 20
        empty = caller.call("BO", "POST", "/exchange/v1/hints")
        assert json.loads(empty.body)["size"] == 0
    assert server.connections == 1
    sent = server.requests[0].headers
    assert sent["host"] == f"127.0.0.1:{server.port}"
    assert {name for name in sent if name not in ("signature", "signature-input", "content-digest")} == {
        *("host", "accept-encoding", "tocsin-node", "user-agent")
    }
    assert server.requests[2].headers["content-length"] == "0"


def test_threads_share_connections(serve, authority):
    def respond(request):
        time.sleep(0.01)
        return [wire(signed_answer(request, request.target.encode()))]

    server = serve(respond)
    wrong = []
    with caller_of(server, authority) as caller:

        def ask(name):
            for turn in range(5):
                target = f"/{name}/{turn}"
                if caller.call("BO", "GET", target).body != target.encode():
                    wrong.append(target)

        threads = [threading.Thread(target=ask, args=(name,)) for name in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []
    assert len(server.requests) == 40
    assert server.connections <= 4


def test_a_kept_connection_that_the_peer_has_closed_is_replaced(serve, authority):
    turns = []

    def respond(request):
        turns.append(request)
        return None if len(turns) == 2 else [wire(signed_answer(request, b"fine"))]

    server = serve(respond)
    with caller_of(server, authority) as caller:
        caller.call("BO", "GET", "/x")
        assert caller.call("BO", "GET", "/x").body == b"fine"
    assert (len(turns), server.connections) == (3, 2)


def test_the_keys_of_the_peer_decide_and_not_its_certificate(serve, authority):
    server = serve(lambda request: [wire(signed_answer(request, key=AL_KEY))])
    with caller_of(server, authority) as caller, pytest.raises(Unreachable, match="not a listed request key"):
        caller.call("BO", "GET", "/x")
    assert BO_KEY is not AL_KEY
