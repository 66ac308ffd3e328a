"""Why the rules of a joint object refuse an act, as sentences: each app says its own when it starts."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tocsin.joint.refusing import Refused

__all__ = ["worded", "worded_by"]

Wording = Callable[[str, Mapping[str, Any]], str]
_wordings: dict[str, Wording] = {}


def worded_by(noun: str, wording: Wording) -> None:
    """Have refusals of this noun's objects put into words by `wording(code, values)`."""
    _wordings[noun] = wording


def worded(noun: str, refused: Refused) -> str:
    """In the active language; the code itself where nobody has words for it."""
    wording = _wordings.get(noun)
    said = wording(refused.code, refused.values) if wording else ""
    return said or _("The rules do not allow this now (%(code)s). Nothing was sent.") % {"code": refused.code}
