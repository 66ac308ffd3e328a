"""The record of a request: every act in its order, who did it in which capacity, and what had no effect."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from tocsin.exchange.types.days import day_of
from tocsin.joint.acts import Act
from tocsin.joint.assistance import Request
from tocsin.joint.ordering import Arrangement
from tocsin.node.alliance.naming import in_order, names
from tocsin.node.assistance.pages.request_offers import line_name
from tocsin.node.assistance.pages.said import role_word
from tocsin.node.assistance.wording import refusal_in, states_in
from tocsin.node.events.vocabulary.reading import word
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.language.formats import enumerated, long_date, phrases, whole

__all__ = ["Line", "record"]


@dataclass(frozen=True, slots=True)
class Line:
    """One act. chip: empty for what took effect; why: why it changed nothing, or counts for nothing yet."""

    number: int | None
    at: datetime
    state: str
    who: str
    capacity: str
    act: str
    about: str
    chip: str = ""
    why: str = ""


def record(of: JointObject, arrangement: Arrangement, request: Request) -> list[Line]:
    """What the order has, then what is sent and in no order yet, then what is void."""
    refused = {(one.applied.act.origin, one.applied.act.id): one for one in request.refused}
    void = list(JointAct.objects.filter(of=of).exclude(withdrawn_at=None))
    origins = {one.act.origin for one in arrangement.applied} | {act.origin for act in arrangement.proposals}
    known = names(in_order(origins | {row.origin for row in void} | {of.origin} | states_in(request.refused)))
    lines = []
    for one in arrangement.applied:
        if one.act.kind == "order":
            continue  # the machine took in what stands above it
        refusal = refused.get((one.act.origin, one.act.id))
        why = refusal_in(request, refusal, known) if refusal else ""
        chip = "act_refused" if refusal else ""
        lines.append(_line(one.act, request, known, number=one.number, at=one.at, chip=chip, why=why))
    sent = _("It counts once it is in the order of %(state)s.") % {"state": known[of.origin]}
    for act in arrangement.proposals:
        lines.append(_line(act, request, known, at=act.recorded_at, chip="act_sent", why=sent))
    gone = _("Signed with a key that had ended by then. It counts for nothing.")
    return lines + [_line(row.act, request, known, at=row.recorded_at, chip="void", why=gone) for row in void]


def _line(
    act: Act,
    request: Request,
    known: Mapping[str, str],
    *,
    at: datetime,
    number: int | None = None,
    chip: str = "",
    why: str = "",
) -> Line:
    return Line(
        number=number, at=at, state=known[act.origin], who=act.name, capacity=role_word(act.role),
        act=word("assistance_act", act.kind), about=_about(act, request), chip=chip, why=why,
    )  # fmt: skip


def _about(act: Act, request: Request) -> str:
    """What it names: which lines, until when, why."""
    said = act.said
    found = [_lines(said["lines"], request)] if act.kind != "cost" and isinstance(said.get("lines"), list) else []
    for name in ("lapses_on", "expected_on"):
        day: date | None = day_of(said.get(name) or "")
        if day is not None:
            found.append(long_date(day))
    found += [str(said[name]) for name in ("where", "reason", "note") if said.get(name) and act.kind != "request"]
    return phrases(found)


def _lines(lines: list[Mapping[str, Any]], request: Request) -> str:
    return enumerated(
        _("%(item)s: %(quantity)s")
        % {"item": line_name(request, str(line["item"])), "quantity": whole(line["quantity"])}
        for line in lines
    )
