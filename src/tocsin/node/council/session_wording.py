"""Why the rules of a session refuse an act, as sentences: what was refused, by which rule, what to do."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from tocsin.node.alliance.naming import named

__all__ = ["SESSION", "session_refused"]

# Codes of joint.sessions.refusals and joint.texts.
SESSION: dict[str, Any] = {
    "not-open": gettext_lazy("This session was not convened as its rules ask. Nothing can be said of it."),
    "opened-already": gettext_lazy("This session was convened before."),
    "not-owner": gettext_lazy("Only %(owner)s, which convened this session, can do this."),
    "not-invited": gettext_lazy("%(state)s is not invited to this session, and cannot act in it."),
    "not-now": gettext_lazy("This cannot be done as the session stands now. Look at its page: it may have moved on."),
    "minutes-are-out": gettext_lazy("The minutes are out. What is not in them by now is said in the next session."),
    "act-unknown": gettext_lazy("This node does not know this act."),
    "too-many": gettext_lazy("%(state)s has said of this as much as one state may. What it says now has no effect."),
    "other-body": gettext_lazy("It is convened in the name of another body. Choose the body anew."),
    "owner-not-entitled": gettext_lazy("The rules of this body do not let this state convene it."),
    "chair-not-invited": gettext_lazy(
        "%(state)s is to preside and is not invited. Invite it, or choose another chair."
    ),
    "no-such-moment": gettext_lazy("There is no such moment. Give a day and a time."),
    "item-twice": gettext_lazy("Two items of the agenda have the same name."),
    "item-taken-up": gettext_lazy("An item that was taken up stays in the agenda. Leave it there, and conclude it."),
    "no-such-item": gettext_lazy("The agenda has no such item any more. Look at it again."),
    "item-not-taken-up": gettext_lazy("This item has not been taken up yet. Take it up, then conclude it."),
    "item-concluded": gettext_lazy("This item is concluded already."),
    "delegate-twice": gettext_lazy("A delegate is named twice."),
    "delegate-replaced": gettext_lazy("%(name)s has been replaced, and acts for the state no more in this session."),
    "no-such-delegate": gettext_lazy("The state has not named this delegate. Name the delegation first."),
    "no-minutes": gettext_lazy("There are no minutes yet."),
    "minutes-not-current": gettext_lazy("Other minutes have taken the place of these. Read them again, then approve."),
    "approved-already": gettext_lazy("This state has approved the minutes already."),
    "empty-text": gettext_lazy("A paragraph is empty. Write it, or take it out."),
    "no-paragraphs": gettext_lazy("The text has no paragraphs. Write at least one."),
    "too-many-paragraphs": gettext_lazy("The text has too many paragraphs. Make it shorter, or two documents."),
    "text-too-long": gettext_lazy("A paragraph is too long. Make two of it."),
}


def session_refused(code: str, values: Mapping[str, Any]) -> str:
    """The sentence of a code in the active language; empty if there is none."""
    sentence = SESSION.get(code)
    if sentence is None:
        return ""
    shown = {"owner": "", "state": "", "name": ""} | {name: _value(name, value) for name, value in values.items()}
    return str(sentence) % shown


def _value(name: str, value: Any) -> str:
    return named([value]) if name in ("state", "owner") else str(value)
