"""What processes of a node do with its store, for tests of several at once and of what is left on the disk."""

import threading
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection, connections
from tests.exchange.store_scenes import AL, AL_PUBLIC, NOW, batch, entry
from tests.exchange.world import World
from tests.node.tables import make_tables

from tocsin.exchange.documents import Document
from tocsin.exchange.sealing import seal
from tocsin.node.post import models
from tocsin.node.post.store import DjangoStore
from tocsin.node.post.store.leftovers import sweep
from tocsin.node.work.windows import at

WORKERS = 4


def prepare() -> None:
    """A new node's tables."""
    make_tables()


def together(work: Callable[[int], Any]) -> list[Any]:
    """The same work begun in several threads at one moment, each with a connection of its own; what each came to."""
    begin, came = threading.Barrier(WORKERS), [None] * WORKERS

    def run(number: int) -> None:
        try:
            connection.ensure_connection()
            begin.wait()
            came[number] = work(number)
        except ValueError as refusal:
            came[number] = f"refused: {refusal}"
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came


def append_at_once() -> dict[str, Any]:
    """Several batches for one place of a stream, and several runs of leaves for one place of a log."""
    store = DjangoStore()
    one = batch(AL)
    store.append(one, signers=["key"])

    def append(number: int) -> str:
        store.append(batch(AL, b"eyJ %d" % number, after=one), signers=["key"])
        return "appended"

    def add(number: int) -> str:
        store.add_leaves("AL", 1, 0, [bytes([number]) * 32] * 300)
        return "added"

    def use(number: int) -> bool:
        return store.use_nonce("key", "nonce", now=NOW, until=NOW.replace(hour=9))

    return {
        "appended": together(append),
        "documents": store.head(AL).last,
        "batches": models.Batch.objects.count(),
        "added": together(add),
        "leaves": store.log_size("AL", 1),
        "used": together(use),
    }


def seal_at_once() -> dict[str, Any]:
    """Several sealers, of which a node has one: what waits is sealed once all the same."""
    world = World(["AL", "BO"])
    here = world.nodes["AL"] = world._node("AL", DjangoStore())
    for number in range(40):
        world.post("AL", str(number))

    def sealed(number: int) -> int:
        count = 0
        while made := seal(here, most=7):
            count += sum(len(manifest.items) for manifest in made)
        return count

    return {
        "sealed": together(sealed),
        "texts": [Document.read(one.document).body["text"] for one in here.store.entries()],
        "waiting": len(here.store.outbox(100)),
    }


def write_all() -> None:
    """A batch, its documents, a leaf and what was waiting: one transaction, with a window before its end."""
    store = DjangoStore()
    store.put_out(b"waiting", "members")
    with store.atomic():
        one = batch()
        store.append(one, signers=["key"])
        store.put_entries([entry(one, 1), entry(one, 2)])
        store.add_leaves("AL", 1, 0, [bytes(32)])
        store.take_out([row.row for row in store.outbox(10)])
        at("store.written")


def look() -> dict[str, Any]:
    """What is there."""
    store = DjangoStore()
    return {
        "heads": len(store.heads()),
        "entries": len(store.entries()),
        "leaves": store.log_size("AL", 1),
        "waiting": [row.document.decode() for row in store.outbox(10)],
        "rows": models.Batch.objects.count() + models.Items.objects.count() + models.Stream.objects.count(),
    }


def erase() -> dict[str, Any]:
    """Which marks of documents the database's files hold, before they are erased and after. On SQLite."""
    store, marks = DjangoStore(), {}
    for stream in (AL, AL_PUBLIC):
        marks |= _said(store, stream)
    folder = settings.HOME

    def found() -> list[str]:
        held = b"".join(path.read_bytes() for path in sorted(folder.glob("tocsin.sqlite3*")))
        return sorted(name for name, mark in marks.items() if mark in held)

    before = found()
    for stream in (AL, AL_PUBLIC):
        for number in (1, 20, 40):
            store.drop_item(stream, number)
    return {"before": before, "swept": sweep(), "after": found()}


def _said(store: DjangoStore, stream: Any) -> dict[str, bytes]:
    """Forty documents, first in the outbox and then sealed; by name, what some of them can be told by anywhere."""
    numbers, public = range(1, 41), stream is AL_PUBLIC
    texts = [f"text {number} of {stream}, ".encode() * 9 for number in numbers]
    keys = [None if public else f"key {number:04} of {stream}".encode().ljust(32) for number in numbers]
    items = texts if public else [b"eyJ %d" % number for number in numbers]
    for text in texts:
        store.put_out(text, stream.audience)
    with store.atomic():
        one = batch(stream, *items)
        store.append(one, signers=["key"])
        # Pages of rows that grow are split, and what they held is moved.
        for first in (True, False):
            documents = zip(numbers, texts, keys, strict=True)
            store.put_entries(
                [entry(one, number, document=None if first else text, key=key) for number, text, key in documents]
            )
        store.take_out([row.row for row in store.outbox(100)])
    marks = {f"text {number} of {stream}": texts[number - 1][:30] for number in (1, 2, 20, 40)}
    return marks | {f"key {number} of {stream}": keys[number - 1] for number in (1, 2, 20, 40) if not public}
