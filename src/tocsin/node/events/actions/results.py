"""What a laboratory found in a sample: results, and their correction. A result is never overwritten."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person
from tocsin.node.events.actions.changing import note
from tocsin.node.events.actions.laboratory import SampleChanged, locked_sample, moved, require_day, tell_lead
from tocsin.node.events.models import Event, Sample, SampleTest
from tocsin.node.events.refusals import ActRefused, Replaced
from tocsin.node.events.texts import checked
from tocsin.node.events.vocabulary import codes, word
from tocsin.node.language.each import in_each_language
from tocsin.node.language.formats import colon, long_date

__all__ = ["correct_result", "record_result"]

Status, Result = Sample.Status, SampleTest.Result
FOUND = (Result.POSITIVE, Result.NEGATIVE, Result.INCONCLUSIVE)


@transaction.atomic
def record_result(
    sample: Sample,
    *,
    result: str,
    on: date,
    method: str = "",
    looked_for: str = "",
    found: str = "",
    test: SampleTest | None = None,
    by: Person,
    version: int,
) -> SampleTest:
    """Write down what one examination of a sample showed.

    test   the examination that was asked for; None for another, of which `method` and `looked_for` say what it is
    found  type, resistance, and the like, in the laboratory's words
    """
    event, sample = locked_sample(sample, by=by, version=version)
    if sample.status == Status.UNSUITABLE:
        raise SampleChanged(sample)
    _require_result(sample, result, on)
    made = _asked(sample, test) if test is not None else _another(sample, method, looked_for)
    made.result, made.on, made.by = Result(result), on, by
    made.found = checked(found, longest=200, name=_("What was found"), paragraphs=False)
    made.save()
    waits = sample.tests.filter(result=Result.PENDING).exists()
    # Whoever has a result has the sample; on which day it came, nobody has said.
    moved(sample, status=Status.RECEIVED if waits else Status.EXAMINED)
    _tell(event, "sample_result", "sample.result", sample, made, by=by)
    return made


@transaction.atomic
def correct_result(
    test: SampleTest, *, result: str, on: date, found: str = "", reason: str, by: Person, version: int
) -> SampleTest:
    """Say that a result was wrong, why, and what is right. The first stays, and counts no more."""
    event, sample = locked_sample(test.sample, by=by, version=version)
    old = sample.tests.get(pk=test.pk)
    if old.result == Result.PENDING:
        raise ActRefused(_("There is no result yet to be corrected."))
    if later := SampleTest.objects.filter(corrects=old).select_related("by").first():
        raise Replaced(later)
    reason = checked(reason, longest=500, name=_("Reason"), paragraphs=False)
    if not reason:
        raise ActRefused(_("Say why the result is corrected."))
    _require_result(sample, result, on)
    found = checked(found, longest=200, name=_("What was found"), paragraphs=False)
    if (result, on, found) == (old.result, old.on, old.found):
        raise ActRefused(_("That is what the result says already."))
    made = SampleTest.objects.create(
        sample=sample, method=old.method, looked_for=old.looked_for, result=Result(result), on=on, found=found,
        reason=reason, corrects=old, by=by,
    )  # fmt: skip
    moved(sample)
    _tell(event, "sample_corrected", "sample.corrected", sample, made, by=by, text=reason)
    return made


def _require_result(sample: Sample, result: str, on: date | None) -> None:
    if result not in FOUND:
        raise ActRefused(_("A result is positive, negative or inconclusive."))
    if on is None:
        raise ActRefused(_("Give the day of the result."))
    require_day(on, after=sample.taken_on, why=_("There is no result before the sample was taken."))
    require_day(on, after=sample.received_on, why=_("There is no result before the sample arrived."))


def _asked(sample: Sample, test: SampleTest) -> SampleTest:
    found = sample.tests.select_for_update().filter(pk=test.pk).first()
    if found is None or found.result != Result.PENDING:
        raise SampleChanged(sample)
    return found


def _another(sample: Sample, method: str, looked_for: str) -> SampleTest:
    """An examination that nobody asked for. The same twice is a button pressed twice, or wants a correction."""
    if method not in codes("laboratory_method"):
        raise ActRefused(_("There is no method “%(code)s”; choose one of the list.") % {"code": method})
    looked_for = checked(looked_for, longest=120, name=_("Looked for"), paragraphs=False)
    for there in sample.tests.filter(method=method, looked_for=looked_for).select_related("by"):
        if there.result == Result.PENDING:
            return there
        raise ActRefused(
            _(
                "There is a result of this examination already, by %(who)s of %(day)s. "
                "Correct it, or say what else was looked for."
            )
            % {"who": there.by.name, "day": long_date(there.on)}
        )
    return SampleTest(sample=sample, method=method, looked_for=looked_for)


def _tell(event: Event, act: str, notice: str, sample: Sample, made: SampleTest, *, by: Person, text: str = "") -> None:
    values = {"sample": sample.reference, "method": made.method, "result": str(made.result)}
    note(event, act, by=by, text=text, values=values)
    tell_lead(event, notice, by=by, sample=sample.reference, result=in_each_language(lambda: _said(made)))


def _said(made: SampleTest) -> str:
    return f"{word('laboratory_method', made.method)}{colon()}{made.get_result_display()}"
