"""A decision's page: its answer, what each state says, its text, its measures, what is to be known beforehand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tocsin.joint.acts import Act, Applied, ObjectId
from tocsin.joint.decisions.carried import rules_carried
from tocsin.joint.decisions.due import late_objections
from tocsin.joint.decisions.folding import after
from tocsin.joint.decisions.state import OPEN, STANDS, Decision
from tocsin.joint.ordering import Arrangement
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import named, names
from tocsin.node.alliance.roles import Ability
from tocsin.node.council import links, measure_links
from tocsin.node.council.models import Decision as Row
from tocsin.node.council.models import Session
from tocsin.node.council.pages.decision_answer import answer, silence_words
from tocsin.node.council.pages.decision_measures import duties, measures
from tocsin.node.council.pages.decision_offers import Offers, offers
from tocsin.node.council.pages.decision_record import sent_lines
from tocsin.node.council.pages.decision_standings import last_heard, state_lines
from tocsin.node.council.pages.decision_text import remarks_by_paragraph, shown_text
from tocsin.node.council.pages.decision_words import body_name, role_word, shown_title
from tocsin.node.council.pages.session_events import events_named
from tocsin.node.council.reading import folded, rules_differ
from tocsin.node.events.vocabulary import word
from tocsin.node.joint.actions.acting import token
from tocsin.node.joint.arranging import arrangement_of
from tocsin.node.joint.models import JointObject
from tocsin.node.joint.settling import now_in
from tocsin.node.language.formats import long_date, semicolon, short_moment
from tocsin.node.post.here import local_node, takes_part

__all__ = ["Reading", "decision_page", "read"]

DIFFERENCES: dict[str, Any] = {
    "body": gettext_lazy("it is proposed in the name of a body that the file here does not name"),
    "silence": gettext_lazy("it may pass by silence, or by a shorter one than the file here allows"),
    "members": gettext_lazy("it lets states decide that are no members of the body by the file here"),
    "kinds": gettext_lazy("it is of a kind that the body does not adopt by the file here"),
    "official": gettext_lazy("its authentic languages are others"),
    "may_join": gettext_lazy("it lets states accede that may not by the file here"),
}


@dataclass(frozen=True)
class Reading:
    """A decision as it is read here now.

    decision  as far as its order is followed
    ahead     as it will be once the order has all that is known here
    at        now, by the owner's time
    """

    of: JointObject
    arrangement: Arrangement
    decision: Decision
    ahead: Decision
    at: datetime


def read(of: JointObject) -> Reading:
    """From its acts."""
    arrangement = arrangement_of(of)
    decision = folded(arrangement.applied)
    at = now_in(of, arrangement, timezone.now())
    rules, ahead = rules_carried(_opening(arrangement)), decision
    for act in arrangement.proposals:
        ahead = after(ahead, Applied(act, arrangement.through + 1, at), rules=rules)
    return Reading(of, arrangement, decision, ahead, at)


def _opening(arrangement: Arrangement) -> Act | None:
    return arrangement.applied[0].act if arrangement.applied else None


def decision_page(reading: Reading, person: Person, *, language: str = "") -> dict[str, Any]:
    """What the template of the page is given. The same number of queries whatever was said."""
    of, decision, own = reading.of, reading.decision, here().code
    remarks = remarks_by_paragraph(decision)
    heard = last_heard(set(decision.waited_for) - {own}, reading.at) if decision.status in OPEN else {}
    proposer = decision.opening.act if decision.opening else None
    return {
        "of": of, "decision": decision, "answer": answer(decision, reading.at),
        "title": shown_title(decision.title, decision.official), "status": f"decision_{decision.status.lower()}",
        "kind": word("decision_kind", decision.kind), "body": body_name(decision.body),
        "owner": named([of.origin]), "proposer": proposer.name if proposer else "",
        "capacity": role_word(proposer.role) if proposer else "",
        "states": state_lines(decision, own=own, at=reading.at, heard=heard),
        "left_out_others": decision.left_out, "silence": silence_words(decision, reading.at),
        "until": decision.until if decision.status in OPEN else None,
        "offers": _offers(reading, person, own), "seen": token(of),
        "text": shown_text(decision, decision.text, language, remarks), "remarks": remarks.get("", []),
        "measures": measures(decision, own=own, day=timezone.localdate(), of=of.pk), "duties": duties(decision),
        "versions": _versions(decision),
        "sent": sent_lines(of, reading.arrangement.proposals), "warnings": _warnings(reading, own),
        "about": _about(decision, person), "in_force": _in_force(decision), "is_standing": decision.status in STANDS,
        "papers": reverse("decision_papers", args=[of.pk]) if _takes_along(person) else "",
        "plan": measure_links.plan(of.pk) if decision.kind == "plan" and decision.measures else "",
        "acts": len(reading.arrangement.applied) + len(reading.arrangement.proposals),
    }  # fmt: skip


def _offers(reading: Reading, person: Person, own: str) -> Offers:
    if not reading.arrangement.is_whole:
        return Offers(None, [])
    rules = rules_carried(_opening(reading.arrangement))
    return offers(reading.of, reading.ahead, rules, person, own=own, at=reading.at)


def _takes_along(person: Person) -> bool:
    """As the gate of the papers of the Council has it."""
    return person.may(Ability.EXPORT) or person.may(Ability.DECIDE)


def _versions(decision: Decision) -> list[dict[str, Any]]:
    """The latest first."""
    states = names({one.applied.act.origin for one in decision.versions})
    return [
        {
            "number": one.number, "at": one.applied.at, "state": states[one.applied.act.origin],
            "who": one.applied.act.name, "capacity": role_word(one.applied.act.role), "note": one.note,
        }
        for one in reversed(decision.versions)
    ]  # fmt: skip


def _in_force(decision: Decision) -> str:
    if decision.in_force.on is not None:
        return long_date(decision.in_force.on)
    return word("in_force_when", decision.in_force.when)


def _warnings(reading: Reading, own: str) -> list[tuple[str, str]]:
    """What is not as it should be, each with its kind of banner."""
    of, decision, found = reading.of, reading.decision, []
    if of.waiting_for is not None:
        said = _(
            "The order of this decision cannot be followed to its end here: something that %(state)s has said is still "
            "to come. What you read is as of act %(through)s of %(number)s, and nothing can be done until it is here."
        )
        values = {"state": named([of.waiting_for["origin"]]), "through": of.through, "number": of.number}
        found.append(("attention", said % values))
    if decision.opening is not None and (differ := rules_differ(decision.opening.act)):
        said = _("It carries other rules than the alliance’s file here: %(rules)s. It follows those that it carries.")
        found.append(("attention", said % {"rules": semicolon().join(str(DIFFERENCES[one]) for one in differ)}))
    if late_objections(decision):
        said = _(
            "An objection came after the silence of its state had ended, and may have been sent in time. The machine "
            "adopts nothing now: the state that keeps the decision adopts it, or takes it back to consideration."
        )
        found.append(("attention", said))
    return found + _absences(decision, own)


def _absences(decision: Decision, own: str) -> list[tuple[str, str]]:
    if not takes_part() or not decision.concerned:
        return []
    nodes, found = local_node().trust().nodes, []
    listed = {code: nodes[code].status for code in decision.concerned if code in nodes}
    for code, absence in decision.left_out.items():
        if listed.get(code) == "active":
            said = _("%(owner)s leaves %(state)s out since %(time)s, and the list of nodes here has it as active.")
            values = {
                "owner": named([decision.owner]), "state": named([code]), "time": short_moment(absence.applied.at)
            }  # fmt: skip
            found.append(("attention", said % values))
    if decision.status in OPEN and (gone := [code for code in decision.waited_for if listed.get(code, "") != "active"]):
        said = ngettext(
            "%(states)s takes no part in the exchange now, and the decision waits for it all the same.",
            "%(states)s take no part in the exchange now, and the decision waits for them all the same.", len(gone),
        )  # fmt: skip
        found.append(("attention", said % {"states": named(gone)}))
    return found


def _about(decision: Decision, person: Person) -> list[tuple[str, str, str]]:
    """What it has to do with: label, name, address (empty where the reader has none)."""
    found = []
    if decision.event is not None:
        key = decision.event.origin, UUID(decision.event.id)
        event = events_named([key], person)[key]
        found.append((_("Event"), event.answer, event.url))
    if decision.session is not None:
        session = _session(decision.session)
        name = str(shown_title(session.title)) if session else named([decision.session.origin])
        found.append((_("Session"), name, links.session(session.pk) if session else ""))
    if decision.amends is not None:
        found.append((_("Amends"), *_other(decision.amends)))
    if decision.ended is not None and decision.ended.act.kind == "revoke":
        found.append((_("Revoked by"), *_other(ObjectId.of(decision.ended.act.said["by"]))))
    return found


def _session(key: ObjectId) -> Session | None:
    return Session.objects.filter(of__origin=key.origin, of__object_id=key.id).first()


def _other(key: ObjectId) -> tuple[str, str]:
    """The name of another decision, and where it is."""
    row = Row.objects.filter(of__origin=key.origin, of__object_id=key.id).first()
    if row is None:
        return _("a decision of %(state)s that is not here") % {"state": named([key.origin])}, ""
    return str(shown_title(row.title)), links.decision(row.pk)
