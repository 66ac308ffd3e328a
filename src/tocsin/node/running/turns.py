"""Pages of one process take turns.

Two pages made at once in one process both take far longer than one after the other: SQLite hands the interpreter over
with every row that it reads, and a thread that computes gives it back only after a slice of time, so that a page of a
thousand rows may wait a thousand slices. Processes work side by side; within one, pages queue. What streams, and a
body that is long in coming, holds no turn: the threads of a process are there for those.
"""

import threading
from collections.abc import Callable
from contextlib import suppress

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError

__all__ = ["Turns"]

PATIENCE = 1.0  # seconds after which a page goes on beside one that takes long, as a report on paper may
SHORT = 65_536  # bytes of a body that is read before the turn begins; a longer one is an upload, and waits for none


class Turns:
    """Lets one request of this process at a time through to the views."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.turn = threading.Lock()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_short(request):
            return self.get_response(request)
        with suppress(UnreadablePostError, RequestDataTooBig):  # the view meets it again, and says so
            _ = request.body  # whoever sends slowly keeps nobody waiting
        has_turn = self.turn.acquire(timeout=PATIENCE)
        try:
            return self.get_response(request)
        finally:
            if has_turn:
                self.turn.release()


def _is_short(request: HttpRequest) -> bool:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return "HTTP_TRANSFER_ENCODING" not in request.META and length.isdecimal() and int(length) <= SHORT
