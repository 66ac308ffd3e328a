"""What a peer, or somebody in its place, can do to a connection. docs/exchange.md, sections 6 and 11."""

import gzip
import socket
import ssl
import threading
import time
from dataclasses import replace

import pytest
from tests.exchange.http.serving import NOW, Authority, trust, wire

from tocsin.exchange.errors import Unreachable
from tocsin.exchange.http.addresses import ForbiddenAddress
from tocsin.exchange.http.messages import Answer, Request
from tocsin.exchange.http.transport import CutOff, HttpsTransport, Settings

ASKED = Request("GET", "/x")
MOST = 100_000


@pytest.fixture
def send(authority, serve):
    """Send a request to a server as to BO; transports end with the test."""
    transports = []

    def to(
        server, request=ASKED, *, host="127.0.0.1", resolve=None, settings=None, private=True, tls_ca=None, most=MOST
    ):
        options = {"resolve": resolve} if resolve else {}
        transport = HttpsTransport(clock=lambda: NOW, settings=settings or Settings(), **options)
        transports.append(transport)
        entry = trust(private=private, tls_ca=tls_ca or authority.pem).entry("BO")
        port = server if isinstance(server, int) else server.port
        answer, head_came = transport.send(entry, f"https://{host}:{port}", request, most=most)
        assert head_came == NOW
        return answer

    yield to
    for transport in transports:
        transport.close()


def fine(request):
    return [wire(Answer(200, {"x-said": "yes"}, b"fine"))]


def unreachable(send, server, said, **options):
    with pytest.raises(Unreachable, match=said) as caught:
        send(server, **options)
    return caught.value


# TLS


def test_the_name_is_checked_though_the_connection_goes_to_an_address(send, serve):
    server = serve(fine)
    answer = send(server, host="bo.example", resolve=lambda host, port: ["127.0.0.1"])
    assert (answer.status, answer.body, answer.headers["X-Said"]) == (200, b"fine", "yes")
    assert server.names == ["bo.example"]
    assert server.requests[0].headers["host"] == f"bo.example:{server.port}"
    unreachable(
        send,
        serve(fine),
        "TLS certificate is not accepted: .*ostname",
        host="ce.example",
        resolve=lambda *_: ["127.0.0.1"],
    )


def test_a_certificate_of_another_authority_is_not_accepted(send, serve, tmp_path):
    other = Authority(tmp_path, "127.0.0.1")
    unreachable(send, serve(fine, other.context()), "TLS certificate is not accepted")
    assert send(serve(fine, other.context()), tls_ca=other.pem).body == b"fine"


def test_without_an_authority_of_its_own_those_of_the_system_decide(serve):
    entry = trust().entry("BO")
    transport = HttpsTransport(clock=lambda: NOW)
    with pytest.raises(Unreachable, match="TLS certificate is not accepted"):
        transport.send(entry, f"https://127.0.0.1:{serve(fine).port}", ASKED, most=MOST)
    transport.close()


def test_tls_before_1_2_is_not_spoken(send, serve, authority, recwarn):
    old = authority.context()
    old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    recwarn.clear()
    unreachable(send, serve(fine, old), "no TLS connection|no connection")


def test_plain_http_is_not_spoken(send, serve):
    unreachable(send, serve(fine, tls=False), "no TLS connection|no connection", settings=Settings(connect=1))


@pytest.mark.parametrize(
    "tls_ca", ["", "nothing", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "ä"]
)
def test_an_authority_that_is_none_is_named(tls_ca):
    entry = trust(tls_ca=tls_ca).entry("BO")
    with pytest.raises(Unreachable, match="tls_ca of BO in the trust list is not a certificate"):
        HttpsTransport(clock=lambda: NOW).send(entry, "https://127.0.0.1:1", ASKED, most=MOST)


def test_session_secrets_are_not_written_where_the_environment_says(send, serve, monkeypatch, tmp_path):
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "secrets"))
    assert send(serve(fine)).body == b"fine"
    assert not (tmp_path / "secrets").exists()


