"""What people answer to a partner's notification: that somebody has it, and whether it concerns this state."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.exchange.sealing import post
from tocsin.node.alliance import audit
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.duty.actions.acknowledgements import acknowledgements_of, send_acknowledgement
from tocsin.node.duty.actions.alerts import acknowledge, close_alert
from tocsin.node.duty.models import Acknowledgement, Alert
from tocsin.node.events.refusals import ActRefused
from tocsin.node.events.texts import checked
from tocsin.node.notifications.heads import settle
from tocsin.node.notifications.models import Notification, NotifiedEvent, Relevance, VerificationRequest
from tocsin.node.notifications.models.notifications import Verdict
from tocsin.node.notifications.reading_documents import relevance_of
from tocsin.node.post.actions.making import make, node_here
from tocsin.node.post.actions.refusals import ActRefused as ExchangeRefused
from tocsin.node.post.store import DjangoStore

__all__ = ["acknowledge_notification", "acknowledge_request", "acknowledged", "give_relevance"]


def acknowledge_notification(of: NotifiedEvent, *, by: Person) -> list[Acknowledgement]:
    """Tell the state that a person here has what it notified: every version that stands and that nobody has
    acknowledged yet. The alert that calls people for it ends.

    Raises ActRefused where its state takes no part now; whoever is called for it has acknowledged the alert all the
    same.
    """
    check(by, Ability.ANSWER_PARTNERS)
    of = NotifiedEvent.objects.visible_to(by).get(pk=of.pk)
    if of.is_ours:
        raise ActRefused(_("This is our own notification."))
    versions = [str(pk) for pk in of.versions.standing().values_list("pk", flat=True)]
    _end_alerts("notification.came", versions, by)
    with DjangoStore().atomic():
        return _seen(of, by)


def acknowledge_request(request: VerificationRequest, *, by: Person) -> Acknowledgement:
    """Tell the state that a person here has its question. The alert that calls people for it ends."""
    check(by, Ability.ANSWER_PARTNERS)
    request = VerificationRequest.objects.visible_to(by).get(pk=request.pk)
    if request.is_ours:
        raise ActRefused(_("This is our own question."))
    _end_alerts("verification.asked", [str(request.pk)], by)
    with DjangoStore().atomic():
        return _request_seen(request, by)


def acknowledged(alert: Alert, *, by: Person) -> None:
    """What follows from an alert that a person acknowledged: hook of `duty.kinds.acknowledged_by`."""
    if alert.kind == "notification.came":
        version = Notification.objects.filter(pk=alert.subject_id).select_related("of").first()
        if version is not None:
            _seen(version.of, by, alert)
    elif alert.kind == "verification.asked":
        request = VerificationRequest.objects.filter(pk=alert.subject_id).first()
        if request is not None:
            _request_seen(request, by, alert)


def give_relevance(
    of: NotifiedEvent, *, verdict: str, reasons: Sequence[str] = (), text: str = "", language: str, by: Person,
    seen: int | None = None,
) -> Relevance:  # fmt: skip
    """Tell the state whether what it notified concerns this one. A later verdict takes the place of an earlier.

    seen  version of our verdict that the person saw, 0 where there was none; None: whichever
    """
    check(by, Ability.ANSWER_PARTNERS)
    if verdict not in Verdict.values:
        raise ActRefused(_("Choose whether it concerns this state."))
    text = checked(text)
    with DjangoStore().atomic():
        of = NotifiedEvent.objects.visible_to(by).select_for_update(of=("self",)).get(pk=of.pk)
        if of.is_ours or of.latest is None:
            raise ActRefused(_("There is nothing here that another state notified."))
        here, last = node_here(), _last_verdict(of)
        if seen is not None and seen != (last.version if last else 0):
            raise ActRefused(_("Somebody has said this of the event since you looked. Look at it again."))
        body = {
            "of": {"id": str(of.latest.document_id), "origin": of.origin}, "event": str(of.origin_event),
            "verdict": str(verdict),
            "reasons": sorted(set(reasons)), "text": text,
        }  # fmt: skip
        document = make(
            here, "relevance", body, to=[of.origin], language=language,
            version=last.version + 1 if last else 1, supersedes=str(last.document_id) if last else None,
        )  # fmt: skip
        made = Relevance(**relevance_of(document, of, is_ours=True), by=by)
        made.save(force_insert=True)
        post(here, document)
        settle([of.pk], is_news=False)
        audit.record("relevance.given", made, by=by, to=of.origin, verdict=made.verdict, event=str(of.pk))
    return made


def _last_verdict(of: NotifiedEvent) -> Relevance | None:
    return Relevance.objects.filter(of=of, is_ours=True).order_by("version", "recorded_at", "id").last()


def _seen(of: NotifiedEvent, by: Person, alert: Alert | None = None) -> list[Acknowledgement]:
    versions = list(of.versions.standing().in_order())
    known = acknowledgements_of(one.document_id for one in versions)
    waiting = [one for one in versions if not any(seen.is_ours for seen in known[str(one.document_id)])]
    sent = [_send(one.document_id, of.origin, "notification", by, alert) for one in waiting]
    settle([of.pk], is_news=False)
    return sent


def _request_seen(request: VerificationRequest, by: Person, alert: Alert | None = None) -> Acknowledgement:
    made = _send(request.document_id, request.origin, "verification-request", by, alert)
    if request.acknowledged_at is None:
        request.acknowledged_at = timezone.now()
        request.save(update_fields=["acknowledged_at"])
    return made


def _send(of_id: object, origin: str, of_type: str, by: Person, alert: Alert | None) -> Acknowledgement:
    try:
        return send_acknowledgement(of_id=str(of_id), of_origin=origin, of_type=of_type, by=by, alert=alert)
    except ExchangeRefused as refusal:
        raise ActRefused(str(refusal)) from refusal


def _end_alerts(kind: str, subjects: Sequence[str], by: Person) -> None:
    """Who may be called acknowledges the alert; for others it is closed, since nobody needs to be called any more."""
    for alert in Alert.objects.open().filter(kind=kind, subject_id__in=subjects):
        if by.may(Ability.STAND_DUTY):
            acknowledge(alert, by=by)
        else:
            close_alert(alert, by=None, why=by.name)
