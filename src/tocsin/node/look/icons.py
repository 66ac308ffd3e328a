"""Icons drawn inside the page, so that a state can be told at a glance even where nothing else has loaded."""

import json
from functools import cache, lru_cache
from pathlib import Path

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe


@cache
def _outlines() -> dict[str, tuple[str, str]]:
    drawn = json.loads(Path(__file__).with_name("icons.json").read_text("utf-8"))
    return {name: (kind, paths) for kind in ("outline", "filled") for name, paths in drawn[kind].items()}


def icon(name: str, *, size: int = 20, label: str = "") -> SafeString:
    """The icon as SVG: hidden from screen readers, or named by `label`. KeyError names an icon not in icons.json."""
    return _drawn(name, size, conditional_escape(label))


@lru_cache(maxsize=1024)
def _drawn(name: str, size: int, label: SafeString) -> SafeString:
    try:
        kind, paths = _outlines()[name]
    except KeyError:
        raise KeyError(f'no icon "{name}": add it to frontend/icons.js and say `npm run icons` there') from None
    voice = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon icon-{}" viewBox="0 0 24 24" width="{}" height="{}" {}>{}</svg>',
        kind,
        size,
        size,
        voice,
        mark_safe(paths),
    )