def test_a_proxy_that_the_environment_names_is_not_used(send, serve, monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert send(serve(fine)).body == b"fine"


# Addresses


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0177.0.0.1", "0x7f.1"])
def test_a_loopback_address_is_not_called_unless_the_list_allows_it(send, serve, host):
    server = serve(fine)
    with pytest.raises(ForbiddenAddress):
        send(server, host=host, private=False)
    assert server.connections == 0


def test_a_name_that_leads_into_our_network_is_not_called(send, serve):
    server = serve(fine)
    with pytest.raises(ForbiddenAddress, match=r"bo\.example leads to 127\.0\.0\.1"):
        send(server, host="bo.example", resolve=lambda host, port: ["8.8.8.8", "127.0.0.1"], private=False)
    assert server.connections == 0


def test_a_resolver_that_changes_its_answer_has_no_second_chance(send, serve):
    server = serve(fine)
    asked = []

    def rebinding(host, port):
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    assert send(server, host="bo.example", resolve=rebinding).body == b"fine"
    assert asked == ["bo.example"]


def test_the_end_of_private_addresses_in_the_list_ends_connections_that_are_kept(serve, authority):
    server = serve(fine)
    url = f"https://127.0.0.1:{server.port}"
    transport = HttpsTransport(clock=lambda: NOW)
    transport.send(trust(tls_ca=authority.pem).entry("BO"), url, ASKED, most=MOST)
    with pytest.raises(ForbiddenAddress):
        transport.send(trust(tls_ca=authority.pem, private=False).entry("BO"), url, ASKED, most=MOST)
    transport.close()
    assert len(server.requests) == 1


def test_another_authority_in_the_list_ends_kept_connections_once_no_call_uses_them(serve, authority, tmp_path):
    answering, both_asked = threading.Event(), threading.Event()

    def respond(request):
        if request.target == "/slow":
            both_asked.set()
            answering.wait(5)
        return fine(request)

    server = serve(respond)
    url = f"https://127.0.0.1:{server.port}"
    transport = HttpsTransport(clock=lambda: NOW)
    listed, other = trust(tls_ca=authority.pem).entry("BO"), trust(tls_ca=Authority(tmp_path, "x").pem).entry("BO")
    got = []
    slow = threading.Thread(
        target=lambda: got.append(transport.send(listed, url, Request("GET", "/slow"), most=MOST)[0].body)
    )
    slow.start()
    both_asked.wait(5)
    with pytest.raises(Unreachable, match="TLS certificate is not accepted"):
        transport.send(other, url, ASKED, most=MOST)
    answering.set()
    slow.join(5)
    transport.close()
    assert got == [b"fine"]


def test_a_port_where_nobody_listens_is_told(send):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    unreachable(send, port, "no connection: Connection refused")


# Answers


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308, 399])
def test_no_redirect_is_followed(send, serve, status):
    inside = serve(fine)
    server = serve(lambda request: [wire(Answer(status, {"location": f"https://127.0.0.1:{inside.port}/"}))])
    unreachable(send, server, rf"answered with a redirect \({status}\)")
    assert inside.connections == 0


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "GZIP", "identity, gzip", "x" * 1_000])
def test_a_compressed_answer_is_refused_unread(send, serve, coding):
    server = serve(lambda request: [wire(Answer(200, {"content-encoding": coding}, gzip.compress(bytes(MOST))))])
    unreachable(send, server, "answered in the coding")


def test_an_answer_that_says_it_is_too_large_is_not_read(send, serve):
    server = serve(lambda request: [b"HTTP/1.1 200 OK\r\nContent-Length: 100001\r\n\r\n"])
    began = time.monotonic()
    unreachable(send, server, "its answer has 100001 bytes; the limit is 100000")
    assert time.monotonic() - began < 10
    unreachable(
        send, serve(lambda request: [b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 19 + b"\r\n\r\n"]), "the limit is"
    )


