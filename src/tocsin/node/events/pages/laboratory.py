"""What pages show of samples: a table of an event's, and those that wait for a laboratory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.models import Event, Sample, SampleTest
from tocsin.node.events.samples import Results, is_awaited, standing_tests, together
from tocsin.node.events.serials import serial
from tocsin.node.events.vocabulary import word
from tocsin.node.events.vocabulary.materials import material
from tocsin.node.language.formats import listing, whole

__all__ = [
    "LaboratoryPage", "SampleRow", "Shown", "answer", "awaited_tests", "count_waiting", "laboratory_page", "rows_of",
    "waiting_of",
]  # fmt: skip

A_PAGE = 100
SHOWN = ("all", "waiting", "examined")


@dataclass(frozen=True, slots=True)
class Shown:
    """One result that stands: its method, its chip, and what it corrects, the last first."""

    test: SampleTest
    method: str
    chip: str
    earlier: list[SampleTest]


@dataclass(frozen=True, slots=True)
class SampleRow:
    """days  from the day it was taken to its first result; None while one of them is not known."""

    sample: Sample
    serial: str
    material: str
    chip: str
    results: list[Shown]
    waits: bool
    days: int | None


@dataclass(frozen=True, slots=True)
class LaboratoryPage:
    answer: str
    together: Results
    turnaround: float | None
    page: Page
    rows: list[SampleRow]
    show: str
    shown: list[tuple[str, str]]
    facts_differ: bool
    may_write: bool


def laboratory_page(event: Event, person: Person, *, show: str = "all", number: str | None = None) -> LaboratoryPage:
    samples = list(event.samples.select_related("laboratory", "by").prefetch_related("tests__by"))
    found = together(samples)
    rows = rows_of(samples)
    show = show if show in SHOWN else "all"
    chosen = [row for row in rows if show == "all" or row.waits == (show == "waiting")]
    page = Paginator(chosen, A_PAGE).get_page(number)
    days = [row.days for row in rows if row.days is not None]
    return LaboratoryPage(
        answer=answer(found),
        together=found,
        turnaround=median(days) if days else None,
        page=page,
        rows=list(page.object_list),
        show=show,
        shown=[("all", _("All")), ("waiting", _("Result awaited")), ("examined", _("No result awaited"))],
        facts_differ=bool(samples) and event.facts.get("laboratory") != found.facts(),
        may_write=person.may(Ability.WRITE_EVENTS) and event.merged_into_id is None,
    )


def answer(found: Results) -> str:
    """The page in a sentence with its numbers."""
    if not found.samples:
        return _("No sample is on record")
    counted = ngettext("%(n)s sample", "%(n)s samples", found.samples) % {"n": whole(found.samples)}
    waiting = ngettext("%(n)s result awaited", "%(n)s results awaited", found.waiting) % {"n": whole(found.waiting)}
    said = [counted, waiting] if found.waiting else [counted]
    if found.persons:
        people = ngettext(
            "%(positive)s of %(n)s person positive", "%(positive)s of %(n)s people positive", found.persons
        )
        said.append(people % {"n": whole(found.persons), "positive": whole(found.positive)})
    return listing(said)


def rows_of(samples: Iterable[Sample]) -> list[SampleRow]:
    """Samples that have their tests with them."""
    return [_row(sample) for sample in samples]


def waiting_of(person: Person) -> QuerySet[Sample]:
    """Samples that wait for somebody's laboratory, those that are there first, then by how long they have waited."""
    mine = Sample.objects.visible_to(person).filter(laboratory=person.organisation_id)
    return mine.filter(status__in=(Sample.Status.SENT, Sample.Status.RECEIVED), event__merged_into=None)


def count_waiting(person: Person) -> int:
    """How many wait for somebody's laboratory, for the bar."""
    return waiting_of(person).count()


def _row(sample: Sample) -> SampleRow:
    tests = list(sample.tests.all())
    by_key = {test.pk: test for test in tests}
    standing = standing_tests(tests)
    first = min((test.on for test in tests if test.on and test.corrects_id is None), default=None)
    return SampleRow(
        sample=sample,
        serial=serial(sample.event),
        material=material(sample.material),
        chip=f"sample_{sample.status}",
        results=[_shown(test, by_key) for test in standing],
        waits=is_awaited(sample, standing),
        days=_days(sample.taken_on, first),
    )


def _shown(test: SampleTest, by_key: dict[Any, SampleTest]) -> Shown:
    earlier, one = [], test
    while one.corrects_id is not None:
        one = by_key[one.corrects_id]
        earlier.append(one)
    return Shown(test, word("laboratory_method", test.method), f"result_{test.result}", earlier)


def _days(taken: date | None, result: date | None) -> int | None:
    return (result - taken).days if taken and result else None


def awaited_tests(rows: Sequence[Shown]) -> list[SampleTest]:
    """Examinations that were asked for and have no result yet."""
    return [shown.test for shown in rows if shown.test.result == SampleTest.Result.PENDING]
