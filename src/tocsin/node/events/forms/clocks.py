"""What people say of a clock: a day or a moment, how sure it is, and how one knows."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.node.events.instruments.guidance import read_categories
from tocsin.node.events.models import EarlyAction, Factor, Milestone
from tocsin.node.events.standing import zone_of
from tocsin.node.events.words import in_language

__all__ = ["ActionForm", "FactorForm", "MilestoneForm"]

DAY = {"format": "%Y-%m-%d", "attrs": {"type": "date"}}


class Seen(forms.Form):
    """`seen` is the row that the person saw; empty where there was none."""

    seen = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, row: Any = None, **kwargs: Any) -> None:
        kwargs["initial"] = {"seen": row.pk if row else None, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)

    def clean_seen(self) -> UUID | None:
        return self.cleaned_data["seen"]


class MilestoneForm(Seen):
    on = forms.DateField(label=pgettext_lazy("of a milestone", "Day"), required=False, widget=forms.DateInput(**DAY))
    time = forms.TimeField(
        label=_("Time, if it is known"), required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )  # fmt: skip
    precision = forms.ChoiceField(label=_("It is"), choices=Milestone.Precision.choices)
    text = forms.CharField(
        label=_("What it was, and how one knows"), required=False, max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, row: Milestone | None = None, **kwargs: Any) -> None:
        known: dict[str, Any] = {}
        if row is not None:
            at = row.at.astimezone(zone_of()).time() if row.at else None
            known = {"on": row.on, "time": at, "precision": row.precision, "text": row.text}
        super().__init__(*args, row=row, **{**kwargs, "initial": {**known, **kwargs.get("initial", {})}})

    def arguments(self) -> dict[str, Any]:
        """What the act takes: a moment where the time is known."""
        said = self.cleaned_data
        at = datetime.combine(said["on"], said["time"], zone_of()) if said["on"] and said["time"] else None
        return {"on": said["on"], "at": at, **{name: said[name] for name in ("precision", "text", "seen")}}


class ActionForm(Seen):
    applicable = forms.ChoiceField(
        label=_("It applies"), required=False,
        choices=(("", _("nobody has said")), ("yes", _("yes")), ("no", _("no"))),
    )  # fmt: skip
    completed_on = forms.DateField(label=_("Completed on"), required=False, widget=forms.DateInput(**DAY))
    precision = forms.ChoiceField(label=_("The day is"), choices=Milestone.Precision.choices)
    evidence = forms.CharField(
        label=_("What shows it, or why it does not apply"), required=False, max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, row: EarlyAction | None = None, **kwargs: Any) -> None:
        known: dict[str, Any] = {}
        if row is not None:
            known = {name: getattr(row, name) for name in ("completed_on", "precision", "evidence")}
            known["applicable"] = {True: "yes", False: "no", None: ""}[row.applicable]
        super().__init__(*args, row=row, **{**kwargs, "initial": {**known, **kwargs.get("initial", {})}})

    def arguments(self) -> dict[str, Any]:
        """What the act takes. A day that is given says that the action applies."""
        said = self.cleaned_data
        applicable = {"yes": True, "no": False}.get(said["applicable"], True if said["completed_on"] else None)
        return {
            **{name: said[name] for name in ("completed_on", "precision", "evidence", "seen")},
            "applicable": applicable,
        }


class FactorForm(forms.Form):
    kind = forms.ChoiceField(label=_("It was"), choices=Factor.Kind.choices)
    interval = forms.ChoiceField(label=_("Of"), choices=Factor.Interval.choices)
    category = forms.ChoiceField(label=_("Category"))
    text = forms.CharField(
        label=_("In words"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [
            (in_language(theme.name), [(one.code, in_language(one.name)) for one in theme.categories])
            for theme in read_categories()
        ]
