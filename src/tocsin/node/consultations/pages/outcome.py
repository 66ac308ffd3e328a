"""The outcome of a case on paper: what was asked, the signed opinions, what a minority holds, how it went."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.exercise_mark import BAND, is_exercise
from tocsin.node.alliance.models import Person
from tocsin.node.consultations import models
from tocsin.node.consultations.pages.case_page import CasePage, case_page, patient_line
from tocsin.node.consultations.pages.conversation import Entry
from tocsin.node.consultations.pages.patient import Table as Measured
from tocsin.node.exports.columns import Column, Table
from tocsin.node.exports.pdf import Facts, Heading, Page
from tocsin.node.language.formats import colon, long_date, long_moment, phrases

__all__ = ["outcome"]

Part = str | Facts | Heading | Table


def outcome(row: models.Case, reader: Person, *, now: datetime) -> Page:
    """As it stands, in the active language. What people wrote stays in the language in which they wrote it."""
    page = case_page(row, reader)
    return Page(
        title=patient_line(row), classification=_("For those who have the case"), facts=_facts(page),
        parts=list(_parts(page)), made_at=now, made_by=f"{reader.name} ({here()})",
        exercise=BAND if is_exercise(row.of) else "", compact=True,
        notes=[_("A note keeps the language in which it was written. Who the patient is does not stand here.")],
    )  # fmt: skip


def _facts(page: CasePage) -> list[tuple[str, str]]:
    asked = phrases(name for name, _state, _there, _how in page.asked)
    found = [
        (pgettext("consultation", "Case"), page.row.number),
        (_("Asked by"), phrases([page.asking, *(one.name for one in page.team)])),
        (pgettext("a hospital", "Asked"), asked), (_("Specialty"), page.specialty), (_("Urgency"), page.urgency),
        (_("Status"), str(models.Case.Status(str(page.case.status)).label)),
        (pgettext("of a case", "Submitted"), long_moment(page.row.submitted_at)),
    ]  # fmt: skip
    if page.row.follow_up_on is not None:
        found.append((_("To be told how it went on"), long_date(page.row.follow_up_on)))
    return found


def _parts(page: CasePage) -> Iterator[Part]:
    yield Heading(_("What is asked"))
    if page.patient is not None:
        yield from (f"{number}. {one}" for number, one in enumerate(page.patient.questions, 1))
    if page.text:
        yield page.text
    yield from _patient(page)
    opinions = [one for one in page.entries if one.opinion is not None]
    yield Heading(_("Signed opinions"))
    if not opinions:
        yield _("Nobody has signed an opinion yet.")
    for one in opinions:
        yield from _opinion(one)
    panel = [one for one in page.entries if one.kind in ("draft_outcome", "stand", "sign_off")]
    if panel:
        yield Heading(_("Panel"))
        for one in panel:
            yield from _said(one)
    after = [one for one in page.entries if one.kind in ("acknowledge", "follow_up")]
    if after:
        yield Heading(pgettext("of a patient", "What became of it"))
        for one in after:
            yield from _said(one)


def _patient(page: CasePage) -> Iterator[Part]:
    if page.patient is None:
        return
    yield Heading(_("The patient"))
    yield Facts(tuple(page.patient.facts))
    for heading, text in page.patient.texts:
        yield f"{heading}{colon()}{text}"
    if page.patient.diagnoses:
        said = phrases(f"{name} ({code}, {certainty})" for code, name, certainty in page.patient.diagnoses)
        yield f"{_('Diagnoses')}{colon()}{said}"
    for table in page.patient.tables:
        yield Heading(table.heading)
        yield _table(table)


def _table(table: Measured) -> Table:
    columns = tuple(Column(str(place), name) for place, name in enumerate(table.columns))
    return Table(title="", columns=columns, rows=[tuple(row) for row in table.rows])


def _opinion(one: Entry) -> Iterator[Part]:
    assert one.opinion is not None
    how = pgettext("an opinion", "signed")
    if one.opinion.retracted is not None:
        how = _("retracted on %(when)s") % {"when": long_moment(one.opinion.retracted.at)}
    elif not one.is_last_revision:
        how = _("a later version stands")
    elif one.revision > 1:
        how = _("signed, version %(n)s") % {"n": one.revision}
    yield f"{phrases(_who(one))} · {long_moment(one.at)} · {how}"
    yield from _words(one)


def _said(one: Entry) -> Iterator[Part]:
    yield f"{phrases(_who(one))} · {long_moment(one.at)} · {one.act}" + (f"{colon()}{one.detail}" if one.detail else "")
    yield from _words(one)


def _words(one: Entry) -> Iterator[Part]:
    if one.words is None:
        return
    if one.words.gone:
        yield one.words.gone
        return
    yield from (line for line in one.words.text.split("\n") if line.strip())
    for translation in one.words.translations:
        yield f"{_('Translation')} ({translation.language}, {translation.name}){colon()}{translation.text}"


def _who(one: Entry) -> Sequence[str]:
    return [part for part in (one.who.name, one.who.role, one.who.hospital) if part]
