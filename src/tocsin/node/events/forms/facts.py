"""What is known of an event, a part a page: each form gives the facts and texts that the act takes."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import State
from tocsin.node.events.facts import TEXTS, with_defaults
from tocsin.node.events.models import Event
from tocsin.node.events.texts import LONGEST_TEXT
from tocsin.node.events.vocabulary import choices

__all__ = ["PARTS", "FactsForm", "LaboratoryForm", "MeasuresForm", "NeedsForm", "SpreadForm", "TextsForm"]

Codes = forms.CheckboxSelectMultiple


def _codes(kind: str, label: Any, **options: Any) -> forms.MultipleChoiceField:
    field = forms.MultipleChoiceField(label=label, required=False, widget=Codes, **options)
    field.kind = kind
    return field


def _code(kind: str, label: Any, **options: Any) -> forms.ChoiceField:
    field = forms.ChoiceField(label=label, **options)
    field.kind = kind
    return field


class FactsForm(forms.Form):
    """A part of the facts. `version` is that of the event which the person sees."""

    heading: ClassVar[Any] = ""
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": event.version, **self.known(event), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if kind := getattr(field, "kind", None):
                field.choices = choices(kind)

    def known(self, event: Event) -> dict[str, Any]:
        """What the fields begin with."""
        raise NotImplementedError

    def facts(self) -> dict[str, Any]:
        """Members that the form says."""
        return {}

    def texts(self) -> dict[str, str] | None:
        """Texts that the form says; None: it says none."""
        return None


class SpreadForm(FactsForm):
    heading = _("The agent, and how it spreads")
    agent_kind = _code("agent_kind", _("Agent"))
    agent_origin = _code("agent_origin", _("Where it comes from"))
    designation = forms.CharField(
        label=_("Type"), required=False, max_length=60, help_text=_("In Latin letters, such as H5N1 or O1 Ogawa.")
    )
    confirmed = forms.BooleanField(label=_("The agent is confirmed by a laboratory"), required=False)
    transmission = _codes("transmission", _("Means of transmission"))
    conditions = _codes("spread_condition", _("Conditions that affect the spread"))
    detected_by = _codes("detected_by", _("How it was detected"))
    standard = _code("definition_standard", _("Case definition"))
    definition_version = forms.CharField(label=_("Its version"), required=False, max_length=120)
    point_of_entry = forms.BooleanField(label=_("A point of entry is concerned"), required=False)
    affected_states = forms.MultipleChoiceField(label=_("States that have cases of it"), required=False, widget=Codes)
    travel_links = forms.MultipleChoiceField(
        label=_("States that cases travelled to or from"), required=False, widget=Codes
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [(state.pk, str(state)) for state in State.objects.of_the_alliance().filter(is_here=False)]
        self.fields["affected_states"].choices = self.fields["travel_links"].choices = others

    def known(self, event: Event) -> dict[str, Any]:
        facts = with_defaults(event.facts)
        agent, definition, border = facts["agent"], facts["case_definition"], facts["cross_border"]
        return {
            "agent_kind": agent["kind"],
            "agent_origin": agent["origin"],
            "designation": agent["designation"],
            "confirmed": agent["confirmed"],
            "standard": definition["standard"],
            "definition_version": definition["version"],
            **border,
            **{name: facts[name] for name in ("transmission", "conditions", "detected_by", "point_of_entry")},
        }

    def facts(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "agent": {
                "kind": said["agent_kind"],
                "origin": said["agent_origin"],
                "designation": said["designation"].strip(),
                "confirmed": said["confirmed"],
            },
            "case_definition": {"standard": said["standard"], "version": said["definition_version"].strip()},
            "cross_border": {name: said[name] for name in ("affected_states", "travel_links")},
            **{name: said[name] for name in ("transmission", "conditions", "detected_by", "point_of_entry")},
        }


class LaboratoryForm(FactsForm):
    heading = _("Laboratory")
    status = _code("laboratory_status", _("What the laboratory says"))
    tested = forms.IntegerField(label=_("People tested"), required=False, min_value=0, max_value=100_000_000)
    positive = forms.IntegerField(label=_("of them positive"), required=False, min_value=0, max_value=100_000_000)
    methods = _codes("laboratory_method", _("Methods"))

    def known(self, event: Event) -> dict[str, Any]:
        return with_defaults(event.facts)["laboratory"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        tested, positive = said.get("tested"), said.get("positive")
        if tested is not None and positive is not None and positive > tested:
            self.add_error("positive", _("More are positive than were tested."))
        return said

    def facts(self) -> dict[str, Any]:
        return {"laboratory": {name: self.cleaned_data[name] for name in ("status", "tested", "positive", "methods")}}


class NeedsForm(FactsForm):
    heading = _("Difficulties, shortages, support needed")
    difficulties = _codes("difficulty", _("Difficulties"))
    shortages = _codes("countermeasure", _("Shortages of countermeasures"))
    support = _codes("support", _("Support needed from partners"))
    notified = _code("answer", _("Was WHO notified by the National IHR Focal Point?"))
    notified_on = forms.DateField(
        label=_("On"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def known(self, event: Event) -> dict[str, Any]:
        facts = with_defaults(event.facts)
        listed = {name: facts[name] for name in ("difficulties", "shortages", "support")}
        return {**listed, "notified": facts["who"]["notified"], "notified_on": facts["who"]["on"]}

    def facts(self) -> dict[str, Any]:
        said = self.cleaned_data
        on = said["notified_on"] if said["notified"] == "yes" else None
        who = {"notified": said["notified"], "on": on.isoformat() if on else None}
        return {**{name: said[name] for name in ("difficulties", "shortages", "support")}, "who": who}


class MeasuresForm(FactsForm):
    """Measures by code: for each whether it is taken or intended, by which sector, and since when."""

    heading = _("Measures")
    MORE = 4

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, event=event, **kwargs)
        known = with_defaults(event.facts)["measures"]
        self.rows = min(len(known) + self.MORE, 60)
        for row in range(self.rows):
            one = known[row] if row < len(known) else {}
            fields = {
                "measure": forms.ChoiceField(label=_("Measure"), required=False),
                "status": forms.ChoiceField(label=_("State"), choices=choices("measure_status"), required=False),
                "sector": forms.ChoiceField(label=_("Sector"), choices=choices("sector"), required=False),
                "since": forms.DateField(
                    label=_("Since"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
                ),
            }
            fields["measure"].choices = [("", "—"), *choices("measure")]
            for name, field in fields.items():
                self.fields[f"{name}_{row}"] = field
                self.initial[f"{name}_{row}"] = one.get(name)

    def known(self, event: Event) -> dict[str, Any]:
        return {}

    def lines(self) -> list[list[forms.BoundField]]:
        """The fields as rows of a table."""
        return [
            [self[f"{name}_{row}"] for name in ("measure", "status", "sector", "since")] for row in range(self.rows)
        ]

    def facts(self) -> dict[str, Any]:
        return {"measures": [measure for row in range(self.rows) if (measure := self._measure(row))]}

    def _measure(self, row: int) -> dict[str, Any] | None:
        said = {name: self.cleaned_data.get(f"{name}_{row}") for name in ("measure", "status", "sector", "since")}
        if not said["measure"]:
            return None
        since = said["since"].isoformat() if said["since"] else None
        return {**said, "status": said["status"] or "taken", "sector": said["sector"] or "health", "since": since}


class TextsForm(FactsForm):
    heading = _("In words")
    language = forms.ChoiceField(label=_("Language of the texts"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, event=event, **kwargs)
        for name, label in TEXTS.items():
            self.fields[name] = forms.CharField(
                label=label, required=False, max_length=LONGEST_TEXT,
                widget=forms.Textarea(attrs={"rows": 6 if name == "summary" else 4, "lang": event.language or None}),
            )  # fmt: skip

    def known(self, event: Event) -> dict[str, Any]:
        return {**event.texts, "language": event.language or get_language() or "en"}

    def texts(self) -> dict[str, str] | None:
        return {name: self.cleaned_data[name] for name in TEXTS}


PARTS: dict[str, type[FactsForm]] = {
    "spread": SpreadForm,
    "laboratory": LaboratoryForm,
    "measures": MeasuresForm,
    "needs": NeedsForm,
    "texts": TextsForm,
}
