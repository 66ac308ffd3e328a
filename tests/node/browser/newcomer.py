"""Somebody who has never seen the system, at a browser: finds all by its words, and takes the time that people need.

Links, buttons and fields are found by what stands on them, in the language of the page: never by an address, a name in
the page's source or a place in it. Each page is read before anything is done on it.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

__all__ = ["CHOICE", "Newcomer", "Step", "words_in"]

WORDS_A_MINUTE = 150
CHARACTERS_A_SECOND = 2.5
CHOICE = 2.0  # seconds: to find and press a button or a link, to choose one of a list
CHINESE_A_WORD = 1.6  # characters: so long are words of Chinese on average
VISIBLE = """() => {
  const inside = document.querySelector("main") ?? document.body, found = [];
  const walker = document.createTreeWalker(inside, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const at = text.parentElement;
    if (text.data.trim() && !at.closest("select, script, style, template, datalist, .visually-hidden")
        && at.checkVisibility({ visibilityProperty: true, opacityProperty: true })) found.push(text.data.trim());
  }
  return found;
}"""


@dataclass
class Step:
    """One page, and what was done on it. In seconds, but for the words that stood on it."""

    name: str
    words: int = 0
    reading: float = 0.0
    typing: float = 0.0
    choosing: float = 0.0
    machine: float = 0.0
    waiting: float = 0.0

    @property
    def seconds(self) -> float:
        """All of it."""
        return self.reading + self.typing + self.choosing + self.machine + self.waiting


@dataclass
class Newcomer:
    """One person at a browser. What they have read once, on whatever page, they do not read again."""

    page: Any
    steps: list[Step]
    read: set[str] = field(default_factory=set)

    def comes(self, name: str, url: str) -> None:
        """To the first page, by a link that they were given."""
        self._waits(name, lambda: self.page.goto(url))

    def presses(self, words: str, then: str = "", *, kind: str = "button") -> None:
        """A button or a link that begins with these words; it leads to the page of the step `then`, if that is read."""
        place = self._found(self.page.get_by_role(kind, name=begins_with(words)), words)
        self.steps[-1].choosing += CHOICE
        self._waits(then, lambda: self._goes(place))

    def waits(self, seconds: float) -> None:
        """For somebody else; not at all, where they are done already."""
        self.steps[-1].waiting += max(0.0, seconds)

    def types(self, label: str, text: str) -> None:
        """Into the field of this label."""
        place = self._found(self.page.get_by_label(begins_with(label)), label)
        place.fill(text)
        self.steps[-1].typing += len(text) / CHARACTERS_A_SECOND

    def chooses(self, label: str, option: str) -> None:
        """Of a list that opens."""
        place = self._found(self.page.get_by_role("combobox", name=begins_with(label)), label)
        place.select_option(label=option)
        self.steps[-1].choosing += CHOICE

    def ticks(self, words: str, *, kind: str = "checkbox") -> None:
        """A box, or one of several choices."""
        self._found(self.page.get_by_role(kind, name=begins_with(words)), words).check()
        self.steps[-1].choosing += CHOICE

    def picks(self, label: str, text: str) -> None:
        """Types words, and takes the first that is offered for them."""
        place = self._found(self.page.get_by_label(begins_with(label)), label)
        place.press_sequentially(text)
        self._found(self.page.get_by_role("option"), text).click()
        self.steps[-1].typing += len(text) / CHARACTERS_A_SECOND
        self.steps[-1].choosing += CHOICE

    def _goes(self, place: Any) -> None:
        with self.page.expect_navigation(wait_until="load"):
            place.click()

    def _waits(self, name: str, go: Any) -> None:
        begun = time.perf_counter()
        go()
        took = time.perf_counter() - begun
        if name and (not self.steps or self.steps[-1].name != name):
            self.steps.append(Step(name))
        self.steps[-1].machine += took
        if name:
            self._reads()

    def _reads(self) -> None:
        shown: list[str] = self.page.evaluate(VISIBLE)
        words = words_in(" ".join(text for text in dict.fromkeys(shown) if text not in self.read))
        self.read.update(shown)
        self.steps[-1].words += round(words)
        self.steps[-1].reading += words * 60 / WORDS_A_MINUTE

    def _found(self, places: Any, words: str) -> Any:
        visible = places.locator("visible=true")
        visible.first.wait_for()
        assert visible.count(), f"nothing is called {words!r} at {self.page.url}"
        return visible.first


def begins_with(words: str) -> re.Pattern[str]:
    """However it is written, and whatever stands behind it."""
    return re.compile(rf"^\s*{re.escape(words)}", re.IGNORECASE)


def words_in(text: str) -> float:
    """How many words a reader has before them; Chinese is not written in words, and counted by its characters."""
    chinese = re.findall(r"[\u3400-\u9fff]", text)
    return len(list(_others(text))) + len(chinese) / CHINESE_A_WORD


def _others(text: str) -> Iterator[str]:
    return (one.group() for one in re.finditer(r"[^\W\u3400-\u9fff]+(?:[-’'.,:/][^\W\u3400-\u9fff]+)*", text))
