"""A server of BO's that a test scripts."""

import pytest
from tests.exchange.http.serving import Authority, Server


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    """BO's certificate authority, and its certificate for 127.0.0.1 and bo.example."""
    return Authority(tmp_path_factory.mktemp("authority"), "127.0.0.1", "bo.example")


@pytest.fixture
def serve(authority):
    """Start a server that answers by a function of the request; it ends with the test."""
    servers = []

    def start(respond, context=None, *, tls=True):
        server = Server(respond, (context or authority.context()) if tls else None)
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.close()
