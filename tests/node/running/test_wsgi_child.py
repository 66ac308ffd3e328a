"""The pages and the door for partners are started by one piece: what differs is said by each, and nothing else does."""

import os

import pytest
from gunicorn.app.base import BaseApplication

from tocsin.node.post import listening
from tocsin.node.running import web, wsgi_child

TOLD = ["--parent", "7", "--socket", "5", "--workers", "3", "--threads", "4"]


@pytest.fixture
def run(monkeypatch):
    """Runs a child's main up to where gunicorn would begin; its settings, and whose end it watches for."""
    watched, begun = [], []
    monkeypatch.setattr(wsgi_child, "die_with_parent", watched.append)
    monkeypatch.setattr(BaseApplication, "run", lambda application: begun.append(application.cfg))
    monkeypatch.setenv("TOCSIN_WEB", "")

    def run(main, *more):
        main([*TOLD, *more])
        return begun.pop(), watched

    return run


@pytest.mark.parametrize("main", [web.main, listening.main])
def test_a_child_listens_where_it_is_told_and_ends_with_its_parent(run, main):
    settings, watched = run(main)
    assert (settings.bind, settings.workers, settings.threads) == (["fd://5"], 3, 4)
    assert watched == [7]
    settings.post_fork(None, None)
    assert watched == [7, os.getpid()], "a process that serves ends with the one that forked it"
    assert not settings.preload_app, "Polars hangs in a fork of a process that used it"
    assert os.environ["TOCSIN_WEB"] == "1"


def test_a_connection_of_a_page_is_not_kept_and_one_of_a_partner_is(run):
    assert run(web.main)[0].keepalive == 0
    assert run(listening.main)[0].keepalive == 75


def test_the_door_speaks_tls_where_it_has_a_certificate(run):
    settings, _ = run(listening.main, "--certificate", "c.pem", "--key", "k.pem")
    assert (settings.certfile, settings.keyfile) == ("c.pem", "k.pem")
    assert not run(listening.main)[0].is_ssl
