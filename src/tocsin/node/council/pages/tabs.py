"""The tabs of the Council."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.node.council.links import COUNCIL

__all__ = ["Tab", "tabs"]

TABS: tuple[tuple[str, str, str | Promise], ...] = (
    ("decisions", COUNCIL, _("Decisions")),
    ("sessions", f"{COUNCIL}sessions/", _("Sessions")),
    ("measures", f"{COUNCIL}measures/", pgettext_lazy("of decisions", "Measures")),
    ("plans", f"{COUNCIL}plans/", pgettext_lazy("of joint actions", "Plans")),
    ("agreements", f"{COUNCIL}agreements/", _("Agreements")),
    ("verify", f"{COUNCIL}verify/", pgettext_lazy("a sealed decision", "Verify")),
)


@dataclass(frozen=True, slots=True)
class Tab:
    """One of them; `is_current` where the reader is."""

    url: str
    label: str | Promise
    is_current: bool


def tabs(current: str) -> list[Tab]:
    """With the one marked that is open."""
    return [Tab(url, label, name == current) for name, url, label in TABS]
