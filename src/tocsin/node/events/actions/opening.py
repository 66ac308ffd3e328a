"""Opening an event: from threads of signals, or typed in by whoever heard of it first."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.exercise_mark import is_exercise
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person, State
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions.changing import changed, lock, note, search_text
from tocsin.node.events.actions.counts import report_counts
from tocsin.node.events.actions.places import add_place, require_ours
from tocsin.node.events.models import Event, EventThread
from tocsin.node.events.refusals import ActRefused
from tocsin.node.events.standing import today_there
from tocsin.node.events.texts import checked
from tocsin.node.events.vocabulary import codes
from tocsin.node.surveillance.models import Disease, Place, Thread

__all__ = ["join_thread", "leave_thread", "open_event"]

S = Thread.Status
TELLS = frozenset({S.NEW, S.TRIAGED, S.WATCH, S.UNDER_VERIFICATION, S.UNVERIFIABLE, S.VERIFIED})
MOST_THREADS = 100


@transaction.atomic
def open_event(
    *,
    disease: Disease | None,
    place: Place,
    by: Person,
    name: str = "",
    hazard: str = "unknown",
    text: str = "",
    threads: Sequence[Thread] = (),
    counts: Mapping[str, int | None] | None = None,
) -> Event:
    """Open an event, suspected unless one of `threads` is verified. It can be shared from this moment on.

    disease   None if it is not known yet
    text      what is known in a sentence; the first line of the timeline
    threads   one that is an exercise makes the event one
    counts    as far as they are known at the end of today, as `report_counts` takes them
    """
    check(by, Ability.WRITE_EVENTS)
    if hazard not in codes("hazard"):
        raise ActRefused(_("There is no hazard “%(code)s”; choose one of the list.") % {"code": hazard})
    require_ours(place)
    if len(threads) > MOST_THREADS:
        raise ActRefused(_("Choose at most %(n)d threads.") % {"n": MOST_THREADS})
    now = timezone.now()
    year, number = _next_number()
    event = Event(
        year=year, number=number, disease=disease, place=place, hazard=hazard, opened_at=now, opened_by=by,
        name=checked(name, longest=120, name=_("Working name"), paragraphs=False), lead=by, changed_at=now,
        changed_by=by, is_exercise=here().is_exercise or any(thread.is_exercise for thread in threads),
    )  # fmt: skip
    event.search_key = search_text(event)
    event.save(force_insert=True)
    changed(event, "opened", by=by, fields={}, text=text)
    for thread in threads:
        _join(event, thread, by=by)
    if any(thread.status == S.VERIFIED for thread in threads):
        verified = Event.Verification.VERIFIED
        changed(event, "verification", by=by, fields={"verification": verified}, values={"state": str(verified)})
    if counts is not None:
        report_counts(event, as_of=today_there(), counts=counts, by=by)
        event.refresh_from_db()
    return event


@transaction.atomic
def join_thread(event: Event, thread: Thread, *, by: Person) -> Event:
    """Say that a thread of signals tells of this event. A verified one verifies nothing by itself: a person does."""
    event = lock(event, by=by, ability=Ability.WRITE_EVENTS)
    _join(event, thread, by=by)
    return event


@transaction.atomic
def leave_thread(event: Event, thread: Thread, *, by: Person) -> Event:
    """Say that a thread does not tell of this event after all."""
    event = lock(event, by=by, ability=Ability.WRITE_EVENTS)
    link = EventThread.objects.filter(event=event, thread=thread).first()
    if link is None:
        raise ActRefused(_("That thread is not one of this event."))
    link.delete()
    note(event, "thread_left", by=by, values={"thread": str(thread)})
    return event


def _join(event: Event, thread: Thread, *, by: Person) -> None:
    visible = Thread.objects.visible_to(by).select_related("disease", "place", "headline_place", "shared_by")
    thread = visible.select_for_update(of=("self",)).get(pk=thread.pk)
    if thread.shared_by_id is not None:
        raise ActRefused(
            _("%(state)s has these counts. Ask the state to verify it; an event here is of this state’s own.")
            % {"state": thread.shared_by}
        )
    if is_exercise(thread) != is_exercise(event):
        raise ActRefused(_("One of the two is an exercise and the other is not; they never become one."))
    if thread.status not in TELLS:
        raise ActRefused(
            _("The thread “%(thread)s” is %(status)s; reopen it first if it tells of an event.")
            % {"thread": thread, "status": thread.get_status_display()}
        )
    if there := EventThread.objects.filter(thread=thread).select_related("event__disease", "event__place").first():
        raise ActRefused(_("The thread tells of another event already: %(event)s.") % {"event": there.event})
    EventThread.objects.create(event=event, thread=thread, by=by)
    add_place(event, thread.headline_place or thread.place)
    note(event, "thread_joined", by=by, values={"thread": str(thread)})


def _next_number() -> tuple[int, int]:
    # One row that every opening locks: two numbers that are not there yet cannot be locked themselves.
    State.objects.select_for_update().get(is_here=True)
    year = timezone.localdate().year
    last = Event.objects.filter(year=year).aggregate(last=Max("number"))["last"]
    return year, (last or 0) + 1
