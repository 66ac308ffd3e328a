"""What the instruments' codes are called, in the language that is active."""

from functools import cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.node.alliances.entries import Names
from tocsin.node.events.instruments.guidance import Wording, read_categories, read_guidance
from tocsin.node.events.standing import LAST_EVENT

__all__ = ["category", "early_action", "early_action_meaning", "interval", "milestone", "milestone_meaning"]


def milestone(code: str) -> str:
    """A milestone of 7-1-7, or one of the further clocks."""
    if code == "who_notified":
        return _("WHO notified")
    if code == LAST_EVENT:
        return _("last event that could have spread it")
    return in_language(_wordings("milestones")[code].name)


def milestone_meaning(code: str) -> str:
    """What is meant by it, beside its field."""
    if code == "who_notified":
        return _("When the National IHR Focal Point told WHO; nothing here replaces that.")
    if code == LAST_EVENT:
        return _(
            "From here the countdown to the end of the outbreak runs: a recovery, a second negative test, a burial."
        )
    return in_language(_wordings("milestones")[code].meaning)


def early_action(code: str) -> str:
    """One of the seven early actions."""
    return in_language(_wordings("actions")[code].name)


def early_action_meaning(code: str) -> str:
    """What counts as the action."""
    return in_language(_wordings("actions")[code].meaning)


def interval(code: str) -> str:
    """One of the three intervals."""
    return in_language(_wordings("intervals")[code].name)


def category(code: str) -> str:
    """What held an interval up, or helped it."""
    return in_language(_categories()[code])


def in_language(names: Names) -> str:
    """The one of three names that the reader's language asks for."""
    return names.in_language(get_language() or "en")


@cache
def _wordings(what: str) -> dict[str, Wording]:
    return {one.code: one for one in getattr(read_guidance(), what)}


@cache
def _categories() -> dict[str, Names]:
    return {one.code: one.name for theme in read_categories() for one in theme.categories}
