"""Pages of one process are made one after another; what takes long holds nobody up for more than a moment."""

import threading
from io import BytesIO

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from tocsin.node.running import turns
from tocsin.node.running.turns import SHORT, Turns

PATIENCE = 60  # seconds that only a broken run waits


class Views:
    """A view that says how many requests were in it at once, and can be held inside."""

    def __init__(self) -> None:
        self.inside = self.most = 0
        self.entered, self.go_on = threading.Semaphore(0), threading.Event()
        self.lock = threading.Lock()

    def __call__(self, request):
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.entered.release()
        assert self.go_on.wait(PATIENCE)
        with self.lock:
            self.inside -= 1
        return HttpResponse(request.body)


@pytest.fixture
def views():
    return Views()


def at_once(views: Views, *requests) -> list[threading.Thread]:
    through = Turns(views)
    threads = [threading.Thread(target=through, args=(request,), daemon=True) for request in requests]
    for thread in threads:
        thread.start()
    return threads


def end(views: Views, threads: list[threading.Thread]) -> None:
    views.go_on.set()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_two_pages_are_made_one_after_the_other(views, monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", PATIENCE)
    ask = RequestFactory()
    threads = at_once(views, ask.get("/"), ask.post("/", b"{}", content_type="application/json"))
    assert views.entered.acquire(timeout=PATIENCE)
    assert not views.entered.acquire(timeout=0.2)
    end(views, threads)
    assert views.most == 1


def test_a_page_that_takes_long_is_not_waited_for_without_end(views, monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    threads = at_once(views, RequestFactory().get("/"), RequestFactory().get("/"))
    assert views.entered.acquire(timeout=PATIENCE)
    assert views.entered.acquire(timeout=PATIENCE)
    end(views, threads)
    assert views.most == 2


@pytest.mark.parametrize("long", [{"CONTENT_LENGTH": str(SHORT + 1)}, {"HTTP_TRANSFER_ENCODING": "chunked"}])
def test_an_upload_waits_for_no_turn_and_takes_none(views, monkeypatch, long):
    monkeypatch.setattr(turns, "PATIENCE", PATIENCE)
    upload = RequestFactory().post("/", b"a" * (SHORT + 1), content_type="text/csv", **long)
    threads = at_once(views, upload, RequestFactory().get("/"))
    assert views.entered.acquire(timeout=PATIENCE)
    assert views.entered.acquire(timeout=PATIENCE)
    end(views, threads)
    assert views.most == 2


def test_who_sends_slowly_keeps_nobody_waiting(views, monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", PATIENCE)
    views.go_on.set()
    goes_on = threading.Event()

    class Slow(BytesIO):
        def read(self, *size):
            assert goes_on.wait(PATIENCE)
            return super().read(*size)

    slow = RequestFactory().post("/", b"a=1", content_type="text/csv")
    slow._stream = Slow(b"a=1")
    threads = at_once(views, slow)
    assert Turns(views)(RequestFactory().get("/")).status_code == 200
    assert threads[0].is_alive()
    goes_on.set()
    end(views, threads)


def test_a_turn_ends_with_a_page_that_failed():
    def fails(request):
        raise LookupError

    through = Turns(fails)
    for _ in range(2):
        with pytest.raises(LookupError):
            through(RequestFactory().get("/"))
    assert not through.turn.locked()


def test_what_a_sender_broke_off_is_left_to_the_view(views):
    class Broken(BytesIO):
        def read(self, *size):
            raise OSError

    asked = RequestFactory().post("/", b"a=1", content_type="text/csv")
    asked._stream = Broken(b"a=1")
    assert Turns(lambda request: HttpResponse("reached"))(asked).content == b"reached"


def test_so_is_a_body_that_is_larger_than_the_node_reads(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2
    asked = RequestFactory().post("/", b"a=1", content_type="text/csv")
    assert Turns(lambda request: HttpResponse("reached"))(asked).content == b"reached"
