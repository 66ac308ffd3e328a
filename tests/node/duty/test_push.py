"""Web Push, against a push service on this machine: what it is posted, what it answers, and where no call ever goes."""

import base64
import json
import threading
import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings as node_settings
from django.core.exceptions import PermissionDenied
from tests.exchange.http.conftest import authority, serve
from tests.node.duty.browsers import Browser, text

from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.duty import escalating
from tocsin.node.duty.actions.browsers import register_browser
from tocsin.node.duty.channels import vapid
from tocsin.node.duty.channels.push import BadEndpoint, Push, check_endpoint
from tocsin.node.duty.models import PushSubscription, Step
from tocsin.node.duty.words import words_for

__all__ = ["authority", "serve"]

LONGEST = 60  # seconds that only a broken run waits


@pytest.fixture(autouse=True)
def own_key(settings, tmp_path):
    settings.HOME = tmp_path


@pytest.fixture
def browser() -> Browser:
    return Browser()


@pytest.fixture
def registered(olga, browser):
    """registered(port): Olga's browser, whose service listens on this machine."""

    def make(port: int, path: str = "/push/olga?x=1", **more: object) -> PushSubscription:
        there = f"https://127.0.0.1:{port}{path}"
        given = {"endpoint": there, "endpoint_digest": path, "p256dh": browser.p256dh, "auth": browser.auth}
        given["server_key"] = vapid.public_key(node_settings.HOME)
        return PushSubscription.objects.create(person=olga, **{**given, **more})

    return make


def status(code: int):
    return lambda request: [f"HTTP/1.1 {code} X\r\nContent-Length: 0\r\n\r\n".encode()]


def called(authority, alert, person):
    return Push(private=True, ca=authority.pem).prepare(person, words_for(alert, person))()


def test_a_call_is_encrypted_for_the_browser_alone_and_says_nothing_of_what_it_is(
    raised, olga, browser, registered, serve, authority
):
    server = serve(status(201))
    one = registered(server.port)
    alert = raised()
    outcome = called(authority, alert, olga)
    assert (outcome.handed_over, outcome.reached) == (True, (one.pk,))
    (request,) = server.requests
    headers = {name.lower(): value for name, value in request.headers.items()}
    assert (request.method, request.target) == ("POST", "/push/olga?x=1")
    assert (headers["content-encoding"], headers["urgency"], headers["topic"]) == ("aes128gcm", "high", alert.pk.hex)
    assert headers["ttl"] == "1800"
    said = browser.read(request.body)
    assert said["url"].endswith(f"/alerts/{alert.pk}/")
    assert "Something waits for you in Tocsin" in said["body"]
    for word in ("Borenia", "parcel", "test"):
        assert word not in json.dumps(said)
    assert said["mark"] == "EXERCISE · УЧЕНИЕ · 演练", "the alliance of these tests is an exercise"


def test_a_drill_and_an_exercise_are_marked_each_and_what_is_real_is_not(raised, olga):
    assert words_for(raised("1", is_exercise=False), olga).mark == ""
    assert "通信演练" in words_for(raised("2", is_drill=True, is_exercise=False), olga).mark
    both = words_for(raised("3", is_drill=True), olga).mark
    assert "УЧЕНИЕ" in both
    assert "ПРОВЕРКА СВЯЗИ" in both


def test_the_service_is_shown_who_calls_by_the_nodes_own_key(raised, olga, registered, serve, authority):
    server = serve(status(201))
    registered(server.port)
    called(authority, raised(), olga)
    scheme, _, rest = server.requests[0].headers["authorization"].partition(" ")
    given = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert (scheme, given["k"]) == ("vapid", vapid.public_key(node_settings.HOME))
    point = base64.urlsafe_b64decode(given["k"] + "=" * (-len(given["k"]) % 4))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    claims = jwt.decode(given["t"], key, algorithms=["ES256"], audience="https://127.0.0.1")
    assert claims["sub"].startswith("mailto:")
    assert time.time() < claims["exp"] <= time.time() + 24 * 3600


def test_the_private_key_is_made_once_and_is_its_owners_alone(tmp_path):
    first = vapid.private_key(tmp_path)
    assert vapid.private_key(tmp_path) == first
    path = tmp_path / "keys/push/vapid.pem"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("code", [404, 410])
def test_a_browser_that_is_no_more_is_forgotten(roster, raised, clock, olga, registered, serve, authority, code):
    server = serve(status(code))
    registered(server.port)
    alert = raised()
    escalating.escalate(clock, {**Nothing.channels, "push": Push(private=True, ca=authority.pem)})
    step = alert.steps.get(channel="push", rung=0)
    assert (step.state, step.why, step.detail) == (Step.State.FAILED, "browser_gone", str(code))
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(("code", "passing"), [(400, False), (403, False), (413, False), (429, True), (500, True)])
def test_what_a_service_refuses_is_recorded_and_only_what_may_pass_is_tried_again(
    raised, olga, registered, serve, authority, code, passing
):
    server = serve(status(code))
    registered(server.port)
    outcome = called(authority, raised(), olga)
    assert (outcome.why, outcome.detail, outcome.passing) == ("refused", str(code), passing)
    assert PushSubscription.objects.count() == 1


