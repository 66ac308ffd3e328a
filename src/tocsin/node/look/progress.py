"""Work that takes longer than a person likes to wait: what, how far, how long."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext


@dataclass(frozen=True, slots=True)
class Progress:
    """A piece of work under way.

    what      a sentence or a noun, translated
    done      units of `total` so far; total 0: how many there are is not known yet
    url       answers with this same part anew (a GET that renders look/progress.html)
    seconds   since the work began
    next_url  where to go when it is done; problem: what stopped it
    """

    what: str | Promise
    done: int
    total: int
    url: str
    seconds: float = 0
    finished: bool = False
    problem: str | Promise = ""
    next_url: str = ""
    next_label: str | Promise = ""

    @property
    def running(self) -> bool:
        return not self.finished and not self.problem

    @property
    def percent(self) -> int | None:
        if self.finished:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else None

    @property
    def remaining(self) -> str:
        """How long it still takes at the pace so far, in words; empty while nothing can be said."""
        if not self.running or not self.total or self.done <= 0 or self.seconds <= 0:
            return ""
        left = self.seconds / self.done * (self.total - self.done)
        if left < 60:
            return gettext("less than a minute left")
        minutes = round(left / 60)
        return ngettext("about %(count)d minute left", "about %(count)d minutes left", minutes) % {"count": minutes}
