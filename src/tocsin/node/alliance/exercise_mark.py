"""Whether a record belongs to an exercise, and the word that says so wherever it is named.

In an alliance that is itself an exercise every page and document says it already. Elsewhere one record may belong to an
exercise among real ones: its name says it, in lists, titles, letters and notices.
"""

from typing import Protocol

from django.utils.translation import gettext as _

from tocsin.node.alliance.alliance_file import here

__all__ = ["BAND", "MayBeExercise", "is_exercise", "marked", "marked_in_all"]

BAND = "EXERCISE · УЧЕНИЕ · 演练"


class MayBeExercise(Protocol):
    is_exercise: bool


def is_exercise(record: MayBeExercise) -> bool:
    """Whether it is none of what happened: of an exercise, or of an alliance that is one."""
    return record.is_exercise or here().is_exercise


def marked(name: str, record: MayBeExercise) -> str:
    """The name of a record, with the word before it where nothing else around it says so."""
    if not record.is_exercise or here().is_exercise:
        return name
    return _("EXERCISE: %(name)s") % {"name": name}


def marked_in_all(name: str, record: MayBeExercise) -> str:
    """The same for people of whom one does not know which language they read."""
    return f"{BAND} {name}" if record.is_exercise and not here().is_exercise else name
