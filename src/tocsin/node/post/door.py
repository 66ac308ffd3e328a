"""The door that peers come to: a WSGI application beside the pages, in processes of its own.

It has no sessions, no cookies and no pages, and reads nothing of a request before its length is known. So whatever
comes here, however much of it, takes nothing from the people who work with the node.
"""

import logging
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

import django
from django.db import close_old_connections

from tocsin.exchange.errors import Refused
from tocsin.exchange.http.allowance import Allowance
from tocsin.exchange.http.messages import Answer, Headers, Request
from tocsin.exchange.http.problems import problem
from tocsin.exchange.http.serving import answered, check_length
from tocsin.node.work.full_disk import FullDisk

__all__ = ["application"]

log = logging.getLogger(__name__)
allowance = Allowance(monotonic=time.monotonic)
disk = FullDisk(log)

Start = Callable[[str, list[tuple[str, str]]], Any]


def application(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Answer one request of a peer."""
    close_old_connections()
    disk.over()
    try:
        answer = _answer(environ)
    except Exception as error:
        if not disk.met(error):
            log.exception("a peer's request could not be answered")
        answer = problem(Refused("unavailable", "the node could not answer", "ask again later"))
    finally:
        close_old_connections()
    start(f"{answer.status} {HTTPStatus(answer.status).phrase}", list(_fields(answer)))
    return [answer.body]


def _answer(environ: dict[str, Any]) -> Answer:
    from tocsin.node.post.here import local_node, now
    from tocsin.node.post.hints import note_hint

    came = now()
    try:
        request = _request(environ)
    except Refused as refusal:
        return problem(refusal)
    return answered(local_node(hinted=note_hint), request, allowance=allowance, head_came=came)


def _request(environ: dict[str, Any]) -> Request:
    """The request as it came. Its target is that of the request line, which gunicorn keeps undecoded."""
    length = environ.get("CONTENT_LENGTH") or ("0" if environ["REQUEST_METHOD"] == "GET" else None)
    if length is not None and not (length.isascii() and length.isdecimal()):
        length = None
    check_length(None if length is None else int(length))
    fields = [(name[5:].replace("_", "-"), value) for name, value in environ.items() if name.startswith("HTTP_")]
    body = environ["wsgi.input"].read(int(length or 0))
    return Request(environ["REQUEST_METHOD"], environ["RAW_URI"], Headers(fields), body)


def _fields(answer: Answer) -> Iterable[tuple[str, str]]:
    yield "content-length", str(len(answer.body))
    for name, value in answer.headers.items():
        if name != "content-length":
            yield name, value


django.setup()
