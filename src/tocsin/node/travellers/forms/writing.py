"""What somebody types about one person. Nothing of it is kept anywhere but in the message that leaves.

Conveyances and contacts are lines; a button adds more and sends what is typed to be shown again, without keeping it.
"""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import State
from tocsin.node.events.models import Event
from tocsin.node.events.vocabulary.reading import choices
from tocsin.node.post.here import local_node, takes_part
from tocsin.node.surveillance.forms.sources import sort_field
from tocsin.node.surveillance.models import Disease
from tocsin.node.travellers.limits import DAYS, LONGEST, MOST_CONTACTS, MOST_JOURNEYS
from tocsin.node.travellers.message import Contact, Identity, Journey, Message

__all__ = ["ContactForm", "JourneyForm", "MessageForm", "contacts_of", "journeys_of"]

BORN = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
EARLIEST = 1900


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def _code(kind: str, label: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", "—"), *choices(kind)], **more)


def _codes(kind: str, label: Any, **more: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=choices(kind), widget=forms.CheckboxSelectMultiple, **more)


class _Line(forms.Form):
    """One line of a list; a line in which nothing was typed is none."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "empty_permitted": True})


class JourneyForm(_Line):
    TEXTS = ("kind", "number", "seat", "from_place", "to_place", "border_point")

    kind = _code("conveyance", _("Conveyance"))
    number = forms.CharField(label=_("Flight, train or number"), required=False, max_length=40)
    seat = forms.CharField(label=_("Seat"), required=False, max_length=20)
    from_place = forms.CharField(label=pgettext_lazy("place", "From"), required=False, max_length=120)
    to_place = forms.CharField(label=pgettext_lazy("place", "To"), required=False, max_length=120)
    departed_on = forms.DateField(label=_("Departed on"), required=False, widget=DayInput)
    departed_at = forms.TimeField(label=_("at, local time"), required=False, widget=TimeInput)
    arrived_on = forms.DateField(label=pgettext_lazy("traveller", "Arrived on"), required=False, widget=DayInput)
    arrived_at = forms.TimeField(label=_("at, local time"), required=False, widget=TimeInput)
    border_point = forms.CharField(label=_("Border crossing point"), required=False, max_length=120)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        for name in ("departed", "arrived"):
            if said.get(f"{name}_at") and not said.get(f"{name}_on"):
                self.add_error(f"{name}_on", gettext("Say the day of this hour."))
        back = timedelta(days=1 if said.get("kind") in ("air", "sea") else 0)
        begin, end = said.get("departed_on"), said.get("arrived_on")
        if begin and end and end < begin - back:
            self.add_error("arrived_on", gettext("This is before the departure."))
        return said

    def journey(self) -> Journey:
        said = self.cleaned_data
        texts = {name: said[name] for name in self.TEXTS}
        return Journey(
            **texts, departed=_local(said["departed_on"], said["departed_at"]),
            arrived=_local(said["arrived_on"], said["arrived_at"]),
        )  # fmt: skip

    @staticmethod
    def known(one: Journey) -> dict[str, Any]:
        """What the line of a known conveyance begins with."""
        said = {name: getattr(one, name) for name in JourneyForm.TEXTS}
        for name in ("departed", "arrived"):
            day, _mark, hour = (getattr(one, name) or "").partition("T")
            said |= {f"{name}_on": day or None, f"{name}_at": hour or None}
        return said


class ContactForm(_Line):
    names = forms.CharField(label=pgettext_lazy("of a person", "Names"), required=False, max_length=200)
    relation = _code("relation", _("Relation"), required=False)
    seat = forms.CharField(label=_("Seat"), required=False, max_length=20)
    telephone = forms.RegexField(
        r"^[0-9+][0-9 ()+-]*$", label=_("Telephone"), required=False, max_length=40,
        error_messages={"invalid": _("Digits, spaces, brackets and + alone.")},
    )  # fmt: skip
    address = forms.CharField(label=_("Address"), required=False, max_length=300)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if self.has_changed() and not any(said.get(name) for name in ("names", "seat", "telephone", "address")):
            self.add_error("names", gettext("Say a name, a seat, a telephone or an address."))
        return said

    def contact(self) -> Contact:
        said = self.cleaned_data
        return Contact(**{**said, "relation": said["relation"] or "unknown"})

    @staticmethod
    def known(one: Contact) -> dict[str, Any]:
        return {name: getattr(one, name) for name in ("names", "relation", "seat", "telephone", "address")}


class _Lines(forms.BaseFormSet):
    """As many lines as were asked for; the button adds some."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {}


def journeys_of(data: Any = None, known: Any = ()) -> forms.BaseFormSet:
    """Lines of conveyances."""
    made = forms.formset_factory(
        JourneyForm, formset=_Lines, extra=1, max_num=MOST_JOURNEYS, absolute_max=MOST_JOURNEYS, validate_max=True
    )
    return made(data, prefix="journeys", initial=[JourneyForm.known(one) for one in known])


def contacts_of(data: Any = None, known: Any = ()) -> forms.BaseFormSet:
    """Lines of contacts."""
    made = forms.formset_factory(
        ContactForm, formset=_Lines, extra=1, max_num=MOST_CONTACTS, absolute_max=MOST_CONTACTS + 1, validate_max=True
    )
    return made(data, prefix="contacts", initial=[ContactForm.known(one) for one in known])


class MessageForm(forms.Form):
    """Everything but the lines."""

    PERSON = (
        "family_name", "given_names", "other_names", "born", "sex", "nationality", "document_kind", "document_number",
        "telephone", "address_there",
    )  # fmt: skip
    ILLNESS = ("disease", "classification", "onset", "infectious_from", "infectious_until")
    ASKED = ("asked", "text", "language")
    SENT = ("to", "legal_basis", "expires_on", "event")

    to = forms.ChoiceField(label=_("State that is told"), help_text=_("It alone can open the message."))
    family_name = forms.CharField(label=_("Family name"), required=False, max_length=120)
    given_names = forms.CharField(label=_("Given names"), required=False, max_length=120)
    other_names = forms.CharField(
        label=_("Other names"), required=False, max_length=200, help_text=_("Earlier ones, or in another script.")
    )
    born = forms.CharField(
        label=_("Born"), required=False, max_length=10,
        help_text=_("As far as it is known: 1980, 1980-05 or 1980-05-17."),
    )  # fmt: skip
    sex = forms.ChoiceField(label=_("Sex"), choices=choices("person_sex"), initial="unknown")
    nationality = forms.ChoiceField(label=_("Nationality"), required=False)
    document_kind = _code("document_kind", pgettext_lazy("of a person", "Document"), required=False)
    document_number = forms.RegexField(
        r"^[0-9A-Za-z /-]*$", label=_("Number of the document"), required=False, max_length=40,
        error_messages={"invalid": _("Latin letters, digits, spaces, / and - alone.")},
    )  # fmt: skip
    telephone = forms.RegexField(
        r"^[0-9+][0-9 ()+-]*$", label=_("Telephone"), required=False, max_length=40,
        error_messages={"invalid": _("Digits, spaces, brackets and + alone.")},
    )  # fmt: skip
    address_there = forms.CharField(label=_("Where the person stays there"), required=False, max_length=300)
    disease = forms.ModelChoiceField(Disease.objects.none(), label=_("Disease"), required=False)
    classification = _code("case_class", _("Case, or contact of one"))
    onset = forms.DateField(label=_("Onset of illness"), required=False, widget=DayInput)
    infectious_from = forms.DateField(label=_("Infectious from"), required=False, widget=DayInput)
    infectious_until = forms.DateField(label=_("Infectious until"), required=False, widget=DayInput)
    asked = _codes("request", _("What is asked"))
    text = forms.CharField(
        label=_("In words"), required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)
    legal_basis = _codes("legal_basis", _("Legal basis"))
    expires_on = forms.DateField(
        label=_("Destroyed on"), widget=DayInput,
        help_text=_("By itself, here and there. 90 days from today at most."),
    )  # fmt: skip
    event = forms.ModelChoiceField(
        Event.objects.none(), label=_("Event that the person belongs to"), required=False,
        help_text=_("Known here alone."),
    )  # fmt: skip
    outcome = _codes("traveller_outcome", _("What became of it"), required=False)

    def __init__(self, *args: Any, person: Any, is_next: bool = False, **kwargs: Any) -> None:
        """is_next  whether it is a later version: to whom and of which event is then settled."""
        super().__init__(*args, **kwargs)
        self.initial.setdefault("language", get_language() or "en")
        self.initial.setdefault("expires_on", timezone.localdate() + timedelta(days=DAYS))
        self.fields["disease"].queryset = Disease.objects.order_by(sort_field(get_language() or "en"))
        self.fields["nationality"].choices = [("", "—"), *_states()]
        if is_next:
            del self.fields["to"], self.fields["event"]
            return
        del self.fields["outcome"]
        self.fields["to"].choices = [("", "—"), *_partners()]
        self.fields["event"].queryset = (
            Event.objects.visible_to(person).of_this_alliance().standing().exclude(response="closed")
        )

    def clean_born(self) -> str | None:
        said: str = self.cleaned_data["born"].strip()
        if not said:
            return None
        if not BORN.fullmatch(said):
            raise forms.ValidationError(gettext("Write the year, the month or the day: 1980, 1980-05 or 1980-05-17."))
        try:
            first = date.fromisoformat((said + "-01-01")[:10])
        except ValueError:
            raise forms.ValidationError(gettext("There is no such day.")) from None
        if first.year < EARLIEST:
            raise forms.ValidationError(gettext("There is no such day."))
        if first > timezone.localdate():
            raise forms.ValidationError(gettext("This day is still to come."))
        return said

    def clean_onset(self) -> date | None:
        said: date | None = self.cleaned_data["onset"]
        if said and said > timezone.localdate():
            raise forms.ValidationError(gettext("This day is still to come."))
        return said

    def clean_expires_on(self) -> date:
        said: date = self.cleaned_data["expires_on"]
        today = timezone.localdate()
        if said <= today:
            raise forms.ValidationError(gettext("This day is not to come any more."))
        if said > today + LONGEST:
            raise forms.ValidationError(gettext("At most 90 days from today."))
        return said

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        begin, end = said.get("infectious_from"), said.get("infectious_until")
        if begin and end and end < begin:
            self.add_error("infectious_until", gettext("This is before the first day."))
        return said

    def message(self, journeys: forms.BaseFormSet, contacts: forms.BaseFormSet) -> Message:
        """What was typed, with the lines."""
        said = self.cleaned_data
        who = {name: said[name] for name in self.PERSON} | {
            "nationality": said["nationality"] or None, "document_kind": said["document_kind"] or None,
        }  # fmt: skip
        disease = said["disease"]
        ends = datetime.combine(said["expires_on"], time(), timezone.get_current_timezone())
        return Message(
            identity=Identity(**who), disease=disease.pk if disease else None, classification=said["classification"],
            legal_basis=said["legal_basis"], expires_at=ends, asked=said["asked"],
            journeys=[line.journey() for line in journeys if line.has_changed()],
            contacts=[line.contact() for line in contacts if line.has_changed()], outcome=said.get("outcome", ()),
            onset=said["onset"], infectious_from=said["infectious_from"], infectious_until=said["infectious_until"],
            text=said["text"],
        )  # fmt: skip

    @classmethod
    def known(cls, said: Message) -> dict[str, Any]:
        """What the form of the next version begins with."""
        who = {name: getattr(said.identity, name) for name in cls.PERSON}
        days = {name: getattr(said, name) for name in ("onset", "infectious_from", "infectious_until")}
        return {
            **who, **days, "disease": said.disease, "classification": said.classification, "asked": said.asked,
            "text": said.text, "legal_basis": said.legal_basis, "outcome": said.outcome,
            "expires_on": timezone.localtime(said.expires_at).date(),
        }  # fmt: skip


def _local(day: date | None, hour: time | None) -> str | None:
    if day is None:
        return None
    return f"{day.isoformat()}T{hour:%H:%M}" if hour else day.isoformat()


def _partners() -> list[tuple[str, str]]:
    """Nodes that take part now, in the alliance's order."""
    if not takes_part():
        return []
    here = local_node()
    active = {entry.node for entry in here.trust().active() if entry.kind == "state"} - {here.node}
    return [(state.code, str(state)) for state in State.objects.filter(code__in=active)]


def _states() -> list[tuple[str, str]]:
    return [(state.code, str(state)) for state in State.objects.of_the_alliance()]
