"""People who work on a node: each reads a page, thinks for five seconds on average, and goes on."""

import http.client
import random
import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

__all__ = ["Crowd", "Inbox", "Readers", "percentile"]

THINKS = 5.0  # seconds, mean of an exponential
THREAD = re.compile(r'href="(/signals/[0-9a-f-]{36}/)"')
FRAGMENT = re.compile(r'hx-get="([^"]+)"[^>]*hx-trigger="(?:[^"]*\b)?(?:load|revealed)')


def percentile(seconds: Sequence[float], share: float) -> float:
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


class Crowd:
    """As many people as there are cookies. `took` holds seconds from request to last byte, by kind of page."""

    def __init__(self, url: str, cookie_name: str, cookies: Sequence[str]) -> None:
        self.address = urlsplit(url).netloc
        self.cookie_name, self.cookies = cookie_name, cookies
        self.took: dict[str, list[float]] = defaultdict(list)
        self.failed: list[str] = []
        self._lock = threading.Lock()
        self._ended = threading.Event()

    def work(self, while_: Callable[[], bool], *, at_least: float, at_most: float) -> float:
        """Let them work while that holds, within these seconds. Returns how long."""
        began = time.monotonic()
        self._ended.clear()
        people = [threading.Thread(target=self._one, args=(i,), daemon=True) for i in range(len(self.cookies))]
        for person in people:
            person.start()
        while (spent := time.monotonic() - began) < at_most and (spent < at_least or while_()):
            time.sleep(0.5)
        self._ended.set()
        for person in people:
            person.join(timeout=30)
        return time.monotonic() - began

    def _one(self, number: int) -> None:
        chance = random.Random(number)
        server = http.client.HTTPConnection(self.address, timeout=60)
        links: Sequence[str] = ()
        # They are met in the middle of their work, not all at once as it begins.
        self._ended.wait(chance.expovariate(1 / THINKS))
        while not self._ended.is_set():
            kind, path = self.choose(chance, links)
            page = self._read(server, number, kind, path)
            links = self.links_on(kind, page) or links
            for fragment in FRAGMENT.findall(page):
                self._read(server, number, f"{kind}, part", fragment.replace("&amp;", "&"))
            self._ended.wait(chance.expovariate(1 / THINKS))
        server.close()

    def choose(self, chance: random.Random, links: Sequence[str]) -> tuple[str, str]:
        """The kind of page that somebody reads next, and its address; `links` were on a page before."""
        raise NotImplementedError

    def links_on(self, kind: str, page: str) -> Sequence[str]:
        """What somebody may follow from here."""
        return ()

    def _read(self, server: http.client.HTTPConnection, number: int, kind: str, path: str) -> str:
        began = time.perf_counter()
        try:
            answer, body = self._answer(server, number, path)
        except (OSError, http.client.HTTPException) as error:
            server.close()
            with self._lock:
                self.failed.append(f"{path}: {error!r}")
            return ""
        with self._lock:
            if answer.status == 200:
                self.took[kind].append(time.perf_counter() - began)
            else:
                self.failed.append(f"{path}: {answer.status}")
        return body

    def _answer(
        self, server: http.client.HTTPConnection, number: int, path: str
    ) -> tuple[http.client.HTTPResponse, str]:
        """As a browser does, ask once more where the server had closed the connection that was kept."""
        for is_kept in (server.sock is not None, False):
            try:
                server.request("GET", path, headers={"Cookie": f"{self.cookie_name}={self.cookies[number]}"})
                answer = server.getresponse()
                return answer, answer.read().decode("utf-8", "replace")
            except (http.client.RemoteDisconnected, ConnectionError):
                server.close()
                if not is_kept:
                    raise
        raise AssertionError


class Inbox(Crowd):
    """They read signals: two in five times a thread of the inbox, else the situation or the inbox."""

    def __init__(self, url: str, cookie_name: str, cookies: Sequence[str], places: Sequence[str]) -> None:
        super().__init__(url, cookie_name, cookies)
        self.places = places

    def choose(self, chance: random.Random, links: Sequence[str]) -> tuple[str, str]:
        drawn = chance.random()
        if drawn < 0.4 and links:
            return "signal", chance.choice(links)
        if drawn < 0.6:
            return "situation", "/"
        if drawn < 0.75:
            return "inbox, filtered", f"/signals/?place={chance.choice(self.places)}&status=all"
        return "inbox", "/signals/"

    def links_on(self, kind: str, page: str) -> Sequence[str]:
        return THREAD.findall(page) if kind == "inbox" else ()


class Readers(Crowd):
    """They read pages of a list: `pages` has, by kind, how often it is read in a hundred pages, and its addresses."""

    def __init__(self, url: str, cookie_name: str, cookies: Sequence[str], pages: Mapping[str, Any]) -> None:
        super().__init__(url, cookie_name, cookies)
        self.pages = pages

    def choose(self, chance: random.Random, links: Sequence[str]) -> tuple[str, str]:
        (kind,) = chance.choices(list(self.pages), [often for often, _addresses in self.pages.values()])
        return kind, chance.choice(self.pages[kind][1])
