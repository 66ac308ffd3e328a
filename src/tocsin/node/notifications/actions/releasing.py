"""The act by which something about an event leaves the state; and, where the state wants it, its second person."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.exchange.documents import Document
from tocsin.exchange.sealing import post
from tocsin.node.alliance import audit
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.notices import notify
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions.changing import note
from tocsin.node.events.models import Event
from tocsin.node.events.serials import serial
from tocsin.node.notifications import links
from tocsin.node.notifications.actions.locking import lock_draft
from tocsin.node.notifications.building.previews import Preview, look_at
from tocsin.node.notifications.configuration import four_eyes
from tocsin.node.notifications.heads import heads_of, settle
from tocsin.node.notifications.models import Draft, Notification, NotifiedEvent
from tocsin.node.notifications.reading_documents import notification_of
from tocsin.node.notifications.refusals import ActRefused, NotReleased, Outdated
from tocsin.node.post.here import local_node
from tocsin.node.post.store import DjangoStore
from tocsin.node.post.telling import people_who

__all__ = ["ask_confirmation", "release", "take_back_request"]


def ask_confirmation(draft: Draft, *, version: int, seen: str, warned: bool = False, by: Person) -> Draft:
    """Ask for a second person: whoever else may notify is told. It lapses if anything of what would leave changes.

    Raises as `release` does.
    """
    check(by, Ability.NOTIFY)
    with DjangoStore().atomic():
        draft, event = lock_draft(draft, by=by, version=version)
        _require_releasable(look_at(draft, event), event, draft, seen=seen, warned=warned)
        draft.asked_by, draft.asked_at, draft.asked_seen = by, timezone.now(), seen
        draft.asked_event_version = event.version
        draft.save(update_fields=["asked_by", "asked_at", "asked_seen", "asked_event_version"])
        others = [person for person in people_who(Ability.NOTIFY) if person.pk != by.pk]
        notify(others, "notification.confirm", link=links.draft(draft.pk), by=by.name, event=serial(event))
        audit.record("draft.confirmation_asked", draft, by=by, seen=seen)
    return draft


@transaction.atomic
def take_back_request(draft: Draft, *, version: int, by: Person) -> Draft:
    """Ask nobody any more. Only whoever asked may."""
    check(by, Ability.NOTIFY)
    draft, _event = lock_draft(draft, by=by, version=version)
    if draft.asked_by is not None and draft.asked_by_id != by.pk:
        raise ActRefused(_("Only %(name)s can take this back.") % {"name": draft.asked_by.name})
    draft.asked_by = draft.asked_at = draft.asked_event_version = None
    draft.asked_seen = ""
    draft.save(update_fields=["asked_by", "asked_at", "asked_seen", "asked_event_version"])
    audit.record("draft.confirmation_taken_back", draft, by=by)
    return draft


def release(draft: Draft, *, version: int, seen: str, warned: bool = False, by: Person) -> Notification:
    """Tell partners, as it was seen. It leaves once it is sealed.

    version  of the draft that the person saw
    seen     `Preview.digest` of what the person saw
    warned   whether they say that they saw the warnings
    Where the state wants four eyes, another person asked for it and saw the same. Raises DraftChanged, Outdated,
    NotReleased, ActRefused, PermissionDenied.
    """
    check(by, Ability.NOTIFY)
    # The store's lock comes before the audit's, as in all that the exchange does (store.atomic).
    with DjangoStore().atomic():
        draft, event = lock_draft(draft, by=by, version=version)
        shown = look_at(draft, event)
        _require_second_person(draft, event, shown, by)
        document = _require_releasable(shown, event, draft, seen=seen, warned=warned)
        made = _release(draft, event, shown, document, by)
    return made


def _require_releasable(shown: Preview, event: Event, draft: Draft, *, seen: str, warned: bool) -> Document:
    if against := shown.refusals:
        raise NotReleased(against)
    if shown.digest != seen:
        raise Outdated(event)
    if shown.warnings and not warned:
        raise NotReleased(shown.warnings)
    assert shown.document is not None, "without one there are refusals"
    return shown.document


def _require_second_person(draft: Draft, event: Event, shown: Preview, by: Person) -> None:
    if draft.asked_by is None:
        if four_eyes():
            raise ActRefused(_("Two people release this: ask a second one to confirm it."))
        return
    if draft.asked_seen != shown.digest:
        raise Outdated(event, draft.asked_event_version)
    if draft.asked_by_id == by.pk:
        raise ActRefused(_("You asked for this to be confirmed; another person has to do it."))
    if not draft.asked_by.may(Ability.NOTIFY):
        raise ActRefused(_("%(name)s, who asked for it, may not notify any more. Ask anew.") % {"name": draft.asked_by})


def _release(draft: Draft, event: Event, shown: Preview, document: Document, by: Person) -> Notification:
    head = _head(event, document)
    made = Notification(
        **notification_of(document, head, is_ours=True), by=by, asked_by=draft.asked_by, event_version=event.version,
    )  # fmt: skip
    made.withheld = shown.breakdown.withheld
    made.save(force_insert=True)
    post(local_node(), document)
    settle([head.pk])
    draft.released_at, draft.notification = timezone.now(), made
    draft.save(update_fields=["released_at", "notification"])
    to = list(document.addressees) or [document.classification]
    values: dict[str, Any] = {"status": made.status, "version": made.version, "to": ", ".join(to)}
    note(event, "partners_told", by=by, text=draft.reason_text, values={**values, "notification": str(made.pk)})
    # The audit says that one notified, whom and in which version; what was said is in the document alone.
    audit.record(
        "notification.released", made, by=by, to=to, version=made.version, status=made.status, event=str(event.pk),
        asked_by=draft.asked_by.name if draft.asked_by else None, warnings=[one.code for one in shown.warnings],
    )  # fmt: skip
    return made


def _head(event: Event, document: Document) -> NotifiedEvent:
    (head,) = heads_of([(document.origin, str(event.pk))], is_exercise=document.exercise).values()
    return head
