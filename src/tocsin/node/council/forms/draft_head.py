"""What a proposal says beside its text: its title, who is to adopt it, when it enters into force, who reads it."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.alliance_file import alliance, here
from tocsin.node.alliance.models import Person
from tocsin.node.alliances.bodies import rules_of
from tocsin.node.council.models import Decision, DecisionDraft, Session
from tocsin.node.council.pages.decision_words import LANGUAGES, language_name, reader_language, shown_title
from tocsin.node.council.pages.session_events import events_named
from tocsin.node.council.reading import body_named
from tocsin.node.events.models import Event
from tocsin.node.events.serials import serial
from tocsin.node.events.vocabulary import choices
from tocsin.node.language.formats import colon
from tocsin.node.notifications.models import NotifiedEvent
from tocsin.node.notifications.pages.naming_events import named as event_named

__all__ = ["BeginForm", "HeadForm"]

READERS = (
    ("MEMBERS", _("all members")),
    ("FAMILY", _("members and partners")),
    ("SELECTIVE", _("only the states concerned")),
)
TITLE = "title_"
MANY = 200
ORIGIN = re.compile(r"[A-Z][A-Z0-9]{1,11}")
IDENTIFIER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class BeginForm(forms.Form):
    """What a draft begins with."""

    body = forms.ChoiceField(label=_("Body"))
    kind = forms.ChoiceField(label=_("Kind"))
    title = forms.CharField(label=_("Title"), max_length=300, help_text=_("In your language; the others come later."))
    event = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)
    session = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)
    amends = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = _bodies()
        self.fields["kind"].choices = choices("decision_kind")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        _check_kind(self, said)
        return said

    def elsewhere(self) -> dict[str, Any]:
        """What it is about, as documents name it; what is no name is left away."""
        return {name: _read(self.cleaned_data.get(name, "")) for name in ("event", "session", "amends")}

    def about(self, person: Person) -> list[str]:
        """The event, the session and the decision that it is begun from, as they are called here."""
        said = {name: _read(str(self[name].value() or "")) for name in ("event", "session", "amends")}
        found = [
            (_now("Event"), _event_now(said["event"], person)),
            (_now("Session"), _titled(Session.objects.visible_to(person), said["session"])),
            (_now("Amends or revokes"), _titled(Decision.objects.visible_to(person), said["amends"])),
        ]
        return [f"{which}{colon()}{called}" for which, called in found if called]


class HeadForm(forms.Form):
    """Everything but text, measures and duties."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    body = forms.ChoiceField(label=_("Body"))
    kind = forms.ChoiceField(label=_("Kind"))
    concerned = forms.MultipleChoiceField(
        label=_("To be adopted by"), widget=forms.CheckboxSelectMultiple,
        help_text=_("Each of these has to answer. Others may accede later."),
    )  # fmt: skip
    when = forms.ChoiceField(label=_("In force"), widget=forms.RadioSelect)
    on = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Where it enters into force on a day."),
    )  # fmt: skip
    year = forms.IntegerField(label=_("Year that it is for"), required=False, min_value=1900, max_value=9999)
    event = forms.ChoiceField(label=_("Event"), required=False)
    session = forms.ChoiceField(label=_("Session"), required=False)
    amends = forms.ChoiceField(label=_("Amends or revokes"), required=False)
    read_by = forms.ChoiceField(label=_("Who reads it"), choices=READERS, widget=forms.RadioSelect)

    def __init__(self, *args: Any, draft: DecisionDraft, person: Person, **kwargs: Any) -> None:
        kwargs["initial"] = {**_known(draft), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        said, language = draft.said, reader_language()
        for one in LANGUAGES:
            label = _now("Title, %(language)s") % {"language": language_name(one)}
            self.fields[f"{TITLE}{one}"] = forms.CharField(label=label, required=False, max_length=300)
        self.fields["body"].choices = _bodies()
        self.fields["kind"].choices = choices("decision_kind")
        body = body_named(said["body"])
        members = set(rules_of(body, alliance()).members if body else ()) | set(said["concerned"])
        self.fields["concerned"].choices = [
            (one.code, one.short.in_language(language)) for one in alliance().seats if one.code in members
        ]
        self.fields["when"].choices = choices("in_force_when")
        self.fields["event"].choices = _with_current(_events(person), said["event"], _event_now(said["event"], person))
        self.fields["session"].choices = _with_current(_sessions(), said["session"])
        self.fields["amends"].choices = _with_current(_adopted(), said["amends"])

    @property
    def titles(self) -> list[Any]:
        """The fields of the title."""
        return [self[f"{TITLE}{one}"] for one in LANGUAGES]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        _check_kind(self, said)
        if said.get("when") == "on" and not said.get("on") and "on" not in self.errors:
            self.add_error("on", _now("Give the day on which it enters into force."))
        return said

    def said(self) -> dict[str, Any]:
        """As `propose` says it."""
        clean = self.cleaned_data
        titles = {one: clean.get(f"{TITLE}{one}", "").strip() for one in LANGUAGES}
        on = clean["on"].isoformat() if clean["when"] == "on" and clean["on"] else None
        order = [one.code for one in alliance().seats]
        return {
            "body": clean["body"], "kind": clean["kind"],
            "title": {one: words for one, words in titles.items() if words},
            "concerned": sorted(clean["concerned"], key=order.index), "year": clean["year"],
            "in_force": {"when": clean["when"], "on": on},
            **{name: _read(clean[name]) for name in ("event", "session", "amends")},
        }  # fmt: skip

    def readers(self) -> dict[str, Any]:
        """Who reads it, as documents name them."""
        width = self.cleaned_data["read_by"]
        others = sorted(set(self.cleaned_data["concerned"]) - {here().code})
        return {"classification": width, "addressees": others if width == "SELECTIVE" else []}


def _known(draft: DecisionDraft) -> dict[str, Any]:
    said = draft.said
    return {
        "version": draft.version, "body": said["body"], "kind": said["kind"], "concerned": said["concerned"],
        "year": said["year"], "when": said["in_force"]["when"], "on": said["in_force"]["on"],
        "read_by": draft.classification,
        **{f"{TITLE}{one}": words for one, words in said["title"].items()},
        **{name: _name(said[name]) for name in ("event", "session", "amends")},
    }  # fmt: skip


def _check_kind(form: forms.Form, said: Mapping[str, Any]) -> None:
    body = body_named(said.get("body", ""))
    if body is not None and said.get("kind") and said["kind"] not in body.kinds:
        form.add_error("kind", _now("This body does not adopt this kind. Choose another kind, or another body."))


def _bodies() -> list[tuple[str, str]]:
    return [(one.code, one.name.in_language(reader_language())) for one in alliance().bodies]


def _events(person: Person) -> list[tuple[str, str]]:
    """Ours that are open, then those that partners notified."""
    own = Event.objects.visible_to(person).filter(merged_into=None).exclude(response=Event.Response.CLOSED)
    ours = [
        (f"{here().code} {one.pk}", f"{serial(one)} {one}") for one in own.select_related("disease", "place")[:MANY]
    ]
    rows = NotifiedEvent.objects.visible_to(person).select_related("disease").order_by("-changed_at")[:MANY]
    return [*ours, *((f"{row.origin} {row.origin_event}", f"{row.origin}: {event_named(row)}") for row in rows)]


def _event_now(said: Mapping[str, str] | None, person: Person) -> str:
    """What the event that is said now is called, to this person."""
    if not said:
        return ""
    key = said["origin"], UUID(said["id"])
    return events_named([key], person)[key].name


def _titled(rows: QuerySet[Any], said: Mapping[str, str] | None) -> str:
    """What the one of these rows that is said is called here."""
    row = rows.filter(of__origin=said["origin"], of__object_id=said["id"]).first() if said else None
    return str(shown_title(row.title)) if row is not None else ""


def _sessions() -> list[tuple[str, str]]:
    rows = Session.objects.select_related("of")[:MANY]
    return [(f"{row.of.origin} {row.of.object_id}", str(shown_title(row.title))) for row in rows]


def _adopted() -> list[tuple[str, str]]:
    rows = Decision.objects.filter(status__in=("adopted", "in_force", "implemented")).select_related("of")[:MANY]
    return [(f"{row.of.origin} {row.of.object_id}", str(shown_title(row.title))) for row in rows]


def _with_current(
    found: Iterable[tuple[str, str]], current: Mapping[str, str] | None, called: str = ""
) -> list[tuple[str, str]]:
    """With what is said now, even where this person, or this node, does not know it."""
    listed, name = list(found), _name(current)
    if name and name not in dict(listed):
        listed.append((name, called or name))
    return [("", "—"), *listed]


def _name(key: Mapping[str, str] | None) -> str:
    return f"{key['origin']} {key['id']}" if key else ""


def _read(name: str) -> dict[str, str] | None:
    """Nothing where it is no name: it is what an address said, and no person typed it."""
    origin, _space, id = name.partition(" ")
    is_one = ORIGIN.fullmatch(origin) is not None and IDENTIFIER.fullmatch(id) is not None
    return {"origin": origin, "id": id} if is_one else None
