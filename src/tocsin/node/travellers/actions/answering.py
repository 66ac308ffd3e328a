"""What people here do with a message of another state: have it, take it up, look at the person, answer."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.exchange.sealing import post
from tocsin.node.alliance import audit
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.duty.actions.acknowledgements import send_acknowledgement
from tocsin.node.duty.actions.alerts import acknowledge as acknowledge_alert
from tocsin.node.duty.actions.alerts import close_alert
from tocsin.node.duty.models import Acknowledgement, Alert
from tocsin.node.events.actions.linking import standing
from tocsin.node.events.models import Event
from tocsin.node.events.texts import checked
from tocsin.node.events.vocabulary.reading import codes
from tocsin.node.post.store import DjangoStore
from tocsin.node.travellers.actions.documents import make, node_here
from tocsin.node.travellers.actions.expiring import expire
from tocsin.node.travellers.actions.locking import lock, require_kept
from tocsin.node.travellers.actions.refusals import ActRefused, Changed, Destroyed
from tocsin.node.travellers.models import Opening, Tracing, TravellerAnswer, TravellerMessage
from tocsin.node.travellers.reading_documents import answer_of
from tocsin.node.travellers.settling import settle
from tocsin.node.travellers.telling import open_alerts_of

__all__ = ["acknowledge", "acknowledged", "answer", "link_event", "open_person", "put_down", "take_up"]


def open_person(message: TravellerMessage, *, reason: str, by: Person) -> TravellerMessage:
    """The version with the person. Every time is written down, with the reason, before anything is shown.

    Raises Destroyed where the time has run out, whether or not the hourly work has come by.
    """
    check(by, Ability.TRACE_TRAVELLERS)
    if reason not in Opening.Reason.values:
        raise ActRefused(_("Say why you look at who it is."))
    with transaction.atomic():
        tracing = lock(message.of, by=by)
        message = tracing.versions.select_for_update().get(pk=message.pk)
        over = message.destroyed_at is not None or message.due_at <= timezone.now() or tracing.is_due()
        if not over:
            Opening.objects.create(message=message, person=by, reason=reason)
            audit.record("traveller.opened", tracing, by=by, version=message.version, reason=reason)
    if over:
        expire()
        tracing.refresh_from_db()
        raise Destroyed(tracing)
    return message


@transaction.atomic
def take_up(tracing: Tracing, *, by: Person) -> Tracing:
    """Say that one works on it. Raises ActRefused where somebody else does."""
    tracing = lock(tracing, by=by)
    require_kept(tracing)
    if tracing.worked_on_by_id == by.pk:
        return tracing
    if tracing.worked_on_by is not None:
        raise ActRefused(_("%(name)s works on it already.") % {"name": tracing.worked_on_by.name})
    tracing.worked_on_by, tracing.worked_on_since = by, timezone.now()
    tracing.save(update_fields=["worked_on_by", "worked_on_since"])
    audit.record("traveller.taken_up", tracing, by=by)
    return tracing


@transaction.atomic
def put_down(tracing: Tracing, *, by: Person) -> Tracing:
    """Say that one works on it no more; anybody may say it of another who is not there."""
    tracing = lock(tracing, by=by)
    if tracing.worked_on_by is not None:
        audit.record("traveller.put_down", tracing, by=by, worked_on_by=tracing.worked_on_by.name)
        tracing.worked_on_by = tracing.worked_on_since = None
        tracing.save(update_fields=["worked_on_by", "worked_on_since"])
    return tracing


@transaction.atomic
def link_event(tracing: Tracing, event: Event | None, *, by: Person) -> Tracing:
    """Say to which event of ours the person belongs; None: to none that is known."""
    tracing = lock(tracing, by=by)
    event = standing(Event.objects.visible_to(by).get(pk=event.pk)) if event is not None else None
    if tracing.event_id != (event.pk if event else None):
        tracing.event = event
        tracing.save(update_fields=["event"])
        audit.record("traveller.linked", tracing, by=by, event=str(event.pk) if event else None)
    return tracing


def answer(
    tracing: Tracing,
    *,
    found: str,
    seen: int,
    language: str,
    by: Person,
    contacts_found: int | None = None,
    outcome: Sequence[str] = (),
    text: str = "",
) -> TravellerAnswer:
    """Tell the state what became of the person, without naming anybody. Several answers may follow one another.

    seen  how many answers there were when the person looked

    Raises Destroyed, and Changed where somebody else has answered since.
    """
    text = checked(text)
    if found not in codes("found"):
        raise ActRefused(_("Say whether the person was found."))
    with DjangoStore().atomic():
        here = node_here()
        tracing = lock(tracing, by=by)
        if tracing.is_ours:
            raise ActRefused(_("This is our own message."))
        require_kept(tracing)
        latest = tracing.versions.standing().without_the_person().first()
        if latest is None:
            raise ActRefused(_("There is nothing here to be answered."))
        if tracing.answers_count != seen:
            before = tracing.answers.standing().select_related("by").first()
            raise Changed(before) if before else ActRefused(_("There is nothing here to be answered."))
        body = {
            "of": {"id": str(latest.document_id), "origin": latest.origin}, "found": str(found),
            "contacts_found": contacts_found, "outcome": list(outcome), "text": text,
        }  # fmt: skip
        document = make(here, "traveller-answer", body, to=latest.origin, language=language)
        made = TravellerAnswer(**answer_of(document, is_ours=True), of=tracing, by=by)
        made.save(force_insert=True)
        post(here, document)
        settle([tracing.pk])
        audit.record("traveller.answered", tracing, by=by, to=latest.origin, found=found)
    return made


def acknowledge(tracing: Tracing, *, by: Person) -> Acknowledgement | None:
    """Tell the state, signed, that a person here has its message; nobody is called for it any more.

    None where people were called and the state could not be told; the alert says why.
    """
    check(by, Ability.TRACE_TRAVELLERS)
    tracing = Tracing.objects.visible_to(by).get(pk=tracing.pk)
    if tracing.is_ours:
        raise ActRefused(_("This is our own message."))
    for alert in open_alerts_of([tracing.pk]):
        if by.may(Ability.STAND_DUTY):
            acknowledge_alert(alert, by=by)
        else:
            close_alert(alert, by=None)
    latest = tracing.versions.standing().without_the_person().first()
    if latest is None:
        raise ActRefused(_("There is nothing here to be acknowledged."))
    with DjangoStore().atomic():
        return _seen(latest, by)


def acknowledged(alert: Alert, *, by: Person) -> None:
    """What follows from an alert that a person acknowledged: hook of `duty.kinds.acknowledged_by`."""
    message = TravellerMessage.objects.filter(pk=alert.subject_id).without_the_person().first()
    if message is not None:
        _seen(message, by, alert)


def _seen(message: TravellerMessage, by: Person, alert: Alert | None = None) -> Acknowledgement:
    return send_acknowledgement(
        of_id=message.document_id, of_origin=message.origin, of_type="traveller", by=by, alert=alert
    )
