"""What can be decided upon threads, for pages: each decision with its form, its words, its key and its act.

Acts take all threads or none. Upon many at once, those that somebody else has decided upon meanwhile are set aside and
told about one by one, and the others get their verdict.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from tocsin.node.alliance.models import Person
from tocsin.node.surveillance.actions import triage as acts
from tocsin.node.surveillance.forms import triage as asks
from tocsin.node.surveillance.models import Thread, Verdict
from tocsin.node.surveillance.threads.refusals import AlreadyDecided, NotAllowed
from tocsin.node.surveillance.threads.states import FROM, OWNERS, Act

__all__ = ["BULK", "DECISIONS", "Chosen", "Conflict", "Decision", "Outcome", "decide", "decisions_for"]

Given = Mapping[str, Any]
Versions = Mapping[UUID, int]
Carry = Callable[[Sequence[Thread], Given, Person, Versions], Sequence[Thread]]
MOST = 500  # threads of one request


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing to decide.

    acts     whose rule of statuses says when it is offered; the first that allows it is enough
    form     asks for what the act needs
    carry    (threads, what the form gave, by, versions) → threads decided upon
    button   as it stands in a list of decisions; `final` as it stands under the form
    heading  of the form, by the number of threads; `told` afterwards
    key      of the keyboard
    """

    name: str
    acts: tuple[Act, ...]
    form: type[forms.Form]
    carry: Carry
    button: Any
    final: Any
    heading: Any
    told: Any
    key: str = ""


def _triage(threads: Sequence[Thread], given: Given, by: Person, versions: Versions) -> Sequence[Thread]:
    return [acts.triage(thread, by=by, version=versions[thread.pk], **given) for thread in threads]


def _conclude(threads: Sequence[Thread], given: Given, by: Person, versions: Versions) -> Sequence[Thread]:
    words = {"status": given["outcome"], "text": given["text"], "review_at": given["review_at"]}
    return [acts.conclude(thread, by=by, version=versions[thread.pk], **words) for thread in threads]


def _reopen(threads: Sequence[Thread], given: Given, by: Person, versions: Versions) -> Sequence[Thread]:
    return [acts.reopen(thread, by=by, version=versions[thread.pk], **given) for thread in threads]


def _many(act: Callable[..., Sequence[Thread]]) -> Carry:
    def carry(threads: Sequence[Thread], given: Given, by: Person, versions: Versions) -> Sequence[Thread]:
        return act(threads, by=by, versions=versions, **given)

    return carry


DECISIONS: Mapping[str, Decision] = {
    each.name: each
    for each in (
        Decision(
            "verify", (Act.VERIFY,), asks.VerifyForm, _many(acts.verify), _("Verify…"), _("Begin to verify"),
            ngettext_lazy("Find out whether it is true", "Find out whether %(n)d threads are true", "n"),
            ngettext_lazy("%(n)d thread is under verification.", "%(n)d threads are under verification.", "n"), "v",
        ),
        Decision(
            "conclude", (Act.CONCLUDE_VERIFIED, Act.CONCLUDE_REFUTED, Act.CONCLUDE_UNVERIFIABLE), asks.ConcludeForm,
            _conclude, _("Conclude…"), _("Save what came of it"),
            ngettext_lazy("Say what came of it", "Say what came of %(n)d threads", "n"),
            ngettext_lazy("%(n)d thread is concluded.", "%(n)d threads are concluded.", "n"), "c",
        ),
        Decision(
            "triage", (Act.TRIAGE,), asks.TriageForm, _triage, _("Take up…"), _("Take it up"),
            ngettext_lazy("Follow it up", "Follow %(n)d threads up", "n"),
            ngettext_lazy("%(n)d thread is taken up.", "%(n)d threads are taken up.", "n"), "t",
        ),
        Decision(
            "watch", (Act.WATCH,), asks.WatchForm, _many(acts.watch), _("Watch until…"), _("Watch"),
            ngettext_lazy("Watch it until a day", "Watch %(n)d threads until a day", "n"),
            ngettext_lazy("%(n)d thread is watched.", "%(n)d threads are watched.", "n"), "w",
        ),
        Decision(
            "assign", (Act.ASSIGN,), asks.AssignForm, _many(acts.assign), _("Assign…"), _("Assign"),
            ngettext_lazy("Assign it to somebody", "Assign %(n)d threads to somebody", "n"),
            ngettext_lazy("%(n)d thread is assigned.", "%(n)d threads are assigned.", "n"), "a",
        ),
        Decision(
            "discard", (Act.DISCARD,), asks.DiscardForm, _many(acts.discard), _("Discard…"), _("Discard"),
            ngettext_lazy("Discard it as no risk", "Discard %(n)d threads as no risk", "n"),
            ngettext_lazy("%(n)d thread is discarded.", "%(n)d threads are discarded.", "n"), "d",
        ),
        Decision(
            "reopen", (Act.REOPEN,), asks.ReopenForm, _reopen, _("Open again…"), _("Open again"),
            ngettext_lazy("Bring it back to the inbox", "Bring %(n)d threads back to the inbox", "n"),
            ngettext_lazy("%(n)d thread is open again.", "%(n)d threads are open again.", "n"), "o",
        ),
    )
}  # fmt: skip
BULK = {name: DECISIONS[name] for name in ("discard", "watch", "assign", "verify")}


