"""A signal that a person brings: typed in once, at once in the inbox, and the duty officer is told."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.node.alliance import audit
from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import DutyShift, Person
from tocsin.node.alliance.roles import Ability, Role
from tocsin.node.surveillance.models import Disease, Place, Signal, Thread
from tocsin.node.surveillance.runs.publishing import merge, save_joined, wake
from tocsin.node.surveillance.runs.writing import threads_of
from tocsin.node.surveillance.threads.joining import Outcome, join, known_near
from tocsin.node.surveillance.threads.telling import tell_about

__all__ = ["KINDS", "kinds_for", "report"]

K = Signal.Kind
_WHOEVER_TAKES_CALLS = {Role.EPIDEMIOLOGIST, Role.DUTY_OFFICER}

# Whose word each kind of signal is. Epidemiologists and duty officers write down what others call in.
KINDS: Mapping[str, frozenset[Role]] = {
    K.CLINICIAN: frozenset({Role.CLINICIAN, Role.HOSPITAL_MANAGER, Role.CONTACT_TRACER, *_WHOEVER_TAKES_CALLS}),
    K.LABORATORY: frozenset({Role.LABORATORY, *_WHOEVER_TAKES_CALLS}),
    K.MEDIA: frozenset(_WHOEVER_TAKES_CALLS),
    K.ANIMAL: frozenset({Role.LABORATORY, *_WHOEVER_TAKES_CALLS}),
    K.BORDER: frozenset({Role.BORDER_POST, *_WHOEVER_TAKES_CALLS}),
    K.PARTNER: frozenset(_WHOEVER_TAKES_CALLS),
    K.WHO: frozenset(_WHOEVER_TAKES_CALLS),
}
LONGEST_TEXT = 10_000
OLDEST = timedelta(days=2 * 366)
MOST_CASES = 10_000_000


def kinds_for(person: Person) -> list[Signal.Kind]:
    """Kinds of signal that this person may bring, in the order of the table."""
    return [kind for kind, roles in KINDS.items() if roles & set(person.roles)]


@transaction.atomic
def report(
    *,
    kind: str,
    disease: Disease | None,
    place: Place,
    day: date,
    text: str,
    by: Person,
    language: str = "",
    cases: int | None = None,
    deaths: int | None = None,
    reference: str = "",
    is_exercise: bool = False,
) -> Signal:
    """Write down what somebody saw or heard; it joins the thread that tells of the same, or opens one.

    disease   None if it is not known, which keeps the signal in a thread of its own
    day       when it was; the signal's period is the week of it
    language  of the text; by default the one that is active
    is_exercise  invented: its thread holds nothing that happened
    """
    check(by, Ability.REPORT_SIGNAL)
    if kind not in KINDS or kind not in kinds_for(by):
        raise ActRefused(_("Signals of this kind are brought by others; choose the kind that is your own."))
    _require_sense(day=day, text=text, cases=cases, deaths=deaths, reference=reference)
    signal = Signal(
        kind=kind, disease=disease, place=place, period=day - timedelta(days=day.weekday()), every="week",
        organisation=by.organisation, by=by, text=text.strip(), language=language or get_language() or "", cases=cases,
        deaths=deaths, reference=reference.strip(),
    )  # fmt: skip
    outcome = _threaded(signal, place, is_exercise=is_exercise)
    audit.record(
        "signal.reported", signal, by=by, kind=kind, disease=disease.pk if disease else None, place=place.pk,
        thread=str(outcome.thread.pk),
    )  # fmt: skip
    transaction.on_commit(partial(_tell_duty, outcome, str(by), by))
    return signal


def _threaded(signal: Signal, place: Place, *, is_exercise: bool) -> Outcome:
    now = timezone.now()
    if signal.disease_id:
        # Two reports of one disease at once, and the flip of a screening, wait for each other.
        Disease.objects.select_for_update().get(pk=signal.disease_id)
        near = known_near([signal], exercise=is_exercise).threads
        list(Thread.objects.select_for_update().filter(pk__in=near).order_by("pk"))
    known = known_near([signal], exercise=is_exercise)
    needed = {place.pk, *(each.place_id for each in known.signals)}
    places = Place.objects.in_bulk(needed)
    outcomes = join([signal], known, places)
    threads_of(outcomes, known, places)
    (outcome,) = [each for each in outcomes if each.signals]
    if outcome.is_new:
        outcome.thread.is_exercise = is_exercise
        first, outcome.thread.headline = outcome.thread.headline, None
        outcome.thread.save(force_insert=True)
        signal.save(force_insert=True)
        outcome.thread.headline = first
        outcome.thread.save(update_fields=["headline"])
    else:
        signal.save(force_insert=True)
        merge(outcomes, now)
        save_joined(outcomes, now)
        wake(outcomes, now)
    return outcome


def _require_sense(*, day: date, text: str, cases: int | None, deaths: int | None, reference: str) -> None:
    today = timezone.localdate()
    if not text.strip():
        raise ActRefused(_("Say in a sentence what was seen."))
    if len(text) > LONGEST_TEXT:
        raise ActRefused(_("The text is too long; 10,000 characters are the most."))
    if len(reference.strip()) > Signal._meta.get_field("reference").max_length:
        raise ActRefused(_("The reference is too long; 200 characters are the most."))
    # A day that has begun somewhere to the east may be tomorrow here.
    if not today - OLDEST <= day <= today + timedelta(days=1):
        raise ActRefused(_("The day must not lie ahead, nor more than two years back."))
    for number in (cases, deaths):
        if number is not None and not 0 <= number <= MOST_CASES:
            raise ActRefused(_("Cases and deaths are whole numbers from 0 to 10,000,000."))
    if deaths and cases is not None and deaths > cases:
        raise ActRefused(_("There are more deaths than cases; the deaths are among the cases."))


def _tell_duty(outcome: Outcome, who: str, by: Person) -> None:
    now = timezone.now()
    shifts = DutyShift.objects.filter(starts_at__lte=now, ends_at__gt=now, line=DutyShift.Line.FIRST)
    on_duty = [shift.person for shift in shifts.select_related("person") if shift.person_id != by.pk]
    tell_about(outcome.thread, on_duty, "thread.reported", by=who)
