"""How far a plan of joint actions is: its measures by the paragraph that they carry out, with their links."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.joint.decisions.measures import MeasureState
from tocsin.joint.decisions.state import Decision
from tocsin.joint.texts.paragraphs import Paragraph
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import names
from tocsin.node.council import measure_links
from tocsin.node.council.measure_words import chip_of, deadline_words, is_overdue
from tocsin.node.council.pages.decision_words import Title, shown_title
from tocsin.node.council.pages.measure_linked import Linked, linked
from tocsin.node.council.pages.measure_page import ReportShown, reports_shown
from tocsin.node.events.vocabulary import codes, word
from tocsin.node.joint.models import JointObject
from tocsin.node.language.formats import whole

__all__ = ["Group", "PlanLine", "Progress", "far", "progress_of"]

DONE = frozenset({"DONE", "VERIFIED"})
LONGEST = 160  # letters of a paragraph over its measures


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A measure of the plan. `url` is empty before adoption: nobody has to do it yet."""

    title: Title
    state: str
    verifier: str
    deadline: date
    left: str
    chip: str
    is_over: bool
    reported_at: datetime | None
    report: ReportShown | None
    links: tuple[Linked, ...]
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """The measures that carry out one paragraph; `number` 0: of none."""

    number: int
    wording: Title
    lines: list[PlanLine]
    done: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How many measures there are, are done, of these checked, overdue, declined; and what they are linked with."""

    groups: list[Group]
    all: int
    done: int
    checked: int
    overdue: int
    declined: int
    linked: list[tuple[str, int]]


def progress_of(of: JointObject, decision: Decision, person: Person, *, day: date) -> Progress:
    """Of an adopted plan as it stands; of another, its measures as they would be."""
    states = decision.measures or tuple(MeasureState(one, "", ()) for one in decision.version.measures)
    known = names({code for one in states for code in (one.measure.state, one.measure.verifier)})
    kinds = Counter(link.kind for one in states for link in one.measure.links)
    return Progress(
        groups=[*_groups(of, decision, states, known, person, day)], all=len(states),
        done=sum(one.status in DONE for one in states), checked=sum(one.status == "VERIFIED" for one in states),
        overdue=sum(is_overdue(one.status.lower(), one.measure.deadline, day) for one in states),
        declined=sum(one.status == "DECLINED" for one in states),
        linked=[(word("measure_link", kind), kinds[kind]) for kind in codes("measure_link") if kinds[kind]],
    )  # fmt: skip


def far(progress: Progress) -> str:
    """In words: "3 of 10 measures done, 2 overdue"."""
    if not progress.all:
        return _("no measures")
    said = ngettext("%(done)s of %(n)s measure done", "%(done)s of %(n)s measures done", progress.all)
    done = said % {"done": whole(progress.done), "n": whole(progress.all)}
    if progress.overdue:
        return _("%(measures)s, %(overdue)s overdue") % {"measures": done, "overdue": whole(progress.overdue)}
    return done


def _groups(
    of: JointObject,
    decision: Decision,
    states: Sequence[MeasureState],
    known: dict[str, str],
    person: Person,
    day: date,
) -> Iterable[Group]:
    shown = _linked(states, person)
    there = {one.id for one in decision.text.paragraphs}
    places: list[tuple[int, Paragraph | None]] = [*enumerate(decision.text.paragraphs, start=1), (0, None)]
    for number, paragraph in places:
        id = paragraph.id if paragraph else None
        own = [
            (at, one)
            for at, one in enumerate(states)
            if (one.measure.paragraph if one.measure.paragraph in there else None) == id
        ]
        if own:
            lines = [_line(of, decision, one, known, shown[at], day) for at, one in own]
            yield Group(number, _wording(decision, paragraph), lines, sum(one.status in DONE for _at, one in own))


def _linked(states: Sequence[MeasureState], person: Person) -> list[tuple[Linked, ...]]:
    """Of each measure, from one look at all."""
    every = iter(linked([link for one in states for link in one.measure.links], person))
    return [tuple(next(every) for _link in one.measure.links) for one in states]


def _wording(decision: Decision, paragraph: Paragraph | None) -> Title:
    if paragraph is None:
        return Title(_("Besides the paragraphs"))
    found = shown_title({one: said.text for one, said in paragraph.texts.items()}, decision.official)
    short = found.text if len(found.text) <= LONGEST else f"{found.text[:LONGEST].rstrip()}…"
    return Title(short, found.language)


def _line(
    of: JointObject,
    decision: Decision,
    state: MeasureState,
    known: dict[str, str],
    links: tuple[Linked, ...],
    day: date,
) -> PlanLine:
    one, status = state.measure, state.status.lower()
    report = reports_shown(state.reports[-1:])
    return PlanLine(
        shown_title(one.title, decision.official), known[one.state], known[one.verifier], one.deadline,
        deadline_words(status, one.deadline, day), chip_of(status, one.deadline, day) if status else "measure_to_come",
        is_overdue(status, one.deadline, day), report[0].at if report else None, report[0] if report else None, links,
        measure_links.measure(of.pk, one.id) if status else "",
    )  # fmt: skip