def test_an_answer_that_does_not_say_how_large_it_is_is_cut_at_the_limit(send, serve):
    def endless(request):
        yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        while not server.stop.is_set():
            yield b"8000\r\n" + bytes(0x8000) + b"\r\n"

    server = serve(endless)
    unreachable(send, server, "its answer has more than 100000 bytes")


def test_an_answer_of_the_most_bytes_is_taken(send, serve):
    assert len(send(serve(lambda request: [wire(Answer(200, {}, bytes(MOST)))])).body) == MOST


HASTE = Settings(connect=2, read=0.5, patience=0.6, floor=1_000)


def test_an_answer_of_which_nothing_more_comes_is_given_up(send, serve):
    def stuck(request):
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfi"
        server.stop.wait(5)

    server = serve(stuck)
    unreachable(send, server, "nothing came or went for 0.5 seconds", settings=HASTE)


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: ", b""])
def test_an_answer_that_drips_is_given_up_though_something_always_comes(send, serve, head):
    def dripping(request):
        yield head
        while not server.stop.wait(0.05):
            yield b"H"

    server = serve(dripping)
    began = time.monotonic()
    unreachable(send, server, "too slowly|without an answer", settings=HASTE)
    assert time.monotonic() - began < 10


def test_a_handshake_that_drips_is_given_up(send):
    stop = threading.Event()

    def drip():
        line, _ = listening.accept()
        with line:
            while not stop.wait(0.05):
                try:
                    line.sendall(b"\x16")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        began = time.monotonic()
        unreachable(send, listening.getsockname()[1], "no connection within|no TLS", settings=HASTE)
        assert time.monotonic() - began < 10
        stop.set()
        thread.join(5)


def test_a_slow_answer_that_keeps_moving_is_taken_to_its_end(send, serve):
    def slow(request):
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n"
        for _ in range(20):  # longer in all than the patience, and 4,000 bytes or so each second
            server.stop.wait(0.05)
            yield bytes(200)

    server = serve(slow)
    assert len(send(server, settings=replace(HASTE, read=5)).body) == 4_000


def test_answers_before_the_answer_do_not_go_on_for_ever(send, serve):
    def informing(request):
        while not server.stop.wait(0.01):
            yield b"HTTP/1.1 103 Wait\r\nX: " + b"x" * 1_000 + b"\r\n\r\n"

    server = serve(informing)
    began = time.monotonic()
    unreachable(send, server, "too slowly", settings=HASTE, most=1_000)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    "said",
    [
        None,
        [b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"],
        [b"SSH-2.0-OpenSSH\r\n\r\n"],
        [b"\x00" * 200_000],
        [b"HTTP/1.1 200 OK\r\n" + b"x" * 200_000],
    ],
)
def test_what_is_not_http_is_a_cut_connection(send, serve, said):
    with pytest.raises(CutOff, match="without an answer"):
        send(serve(lambda request: said))


@pytest.mark.parametrize("said", [b"Content-Length: 9\r\n\r\nfine", b"Transfer-Encoding: chunked\r\n\r\n4\r\nfi"])
def test_an_answer_that_breaks_off_is_not_taken_and_not_asked_for_again(send, serve, said):
    def broken(request):
        yield b"HTTP/1.1 200 OK\r\n" + said
        raise OSError

    found = unreachable(send, serve(broken), "in the middle of the answer")
    assert not isinstance(found, CutOff)


def test_an_early_refusal_is_read_though_not_all_of_the_request_was(send, serve):
    server = serve(fine)

    def refuse_at_once(line):
        line.recv(100)
        line.sendall(wire(Answer(413, {}, b"too much")))
        line.recv(1 << 20)
        return False

    server.answer_one = refuse_at_once
    assert send(server, Request("POST", "/x", {}, bytes(100))).status == 413


def test_header_lines_of_one_name_are_one_value(send, serve):
    server = serve(lambda request: [b"HTTP/1.1 200 OK\r\nX: a\r\nx: b\r\nContent-Length: 0\r\n\r\n"])
    assert send(server).headers["X"] == "a, b"
