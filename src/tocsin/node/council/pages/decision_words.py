"""What decisions, their texts and the people who act in them are called in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.node.alliance.alliance_file import alliance
from tocsin.node.alliance.roles import Role
from tocsin.node.council.reading import body_named
from tocsin.node.notifications.pages.pieces import language_name

__all__ = [
    "LANGUAGES", "Title", "body_name", "language_name", "reader_language", "role_word", "shown_title", "tag",
    "written_in",
]  # fmt: skip

# In which a decision's texts are shown side by side; official ones first, as the alliance's file has them.
LANGUAGES = ("ru", "zh-hans", "en")


@dataclass(frozen=True, slots=True)
class Title:
    """A title as it is shown. `language`: its own, where it is not the reader's; empty where it is."""

    text: str
    language: str = ""

    def __str__(self) -> str:
        return self.text

    @property
    def tag(self) -> str:
        """For a page's `lang`."""
        return tag(self.language)


def reader_language() -> str:
    """The one that is active, as documents call it."""
    return get_language() or "en"


def tag(language: str) -> str:
    """A language as pages name it to browsers."""
    return "zh-Hans" if language == "zh-hans" else language


def shown_title(title: Mapping[str, str], official: Sequence[str] = ()) -> Title:
    """In the reader's language; else in an official one, else in any."""
    wanted = reader_language()
    if title.get(wanted):
        return Title(title[wanted])
    known = official or alliance().official_languages
    found = next((one for one in (*known, *title) if title.get(one)), None)
    return Title(title[found], found) if found else Title(_("Decision without a title"))


def written_in(there: Sequence[str], official: Sequence[str]) -> list[str]:
    """Languages to show: the official ones in their order, then those of the interface, then any other there is."""
    return list(dict.fromkeys((*official, *(one for one in LANGUAGES if one in there), *sorted(there))))


def body_name(code: str) -> str:
    """What a body is called; its code where the alliance's file here names none."""
    body = body_named(code)
    return body.name.in_language(reader_language()) if body else code


def role_word(role: str) -> str:
    """In which capacity somebody acted at their node."""
    if role == "node":
        return _("its machine")
    return str(Role(role).label) if role in Role.values else role
