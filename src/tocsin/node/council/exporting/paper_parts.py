"""What papers of the Council have in common: for whom they are, that they are a draft or an exercise, who made them."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tocsin.joint.decisions.state import OPEN, OVER, Decision
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.exercise_mark import BAND, is_exercise
from tocsin.node.alliance.models import Person
from tocsin.node.council.pages.decision_standings import state_lines
from tocsin.node.council.pages.decision_words import reader_language
from tocsin.node.exports.columns import Column, Kind, Table
from tocsin.node.exports.pdf import Heading
from tocsin.node.joint.models import JointObject
from tocsin.node.language.formats import enumerated, sentences
from tocsin.node.look.states import STATES
from tocsin.node.notifications.pages.rendered import Head, audience

__all__ = ["SEAL", "band", "classified", "maker", "not_in_force", "readers_of", "states_part"]

SEAL = gettext_lazy("The seal of a node is evidence of what a state’s node has sent. It is not a legal signature.")


def classified(of: JointObject, decision: Decision) -> str:
    """As it stands at the top and bottom of each page: that it is a draft, and for whom it is."""
    readers = _("For: %(readers)s") % {"readers": readers_of(of)}
    if decision.status in OPEN:
        return _("DRAFT, version %(version)s · %(readers)s") % {"version": decision.version.number, "readers": readers}
    return readers


def readers_of(of: JointObject) -> str:
    """For whom its documents are, in words."""
    to = tuple(of.states) if of.addressees else ()
    return audience(Head(of.origin, 1, reader_language(), of.classification, to))


def not_in_force(decision: Decision) -> str:
    """A sentence that nobody is bound by it, where that is so; else empty."""
    if decision.status in OPEN:
        return _("This is a draft. No state has adopted it, and none is bound by it.")
    if decision.status in OVER:
        return _("This decision does not stand: no state is bound by it.")
    return ""


def band(of: JointObject) -> str:
    """The words of the striped band, or nothing."""
    return BAND if is_exercise(of) else ""


def maker(person: Person, at: datetime) -> dict[str, object]:
    """Who made a paper, of which state, and when; the zone of the moment names the place."""
    return {"made_at": at, "made_by": _("%(person)s, %(state)s") % {"person": person.name, "state": here()}}


def states_part(decision: Decision, at: datetime) -> Iterable[Heading | Table]:
    """The list of states: how each takes part, since when, and who said so."""
    lines = state_lines(decision, own="", at=at, heard={})
    yield Heading(_("States, and how they take part"))
    columns = [
        Column("state", pgettext("country", "State")), Column("how", _("How")), Column("when", _("When"), Kind.MOMENT),
        Column("who", _("Said by")),
    ]  # fmt: skip
    rows = [
        [
            one.name, _how(str(STATES[one.chip].label), one.hint), one.at,
            enumerated(filter(None, (one.who, one.capacity))),
        ]
        for one in lines
    ]  # fmt: skip
    if any(one.notes or one.words for one in lines):
        columns.append(Column("more", _("Besides")))
        for row, one in zip(rows, lines, strict=True):
            row.append(sentences((*one.notes, *filter(None, [one.words]))))
    yield Table("", columns, rows)


def _how(said: str, hint: str) -> str:
    return _("%(how)s (%(hint)s)") % {"how": said, "hint": hint} if hint and hint != said else said
