"""Filters that write values as the reader's language does: {% load language %}, {{ value|whole }}.

Each is the function of the same name in tocsin.node.language.formats.
"""

from datetime import UTC, datetime, timedelta

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from tocsin.node.language import formats

register = template.Library()

for _name in (
    "whole",
    "decimal",
    "figure",
    "p_value",
    "share",
    "percent",
    "times",
    "long_date",
    "short_date",
    "month",
    "week_of",
    "iso_week",
    "clock",
    "short_moment",
    "long_moment",
    "ago",
    "duration",
):
    register.filter(_name, getattr(formats, _name))


@register.filter
def left_of(deadline: datetime | None, allowed: timedelta) -> str:
    """{{ task.due|left_of:task.allowed }}: "6 h left of 24 h"."""
    return formats.left_of(deadline, allowed)


@register.filter
def listing(items: object) -> SafeString:
    """{{ names|listing }}: "a, b and c", each escaped unless it is markup already."""
    return mark_safe(formats.listing(conditional_escape(item) for item in items))


# {{ name }}{% comma %}{% moment at %}: what stands between two values that no sentence holds together.
for _name in ("comma", "list_comma", "semicolon", "colon"):
    register.simple_tag(getattr(formats, _name), name=_name)


@register.simple_tag
def moment(value: datetime | None, style: str = "short_moment") -> str:
    """{% moment signal.found_at %} or {% moment signal.found_at "ago" %}.

    A <time> that says the whole date, time and zone when pointed at, and to machines in UTC.
    """
    if value is None:
        return formats.NO_VALUE
    text = {"ago": formats.ago, "short_moment": formats.short_moment, "long_moment": formats.long_moment}[style](value)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.astimezone(UTC).isoformat(timespec="seconds"),
        formats.long_moment(value),
        text,
    )


@register.simple_tag
def day(value: object, style: str = "short_date") -> str:
    """{% day upload.reported_until %} or {% day week.start "week_of" %}: a <time> of a date."""
    if value is None:
        return formats.NO_VALUE
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), getattr(formats, style)(value))
