"""The list of sessions: those that are still to come first, the soonest on top; then the others, the latest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Case, DateTimeField, F, IntegerField, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from tocsin.node.alliance.alliance_file import alliance, here
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import names
from tocsin.node.council.models import Session
from tocsin.node.council.pages.decision_words import body_name
from tocsin.node.council.pages.session_words import Said, chip_of, in_reader_language
from tocsin.node.language.formats import whole
from tocsin.node.language.keys import search_key

__all__ = ["Row", "SessionFilters", "rows_of", "sessions_page", "title"]

A_PAGE = 50
COMING = ("convened", "open")
STATUSES = (
    ("coming", gettext_lazy("still to come")),
    ("convened", pgettext_lazy("of a session", "called")),
    ("open", pgettext_lazy("of a session", "open")),
    ("closed", pgettext_lazy("of a session", "closed")),
    ("cancelled", pgettext_lazy("of a session", "cancelled")),
    ("none", gettext_lazy("void")),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A session as a line: `asks_us` while this state has not said who comes."""

    row: Session
    title: Said
    body: str
    chip: str
    owner: str
    chair: str
    asks_us: bool


class SessionFilters(forms.Form):
    q = forms.CharField(required=False, max_length=100)
    body = forms.ChoiceField(label=gettext_lazy("Body"), required=False)
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = [(body.code, body_name(body.code)) for body in alliance().bodies]
        self.fields["body"].choices = [("", gettext_lazy("all")), *bodies]
        self.fields["status"].choices = [("", gettext_lazy("all")), *STATUSES]

    def chosen(self) -> dict[str, str]:
        """What the address asks for; what it asks for in vain is left out."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


def sessions_page(person: Person, asked: dict[str, str], number: str | None) -> Page:
    """A piece of the list."""
    found = Session.objects.visible_to(person).select_related("of")
    if asked["q"]:
        found = found.filter(search_key__contains=search_key(asked["q"]))
    if asked["body"]:
        found = found.filter(body=asked["body"])
    if asked["status"] == "coming":
        found = found.filter(status__in=COMING)
    elif asked["status"]:
        found = found.filter(status=asked["status"])
    is_coming = When(status__in=COMING, then=0)
    found = found.annotate(
        group=Case(is_coming, default=1, output_field=IntegerField()),
        coming_at=Case(
            When(status__in=COMING, then=F("starts_at")), default=None, output_field=DateTimeField(null=True)
        ),
    )
    return Paginator(found.order_by("group", "coming_at", "-starts_at", "-of"), A_PAGE).get_page(number)


def rows_of(rows: Sequence[Session]) -> list[Row]:
    """A constant number of queries, however many rows."""
    known = names({row.of.origin for row in rows} | {row.chair for row in rows})
    own = here().code
    return [
        Row(
            row=row, title=in_reader_language(row.title), body=body_name(row.body), chip=chip_of(row.status),
            owner=known[row.of.origin], chair=known[row.chair],
            asks_us=row.status == "convened" and own in row.invited and not row.is_named,
        )
        for row in rows
    ]  # fmt: skip


def title(person: Person, page: Page, asked: dict[str, str]) -> str:
    """The answer: how many are still to come, or how many the filters found."""
    if any(asked.values()):
        n = page.paginator.count
        return ngettext("%(n)s session", "%(n)s sessions", n) % {"n": whole(n)}
    n = Session.objects.visible_to(person).filter(status__in=COMING).count()
    if not n:
        return _("No session is to come")
    return ngettext("%(n)s session is to come", "%(n)s sessions are to come", n) % {"n": whole(n)}
