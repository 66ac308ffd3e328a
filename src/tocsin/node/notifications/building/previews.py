"""A draft as it would leave now: the exact document, who gets it, and what stands against it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tocsin.exchange.canonical import canonical
from tocsin.exchange.documents import Document
from tocsin.exchange.errors import Malformed
from tocsin.exchange.identifiers import new_id
from tocsin.exchange.local import LocalNode
from tocsin.node.alliance.alliance_file import here as this_state
from tocsin.node.events.facts import TEXTS
from tocsin.node.events.models import Event
from tocsin.node.events.vocabulary import word
from tocsin.node.notifications.building.audiences import against, recipients
from tocsin.node.notifications.building.body import body_of, places_of
from tocsin.node.notifications.building.breakdown import Breakdown, break_down
from tocsin.node.notifications.building.identifiers import found_in
from tocsin.node.notifications.building.problems import Problem
from tocsin.node.notifications.configuration import small
from tocsin.node.notifications.models import Draft, Notification
from tocsin.node.notifications.models.notifications import Status
from tocsin.node.post.examining import examine
from tocsin.node.post.here import local_node, takes_part
from tocsin.node.post.pages.codes import code_named
from tocsin.node.post.pages.particulars import particular

__all__ = ["Preview", "look_at", "sent_of"]

NONE_SENT: frozenset[str] = frozenset({Status.NOTIFIED})
SENT = frozenset({Status.UPDATED, Status.CLOSED, Status.WITHDRAWN})


@dataclass(frozen=True)
class Preview:
    """What would leave, if it left now.

    digest      of all that would leave but its identifier and moment: whoever releases it says which they saw
    document    None where none can be made; `problems` say why
    problems    what stands against it, warnings among them
    recipients  nodes that would be given it, in the alliance's order
    breakdown   what was withheld and left out, of counts by place, age and sex
    sent        versions that partners have, the first first
    """

    draft: Draft
    body: Mapping[str, Any]
    digest: str
    document: Document | None
    problems: Sequence[Problem]
    recipients: Sequence[str]
    sent: Sequence[Notification]
    breakdown: Breakdown = field(default_factory=Breakdown)

    @property
    def refusals(self) -> list[Problem]:
        """What stands against it whatever a person says."""
        return [one for one in self.problems if not one.is_warning]

    @property
    def warnings(self) -> list[Problem]:
        """What a person must say that they saw."""
        return [one for one in self.problems if one.is_warning]


def sent_of(event: Event) -> list[Notification]:
    """The versions of an event of ours that were signed and stand, the first first."""
    return list(Notification.objects.filter(of__event=event, is_ours=True).standing().in_order())


def look_at(draft: Draft, event: Event) -> Preview:
    """The draft as it would leave now. Changes nothing."""
    sent = sent_of(event)
    breakdown, below = _breakdown(draft, event, sent)
    rows = breakdown.rows
    body = body_of(event, draft, rows=rows, below=below if rows else None)
    version, supersedes = _place_in_chain(event)
    head = {
        "classification": draft.classification, "addressees": sorted(draft.addressees), "version": version,
        "supersedes": supersedes, "no_onward_sharing": draft.no_onward_sharing, "language": draft.language,
    }  # fmt: skip
    digest = hashlib.sha256(canonical({**head, "body": body})).hexdigest()
    problems = [*_of_status(draft, event, sent), *_of_texts(draft, event)]
    for indicator, why in breakdown.left_out.items():
        problems.append(_left_out(indicator, why))
    if event.is_exercise and not this_state().is_exercise:
        said = _(
            "This event is an exercise, and the alliance is none: it cannot be sent. Exercise in an alliance for it."
        )
        problems.insert(0, Problem("exercise", said))
    if not takes_part():
        problems.insert(0, Problem("not-joined", _("This node has not joined the exchange yet; nobody would be told.")))
        return Preview(draft, body, digest, None, problems, [], sent, breakdown)
    here = local_node()
    trust, audience = here.trust(), (draft.classification, tuple(sorted(draft.addressees)))
    problems += against(trust, event, here.node, audience, sent)
    document, found = _document(here, draft, head, body)
    problems += found
    return Preview(draft, body, digest, document, problems, recipients(trust, here.node, audience), sent, breakdown)


def _breakdown(draft: Draft, event: Event, sent: Sequence[Notification]) -> tuple[Breakdown, int]:
    below = small()
    if not draft.breakdown:
        return Breakdown(), below
    if takes_part() and not local_node().store.own().confirmed:
        # What it withheld before is not all known here again.
        return Breakdown(left_out={"cases": "restored"}), below
    counts = {name: getattr(event, name) for name in Event.COUNTS}
    # Also of those that are void: partners may have read them.
    before = Notification.objects.filter(of__event=event, is_ours=True)
    return break_down(event, below=below, counts=counts, places=places_of(event), before=before), below


def _place_in_chain(event: Event) -> tuple[int, str | None]:
    """Number of the next version, and which it takes the place of; void ones keep their numbers."""
    last = Notification.objects.filter(of__event=event, is_ours=True).in_order().last()
    return (1, None) if last is None else (last.version + 1, str(last.document_id))


def _document(
    here: LocalNode, draft: Draft, head: Mapping[str, Any], body: Mapping[str, Any]
) -> tuple[Document | None, list[Problem]]:
    at, trust = here.now(), here.trust()
    try:
        document = Document(
            id=new_id(at), alliance=trust.alliance, origin=here.node, recorded_at=at, type="notification", body=body,
            exercise=trust.exercise, **{**head, "addressees": tuple(head["addressees"])},
        )  # fmt: skip
    except Malformed as malformed:
        return None, [Problem(malformed.code, _("This cannot be sent: %(why)s.") % {"why": code_named(malformed.code)})]
    said = _("Partners would not take this: %(why)s.")
    found = []
    for reason in examine(document):
        why = particular(reason.said) or code_named(reason.code)
        found.append(Problem(reason.code, said % {"why": why}))
    return document, found


def _of_status(draft: Draft, event: Event, sent: Sequence[Notification]) -> list[Problem]:
    found = []
    if draft.status not in (SENT if sent else NONE_SENT):
        said = _("Partners know this event already: update, close or withdraw it.") if sent else _(
            "Partners do not know this event yet: notify it first."
        )  # fmt: skip
        found.append(Problem("status", said))
    if (draft.status == Status.WITHDRAWN) != bool(draft.reason):
        found.append(Problem("reason", _("Say why it is withdrawn; nothing else has a reason.")))
    if event.merged_into_id and not (draft.status == Status.WITHDRAWN and draft.reason == "merged"):
        said = _("This event went into another. Partners can only be told that: withdraw it, as merged.")
        found.append(Problem("merged", said))
    if draft.reason == "merged" and not event.merged_into_id:
        found.append(Problem("not-merged", _("This event did not go into another; choose another reason.")))
    if draft.status == Status.CLOSED and event.response != Event.Response.CLOSED:
        found.append(Problem("not-closed", _("The event itself is not closed yet. Close it, then tell partners.")))
    if draft.classification == "PUBLIC":
        found.append(Problem("public", _("Everybody may read this: it is public."), is_warning=True))
    return found


def _of_texts(draft: Draft, event: Event) -> list[Problem]:
    found = []
    texts = {name: text for name, text in event.texts.items() if text}
    if texts and event.language and event.language != draft.language:
        said = _("The texts of the event are in another language than the notification says. Make them one.")
        found.append(Problem("language", said))
    for name, text in texts.items():
        found += found_in(text, str(TEXTS.get(name, name)))
    found += found_in(draft.reason_text, str(_("Reason")))
    return found


def _left_out(indicator: str, why: str) -> Problem:
    said = {
        "small": _("Of “%(what)s” there are so few in all that they are not broken down."),
        "differs": _(
            "“%(what)s” is not broken down: the line list and the counts of the event do not agree. Take the counts "
            "from the line list, or send none of it."
        ),
        "restored": _(
            "Nothing is broken down until this node knows again what it had sent: what it withheld might be given away."
        ),
    }[why]
    return Problem(f"left-out-{why}", said % {"what": word("indicator", indicator)}, is_warning=True)
