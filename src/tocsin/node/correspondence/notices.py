"""What people are told of letters: one sentence a kind, as in `alliance.notices`. Nothing of what is written."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

__all__ = ["KINDS"]

KINDS: Mapping[str, Any] = {
    "letter.came": _("A letter of %(sender)s to you"),
    "letter.came_to_hospital": _("A letter of %(sender)s to your hospital"),
    "letters.came": _("Letters that came at once: %(n)s"),
}
