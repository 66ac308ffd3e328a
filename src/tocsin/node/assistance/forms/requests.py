"""What a request says, but for its lines: title, days, place, consignee, permits, who reads it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import Person, State
from tocsin.node.assistance.forms.later import LaterDateField, LaterTextField
from tocsin.node.assistance.forms.places import place_fields, place_initial, place_said
from tocsin.node.assistance.forms.texts import in_languages, language_choices, said_in
from tocsin.node.events.models import Event

__all__ = ["AUDIENCES", "HeadForm", "day_field", "head_initial", "later_day"]

MOST_EVENTS = 200
AUDIENCES = (
    ("MEMBERS", _("all members and the secretariat")),
    ("FAMILY", _("all of the alliance, partners and guests too")),
    ("SELECTIVE", _("states by name, and nobody else")),
)


def day_field(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DateField:
    """A day, as browsers ask for one."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, help_text=help_text)


def later_day(label: Any, *, help_text: Any = "") -> LaterDateField:
    """A day that is needed in the end."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return LaterDateField(label=label, widget=widget, help_text=help_text)


class HeadForm(forms.Form):
    """What is incomplete may be kept; what stands against it is said before it is submitted.

    amends   whether it changes an open request, whose readers and last day stay
    """

    use_required_attribute = False
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, person: Person, amends: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.amends = amends
        fields: dict[str, Any] = {"version": self.fields["version"]}
        fields |= in_languages("title", _("Title"), max_length=300)
        fields["needed_by"] = later_day(_("Needed by"))
        if not amends:
            fields["lapses_on"] = later_day(
                _("Last day of the request"),
                help_text=_("It lapses after it. 90 days from now at most; renew it then."),
            )
        fields["event"] = forms.ChoiceField(label=_("Event"), required=False)
        fields["event"].choices = _events(person, kept=self.initial.get("event", ""))
        kept = self.initial.get("place_code", "")
        fields |= place_fields("place", _("Where it is needed"), kept=kept)
        fields |= _consignee()
        fields["languages"] = forms.MultipleChoiceField(
            label=_("Languages of those who receive"), required=False, choices=language_choices(),
            widget=forms.CheckboxSelectMultiple,
        )  # fmt: skip
        fields["note"] = _long(_("Note"))
        if amends:
            fields["reason"] = _long(_("Why it is changed"))
        else:
            fields |= _readers()
        self.fields = fields

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("classification") == "SELECTIVE" and not cleaned.get("addressees"):
            self.add_error("addressees", _("Choose at least one other state."))
        return cleaned

    def said(self) -> dict[str, Any]:
        """Members of the act, but for its lines."""
        said = self.cleaned_data
        made: dict[str, Any] = {
            "title": said_in(said, "title"), "needed_by": _iso(said["needed_by"]), "event": _event(said["event"]),
            "place": place_said(said, "place"), "languages": said["languages"], "note": said["note"].strip(),
            "consignee": {name: said[f"consignee_{name}"].strip() for name in ("name", "address", "contact")},
            "import_permits": {"needed": said["permits_needed"], "text": said["permits_text"].strip()},
        }  # fmt: skip
        if self.amends:
            return made | {"reason": said["reason"].strip()}
        return made | {"lapses_on": _iso(said["lapses_on"])}

    def readers(self) -> dict[str, Any]:
        """Who is to read it; nothing for a change."""
        if self.amends:
            return {}
        said = self.cleaned_data
        chosen = said["addressees"] if said["classification"] == "SELECTIVE" else []
        return {"classification": said["classification"], "addressees": chosen}


def head_initial(said: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """What the form begins with, from what a draft says."""
    tags = {"en": "en", "ru": "ru", "zh": "zh-hans"}
    event = said["event"]
    return {
        **{f"title_{short}": said["title"].get(tag, "") for short, tag in tags.items()},
        "needed_by": said["needed_by"], "lapses_on": said.get("lapses_on", ""),
        "event": f"{event['origin']} {event['id']}" if event else "", **place_initial(said["place"], "place"),
        **{f"consignee_{name}": value for name, value in said["consignee"].items()},
        "permits_needed": said["import_permits"]["needed"], "permits_text": said["import_permits"]["text"],
        "languages": said["languages"], "note": said["note"], "reason": said.get("reason", ""), **more,
    }  # fmt: skip


def _consignee() -> dict[str, forms.Field]:
    return {
        "consignee_name": LaterTextField(
            label=_("Consignee"), max_length=200, help_text=_("Who receives it, as papers name them.")
        ),
        "consignee_address": forms.CharField(label=_("Address"), required=False, max_length=200),
        "consignee_contact": forms.CharField(
            label=_("Contact"), required=False, max_length=200,
            help_text=_("Every state that reads the request reads it."),
        ),
        "permits_needed": forms.BooleanField(label=_("Import permits are needed"), required=False),
        "permits_text": _long(_("Which permits, and who gives them")),
    }  # fmt: skip


def _readers() -> dict[str, forms.Field]:
    states = [(state.code, str(state)) for state in State.objects.exclude(code=here().code)]
    return {
        "classification": forms.ChoiceField(label=_("Who reads it"), choices=AUDIENCES, initial="MEMBERS"),
        "addressees": forms.MultipleChoiceField(
            label=_("States by name"), required=False, choices=states, widget=forms.CheckboxSelectMultiple
        ),
    }


def _long(label: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 2}))


def _events(person: Person, *, kept: str) -> list[tuple[str, Any]]:
    """Of ours alone: what a partner notified is that partner's to ask help for. With the one that stands already, which
    logistics may not read and must not lose.
    """
    visible = Event.objects.visible_to(person).select_related("disease", "place").filter(merged_into=None)
    own = here().code
    found = [("", "—"), *((f"{own} {event.pk}", str(event)) for event in visible[:MOST_EVENTS])]
    if kept and kept not in dict(found):
        found.append((kept, _("the event that it was begun for")))
    return found


def _event(chosen: str) -> dict[str, str] | None:
    origin, _gap, key = chosen.partition(" ")
    return {"origin": origin, "id": key} if key else None


def _iso(day: date | None) -> str:
    return day.isoformat() if day is not None else ""