def decisions_for(thread: Thread) -> list[Decision]:
    """What may be decided upon a thread, the likeliest first; of what a partner shares the owner says what is true."""
    offered = [each for each in DECISIONS.values() if any(thread.status in FROM[act] for act in each.acts)]
    return [each for each in offered if thread.shared_by_id is None or not set(each.acts) <= OWNERS]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a page of many threads asks: `threads` the person may see, the `versions` they saw, where to go `back`."""

    act: str
    threads: list[Thread]
    versions: Versions
    back: str

    @classmethod
    def of(cls, person: Person, posted: QueryDict) -> "Chosen":
        versions = dict(filter(None, map(_version, posted.getlist("thread")[:MOST])))
        found = Thread.objects.visible_to(person).filter(pk__in=versions)
        threads = list(found.select_related("disease", "place", "headline_place", "assignee"))
        act, back = posted.get("act", ""), posted.get("back", "")
        here = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith(reverse("signals"))
        return cls(act if act in BULK else "", threads, versions, back if here else reverse("signals"))


def _version(value: str) -> tuple[UUID, int] | None:
    """A thread and its version, as the list's boxes name them; what names none is passed over."""
    key, _colon, version = value.partition(":")
    try:
        return UUID(key), int(version)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A thread that did not get the verdict, and why: what somebody else decided, or that its status forbids it."""

    thread: Thread
    sentence: str
    text: str = ""

    @property
    def value(self) -> str:
        return f"{self.thread.pk}:{self.thread.version}"

    @property
    def name(self) -> str:
        return str(self.thread)


@dataclass(slots=True)
class Outcome:
    done: list[Thread] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)


def decide(decision: Decision, chosen: Chosen, given: Given, *, by: Person) -> Outcome:
    """Carry a decision out upon all threads that still are as the person saw them. Raises ActRefused for the rest."""
    outcome = Outcome()
    left = {thread.pk: thread for thread in chosen.threads}
    while left:
        try:
            outcome.done = list(decision.carry(list(left.values()), given, by, chosen.versions))
        except AlreadyDecided as refusal:
            told = dict(refusal.sentences)
            aside = [Conflict(thread, told[thread], _text(verdict)) for thread, verdict in refusal.conflicts]
        except NotAllowed as refusal:
            aside = [Conflict(thread, refusal.why(thread)) for thread in refusal.threads]
        else:
            return outcome
        outcome.conflicts += aside
        for conflict in aside:
            del left[conflict.thread.pk]
    return outcome


def _text(verdict: Verdict | None) -> str:
    return verdict.text if verdict else ""
