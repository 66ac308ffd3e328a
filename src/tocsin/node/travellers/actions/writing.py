"""Telling one state of one person, and telling it again when more is known."""

from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.exchange.sealing import post
from tocsin.node.alliance import audit
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person, State
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions.changing import note
from tocsin.node.events.actions.linking import standing
from tocsin.node.events.models import Event
from tocsin.node.language.formats import long_date
from tocsin.node.post.store import DjangoStore
from tocsin.node.travellers.actions.documents import make, node_here
from tocsin.node.travellers.actions.locking import lock, require_kept
from tocsin.node.travellers.actions.refusals import ActRefused, Changed
from tocsin.node.travellers.limits import LONGEST
from tocsin.node.travellers.message import Message
from tocsin.node.travellers.models import Tracing, TravellerMessage
from tocsin.node.travellers.reading_documents import message_of
from tocsin.node.travellers.settling import join, settle

__all__ = ["amend", "send"]


def send(said: Message, *, to: str, language: str, by: Person, event: Event | None = None) -> Tracing:
    """Tell the node `to`, and nobody else, of one person. It leaves once it is sealed, and ends by itself.

    event  of ours that the person belongs to: known here alone
    """
    check(by, Ability.TRACE_TRAVELLERS)
    if not State.objects.filter(pk=to, is_here=False).exists():
        raise ActRefused(_("Choose the state that is told."))
    body = said.body()
    _require_future(said, None)
    with DjangoStore().atomic():
        here = node_here()
        event = standing(Event.objects.visible_to(by).get(pk=event.pk)) if event is not None else None
        document = make(here, "traveller", body, to=to, language=language)
        row = _kept(TravellerMessage(**message_of(document, is_ours=True), by=by))
        post(here, document)
        (tracing,) = settle([row.of_id])
        if event is not None:
            Tracing.objects.filter(pk=tracing.pk).update(event=event)
            tracing.event = event
            _note(event, to, by)
        # Neither the audit nor the event says who it is.
        audit.record("traveller.sent", tracing, by=by, to=to, until=row.expires_at.isoformat())
    return tracing


def amend(tracing: Tracing, said: Message, *, seen: int, language: str, by: Person) -> Tracing:
    """The next version, whole. Whatever the version before named beyond this one ends with it.

    seen  the version that the person saw

    Raises Destroyed, and Changed where somebody has written another since.
    """
    body = said.body()
    with DjangoStore().atomic():
        here = node_here()
        tracing = lock(tracing, by=by)
        if not tracing.is_ours:
            raise ActRefused(_("Only the state that wrote it changes what it says; answer it instead."))
        require_kept(tracing)
        latest = tracing.versions.without_the_person().select_related("by").first()
        if latest is None or latest.version != seen:
            raise Changed(latest) if latest is not None else ActRefused(_("There is nothing to be changed."))
        _require_future(said, tracing)
        document = make(
            here, "traveller", body, to=tracing.other, language=language, version=latest.version + 1,
            supersedes=str(latest.document_id),
        )  # fmt: skip
        row = _kept(TravellerMessage(**message_of(document, is_ours=True), by=by))
        post(here, document)
        (tracing,) = settle([row.of_id])
        audit.record(
            "traveller.amended", tracing, by=by, to=tracing.other, version=row.version, until=row.expires_at.isoformat()
        )
    return tracing


def _kept(row: TravellerMessage) -> TravellerMessage:
    row.of = join(row)
    row.save(force_insert=True)
    return row


def _require_future(said: Message, tracing: Tracing | None) -> None:
    """However often it is written anew, nobody is kept for longer than 90 days."""
    now = timezone.now()
    last = (tracing.begun_at if tracing else now) + LONGEST
    if said.expires_at <= now:
        raise ActRefused(_("Say until when it is kept: a moment to come."))
    if said.expires_at > last:
        day = long_date(timezone.localtime(last).date())
        raise ActRefused(
            _("It is kept for 90 days at most, counted from the first version: until %(day)s.") % {"day": day}
        )


def _note(event: Event, to: str, by: Person) -> None:
    state = State.objects.get(pk=to)
    names = {"en": state.name_en, "ru": state.name_ru, "zh-hans": state.name_zh}
    note(event, "traveller_told", by=by, values={"state": names})
