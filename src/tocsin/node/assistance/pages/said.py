"""Texts that states wrote, in the reader's language where there is one; places; days counted from today."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tocsin.node.alliance.roles import Role
from tocsin.node.assistance.words import in_active
from tocsin.node.language.formats import whole

__all__ = ["Said", "in_reader_language", "lapses", "needed", "place_name", "role_word", "titled"]


class Said(str):
    """Words in one language. `tag`: theirs for a page's `lang`, where it is not the reader's; empty where it is."""

    tag: str = ""


def in_reader_language(said: Mapping[str, str]) -> Said:
    """In the reader's language, else in another one that there is; nothing for none."""
    wanted = get_language() or "en"
    if said.get(wanted):
        return Said(said[wanted])
    found = next((one for one in ("en", "ru", *said) if said.get(one)), None)
    text = Said(said[found] if found else "")
    text.tag = "zh-Hans" if found == "zh-hans" else found or ""
    return text


def titled(title: Mapping[str, str]) -> Said:
    """A request's title, or a word in place of one that has none."""
    return in_reader_language(title) or Said(_("Request without a title"))


def place_name(names: Mapping[str, str]) -> str:
    """Of names in en, ru and zh."""
    return in_active(names)


def needed(day: date, today: date) -> str:
    """“needed in 6 days”, “needed today”, “was needed 2 days ago”."""
    left = (day - today).days
    if left == 0:
        return _("needed today")
    if left > 0:
        return ngettext("needed in %(n)s day", "needed in %(n)s days", left) % {"n": whole(left)}
    return ngettext("was needed %(n)s day ago", "was needed %(n)s days ago", -left) % {"n": whole(-left)}


def lapses(day: date, today: date) -> str:
    """“stands 12 days more”, “its last day is today”, “lapsed 2 days ago”."""
    left = (day - today).days
    if left == 0:
        return _("its last day is today")
    if left > 0:
        return ngettext("stands %(n)s day more", "stands %(n)s days more", left) % {"n": whole(left)}
    return ngettext("its time ran out %(n)s day ago", "its time ran out %(n)s days ago", -left) % {"n": whole(-left)}


def role_word(role: str) -> str:
    """In which capacity somebody acted at their node."""
    if role == "node":
        return _("its machine")
    return str(Role(role).label) if role in Role.values else role
