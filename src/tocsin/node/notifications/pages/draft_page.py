"""A draft as people look at it before it is sent: what would leave and to whom, what stands against it, what stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.node.alliance.models import Person, State
from tocsin.node.alliance.naming import names
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.models import Event, EventCase
from tocsin.node.events.pages.figures import named
from tocsin.node.events.pages.log import Heard, Said, piece
from tocsin.node.language.formats import listing, whole
from tocsin.node.notifications.building.previews import Preview
from tocsin.node.notifications.building.problems import Problem
from tocsin.node.notifications.configuration import four_eyes
from tocsin.node.notifications.models import Draft
from tocsin.node.notifications.models.notifications import Status
from tocsin.node.notifications.pages.rendered import Changes, Rendered, compared, rendered, rendered_preview

__all__ = ["DraftPage", "Finding", "draft_page", "how_many"]

NEWS = 12


@dataclass(frozen=True, slots=True)
class Finding:
    """What stands against sending it, and where it is mended."""

    text: str
    url: str
    label: str
    is_warning: bool


@dataclass(frozen=True, slots=True)
class DraftPage:
    """since    what happened to the event since this was last looked at, or confirmation was asked for
    lapsed   somebody asked for a second person, and what would leave is another now
    step     what this person may do with it now: send, ask, confirm, wait, nothing
    verb     that in a word and its number: “Send to 9 states”
    """

    shown: Preview
    told: Rendered
    changes: Changes | None
    answer: str
    recipients: list[str]
    findings: list[Finding]
    warnings: list[Finding]
    withheld: int
    stays: list[str]
    since: list[Said | Heard]
    lapsed: bool
    step: str
    verb: str
    may_ask: bool
    may_take_back: bool

    @property
    def is_blocked(self) -> bool:
        return bool(self.findings)


def draft_page(draft: Draft, event: Event, shown: Preview, person: Person, since: datetime | None = None) -> DraftPage:
    """since: when the person last looked at it, if they were told that it has changed"""
    known = names(shown.recipients)
    lapsed = bool(draft.asked_seen) and draft.asked_seen != shown.digest
    at = since or (draft.asked_at if lapsed else None)
    told = rendered_preview(shown)
    return DraftPage(
        shown=shown,
        told=told,
        changes=_changes(shown, told),
        answer=_answer(draft, event, shown, lapsed),
        recipients=[known[node] for node in shown.recipients],
        findings=[_finding(one, event) for one in shown.refusals],
        warnings=[_finding(one, event) for one in shown.warnings],
        withheld=len(shown.breakdown.withheld),
        stays=_stays(event),
        since=_since(event, person, at),
        lapsed=lapsed,
        step=_step(draft, person, lapsed),
        verb=_verb(draft, shown),
        may_ask=person.may(Ability.NOTIFY) and not draft.asked_seen,
        may_take_back=draft.asked_by_id == person.pk and person.may(Ability.NOTIFY),
    )


def _changes(shown: Preview, told: Rendered) -> Changes | None:
    """What partners would learn beside what they have."""
    before = next((one for one in reversed(shown.sent) if one.erased_at is None), None)
    return Changes(before.version, compared(rendered(before), told)) if before is not None else None


def _answer(draft: Draft, event: Event, shown: Preview, lapsed: bool) -> str:
    values = {"event": named(event), "to": how_many(shown.recipients)}
    if shown.refusals:
        n = len(shown.refusals)
        said = ngettext(
            "%(event)s: cannot be sent yet, %(n)s thing stands against it",
            "%(event)s: cannot be sent yet, %(n)s things stand against it",
            n,
        )
        return said % {**values, "n": whole(n)}
    if lapsed:
        return _("%(event)s: changed since a second person was asked for") % values
    if draft.asked_seen:
        return _("%(event)s: waits for a second person, then goes to %(to)s") % values
    return _("%(event)s: ready to be sent to %(to)s") % values


def how_many(nodes: Sequence[str]) -> str:
    """As in "9 states", "9 states and the Secretariat"."""
    others = State.objects.filter(pk__in=nodes, tier=State.Tier.SECRETARIAT)
    n = len(nodes) - len(others)
    states = ngettext("%(n)s state", "%(n)s states", n) % {"n": whole(n)}
    return listing([states, _("the Secretariat")]) if others else states


def _verb(draft: Draft, shown: Preview) -> str:
    verbs = {
        Status.NOTIFIED: _("Send to %(to)s"),
        Status.UPDATED: _("Send the update to %(to)s"),
        Status.CLOSED: _("Close it, and tell %(to)s"),
        Status.WITHDRAWN: _("Withdraw it from %(to)s"),
    }
    return verbs[Status(draft.status)] % {"to": how_many(shown.recipients)}


def _step(draft: Draft, person: Person, lapsed: bool) -> str:
    if not person.may(Ability.NOTIFY):
        return "nothing"
    if lapsed:
        return "ask"
    if not draft.asked_seen:
        return "ask" if four_eyes() else "send"
    return "wait" if draft.asked_by_id == person.pk else "confirm"


def _since(event: Event, person: Person, at: datetime | None) -> list[Said | Heard]:
    if at is None:
        return []
    said, _more = piece(event, person, most=NEWS)
    return [one for one in said if (one.entry.recorded_at if isinstance(one, Said) else one.at) >= at]


def _stays(event: Event) -> list[str]:
    """What is kept of the event and never leaves with it."""
    cases = EventCase.objects.filter(event=event).count()
    found = [_("the log, and who did what"), _("reasons of assessments"), _("files"), _("samples, one by one")]
    if cases:
        said = ngettext("the line list: %(n)s row, a person each", "the line list: %(n)s rows, a person each", cases)
        found.insert(0, said % {"n": whole(cases)})
    if event.name:
        found.append(_("the working name “%(name)s”") % {"name": event.name})
    return found


def _finding(problem: Problem, event: Event) -> Finding:
    url, label = _mended_at(problem.code, event)
    return Finding(problem.text, url, label, problem.is_warning)


def _mended_at(code: str, event: Event) -> tuple[str, str]:
    """Where what stands against it is mended. What an examination found is in the facts of the event."""
    here: Any = None
    if code in ("nobody", "left-out", "absent", "public"):
        here = ("#who", _("Who is told"))
    elif code in ("status", "reason", "merged", "not-merged"):
        here = ("#what", _("What partners are told"))
    elif code in ("language", "identifier"):
        here = (reverse("edit_facts", args=[event.pk, "texts"]), _("Change the texts"))
    elif code.startswith("left-out-"):
        here = (reverse("line_list", args=[event.pk]), _("Look at the line list"))
    elif code == "not-joined":
        here = (reverse("partners"), _("How the exchange stands"))
    return here or (reverse("event", args=[event.pk]), _("Look at the event"))
