"""A decision in one sentence: what it is, and how far it is. Also its silence, in words."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tocsin.joint.decisions.adopting import pending
from tocsin.joint.decisions.silences import NEVER
from tocsin.joint.decisions.state import Decision, Status
from tocsin.node.alliance.naming import named
from tocsin.node.council.pages.decision_words import shown_title
from tocsin.node.language.formats import left_of, short_date, whole

__all__ = ["answer", "how_far", "outstanding_words", "silence_words"]


def answer(decision: Decision, at: datetime) -> str:
    """The title of its page: "Measures at the Karsu crossing: consensus pending, 2 of 10 outstanding"."""
    values = {"decision": shown_title(decision.title, decision.official), "how_far": how_far(decision, at)}
    return _("%(decision)s: %(how_far)s") % values


def how_far(decision: Decision, at: datetime) -> str:
    """What stands between it and adoption, or what it has come to."""
    match decision.status:
        case Status.PROPOSED:
            return _("proposed, not put to the states yet")
        case Status.UNDER_CONSIDERATION:
            return _considered(decision, at)
        case Status.SILENCE_PROCEDURE:
            return _silent(decision, at)
        case Status.ADOPTED:
            return _adopted(decision)
        case Status.IN_FORCE | Status.IMPLEMENTED:
            return _in_force(decision)
    words = {
        Status.LAPSED: _("lapsed"), Status.REVOKED: pgettext("of a decision", "revoked"),
        Status.NOT_AGREED: _("not agreed"),
        Status.WITHDRAWN: _("withdrawn by the state that proposed it"),
    }  # fmt: skip
    return words.get(decision.status, pgettext("of a decision", "not opened"))


def _considered(decision: Decision, at: datetime) -> str:
    if decision.objecting:
        said = ngettext(
            "consensus pending, %(states)s objects", "consensus pending, %(states)s object", len(decision.objecting)
        )
        return said % {"states": named(decision.objecting)}
    waits = pending(decision, at)
    if not waits:
        return _("every state has answered, to be adopted")
    return _("consensus pending, %(outstanding)s") % {
        "outstanding": outstanding_words(len(waits), len(decision.waited_for))
    }


def _silent(decision: Decision, at: datetime) -> str:
    waits = pending(decision, at)
    if missing := [one.state for one in waits if one.why == "not-received"]:
        return _("silence procedure, not received by %(states)s") % {"states": named(missing)}
    if any(one.why == "silence-runs" for one in waits):
        return _("adopted unless somebody objects, %(time)s") % {"time": silence_words(decision, at)}
    if waits:
        return _("silence over, closing answers outstanding: %(states)s") % {
            "states": named(one.state for one in waits)
        }
    return _("silence over, to be adopted")


def _adopted(decision: Decision) -> str:
    n = len(decision.bound)
    said = ngettext("adopted by %(n)s state", "adopted by %(n)s states", n) % {"n": whole(n)}
    if decision.in_force.when == "cleared" and decision.not_cleared:
        capitals, waits = named(decision.not_cleared), ngettext(
            "%(adopted)s, in force once %(states)s has cleared it",
            "%(adopted)s, in force once %(states)s have cleared it", len(decision.not_cleared),
        )  # fmt: skip
        return waits % {"adopted": said, "states": capitals}
    if decision.in_force.when == "on" and decision.in_force.on is not None:
        return _("%(adopted)s, in force on %(day)s") % {"adopted": said, "day": short_date(decision.in_force.on)}
    return said


def _in_force(decision: Decision) -> str:
    n = len(decision.bound)
    since = decision.in_force_since or decision.adopted
    values = {"n": whole(n), "day": short_date(since.at if since else None)}
    if decision.status is Status.IMPLEMENTED:
        said = ngettext(
            "implemented; in force since %(day)s for %(n)s state",
            "implemented; in force since %(day)s for %(n)s states",
            n,
        )
    else:
        said = ngettext("in force since %(day)s for %(n)s state", "in force since %(day)s for %(n)s states", n)
    return said % values


def outstanding_words(outstanding: int, of: int) -> str:
    """2 of 10 outstanding."""
    return _("%(n)s of %(all)s outstanding") % {"n": whole(outstanding), "all": whole(of)}


def silence_words(decision: Decision, at: datetime) -> str:
    """18 h left of 24 h, of the state whose silence ends last; empty where none runs."""
    if decision.silence is None:
        return ""
    untils = [one.until for one in decision.silence.states.values() if one.until < NEVER]
    return left_of(max(untils), timedelta(hours=decision.silence.hours), at) if untils else ""
