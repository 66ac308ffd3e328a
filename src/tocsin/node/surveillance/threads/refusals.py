"""Why a verdict was not saved, in the words of the person who reads it.

ActRefused
├── NotAllowed       the thread's status does not allow it; says what does
└── AlreadyDecided   somebody else decided since the person looked; says who, when and what
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.language.formats import clock, listing, long_date
from tocsin.node.surveillance.models import Thread, Verdict
from tocsin.node.surveillance.threads.states import ACT_NAMES, Act, acts_for

__all__ = ["AlreadyDecided", "NotAllowed", "NotOurs", "said_of"]

# What somebody did, in one sentence; by the act kept in Verdict.act.
_DID: dict[str, Any] = {
    Act.ASSIGN: gettext_lazy("%(who)s assigned this thread on %(day)s at %(time)s."),
    Act.TRIAGE: gettext_lazy("%(who)s marked this thread as triaged on %(day)s at %(time)s."),
    Act.DISCARD: gettext_lazy("%(who)s discarded this thread on %(day)s at %(time)s."),
    Act.WATCH: gettext_lazy("%(who)s put this thread on watch on %(day)s at %(time)s."),
    Act.VERIFY: gettext_lazy("%(who)s took this thread into verification on %(day)s at %(time)s."),
    Act.CONCLUDE_VERIFIED: gettext_lazy("%(who)s concluded on %(day)s at %(time)s that this thread is verified."),
    Act.CONCLUDE_REFUTED: gettext_lazy("%(who)s concluded on %(day)s at %(time)s that this thread is refuted."),
    Act.CONCLUDE_UNVERIFIABLE: gettext_lazy(
        "%(who)s concluded on %(day)s at %(time)s that this thread cannot be verified."
    ),
    Act.REOPEN: gettext_lazy("%(who)s reopened this thread on %(day)s at %(time)s."),
    "woken": gettext_lazy("New signals brought this thread back on %(day)s at %(time)s."),
    "joined": gettext_lazy("This thread became part of another on %(day)s at %(time)s."),
}


class NotAllowed(ActRefused):
    """An act that the status of a thread does not allow."""

    def __init__(self, act: Act, threads: Sequence[Thread]) -> None:
        self.act, self.threads = act, tuple(threads)
        allowed = acts_for(thread.status for thread in threads)
        values = {
            "act": ACT_NAMES[act],
            "status": listing(dict.fromkeys(thread.get_status_display() for thread in threads)),
            "allowed": listing(str(ACT_NAMES[other]) for other in allowed) or _("nothing"),
        }
        super().__init__(
            _("“%(act)s” is not possible: the status is %(status)s. Possible now: %(allowed)s. Nothing was saved.")
            % values
        )

    def why(self, thread: Thread) -> str:
        """Of one of them, in a list."""
        said = _("the status is “%(status)s”, which does not allow it.")
        return said % {"status": thread.get_status_display()}


class NotOurs(NotAllowed):
    """An act upon what a partner shares that only the owner of the counts can do."""

    def __init__(self, act: Act, threads: Sequence[Thread]) -> None:
        self.act, self.threads = act, tuple(threads)
        states = listing(dict.fromkeys(str(thread.shared_by) for thread in threads))
        ActRefused.__init__(
            self,
            _("%(state)s shares these counts, and alone can find out what is true of them. Write to the state. "
              "Nothing was saved.") % {"state": states},
        )  # fmt: skip

    def why(self, thread: Thread) -> str:
        return _("%(state)s shares it, and alone can find out what is true of it.") % {"state": thread.shared_by}


class AlreadyDecided(ActRefused):
    """Others decided upon threads since the person saw them: `conflicts` holds what, the latest of each thread."""

    def __init__(self, conflicts: Sequence[tuple[Thread, Verdict | None]]) -> None:
        self.conflicts = tuple(conflicts)
        if len(conflicts) == 1:
            # Translators: "Amina discarded this thread on 2 March 2026 at 09:14. Your verdict was not saved."
            text = _("%(decided)s Your verdict was not saved.") % {"decided": _sentence(conflicts[0][1])}
        else:
            text = ngettext(
                "%(n)d of the threads was decided by others meanwhile; none of your verdicts was saved.",
                "%(n)d of the threads were decided by others meanwhile; none of your verdicts was saved.",
                len(conflicts),
            ) % {"n": len(conflicts)}
        super().__init__(text)

    @property
    def sentences(self) -> list[tuple[Thread, str]]:
        """Each thread with what became of it, for a list of them."""
        return [(thread, _sentence(verdict)) for thread, verdict in self.conflicts]


def _sentence(verdict: Verdict | None) -> str:
    return said_of(verdict) if verdict else _("This thread has changed.")


def said_of(verdict: Verdict) -> str:
    """What somebody did: Amina discarded this thread on 2 March 2026 at 09:14. In the reader's language and zone."""
    at: datetime = timezone.localtime(verdict.at)
    return str(_DID[verdict.act]) % {
        "who": verdict.by.name if verdict.by else "",
        "day": long_date(at.date()),
        "time": clock(verdict.at),
    }
