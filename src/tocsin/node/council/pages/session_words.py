"""What sessions are called in the reader's language, and a session in one sentence."""

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tocsin.joint.sessions.state import Session, Status
from tocsin.node.alliance.naming import named
from tocsin.node.council.pages.decision_words import body_name, reader_language, tag
from tocsin.node.language import formats

__all__ = ["Said", "answer", "chip_of", "in_reader_language", "when_words"]


class Said(str):
    """Words in one language. `tag`: theirs, where it is not the reader's; empty where it is."""

    tag: str = ""


def in_reader_language(said: Mapping[str, str]) -> Said:
    """In the reader's language, else in another one that there is; nothing for none."""
    wanted = reader_language()
    if said.get(wanted):
        return Said(said[wanted])
    found = next((one for one in ("en", "ru", *said) if said.get(one)), None)
    text = Said(said[found] if found else "")
    text.tag = tag(found) if found else ""
    return text


def chip_of(status: str) -> str:
    """The chip that shows how far a session has come."""
    return f"session_{status.lower()}"


def when_words(at: datetime, now: datetime) -> str:
    """“today, 14:00”, “tomorrow, 09:30”, or the day and the time, in the reader's zone."""
    day, today = timezone.localtime(at).date(), timezone.localtime(now).date()
    words = {0: pgettext("of a session", "today"), 1: pgettext("of a session", "tomorrow")}
    return formats.phrases([words.get((day - today).days) or formats.long_date(day), formats.clock(at)])


def answer(session: Session, now: datetime) -> str:
    """The title of its page: “Coordination Council, today, 14:00: 7 of 10 states named who comes”."""
    assert session.starts_at is not None, "it was convened"
    what = formats.phrases([body_name(session.body), when_words(session.starts_at, now)])
    return _("%(session)s: %(how_far)s") % {"session": what, "how_far": how_far(session)}


def how_far(session: Session) -> str:
    """What is still to come before it begins, what goes on, or what it has come to."""
    states = len(session.invited)
    match session.status:
        case Status.CONVENED:
            done = sum(_has_named(session, state) for state in session.invited)
            said = ngettext(
                "%(done)s of %(n)s state named who comes", "%(done)s of %(n)s states named who comes", states
            )
            return said % {"done": formats.whole(done), "n": formats.whole(states)}
        case Status.OPEN:
            return _open(session, states)
        case Status.CANCELLED:
            return _("cancelled by %(state)s") % {"state": named([session.owner])}
    return _closed(session, states)


def _has_named(session: Session, state: str) -> bool:
    delegation = session.delegation(state)
    return bool(delegation and delegation.delegates)


def _open(session: Session, states: int) -> str:
    done = len(session.quorum.present)
    said = ngettext("open, %(done)s of %(n)s state is there", "open, %(done)s of %(n)s states are there", states)
    return said % {"done": formats.whole(done), "n": formats.whole(states)}


def _closed(session: Session, states: int) -> str:
    if not session.minutes:
        return _("closed, minutes to be written")
    done = states - len(session.not_approved)
    said = ngettext(
        "closed, minutes approved by %(done)s of %(n)s state",
        "closed, minutes approved by %(done)s of %(n)s states",
        states,
    )
    return said % {"done": formats.whole(done), "n": formats.whole(states)}
