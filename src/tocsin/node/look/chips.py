"""The chip that shows a state. Lists have hundreds of a few: what is drawn once is kept."""

from functools import lru_cache

from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from tocsin.node.look.icons import icon
from tocsin.node.look.states import state_named

__all__ = ["chip"]


def chip(state: str, label: str | Promise = "", hint: str | Promise = "") -> SafeString:
    """The state's word, or the page's own for it, with its shape; `hint` is shown when pointed at."""
    shown = state_named(str(state), label)
    # Escaped before it is kept: a word that is safe and one that only looks the same must not be taken for each other.
    return _drawn(shown.kind, shown.icon, conditional_escape(shown.label), conditional_escape(hint))


@lru_cache(maxsize=4096)
def _drawn(kind: str, shape: str, label: SafeString, hint: SafeString) -> SafeString:
    title = format_html(' title="{}"', hint) if hint else ""
    return format_html('<span class="chip chip-{}"{}>{}{}</span>', kind, title, icon(shape, size=14), label)
