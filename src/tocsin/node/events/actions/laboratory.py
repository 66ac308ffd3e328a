"""What is done with samples: taken, sent, received, found unsuitable; and what of them goes into the facts.

A laboratory acts upon the samples that were sent to it, and is told nothing else of their event.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from tocsin.node.alliance.exercise_mark import marked_in_all
from tocsin.node.alliance.models import Organisation, Person
from tocsin.node.alliance.notices import notify
from tocsin.node.alliance.roles import Ability, Role
from tocsin.node.events.actions.changing import lock, note
from tocsin.node.events.actions.facts import change_facts
from tocsin.node.events.models import Event, Sample, SampleTest
from tocsin.node.events.refusals import ActRefused
from tocsin.node.events.samples import results_of
from tocsin.node.events.serials import serial
from tocsin.node.events.standing import today_there
from tocsin.node.events.texts import checked
from tocsin.node.events.vocabulary import codes
from tocsin.node.events.vocabulary.materials import materials
from tocsin.node.language.formats import long_date

__all__ = [
    "SampleChanged", "laboratories", "locked_sample", "mark_unsuitable", "moved", "receive_sample", "require_day",
    "send_sample", "send_samples", "take_over_results", "take_sample", "tell_lead",
]  # fmt: skip

Status, Result = Sample.Status, SampleTest.Result
LONGEST = 500
MOST_AT_ONCE = 500
MOST_METHODS = 10


class SampleChanged(ActRefused):
    """Somebody said something of the sample since the person looked."""

    def __init__(self, sample: Sample) -> None:
        self.sample = sample
        said = _("Sample %(sample)s has changed since you looked: now it is “%(status)s”. Nothing was saved.")
        super().__init__(said % {"sample": sample, "status": sample.get_status_display()})


@transaction.atomic
def take_sample(
    event: Event,
    *,
    reference: str,
    material: str,
    local_id: str = "",
    taken_on: date | None = None,
    note_text: str = "",
    by: Person,
) -> Sample:
    """Put a sample on record under the number that is written on it.

    local_id  number in the line list of the person that it is of; empty if it is not of a person
    """
    event = lock(event, by=by, ability=Ability.WRITE_EVENTS)
    reference = _line(reference, 60, _("Number of the sample"))
    if not reference:
        raise ActRefused(_("Give the number that is written on the sample."))
    if material not in materials():
        raise ActRefused(_("There is no material “%(code)s”; choose one of the list.") % {"code": material})
    if there := event.samples.filter(reference=reference).select_related("by").first():
        raise ActRefused(
            _("Sample %(sample)s is on record already: %(who)s wrote it down on %(day)s.")
            % {"sample": there, "who": there.by.name, "day": long_date(there.at.date())}
        )
    require_day(taken_on)
    made = Sample.objects.create(
        event=event, reference=reference, material=material, taken_on=taken_on, by=by,
        local_id=_line(local_id, 60, _("Number in the line list")),
        note=_line(note_text, LONGEST, _("Note")),
    )  # fmt: skip
    note(event, "sample_taken", by=by, values={"sample": reference, "material": material})
    return made


def send_sample(
    sample: Sample, *, laboratory: Organisation, on: date, methods: Sequence[str] = (), looked_for: str = "", by: Person
) -> Sample:
    """Send one sample: `send_samples`."""
    return send_samples(
        sample.event, [sample], laboratory=laboratory, on=on, methods=methods, looked_for=looked_for, by=by
    )[0]


@transaction.atomic
def send_samples(
    event: Event,
    samples: Sequence[Sample],
    *,
    laboratory: Organisation,
    on: date,
    methods: Sequence[str] = (),
    looked_for: str = "",
    by: Person,
) -> list[Sample]:
    """Send samples to a laboratory, which sees them from now on; one that is on its way may be sent elsewhere.

    methods     examinations that are asked for, each of which waits for its result
    looked_for  what to look for, in words: the laboratory sees nothing else of the event
    """
    event = lock(event, by=by, ability=Ability.WRITE_EVENTS)
    if not 0 < len(samples) <= MOST_AT_ONCE:
        raise ActRefused(_("Choose from 1 to %(n)d samples.") % {"n": MOST_AT_ONCE})
    if laboratory not in laboratories():
        raise ActRefused(_("%(name)s is no laboratory of this state.") % {"name": laboratory})
    if strange := set(methods) - set(codes("laboratory_method")):
        raise ActRefused(_("There is no method “%(code)s”; choose one of the list.") % {"code": min(strange)})
    looked_for = _line(looked_for, 120, _("What to look for"))
    found = list(event.samples.select_for_update().filter(pk__in=[one.pk for one in samples]).order_by("pk"))
    if len(found) < len(samples):
        raise ActRefused(_("A sample that you chose is not one of this event."))
    for sample in found:
        if sample.status not in (Status.TAKEN, Status.SENT):
            raise SampleChanged(sample)
        require_day(on, after=sample.taken_on, why=_("It cannot be sent before it was taken."))
        moved(sample, status=Status.SENT, laboratory=laboratory, sent_on=on)
    SampleTest.objects.filter(sample__in=found, result=Result.PENDING).delete()
    SampleTest.objects.bulk_create(
        SampleTest(sample=sample, method=method, looked_for=looked_for, by=by)
        for sample in found
        for method in dict.fromkeys(methods)
    )
    said = {"laboratory": _names(laboratory), "samples": _listed(found)}
    note(event, "samples_sent", by=by, values=said)
    told = [one for one in laboratory.people.filter(is_active=True) if one.may(Ability.RECORD_RESULTS) and one != by]
    notify(told, "samples.sent", link=reverse("samples"), n=len(found), event=marked_in_all(serial(event), event))
    return found


@transaction.atomic
def receive_sample(sample: Sample, *, on: date, by: Person, version: int) -> Sample:
    """Say that a sample arrived."""
    event, sample = locked_sample(sample, by=by, version=version)
    if sample.status != Status.SENT:
        raise SampleChanged(sample)
    require_day(on, after=sample.sent_on or sample.taken_on, why=_("It cannot arrive before it was sent."))
    moved(sample, status=Status.RECEIVED, received_on=on)
    note(event, "sample_received", by=by, values={"sample": sample.reference})
    return sample


@transaction.atomic
def mark_unsuitable(sample: Sample, *, reason: str, by: Person, version: int) -> Sample:
    """Say that a sample cannot be examined, and why. Another is needed, under a number of its own."""
    event, sample = locked_sample(sample, by=by, version=version)
    reason = _line(reason, LONGEST, _("Reason"))
    if not reason:
        raise ActRefused(_("Say why it cannot be examined: whoever takes the next one must know."))
    if sample.status == Status.UNSUITABLE or sample.tests.exclude(result=Result.PENDING).exists():
        raise SampleChanged(sample)
    sample.tests.filter(result=Result.PENDING).delete()
    moved(sample, status=Status.UNSUITABLE, reason=reason)
    note(event, "sample_unsuitable", by=by, text=reason, values={"sample": sample.reference})
    tell_lead(event, "sample.unsuitable", by=by, sample=sample.reference)
    return sample


@transaction.atomic
def take_over_results(event: Event, *, by: Person, version: int) -> Event:
    """Have the facts say what the samples say: whether it is confirmed, how many people were tested, by what."""
    event = lock(event, by=by, ability=Ability.WRITE_EVENTS, version=version)
    found = results_of(event)
    if not found.samples:
        raise ActRefused(_("No sample is on record, so there is nothing to take over."))
    return change_facts(event, facts={"laboratory": found.facts()}, by=by, version=version)


def laboratories() -> list[Organisation]:
    """Where samples may be sent: laboratories of this state, and whoever else has people who examine."""
    ours = list(Organisation.objects.filter(state__is_here=True).prefetch_related("people"))
    return [
        one for one in ours
        if one.kind == Organisation.Kind.LABORATORY
        or any(person.is_active and Role.LABORATORY in person.roles for person in one.people.all())
    ]  # fmt: skip


def locked_sample(sample: Sample, *, by: Person, version: int) -> tuple[Event, Sample]:
    """Inside an act of a laboratory: the event and the sample, locked, as the person saw it.

    Raises Sample.DoesNotExist for a sample that is not theirs, as if it were not there.
    """
    event = lock(sample.event_id, by=by, ability=Ability.RECORD_RESULTS)
    found = Sample.objects.visible_to(by).select_for_update(of=("self",)).get(pk=sample.pk, event=event)
    if found.version != version:
        raise SampleChanged(found)
    return event, found


def moved(sample: Sample, **fields: Any) -> None:
    """Inside an act: save what it says of a locked sample, as its next version."""
    sample.version += 1
    for name, value in fields.items():
        setattr(sample, name, value)
    sample.save(update_fields=["version", *fields])


def require_day(on: date | None, *, after: date | None = None, why: str = "") -> None:
    """Raises ActRefused for a day to come, and for one before `after`."""
    if on is not None and on > today_there():
        raise ActRefused(_("This day lies ahead."))
    if on is not None and after is not None and on < after:
        raise ActRefused(f"{why} ({long_date(after)})")


def tell_lead(event: Event, kind: str, *, by: Person, **values: Any) -> None:
    """Tell whoever leads the event, unless they did it themselves."""
    lead = event.lead
    if lead is not None and lead != by and lead.may(Ability.READ_CASES):
        link = reverse("event_laboratory", args=[event.pk])
        notify([lead], kind, link=link, event=marked_in_all(serial(event), event), **values)


def _line(text: str, longest: int, name: str) -> str:
    return checked(text, longest=longest, name=name, paragraphs=False)


def _names(one: Organisation) -> dict[str, str]:
    return {"en": one.name_en, "ru": one.name_ru or one.name_en, "zh-hans": one.name_zh or one.name_en}


def _listed(samples: Sequence[Sample], most: int = 20) -> str:
    listed = ", ".join(sample.reference for sample in samples[:most])
    return listed if len(samples) <= most else f"{listed}, … (+{len(samples) - most})"
