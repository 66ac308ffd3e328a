"""Calls through an outbound proxy. docs/exchange.md, section 11."""

import socket
import threading

import pytest
from tests.exchange.http.serving import NOW, trust, wire

from tocsin.exchange.errors import Unreachable
from tocsin.exchange.http.addresses import ForbiddenAddress
from tocsin.exchange.http.messages import Answer, Request
from tocsin.exchange.http.transport import HttpsTransport, Settings


class Proxy:
    """Opens ways to whatever address it was told, by names of its own; or says no."""

    def __init__(self, names, *, allow=True):
        self.asked, self._names, self._allow = [], names, allow
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        line, _ = self._listening.accept()
        with line:
            line.settimeout(5)
            head = line.recv(65536).decode()
            self.asked.append(head)
            if not self._allow:
                line.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
                return
            line.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
            with socket.create_connection(self._names[head.split()[1]]) as on:
                on.settimeout(5)
                back = threading.Thread(target=self._pump, args=(on, line), daemon=True)
                back.start()
                self._pump(line, on)
                back.join(5)

    def _pump(self, source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        self._listening.close()
        self._thread.join(5)


@pytest.fixture
def proxied(serve):
    proxies = []

    def start(**options):
        server = serve(lambda request: [wire(Answer(200, {}, b"fine"))])
        proxies.append(Proxy({"bo.example:443": ("127.0.0.1", server.port)}, **options))
        return proxies[-1]

    yield start
    for proxy in proxies:
        proxy.close()


def through(proxy, url, authority, *, private=False):
    transport = HttpsTransport(
        clock=lambda: NOW,
        settings=Settings(proxy=f"http://amina:s%C3%A9cret@127.0.0.1:{proxy.port}"),
        resolve=lambda host, port: pytest.fail("resolved here"),
    )
    try:
        return transport.send(
            trust(tls_ca=authority.pem, private=private).entry("BO"), url, Request("GET", "/x"), most=100
        )[0]
    finally:
        transport.close()


def test_calls_go_through_the_configured_proxy_and_tls_is_with_the_peer(proxied, authority):
    proxy = proxied()
    assert through(proxy, "https://bo.example", authority).body == b"fine"
    assert proxy.asked[0].startswith("CONNECT bo.example:443 ")
    assert "Proxy-Authorization: Basic YW1pbmE6c8OpY3JldA==" in proxy.asked[0]


def test_a_proxy_that_refuses_is_told_without_its_address_or_password(proxied, authority):
    with pytest.raises(Unreachable) as caught:
        through(proxied(allow=False), "https://bo.example", authority)
    assert str(caught.value) == "the outbound proxy did not open a way to it"


def test_a_proxy_that_is_not_there_is_told(authority):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

    class Gone:
        pass

    Gone.port = port
    with pytest.raises(Unreachable, match=r"no connection: Connection refused \(through the outbound proxy\)"):
        through(Gone, "https://bo.example", authority)


@pytest.mark.parametrize("host", ["127.0.0.1", "169.254.169.254", "2130706433", "0x7f.1", "localhost", "a.localhost"])
def test_a_proxy_is_not_asked_for_addresses_that_may_not_be_called(authority, host):
    class Unused:
        port = 1

    with pytest.raises(ForbiddenAddress):
        through(Unused, f"https://{host}", authority)
