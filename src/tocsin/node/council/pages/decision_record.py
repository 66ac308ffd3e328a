"""The record of a decision: every act in its order, with who and when, what had no effect, and what is in no order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocsin.joint.acts import Act
from tocsin.joint.decisions.state import Decision
from tocsin.joint.ordering import Arrangement
from tocsin.node.alliance.naming import names
from tocsin.node.council.pages.decision_words import language_name, role_word, tag
from tocsin.node.council.wording import decision_refused
from tocsin.node.events.vocabulary import word
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.language.formats import phrases, whole

__all__ = ["Line", "record", "sent_lines"]

MACHINES = frozenset({"order", "received", "call"})
WORDS = ("reason", "text", "note", "declaration")
MOST_WORDS = 20_000  # of a whole text that was translated at once; the API has all of it


@dataclass(frozen=True, slots=True)
class Line:
    """One act. `number` and `at`: of the order that has it; `why`: why it changed nothing, or counts for nothing.

    chip  empty for what took effect
    """

    number: int | None
    at: datetime
    state: str
    who: str
    capacity: str
    act: str
    about: str
    words: str
    tag: str
    chip: str = ""
    why: str = ""
    is_machine: bool = False


def record(of: JointObject, arrangement: Arrangement, decision: Decision) -> list[Line]:
    """What the order has, then what is sent and in no order yet, then what never counted."""
    refused = {id(one.applied): one for one in decision.refused}
    astray = list(JointAct.objects.filter(of=of, is_astray=True, withdrawn_at=None))
    void = list(JointAct.objects.filter(of=of).exclude(withdrawn_at=None))
    acts = [*(one.act for one in arrangement.applied), *arrangement.proposals, *(row.act for row in (*astray, *void))]
    known = _names(acts)
    lines = []
    for one in arrangement.applied:
        chip, why = "", ""
        if (refusal := refused.get(id(one))) is not None:
            chip = "act_too_late" if refusal.code == "objection-late" else "act_refused"
            why = decision_refused(refusal.code, refusal.values)
        lines.append(_line(one.act, known, number=one.number, at=one.at, chip=chip, why=why))
    lines += sent_lines(of, arrangement.proposals, known)
    why = _("Signed with a key that had ended by then. It counts for nothing.")
    lines += [_row_line(row, known, "void", why) for row in void]
    why = _("Addressed to other readers than the decision, so that no order can take it in.")
    return lines + [_row_line(row, known, "act_refused", why) for row in astray]


def sent_lines(of: JointObject, sent: Iterable[Act], known: Mapping[str, str] | None = None) -> list[Line]:
    """What is said, and waits for the owner's order."""
    acts = list(sent)
    known = known or _names(acts, of.origin)
    owner = known.get(of.origin, of.origin)
    why = _("It counts once it is in the order of %(state)s.") % {"state": owner}
    return [_line(act, known, at=act.recorded_at, chip="act_sent", why=why) for act in acts]


def _names(acts: Sequence[Act], *more: str) -> dict[str, str]:
    """Of everybody who acts and of every state that is acted on, asked for once."""
    spoken_of = {act.said["state"] for act in acts if isinstance(act.said.get("state"), str)}
    return names({act.origin for act in acts} | spoken_of | set(more))


def _row_line(row: JointAct, known: Mapping[str, str], chip: str, why: str) -> Line:
    return _line(row.act, known, at=row.recorded_at, chip=chip, why=why)


def _line(
    act: Act, known: Mapping[str, str], *, at: datetime, number: int | None = None, chip: str = "", why: str = ""
) -> Line:
    said = act.said
    words, language = _words(act)
    return Line(
        number, at, known.get(act.origin, act.origin), act.name, role_word(act.role), word("decision_act", act.kind),
        phrases(_about(said, known)), words, tag(language), chip, why, act.kind in MACHINES,
    )  # fmt: skip


def _words(act: Act) -> tuple[str, str]:
    """What it says in words, and in which language; of a translation each paragraph, also once another stands."""
    if act.kind == "translate":
        said = "\n\n".join(f"{paragraph}: {text}" for paragraph, text in act.said["texts"].items())
        return said[:MOST_WORDS], act.said["language"]
    said = next((act.said[name] for name in WORDS if isinstance(act.said.get(name), str) and act.said[name]), "")
    return said, act.language


def _about(said: Mapping[str, Any], known: Mapping[str, str]) -> Sequence[str]:
    """What an act speaks of, as far as numbers and names say it."""
    found = []
    if isinstance(said.get("version"), int):
        found.append(pgettext("of a text", "version %(n)s") % {"n": said["version"]})
    if isinstance(said.get("base"), int):
        found.append(_("upon version %(n)s") % {"n": said["base"]})
    if isinstance(said.get("language"), str):
        found.append(language_name(said["language"]))
    if isinstance(said.get("hours"), int):
        found.append(_("%(hours)s h") % {"hours": whole(said["hours"])})
    if said.get("ad_referendum"):
        found.append(_("ad referendum"))
    if isinstance(said.get("state"), str):
        found.append(known.get(said["state"], said["state"]))
    if isinstance(said.get("through"), int):
        found.append(_("up to act %(n)s of the order") % {"n": said["through"]})
    return found
