"""What partners have notified to this state: filters in the address, the latest news first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tocsin.node.alliance.models import Person, State
from tocsin.node.alliance.naming import names
from tocsin.node.events.vocabulary import choices, word
from tocsin.node.language.formats import whole
from tocsin.node.language.keys import words
from tocsin.node.notifications.models import NotifiedEvent
from tocsin.node.notifications.pages.naming_events import named

__all__ = ["NotifiedFilters", "Row", "notified_page", "rows_of", "title"]

A_PAGE = 50


class NotifiedFilters(forms.Form):
    q = forms.CharField(required=False, max_length=100)
    show = forms.ChoiceField(
        label=_("Show"), required=False,
        choices=(
            ("", _("all")), ("unacknowledged", _("not acknowledged")), ("verdict", _("our verdict is open")),
            ("questions", _("with open questions")),
        ),
    )  # fmt: skip
    state = forms.ChoiceField(label=_("Notified by"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = State.objects.filter(is_here=False)
        self.fields["state"].choices = [("", _("any")), *((one.code, str(one)) for one in others)]
        self.fields["status"].choices = [("", _("any")), *choices("notification_status")]

    def chosen(self) -> dict[str, str]:
        """What was asked for; anything else is as if it had not been said."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields}


@dataclass(frozen=True, slots=True)
class Row:
    head: NotifiedEvent
    state: str
    name: str
    status: str
    verdict: str

    @property
    def is_new(self) -> bool:
        """Nobody here has acknowledged its last version."""
        return self.head.latest_id is not None and self.head.acknowledged_at is None

    @property
    def chip(self) -> str:
        return self.head.status or "void"


def notified_page(person: Person, asked: Mapping[str, str], number: str | None) -> Page:
    """A page of what somebody may see and asked for, put in order by keys alone, as the rows are long."""
    found = _filtered(NotifiedEvent.objects.visible_to(person).theirs(), asked)
    page = Paginator(found.values_list("pk", flat=True), A_PAGE).get_page(number)
    keys = list(page.object_list)
    rows = NotifiedEvent.objects.select_related("disease").in_bulk(keys)
    page.object_list = [rows[key] for key in keys if key in rows]
    return page


def rows_of(heads: Sequence[NotifiedEvent]) -> list[Row]:
    """A constant number of queries."""
    listed = list(heads)
    known = names({head.origin for head in listed})
    return [
        Row(
            head, known[head.origin], named(head), word("notification_status", head.status) if head.status else "",
            word("relevance", head.verdict) if head.verdict else "",
        )
        for head in listed
    ]  # fmt: skip


def title(page: Page, asked: Mapping[str, str]) -> str:
    """As in "12 events of partners", "3 events found", "2 notifications wait to be acknowledged"."""
    n = page.paginator.count
    if asked.get("show") == "unacknowledged" and not any(value for name, value in asked.items() if name != "show"):
        said = ngettext("%(n)s notification waits to be acknowledged", "%(n)s notifications wait to be acknowledged", n)
    elif any(asked.values()):
        said = ngettext("%(n)s event found", "%(n)s events found", n)
    else:
        said = ngettext("%(n)s event of partners", "%(n)s events of partners", n)
    return said % {"n": whole(n)}


def _filtered(found: Any, asked: Mapping[str, str]) -> Any:
    show = asked.get("show", "")
    if show == "unacknowledged":
        found = found.unacknowledged()
    elif show == "verdict":
        found = found.filter(verdict="").exclude(latest=None).exclude(status="withdrawn")
    elif show == "questions":
        found = found.filter(open_questions__gt=0)
    for name, column in (("state", "origin"), ("status", "status")):
        if asked.get(name):
            found = found.filter(**{column: asked[name]})
    for one in words(asked.get("q", "")):
        found = found.filter(search_key__contains=one)
    return found
