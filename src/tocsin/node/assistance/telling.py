"""Who is called or told when something is said of a request. More than a few at once are told in one.

Called, until a person acknowledges: for a partner's request. All else is a notice to those who keep and release: of our
own requests whatever others do, of those of others what concerns our offers and shipments.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from tocsin.joint.assistance import Key, Request, ShipmentStatus
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import Notice, Person
from tocsin.node.alliance.notices import notify
from tocsin.node.alliance.roles import Ability
from tocsin.node.assistance import links
from tocsin.node.assistance.models.requests import STANDING
from tocsin.node.assistance.reading import day_in
from tocsin.node.duty.actions.alerts import close_alert, raise_alert
from tocsin.node.duty.models import Alert
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.joint.news import news_of
from tocsin.node.post.telling import names_of, people_who

__all__ = ["MANY_REQUESTED", "REQUESTED", "call_off", "of_request"]

MOST, AT_ONCE = 20, timedelta(minutes=10)
REQUESTED, MANY_REQUESTED = "assistance.requested", "assistance.requests"
LOST = "assistance.without_effect"
ENDINGS = ("cancel", "close", "lapse")
# What is told of acts of others, by whether the request is ours.
OF_OURS = {
    "offer": "assistance.offered", "confirm_offer": "assistance.offered",
    "change_offer": "assistance.offer_changed", "withdraw_offer": "assistance.offer_changed",
    "plan_shipment": "assistance.planned", "dispatch": "assistance.dispatched",
    "call_off_shipment": "assistance.troubled",
}  # fmt: skip
OF_THEIRS = {
    "amend_request": "assistance.request_changed", "renew": "assistance.request_changed",
    **dict.fromkeys(ENDINGS, "assistance.ended"),
    "accept": "assistance.accepted", "decline_offer": "assistance.declined", "release": "assistance.declined",
    "clear_shipment": "assistance.cleared", "arrive": "assistance.arrived",
}  # fmt: skip
OF_BOTH = {
    **dict.fromkeys(("delay", "damage", "divert"), "assistance.troubled"),
    **dict.fromkeys(("return_shipment", "donate", "demobilise"), "assistance.gone_on"),
}  # fmt: skip


def of_request(of: JointObject, request: Request) -> None:
    """Tell people of what others have done, once; and of what they said themselves where it had no effect."""
    if request.asked is None:
        return
    news = news_of(of, request.history, request.refused)
    rows = [row for row in news.said if not row.is_ours]
    if not of.is_ours and any(row.kind == "request" for row in rows):
        _call(of, request)
    if any(row.kind in ENDINGS for row in rows):
        call_off(of)
    told = {(kind, row.origin) for row in rows if (kind := _kind(of, request, row))}
    told |= {(LOST, of.origin) for row, _refused in news.lost if row.is_ours}
    _notify(of, request, sorted(told))


def titles(request: Request) -> dict[str, str]:
    """Its title in each language of the interface; where there is none, in the first that there is."""
    title = request.asked.title if request.asked is not None else {}
    known = next(iter(title.values()), "")
    return {language: title.get(language, known) for language in ("en", "ru", "zh-hans")}


def _kind(of: JointObject, request: Request, row: JointAct) -> str | None:
    """What is told of an act; None for what does not concern this state."""
    if row.kind == "request":
        return None if of.is_ours or request.status not in STANDING else REQUESTED
    if not of.is_ours and not _concerns_us(request, row):
        return None
    if row.kind == "hand_over":
        return _of_hand_over(request, row)
    return OF_BOTH.get(row.kind) or (OF_OURS if of.is_ours else OF_THEIRS).get(row.kind)


def _concerns_us(request: Request, row: JointAct) -> bool:
    own = here().code
    named = row.said.get("shipment") or row.said.get("offer")
    if row.kind in OF_THEIRS and not named:
        return any(offer.key.origin == own for offer in request.offers)
    return isinstance(named, dict) and named.get("origin") == own


def _of_hand_over(request: Request, row: JointAct) -> str | None:
    shipment = request.shipment(Key.of(row.said["shipment"]))
    if shipment is None:
        return None
    if shipment.status == ShipmentStatus.DISPUTED:
        return "assistance.disputed"
    return "assistance.handed_over" if shipment.handed is not None else "assistance.signed"


def _call(of: JointObject, request: Request) -> None:
    """Have somebody on duty look at a request that stands: each, or where many come at once, all in one."""
    if request.status not in STANDING:
        return
    if Alert.objects.open().filter(kind=REQUESTED).count() >= MOST:
        day = day_in(timezone.now()).isoformat()
        raise_alert(kind=MANY_REQUESTED, subject_type="assistance", subject_id=day, link=links.ASSISTANCE)
        return
    values = {"state": names_of([of.origin])[of.origin], "what": titles(request)}
    raise_alert(
        kind=REQUESTED, subject_type="assistance", subject_id=of.pk, link=links.request(of.pk), values=values,
    )  # fmt: skip


def call_off(of: JointObject) -> None:
    """Nobody need be called any more for a request that has ended, or does not stand."""
    for alert in Alert.objects.open().filter(kind=REQUESTED, subject_id=str(of.pk)):
        close_alert(alert, by=None)


def _notify(of: JointObject, request: Request, told: Sequence[tuple[str, str]]) -> None:
    if not told:
        return
    people = _people()
    names, values = names_of({origin for _, origin in told}), titles(request)
    for kind, origin in told:
        # Whoever stands duty is called for a request already.
        whom = [one for one in people if kind != REQUESTED or not one.may(Ability.STAND_DUTY)]
        if _are_told_enough(whom):
            if not _recently(whom, "assistance.several").exists():
                notify(whom, "assistance.several", link=links.ASSISTANCE)
            continue
        notify(whom, kind, link=links.request(of.pk), state=names[origin], what=values)


def _people() -> list[Person]:
    known = {
        person.pk: person for one in (Ability.KEEP_ASSISTANCE, Ability.RELEASE_ASSISTANCE) for person in people_who(one)
    }
    return list(known.values())


def _are_told_enough(people: Sequence[Person]) -> bool:
    return _recently(people).count() >= MOST


def _recently(people: Sequence[Person], kind: str = "") -> "QuerySet[Notice]":
    """What one of them, for all, was told within the last minutes."""
    found = Notice.objects.filter(person__in=people[:1], made_at__gte=timezone.now() - AT_ONCE)
    return found.filter(kind=kind) if kind else found.filter(kind__startswith="assistance.")
