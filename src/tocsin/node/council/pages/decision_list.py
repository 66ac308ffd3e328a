"""The list of decisions: those that wait for this state first; filters in the address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tocsin.joint.acts import ObjectId
from tocsin.node.alliance.alliance_file import alliance
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import names
from tocsin.node.council.models import Decision, DecisionDraft
from tocsin.node.council.pages.decision_answer import outstanding_words
from tocsin.node.council.pages.decision_words import Title, body_name, reader_language, shown_title
from tocsin.node.events.vocabulary import choices, word
from tocsin.node.language.formats import ago, listing, whole
from tocsin.node.language.keys import words
from tocsin.node.look.states import STATES
from tocsin.node.notifications.models import NotifiedEvent
from tocsin.node.notifications.pages.naming_events import named as event_named

__all__ = ["DecisionFilters", "DraftRow", "Row", "draft_rows", "list_title", "listed", "rows_of"]

A_PAGE = 50
OPEN = ("proposed", "under_consideration", "silence_procedure")
STATUSES = (*OPEN, "adopted", "in_force", "implemented", "lapsed", "revoked", "not_agreed", "withdrawn", "none")


class DecisionFilters(forms.Form):
    q = forms.CharField(required=False, max_length=100)
    show = forms.ChoiceField(
        label=_("Show"), required=False,
        choices=(("", _("all")), ("us", _("waits for us")), ("open", _("open ones")), ("ours", _("kept by us"))),
    )  # fmt: skip
    status = forms.ChoiceField(label=_("Status"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    body = forms.ChoiceField(label=_("Body"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        statuses = [(one, STATES[f"decision_{one}"].label) for one in STATUSES]
        bodies = [(one.code, one.name.in_language(reader_language())) for one in alliance().bodies]
        self.fields["status"].choices = [("", _("any")), *statuses]
        self.fields["kind"].choices = [("", _("any")), *choices("decision_kind")]
        self.fields["body"].choices = [("", _("any")), *bodies]

    def chosen(self) -> dict[str, str]:
        """What was asked for; anything else is as if it had not been said."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields}


@dataclass(frozen=True, slots=True)
class Row:
    """One decision. `standing`: how far it is, in words; `event`: what it is about."""

    decision: Decision
    title: Title
    state: str
    kind: str
    body: str
    chip: str
    standing: str
    silence: str
    event: str


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One that is being made ready."""

    draft: DecisionDraft
    title: Title
    kind: str
    who: str


def listed(person: Person, asked: Mapping[str, str], number: str | None) -> Page:
    """A page of what somebody may see and asked for."""
    found = _filtered(Decision.objects.visible_to(person), asked).select_related("of")
    return Paginator(found.order_by("-needs_us", "-changed_at", "-of_id"), A_PAGE).get_page(number)


def rows_of(decisions: Sequence[Decision], person: Person) -> list[Row]:
    """A constant number of queries."""
    rows, now = list(decisions), timezone.now()
    known = names({row.of.origin for row in rows} | {code for row in rows for code in row.objecting})
    events = _events(rows, person)
    return [
        Row(
            row, shown_title(row.title), known[row.of.origin], word("decision_kind", row.kind), body_name(row.body),
            f"decision_{row.status}", _standing(row, known), _silence(row, now),
            events.get(ObjectId(row.event_origin, str(row.event_id)), ""),
        )
        for row in rows
    ]  # fmt: skip


def _standing(row: Decision, known: Mapping[str, str]) -> str:
    if row.status not in OPEN:
        return ""
    if row.objecting:
        said = ngettext("%(states)s objects", "%(states)s object", len(row.objecting))
        return said % {"states": listing(known[code] for code in row.objecting)}
    return outstanding_words(len(row.outstanding), len(row.concerned))


def _silence(row: Decision, now: datetime) -> str:
    if row.status != "silence_procedure" or row.silence_until is None:
        return ""
    if row.silence_until <= now:
        return str(_("silence over"))
    return str(_("silence ends %(time)s") % {"time": ago(row.silence_until, now)})


def _events(rows: Sequence[Decision], person: Person) -> dict[ObjectId, str]:
    wanted = {row.event_id for row in rows if row.event_id is not None}
    if not wanted:
        return {}
    found = NotifiedEvent.objects.visible_to(person).filter(origin_event__in=wanted).select_related("disease")
    return {ObjectId(one.origin, str(one.origin_event)): event_named(one) for one in found}


def draft_rows(person: Person) -> list[DraftRow]:
    """What is being made ready here; nobody outside knows of it."""
    drafts = DecisionDraft.objects.visible_to(person).open().select_related("made_by", "changed_by")
    return [
        DraftRow(
            one, shown_title(one.said.get("title", {})), word("decision_kind", one.said["kind"]),
            (one.changed_by or one.made_by).name,
        )
        for one in drafts[:A_PAGE]
    ]  # fmt: skip


def list_title(page: Page, asked: Mapping[str, str], waiting: int) -> str:
    """As in "3 decisions wait for us", "12 decisions", "4 decisions found"."""
    n = page.paginator.count
    if not any(asked.values()):
        if waiting:
            n, said = waiting, ngettext("%(n)s decision waits for us", "%(n)s decisions wait for us", waiting)
        else:
            said = ngettext("%(n)s decision, none waits for us", "%(n)s decisions, none waits for us", n)
    elif asked.get("show") == "us" and not any(value for name, value in asked.items() if name != "show"):
        said = ngettext("%(n)s decision waits for us", "%(n)s decisions wait for us", n)
    else:
        said = ngettext("%(n)s decision found", "%(n)s decisions found", n)
    return said % {"n": whole(n)}


def _filtered(found: Any, asked: Mapping[str, str]) -> Any:
    show = asked.get("show", "")
    if show == "us":
        found = found.waiting_for_us()
    elif show == "open":
        found = found.filter(status__in=OPEN)
    elif show == "ours":
        found = found.filter(of__is_ours=True)
    for name in ("status", "kind", "body"):
        if asked.get(name):
            found = found.filter(**{name: asked[name]})
    for one in words(asked.get("q", "")):
        found = found.filter(search_key__contains=one)
    return found