def test_a_redirect_is_not_followed(raised, olga, registered, serve, authority):
    other = serve(status(201))
    moved = f"HTTP/1.1 307 X\r\nLocation: https://127.0.0.1:{other.port}/\r\nContent-Length: 0\r\n\r\n"
    server = serve(lambda request: [moved.encode()])
    registered(server.port)
    assert called(authority, raised(), olga).why == "unreachable"
    assert other.requests == []


def test_a_service_that_says_nothing_is_left_after_some_seconds(
    raised, olga, registered, serve, authority, monkeypatch
):
    monkeypatch.setattr("tocsin.node.duty.channels.push.SECONDS", 0.3)
    left, waited = threading.Event(), []
    server = serve(lambda request: waited.append(left.wait(LONGEST)))
    registered(server.port)
    outcome = called(authority, raised(), olga)
    left.set()
    assert (outcome.why, outcome.passing) == ("unreachable", True)
    assert "0.3 seconds" in outcome.detail
    assert waited in ([], [True]), "the service still said nothing"


def test_one_browser_of_several_is_enough(raised, olga, registered, serve, authority):
    good, gone = serve(status(201)), serve(status(410))
    one, other = registered(good.port), registered(gone.port, "/push/old")
    outcome = called(authority, raised(), olga)
    assert outcome.handed_over
    assert (outcome.reached, outcome.gone) == ((one.pk,), (other.pk,))


def test_without_a_browser_the_record_says_so(raised, olga, authority):
    assert called(authority, raised(), olga).why == "no_browser"


def test_a_browser_registered_for_an_earlier_key_of_this_node_is_forgotten(raised, olga, registered, serve, authority):
    server = serve(status(201))
    one = registered(server.port, server_key="that of before")
    outcome = called(authority, raised(), olga)
    assert (outcome.why, outcome.gone) == ("browser_gone", (one.pk,))
    assert server.requests == []


def test_a_node_calls_no_address_inside_its_own_network(raised, olga, registered, serve, authority):
    server = serve(status(201))
    registered(server.port)
    outcome = Push().prepare(olga, words_for(raised(), olga))()
    assert (outcome.why, outcome.passing) == ("refused", False)
    assert server.connections == 0


def test_a_name_that_leads_inside_is_not_called_either(raised, olga, registered, serve, authority):
    from datetime import UTC, datetime

    from tocsin.exchange.http.transport import HttpsTransport

    server = serve(status(201))
    registered(server.port, endpoint=f"https://push.example:{server.port}/x")
    push = Push(transport=lambda: HttpsTransport(clock=lambda: datetime.now(UTC), resolve=lambda *_: ["127.0.0.1"]))
    assert push.prepare(olga, words_for(raised(), olga))().why == "refused"
    assert server.connections == 0


NOT_CALLED = [
    "http://push.example/x", "https://127.0.0.1/x", "https://localhost/x", "https://[::1]/x", "https://10.1.2.3/x",
    "https://169.254.169.254/latest", "https://2130706433/x", "https://me:pw@push.example/x", "ftp://push.example/",
    "https:///x", "https://push.example/a b", "https://push.example/\r\nX: y", "https://пример.example/", "", "x",
    "https://push.example:99999999/x", "https://push.example/" + "x" * 1000,
]  # fmt: skip


@pytest.mark.parametrize("endpoint", NOT_CALLED)
def test_an_address_that_may_not_be_called_is_not_registered(olga, browser, endpoint):
    with pytest.raises(BadEndpoint):
        check_endpoint(endpoint)
    with pytest.raises(ActRefused):
        register_browser(endpoint=endpoint, p256dh=browser.p256dh, auth=browser.auth, by=olga)
    assert not PushSubscription.objects.exists()


HERE = "https://updates.push.example/wpush/v2/abc"


@pytest.mark.parametrize(
    ("p256dh", "auth"), [("", "x"), ("§", "x"), (text(b"\4" + b"\0" * 64), text(b"x" * 16)), (None, text(b"short"))]
)
def test_keys_for_which_nothing_could_be_encrypted_are_refused(olga, browser, p256dh, auth):
    with pytest.raises(ActRefused):
        register_browser(endpoint=HERE, p256dh=browser.p256dh if p256dh is None else p256dh, auth=auth, by=olga)


def test_the_same_browser_is_one_row_and_its_last_person_is_called_there(olga, pavel, browser):
    register_browser(endpoint=HERE, p256dh=browser.p256dh, auth=browser.auth, by=olga)
    register_browser(endpoint=HERE, p256dh=browser.p256dh, auth=browser.auth, by=pavel)
    assert PushSubscription.objects.get().person == pavel


def test_who_is_never_called_registers_no_browser(amina, browser):
    with pytest.raises(PermissionDenied):
        register_browser(endpoint=HERE, p256dh=browser.p256dh, auth=browser.auth, by=amina)


def test_a_person_has_not_more_than_ten(olga, browser):
    for number in range(10):
        register_browser(endpoint=f"{HERE}{number}", p256dh=browser.p256dh, auth=browser.auth, by=olga)
    with pytest.raises(ActRefused, match="10 browsers"):
        register_browser(endpoint=HERE, p256dh=browser.p256dh, auth=browser.auth, by=olga)


class Nothing:
    """Channels that always fail for good, so that one is looked at alone."""

    @staticmethod
    def prepare(person, words):
        from tocsin.node.duty.channels import Outcome

        return lambda: Outcome("no_gateway")

    channels = {}  # noqa: RUF012


Nothing.channels = {"mail": Nothing, "gateway": Nothing}
