"""The parts of pages. docs/design-system.md shows each with its arguments."""

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from django import template
from django.contrib import messages as levels
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.http import QueryDict
from django.template.context import Context
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

import tocsin
from tocsin.node.look import charts, chips, drafts, fields, icons, sparklines, states

register = template.Library()
register.simple_tag(icons.icon, name="icon")
register.simple_tag(chips.chip)

THEMES = ("light", "dark")
_MESSAGE_KINDS = {
    levels.SUCCESS: states.Kind.GOOD,
    levels.WARNING: states.Kind.ATTENTION,
    levels.ERROR: states.Kind.ALARM,
}
_BANNER_SHAPES = {
    states.Kind.GOOD: "circle-check",
    states.Kind.ATTENTION: "alert-triangle",
    states.Kind.ALARM: "alert-triangle",
}


@register.simple_tag
def version() -> str:
    return tocsin.__version__


@register.simple_tag
def sign_in_url() -> str:
    try:
        return reverse("account_login")
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """What the person chose; empty, and then theme.js follows the system."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme", "") if request else ""
    return chosen if chosen in THEMES else ""


@register.simple_block_tag
def captured(content: str) -> SafeString:
    """What is inside, trimmed: `{% captured as name %}…{% endcaptured %}` lets a block stand in two places."""
    return mark_safe(content.strip())


@register.inclusion_tag("look/parts/banner.html")
def banner(message: Any, kind: str = "") -> dict[str, Any]:
    """A Django message, or a text with its kind."""
    level = getattr(message, "level", None)
    told = states.Kind(kind) if kind else _MESSAGE_KINDS.get(level, states.Kind.INFO)
    return {
        "text": message,
        "kind": told,
        "shape": _BANNER_SHAPES.get(told, "info-circle"),
        "draft": drafts.draft_of(getattr(message, "extra_tags", "")),
    }


@register.inclusion_tag("look/parts/facts.html")
def facts(*pairs: Any) -> dict[str, Any]:
    """`{% facts label value label value … %}`, or one list of (label, value)."""
    if len(pairs) == 1:
        return {"facts": list(pairs[0])}
    return {"facts": list(zip(pairs[::2], pairs[1::2], strict=True))}


@register.simple_tag
def sparkline(values: Iterable[float | None], **options: Any) -> SafeString:
    return sparklines.sparkline(list(values), **options)


@register.inclusion_tag("look/progress.html")
def progress(progress: Any) -> dict[str, Any]:
    return {"progress": progress}


@register.inclusion_tag("look/parts/empty.html")
def empty(title: str, text: str = "", url: str = "", act: str = "", shape: str = "inbox") -> dict[str, Any]:
    return {"title": title, "text": text, "url": url, "act": act, "shape": shape}


@register.inclusion_tag("look/parts/pager.html", takes_context=True)
def pager(context: Context, page: Page, parameter: str = "page") -> dict[str, Any]:
    """Links to the pages before and after, keeping filters and order, and how many rows are below the fold."""
    query = _query(context)

    def address(number: int) -> str:
        query[parameter] = str(number)
        return f"?{query.urlencode()}"

    return {
        "page": page,
        "before": address(page.previous_page_number()) if page.has_previous() else "",
        "after": address(page.next_page_number()) if page.has_next() else "",
        "below": page.paginator.count - page.end_index(),
    }


@register.inclusion_tag("look/parts/sort_header.html", takes_context=True)
def sort_header(
    context: Context, key: str, label: str, numeric: bool = False, first: str = "", default: bool = False
) -> dict[str, Any]:
    """A <th> whose link sorts by `key`, and the other way where it does already.

    first    "descending" where the greatest should come first at the first click
    default  the page is sorted by this one when the address says nothing
    """
    query = _query(context)
    downward = f"-{key}"
    natural = downward if first == "descending" else key
    current = query.get("sort") or (natural if default else "")
    direction = {key: "ascending", downward: "descending"}.get(current, "")
    following = {key: downward, downward: key}.get(current, natural)
    query["sort"] = following
    query.pop("page", None)
    return {"label": label, "url": f"?{query.urlencode()}", "direction": direction, "numeric": numeric}


def _query(context: Context) -> QueryDict:
    request = context.get("request")
    return request.GET.copy() if request else QueryDict(mutable=True)


@register.inclusion_tag("look/parts/field.html")
def field(bound: BoundField, help: str = "", label: str = "") -> dict[str, Any]:
    return fields.shown(bound, help=help, label=label)


@register.inclusion_tag("look/parts/form.html", name="form")
def form_body(form: BaseForm) -> dict[str, Any]:
    """What is wrong in one place above, hidden fields, then every field; the <form> and its buttons are the page's."""
    return {
        "form": form,
        "shown": [fields.shown(bound) for bound in form.visible_fields()],
        "problems": fields.problems(form),
    }


@register.inclusion_tag("look/parts/chart.html", takes_context=True)
def chart(context: Context, kind: str, data: Mapping[str, Any], name: str = "") -> dict[str, Any]:
    """A figure that charts.js draws; `kind` and the shape of `data` as in docs/design-system.md."""
    number = context.render_context.setdefault("figures", count(1))
    return {
        "kind": charts.checked(kind),
        "source": f"figure-{name or next(number)}",
        "data": charts.with_texts(data),
        "caption": data["caption"],
        "alt": data.get("alt", ""),
        "loading": _("The picture is drawn by the browser; its script has not loaded yet."),
    }


@register.simple_tag
def charts_script() -> SafeString:
    """Put in block scripts of a page with figures; other pages need not load it."""
    from django.templatetags.static import static
    from django.utils.html import format_html

    return format_html('<script src="{}" defer></script>', static("look/charts.js"))
