"""What pages say of counts that a partner shares: whose they are, for whom, until when, and what is withheld."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.node.language import formats
from tocsin.node.surveillance.models import Series, Source

__all__ = ["SharedWords", "for_whom", "shared_words", "withheld_words"]


@dataclass(frozen=True, slots=True)
class SharedWords:
    """`recorded_at` and `reported_until` are those of the last document; `write` leads to a message to the state."""

    state: str
    for_whom: str
    withheld: str
    recorded_at: datetime | None
    reported_until: date | None
    write: str


def shared_words(of: Series | Source, subject: str = "") -> SharedWords:
    """Of a series, or a source, that a partner shares. `subject` of a message to it; else the series' name."""
    source = of.source if isinstance(of, Series) else of
    said = source.sharing
    asked = {"to": source.shared_by_id, "subject": (subject or str(of))[:200]}
    return SharedWords(
        state=str(source.shared_by),
        for_whom=for_whom(source),
        withheld=withheld_words(said.get("suppression")),
        recorded_at=datetime.fromisoformat(said["recorded_at"]) if said.get("recorded_at") else None,
        reported_until=date.fromisoformat(said["reported_until"]) if said.get("reported_until") else None,
        write=f"{reverse('write_message')}?{urlencode(asked)}",
    )


def for_whom(source: Source) -> str:
    """How narrowly it was shared."""
    words = {
        "PUBLIC": _("for everybody"),
        "FAMILY": _("for members and partners"),
        "MEMBERS": _("for all members"),
        "SELECTIVE": _("for chosen states"),
    }
    said = words.get(source.classification, "")
    return _("%(for_whom)s, not to be passed on") % {"for_whom": said} if source.no_onward_sharing else said


def withheld_words(suppression: Mapping[str, Any] | None) -> str:
    """By which rule counts are withheld."""
    if suppression is None:
        return _("nothing is withheld")
    most = suppression["below"] - 1
    values = {"n": formats.whole(most)}
    if suppression["rule"] == "national":
        return _("small counts are withheld by a rule of the state")
    if suppression["rule"] == "small-cells":
        return ngettext("counts of %(n)s are withheld", "counts of 1 to %(n)s are withheld", most) % values
    return ngettext(
        "counts of %(n)s are withheld, and others that would tell them",
        "counts of 1 to %(n)s are withheld, and others that would tell them",
        most,
    ) % values  # fmt: skip
