"""A served node whose processes are killed from outside: it goes on by itself, and nothing is ever half there."""

import http.client
import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest
from tests.node import served_scenes as scenes
from tests.node import serving
from tests.node.kills import LONGEST, KilledNode, kills_a_window, own_database, record

SMALL = ("--web-workers", "1", "--workers", "1")
SUPERVISOR = "the supervisor"
UNANSWERED = (OSError, http.client.HTTPException)
# One row a table: the windows that stop a process on its way, and who is killed there.
ROUNDS = [
    {
        "receiving.stored": "the web process", "taking.hidden": "the worker", "taking.appended": SUPERVISOR,
        "screening.chunk-written": "the worker",
    },
    {"preview.kept": SUPERVISOR, "taking.chunk": "the worker", "screening.written": SUPERVISOR},
    {"preview.reading": "the worker", "taking.flipped": "the worker", "screening.flipping": "the worker"},
    {"receiving.stored": SUPERVISOR, "taking.intended": SUPERVISOR, "screening.flipped": "the worker"},
    {"taking.hidden": SUPERVISOR, "screening.started": SUPERVISOR, "screening.chunk": "the worker"},
]  # fmt: skip
CHOSEN = ROUNDS if kills_a_window() > 1 else ROUNDS[:1]


class Program:
    """Somebody's program: it speaks with the node by its API, and sends again what was not answered."""

    def __init__(self, url: str, source: str, token: str) -> None:
        self._host, self._source, self._token = urlsplit(url).netloc, source, token

    def send(self, number: int) -> str:
        """The id of the table."""
        path = f"sources/{self._source}/uploads?file_name={number}.csv"
        return json.loads(self._ask("POST", path, scenes.content(number), "text/csv"))["id"]

    def is_screened(self, upload: str) -> bool:
        """Have a table taken as soon as it was previewed; whether it was, and was screened too."""
        status = json.loads(self._ask("GET", f"uploads/{upload}"))["status"]
        if status == "previewed":
            self._ask("POST", f"uploads/{upload}/take", b"{}")
        found = json.loads(self._ask("GET", f"screenings?source={self._source}"))["items"]
        return status == "taken" and bool(found) and all(one["status"] == "done" for one in found)

    def _ask(self, method: str, path: str, body: bytes = b"", kind: str = "application/json") -> bytes:
        asking = http.client.HTTPConnection(self._host, timeout=30)
        try:
            headers = {"Authorization": f"Bearer {self._token}", "Content-Type": kind}
            asking.request(method, f"/api/v1/{path}", body, headers)
            answer = asking.getresponse()
            said = answer.read()
        finally:
            asking.close()
        assert answer.status < 300, said
        return said


class Killing:
    """One table on its way through a served node, whose processes are killed at windows as they come to them."""

    def __init__(self, node: KilledNode, database: str, about: dict[str, str], number: int) -> None:
        self.node, self.database, self.about, self.number = node, database, about, number
        self.stops = CHOSEN[number - 1]
        self.killed: list[str] = []
        self.standing = scenes.counts(number - 1)  # what readers have seen last

    def run(self, unkilled: list[dict[str, Any]]) -> None:
        self.node.marker.unlink(missing_ok=True)
        stop = {"TOCSIN_STOP_AT": " ".join(self.stops), "TOCSIN_STOP_MARKER": str(self.node.marker)}
        ended = False
        while not ended:
            with serving.serve(self.node.home, 0, *SMALL, DATABASE_URL=self.database, **stop) as served:
                family = psutil.Process(served.process.pid).children(recursive=True)
                ended = self._lived_through(served)
            psutil.wait_procs(family, timeout=60)
            found = self.node.run("look")
            assert found["whole"], found
            assert found["counts"] == self.standing
        assert found == unkilled[self.number]
        assert self.killed == list(self.stops)

    def _lived_through(self, served: serving.Node) -> bool:
        """Whether all came to its end; else the supervisor was killed on the way."""
        program = Program(served.url, **self.about)
        with ThreadPoolExecutor(1) as pool:
            steps = pool.submit(self._steps, program, served)
            # A step that asks while a process holds the database is answered once that is killed.
            while not steps.done():
                self._kill_who_arrived(served)
                time.sleep(0.02)
            return steps.result()

    def _steps(self, program: Program, served: serving.Node) -> bool:
        until, upload = time.monotonic() + LONGEST, ""
        while served.process.poll() is None:
            assert time.monotonic() < until, f"it did not go on by itself: {self.killed} {served.log}"
            with suppress(*UNANSWERED):
                upload = upload or program.send(self.number)
                if program.is_screened(upload):
                    return True
            time.sleep(0.25)  # a token has 600 calls a minute
        return False

    def _kill_who_arrived(self, served: serving.Node) -> None:
        arrived = self.node.marker.read_text("utf-8").split() if self.node.marker.exists() else []
        for window, pid in zip(arrived[::2], arrived[1::2], strict=False):
            if window in self.killed:
                continue
            self._seen(window)
            self.killed.append(window)
            victim = self.stops[window]
            os.kill(served.process.pid if victim is SUPERVISOR else int(pid), signal.SIGKILL)
            if victim is SUPERVISOR:
                served.process.wait()

    def _seen(self, window: str) -> None:
        """What others see while a process stands in a window is what they see when it is killed there.

        Not asked by the API, each call of which is counted: on SQLite it waits for whoever stands in a transaction.
        """
        is_flipped = window == "taking.flipped" or window.startswith("screening.")
        self.standing = scenes.counts(self.number if is_flipped else self.number - 1)
        found = self.node.run("look")
        assert found["whole"], window
        assert found["counts"] == self.standing, window
        record("served node", window, self.stops[window], "all" if is_flipped else "nothing")


@pytest.mark.verify
@pytest.mark.long
def test_a_served_node_goes_on_by_itself_whoever_is_killed(tmp_path):
    with ExitStack() as stack:
        made = []
        for name in ("killed", "unkilled"):
            url = stack.enter_context(own_database(os.environ.get("TEST_DATABASE_URL", "")))
            (tmp_path / name).mkdir()
            node = KilledNode(tmp_path / name, "tests.node.served_scenes", url)
            serving.make(node.home, DATABASE_URL=url)
            made.append((node, url, node.run("prepare")))
        unkilled = made[1][0].run("take_each", rounds=len(CHOSEN))
        signals = [one["signals"] for one in unkilled]
        assert all(one < other for one, other in pairwise(signals)), "a table that raises nothing"
        node, url, about = made[0]
        for number in range(1, len(CHOSEN) + 1):
            Killing(node, url, about, number).run(unkilled)
