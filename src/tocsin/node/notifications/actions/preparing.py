"""Making ready what partners are told of an event. Nothing leaves here."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.exchange.errors import Malformed
from tocsin.exchange.streams import audience_of
from tocsin.node.alliance import audit
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.models import Event
from tocsin.node.events.texts import checked
from tocsin.node.events.vocabulary import codes
from tocsin.node.notifications.actions.locking import lock_draft, lock_event, require
from tocsin.node.notifications.building.previews import Preview, look_at, sent_of
from tocsin.node.notifications.models import Draft
from tocsin.node.notifications.models.notifications import Status
from tocsin.node.notifications.refusals import ActRefused, NotYours

__all__ = ["change_draft", "discard_draft", "prepare", "preview"]

PREPARES = (Ability.WRITE_EVENTS, Ability.NOTIFY)
LANGUAGES = {"zh-hans": "zh"}  # what an interface calls a language, and what a document does


@transaction.atomic
def prepare(event: Event, *, status: str | None = None, reason: str = "", by: Person) -> Draft:
    """Begin the next version of what partners are told: its audience and language as in the version before.

    status  notified, updated, closed or withdrawn; by default what follows from what partners have
    The draft that is open already, if it is of the same status; else raises NotYours.
    """
    require(by, *PREPARES)
    event = lock_event(event, by=by)
    last = next(reversed(sent_of(event)), None)
    status = status or _usual(event, is_first=last is None)
    if there := Draft.objects.filter(event=event).open().select_related("changed_by").first():
        if there.status != status:
            raise NotYours(there)
        return there
    _check_status(status, reason, "")
    draft = Draft(event=event, status=status, reason=_reason(event, status, reason), by=by, changed_by=by, language="")
    if last is not None:
        draft.classification, draft.addressees = last.classification, list(last.addressees)
        draft.no_onward_sharing, draft.articles = last.no_onward_sharing, list(last.body.get("articles", []))
        draft.breakdown = bool(last.body.get("rows"))
    shown = get_language() or "en"
    draft.language = event.language or (last.language if last else LANGUAGES.get(shown, shown))
    draft.save(force_insert=True)
    audit.record("draft.made", draft, by=by, event=str(event.pk), status=status)
    return draft


@transaction.atomic
def change_draft(
    draft: Draft,
    *,
    version: int,
    by: Person,
    status: str | None = None,
    reason: str | None = None,
    reason_text: str | None = None,
    classification: str | None = None,
    addressees: Sequence[str] | None = None,
    no_onward_sharing: bool | None = None,
    language: str | None = None,
    articles: Sequence[str] | None = None,
    breakdown: bool | None = None,
) -> Draft:
    """Say who is told, and how. What is not given stays as it is; whoever was asked to confirm must be asked anew.

    Raises DraftChanged if somebody changed it since `version`, ActRefused for what cannot be.
    """
    require(by, *PREPARES)
    draft, _event = lock_draft(draft, by=by, version=version)
    given: dict[str, Any] = {
        "status": status, "reason": reason, "classification": classification, "language": language,
        "reason_text": None if reason_text is None else checked(reason_text, name=_("Reason")),
        "addressees": None if addressees is None else sorted(set(addressees)),
        "no_onward_sharing": no_onward_sharing, "breakdown": breakdown,
        "articles": None if articles is None else sorted(set(articles)),
    }  # fmt: skip
    for name, value in given.items():
        if value is not None:
            setattr(draft, name, value)
    if draft.status != Status.WITHDRAWN:
        draft.reason, draft.reason_text = reason or "", draft.reason_text if draft.status == Status.CLOSED else ""
    if draft.classification != "SELECTIVE":
        draft.addressees = []
    _check(draft)
    draft.version += 1
    draft.changed_by, draft.changed_at = by, timezone.now()
    draft.asked_by = draft.asked_at = draft.asked_event_version = None
    draft.asked_seen = ""
    draft.save()
    audit.record("draft.changed", draft, by=by, version=draft.version)
    return draft


@transaction.atomic
def discard_draft(draft: Draft, *, version: int, by: Person) -> Draft:
    """Give it up. Partners are told nothing."""
    require(by, *PREPARES)
    draft, _event = lock_draft(draft, by=by, version=version)
    draft.discarded_at, draft.discarded_by = timezone.now(), by
    draft.save(update_fields=["discarded_at", "discarded_by"])
    audit.record("draft.discarded", draft, by=by)
    return draft


def preview(draft: Draft, *, by: Person) -> Preview:
    """The exact document as it would leave now, who gets it, and what stands against it. Changes nothing.

    Its `digest` is what `ask_confirmation` and `release` are told that the person saw.
    """
    draft = Draft.objects.visible_to(by).select_related("event__disease", "event__place", "asked_by").get(pk=draft.pk)
    return look_at(draft, draft.event)


def _usual(event: Event, *, is_first: bool) -> str:
    if is_first:
        return Status.NOTIFIED
    if event.merged_into_id:
        return Status.WITHDRAWN
    return Status.CLOSED if event.response == Event.Response.CLOSED else Status.UPDATED


def _reason(event: Event, status: str, reason: str) -> str:
    if status != Status.WITHDRAWN or reason:
        return reason
    if event.merged_into_id:
        return "merged"
    return "refuted" if event.verification == Event.Verification.REFUTED else ""


def _check_status(status: str, reason: str, classification: str) -> None:
    if status not in Status.values:
        raise ActRefused(_("Choose what partners are told: notified, updated, closed or withdrawn."))
    if reason and (status != Status.WITHDRAWN or reason not in codes("withdrawal")):
        raise ActRefused(_("Choose a reason of the list, for a withdrawal alone."))


def _check(draft: Draft) -> None:
    _check_status(draft.status, draft.reason, draft.classification)
    if draft.classification not in ("SELECTIVE", "MEMBERS", "FAMILY", "PUBLIC"):
        raise ActRefused(_("Choose who is told; what is national never leaves the state."))
    if draft.addressees:
        try:
            audience_of(draft.classification, draft.addressees)
        except Malformed as malformed:
            raise ActRefused(_("Choose states of the list, at most 64.")) from malformed
    if strange := set(draft.articles) - set(codes("article")):
        raise ActRefused(_("There is no article “%(name)s” to say this under.") % {"name": min(strange)})
