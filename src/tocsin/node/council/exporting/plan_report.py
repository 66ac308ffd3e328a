"""The progress report of a plan of joint actions: a page to be printed or edited, in the active language."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocsin.joint.decisions.state import Decision
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import named
from tocsin.node.council.exporting.paper_parts import SEAL, band, classified, maker, not_in_force, states_part
from tocsin.node.council.pages.decision_answer import how_far
from tocsin.node.council.pages.decision_words import body_name, shown_title
from tocsin.node.council.pages.plan_progress import Group, PlanLine, Progress, far, progress_of
from tocsin.node.exports.columns import Column, Kind, Table
from tocsin.node.exports.pdf import Facts, Heading, Page
from tocsin.node.joint.models import JointObject
from tocsin.node.language.formats import enumerated, long_date, long_moment, short_date, whole
from tocsin.node.look.states import STATES

__all__ = ["plan_report"]

Part = str | Facts | Heading | Table


def plan_report(of: JointObject, decision: Decision, *, by: Person, at: datetime) -> Page:
    """How far it is on that day, by paragraph; what was reported; who takes part."""
    progress = progress_of(of, decision, by, day=timezone.localdate(at))
    values = {"plan": shown_title(decision.title, decision.official), "far": far(progress)}
    parts: list[Part] = [said] if (said := not_in_force(decision)) else []
    for group in progress.groups:
        parts += _group(group)
    if not progress.groups:
        parts.append(_("The plan names no measures."))
    parts += [*_reports(progress), *_linked(progress), *states_part(decision, at)]
    return Page(
        title=_("%(plan)s: %(far)s") % values, classification=classified(of, decision),
        facts=_facts(decision, progress, at), parts=parts, notes=_notes(), exercise=band(of), compact=True,
        **maker(by, at),
    )  # fmt: skip


def _facts(decision: Decision, progress: Progress, at: datetime) -> list[tuple[str, str]]:
    facts = [
        (_("Progress on"), long_date(timezone.localdate(at))), (_("Body"), body_name(decision.body)),
        (_("How far"), how_far(decision, at)), (_("Kept by"), named([decision.owner])),
        (_("Measures"), _counts(progress)),
    ]  # fmt: skip
    if decision.year is not None:
        facts.insert(1, (_("For the year"), str(decision.year)))
    if decision.adopted is not None:
        facts.insert(2, (pgettext("of a decision", "Adopted"), long_moment(decision.adopted.at)))
    return facts


def _counts(progress: Progress) -> str:
    said = [
        _("%(n)s in all") % {"n": whole(progress.all)},
        _("%(n)s done") % {"n": whole(progress.done)},
        _("%(n)s of these checked") % {"n": whole(progress.checked)},
        _("%(n)s overdue") % {"n": whole(progress.overdue)},
    ]
    if progress.declined:
        said.append(_("%(n)s declined") % {"n": whole(progress.declined)})
    return enumerated(said)


def _group(group: Group) -> Iterable[Part]:
    heading = _("%(number)s. %(wording)s") % {"number": group.number, "wording": group.wording}
    yield Heading(heading if group.number else str(group.wording))
    columns = (
        Column("measure", pgettext("of a decision", "Measure")),
        Column("state", pgettext("of a measure", "Who does it")), Column("deadline", _("Deadline"), Kind.DATE),
        Column("status", _("Status")),
        Column("reported", _("Last reported"), Kind.DATE), Column("verifier", _("Checked by")),
    )  # fmt: skip
    yield Table("", columns, [_row(one) for one in group.lines])


def _row(one: PlanLine) -> tuple[object, ...]:
    status = one.left if one.is_over else str(STATES[one.chip].label)
    reported = timezone.localdate(one.reported_at) if one.reported_at else None
    return (str(one.title), one.state, one.deadline, status, reported, one.verifier)


def _reports(progress: Progress) -> Iterable[Part]:
    told = [one for group in progress.groups for one in group.lines if one.report is not None]
    if told:
        yield Heading(_("What states report"))
    for one in told:
        assert one.report is not None
        said = enumerated((one.report.state, short_date(timezone.localdate(one.report.at))))
        yield Facts([(said, str(one.title))])
        yield from (line for line in one.report.text.split("\n") if line.strip())
        shown = [f"{title} ({link})" if link else title for title, link in one.report.evidence]
        if shown:
            yield _("Evidence: %(evidence)s") % {"evidence": enumerated(shown)}


def _linked(progress: Progress) -> Iterable[Part]:
    rows = [
        (link.kind, enumerated(filter(None, (link.text, link.state))), str(one.title))
        for group in progress.groups
        for one in group.lines
        for link in one.links
    ]
    if rows:
        yield Heading(_("Sessions, requests, trainings, events"))
        columns = (
            Column("kind", pgettext("of a link", "What")), Column("text", _("Which")),
            Column("measure", pgettext("of a decision", "Measure")),
        )  # fmt: skip
        yield Table("", columns, rows)


def _notes() -> list[str]:
    return [
        _("A state’s own word is what counts here; who checks a measure is named by the decision."),
        str(SEAL),
    ]
