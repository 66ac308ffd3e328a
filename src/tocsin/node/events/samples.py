"""What the samples of an event say together: which results stand, who was tested, and what the facts would say."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tocsin.node.events.models import Event, Sample, SampleTest
from tocsin.node.events.vocabulary import codes

__all__ = ["Results", "is_awaited", "results_of", "standing_tests", "together"]

Status, Result = Sample.Status, SampleTest.Result


@dataclass(frozen=True, slots=True)
class Results:
    """samples, waiting: how many there are, and of how many a result is still to come.

    persons, positive  people with a result, known by their number in the line list; None where no sample names anybody
    """

    samples: int
    waiting: int
    persons: int | None
    positive: int | None
    status: str
    methods: list[str]

    def facts(self) -> dict[str, Any]:
        """The member `laboratory` of an event's facts."""
        return {"status": self.status, "tested": self.persons, "positive": self.positive, "methods": self.methods}


def standing_tests(tests: Iterable[SampleTest]) -> list[SampleTest]:
    """Those that no later one corrects."""
    given = list(tests)
    corrected = {test.corrects_id for test in given}
    return [test for test in given if test.pk not in corrected]


def results_of(event: Event) -> Results:
    """All samples of an event together, by two queries."""
    return together(event.samples.prefetch_related("tests"))


def together(samples: Iterable[Sample]) -> Results:
    """Samples with their tests. Samples that nobody is named by say nothing of people, unless there are no others."""
    given = [(sample, standing_tests(sample.tests.all())) for sample in samples]
    by_person: dict[str, list[str]] = defaultdict(list)
    for sample, tests in given:
        if sample.local_id:
            by_person[sample.local_id] += [test.result for test in tests if test.result != Result.PENDING]
    persons = {number: _of_one(results) for number, results in by_person.items() if results}
    awaited = [pair for pair in given if is_awaited(*pair)]
    known = _known(given, named_only=bool(persons))
    waits = any(sample.local_id or not persons for sample, _tests in awaited)
    return Results(
        samples=len(given),
        waiting=len(awaited),
        persons=len(persons) if persons else None,
        positive=sum(result == Result.POSITIVE for result in persons.values()) if persons else None,
        status=_status(known, waits),
        methods=_methods(given),
    )


def is_awaited(sample: Sample, tests: Sequence[SampleTest]) -> bool:
    """Whether a result of the sample is still to come."""
    if sample.status == Status.UNSUITABLE:
        return False
    return sample.status != Status.EXAMINED or any(test.result == Result.PENDING for test in tests)


def _known(given: Sequence[tuple[Sample, list[SampleTest]]], *, named_only: bool) -> set[str]:
    return {
        test.result
        for sample, tests in given
        for test in tests
        if test.result != Result.PENDING and (sample.local_id or not named_only)
    }


def _of_one(results: Sequence[str]) -> str:
    """Of several results of one person the one that counts: positive before inconclusive before negative."""
    return next(result for result in (Result.POSITIVE, Result.INCONCLUSIVE, Result.NEGATIVE) if result in results)


def _status(known: set[str], waits: bool) -> str:
    if Result.POSITIVE in known:
        return "confirmed"
    if waits:
        return "pending"
    if Result.INCONCLUSIVE in known:
        return "inconclusive"
    return "negative" if known else "none"


def _methods(given: Sequence[tuple[Sample, list[SampleTest]]]) -> list[str]:
    used = {test.method for _sample, tests in given for test in tests if test.result != Result.PENDING}
    return [code for code in codes("laboratory_method") if code in used]
