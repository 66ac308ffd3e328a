"""How each state stands towards a decision, one line a state, in the alliance's order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from tocsin.joint.acts import Applied
from tocsin.joint.decisions.state import OPEN, Decision, Standing
from tocsin.node.alliance.naming import in_order, names
from tocsin.node.council.pages.decision_words import role_word, tag
from tocsin.node.events.vocabulary import word
from tocsin.node.language.formats import ago, left_of, short_moment
from tocsin.node.post.models import Peer

__all__ = ["StateLine", "last_heard", "state_lines"]

UNHEARD = timedelta(hours=1)  # nodes meet every few minutes; who was not met for so long is cut off


@dataclass(frozen=True, slots=True)
class StateLine:
    """One state. `notes` are sentences; `words` what it gave as a reason, in the language `tag`."""

    code: str
    name: str
    is_ours: bool
    chip: str
    hint: str = ""
    who: str = ""
    capacity: str = ""
    at: datetime | None = None
    paragraph: str = ""
    words: str = ""
    tag: str = ""
    notes: tuple[str, ...] = field(default=())


def state_lines(decision: Decision, *, own: str, at: datetime, heard: Mapping[str, datetime | None]) -> list[StateLine]:
    """Of every state concerned, then of those that acceded.

    at     now, by the owner's time
    heard  when nodes were last met, of those that are not met as they should be
    """
    joined = {one.state: one.applied for one in decision.accessions}
    codes = in_order({*decision.concerned, *joined})
    known = names(codes)
    late = _late(decision)
    numbers = {one.id: place for place, one in enumerate(decision.text.paragraphs, start=1)}
    lines = []
    for code in codes:
        if code in joined:
            lines.append(_acceded(code, known[code], joined[code], own))
            continue
        standing = decision.standing(code)
        notes = (*_notes(decision, code, standing, at), *late.get(code, ()), *_cut_off(decision, standing, code, heard))
        lines.append(_line(code, known[code], decision, standing, own, numbers, notes))
    return lines


def last_heard(states: Iterable[str], now: datetime) -> dict[str, datetime | None]:
    """Of those nodes that were not met for a while; None: never yet."""
    met = dict(Peer.objects.filter(node__in=list(states)).values_list("node", "met_at"))
    return {node: met.get(node) for node in states if (at := met.get(node)) is None or now - at > UNHEARD}


def _line(
    code: str,
    name: str,
    decision: Decision,
    standing: Standing,
    own: str,
    numbers: Mapping[str, int],
    notes: tuple[str, ...],
) -> StateLine:
    act = standing.applied.act if standing.applied and standing.kind not in ("outstanding", "silent") else None
    said = act.said if act else {}
    place = numbers.get(said.get("paragraph") or "")
    return StateLine(
        code, name, code == own, _chip(standing), hint=_hint(decision, code),
        who=act.name if act else "", capacity=role_word(act.role) if act else "",
        at=standing.applied.at if act and standing.applied else None,
        paragraph=_("paragraph %(number)s") % {"number": place} if place else "",
        words=said.get("reason", "") if standing.kind != "left_out" else "", tag=tag(act.language) if act else "",
        notes=notes,
    )  # fmt: skip


def _acceded(code: str, name: str, applied: Applied, own: str) -> StateLine:
    act = applied.act
    return StateLine(
        code, name, code == own, "stands_acceded", who=act.name, capacity=role_word(act.role), at=applied.at,
        words=act.said["declaration"], tag=tag(act.language),
    )  # fmt: skip


def _chip(standing: Standing) -> str:
    return "stands_ad_referendum" if standing.ad_referendum else f"stands_{standing.kind}"


def _hint(decision: Decision, code: str) -> str:
    """By what it was counted at adoption."""
    cited = decision.adoption.citations if decision.adoption else ()
    return next((word("adopted_by", one.by) for one in cited if one.state == code), "")


def _notes(decision: Decision, code: str, standing: Standing, at: datetime) -> Iterable[str]:
    if standing.kind == "left_out":
        absence = decision.left_out[code]
        yield _("%(reason)s; not waited for since %(time)s") % {
            "reason": word("absence_reason", absence.reason), "time": short_moment(absence.applied.at),
        }  # fmt: skip
    if decision.status in OPEN and standing.kind in ("outstanding", "silent"):
        yield from _earlier(decision, code)
    if standing.kind == "silent":
        yield _silent(decision, code, standing, at)
    elif standing.kind == "outstanding" and decision.silence is not None:
        yield _("its node has not confirmed that it has the text: its silence has not begun")
    if code in decision.not_cleared:
        yield _("waits for its capital")


def _earlier(decision: Decision, code: str) -> Iterable[str]:
    said = decision.standings.get(code)
    if said is None or said.applied is None or said.kind not in ("consents", "stays_out"):
        return
    words = {
        "consents": _("agreed to version %(version)s; the text is another now, and it has to say again"),
        "stays_out": _("stayed out of version %(version)s; the text is another now, and it has to say again"),
    }
    yield words[said.kind] % {"version": said.version}


def _silent(decision: Decision, code: str, standing: Standing, at: datetime) -> str:
    silence = decision.silence
    if silence is None:  # adopted by it
        return _("silent from %(since)s to %(until)s") % {
            "since": short_moment(standing.since), "until": short_moment(standing.until),
        }  # fmt: skip
    if not silence.states[code].is_over(at):
        left = left_of(standing.until, timedelta(hours=silence.hours), at)
        return _("silent since %(since)s: %(left)s") % {"since": short_moment(standing.since), "left": left}
    if standing.called:
        return _("silent to the end, and its node has answered the closing call")
    return _("its time is over; its node has not answered the closing call yet")


def _late(decision: Decision) -> dict[str, tuple[str, ...]]:
    """What states said too late: on record, without effect."""
    found: dict[str, tuple[str, ...]] = {}
    for one in decision.refused:
        if one.code == "objection-late":
            act = one.applied.act
            said = _("objected on %(time)s: too late, and without effect. It stands on record.")
            line = said % {"time": short_moment(one.applied.at)}
            found[act.origin] = (*found.get(act.origin, ()), line)
    return found


def _cut_off(decision: Decision, standing: Standing, code: str, heard: Mapping[str, datetime | None]) -> Iterable[str]:
    waits = standing.kind in ("outstanding", "silent") and decision.status in OPEN
    if not waits or code not in heard:
        return
    met = heard[code]
    if met is None:
        yield _("this node has never met its node directly")
    else:
        yield _("nothing was heard of its node since %(time)s (%(ago)s)") % {"time": short_moment(met), "ago": ago(met)}
