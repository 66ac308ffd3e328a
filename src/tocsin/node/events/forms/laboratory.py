"""Samples: taking, sending, and what a laboratory says of them. On a telephone a result is three taps."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import Organisation
from tocsin.node.events.actions.laboratory import laboratories
from tocsin.node.events.models import Event, Sample, SampleTest
from tocsin.node.events.standing import today_there
from tocsin.node.events.vocabulary import choices
from tocsin.node.events.vocabulary.materials import grouped_materials

__all__ = ["CorrectForm", "ReceiveForm", "ResultForm", "SendForm", "TakeForm", "UnsuitableForm"]

DAY = {"format": "%Y-%m-%d", "attrs": {"type": "date"}}
FOUND = [choice for choice in SampleTest.Result.choices if choice[0] != SampleTest.Result.PENDING]


class TakeForm(forms.Form):
    reference = forms.CharField(
        label=_("Number of the sample"), max_length=60, help_text=_("As it is written on the sample.")
    )
    material = forms.ChoiceField(label=_("Material"))
    local_id = forms.CharField(
        label=_("Number in the line list"), required=False, max_length=60,
        help_text=_("Of the person that it is of; empty if it is not of a person. The laboratory does not see it."),
    )  # fmt: skip
    taken_on = forms.DateField(label=_("Taken on"), required=False, widget=forms.DateInput(**DAY))
    note_text = forms.CharField(
        label=_("Note"), required=False, max_length=500, help_text=_("The laboratory sees it. No names.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"taken_on": today_there(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.fields["material"].choices = [("", "—"), *grouped_materials()]


class SendForm(forms.Form):
    """The samples themselves are ticked in the table, outside the form's own fields."""

    laboratory = forms.ChoiceField(label=_("Laboratory"))
    on = forms.DateField(label=_("Sent on"), widget=forms.DateInput(**DAY))
    methods = forms.MultipleChoiceField(
        label=_("Examinations that are asked for"), required=False, widget=forms.CheckboxSelectMultiple
    )
    looked_for = forms.CharField(
        label=_("What to look for"), required=False, max_length=120,
        help_text=_("The laboratory sees nothing else of the event."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"on": today_there(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.may = {str(one.pk): one for one in laboratories()}
        self.fields["laboratory"].choices = [("", "—"), *((key, str(one)) for key, one in self.may.items())]
        self.fields["methods"].choices = choices("laboratory_method")

    def arguments(self) -> dict[str, Any]:
        """What the act takes beside the samples."""
        laboratory: Organisation = self.may[self.cleaned_data["laboratory"]]
        return {**{name: self.cleaned_data[name] for name in ("on", "methods", "looked_for")}, "laboratory": laboratory}


def samples_ticked(event: Event, keys: list[str]) -> list[Sample]:
    """The samples that were ticked; what is no key of one is left out."""
    by_key = {str(pk): pk for pk in event.samples.values_list("pk", flat=True)}
    return list(event.samples.filter(pk__in=[by_key[key] for key in keys if key in by_key]))


class OfSample(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, sample: Sample, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": sample.version, "on": today_there(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)


class ReceiveForm(OfSample):
    on = forms.DateField(label=_("Arrived on"), widget=forms.DateInput(**DAY))


class UnsuitableForm(OfSample):
    reason = forms.CharField(
        label=_("Why it cannot be examined"), max_length=500,
        help_text=_("Such as: too little, leaked, thawed on the way."),
    )  # fmt: skip


class ResultForm(OfSample):
    """Of one examination that was asked for, `test`; without it, of another."""

    result = forms.ChoiceField(label=_("Result"), choices=FOUND, widget=forms.RadioSelect)
    method = forms.ChoiceField(label=_("Method"))
    looked_for = forms.CharField(label=_("Looked for"), required=False, max_length=120)
    on = forms.DateField(label=_("Day of the result"), widget=forms.DateInput(**DAY))
    found = forms.CharField(
        label=_("What was found"), required=False, max_length=200, help_text=_("Type, resistance, in your words.")
    )

    def __init__(self, *args: Any, test: SampleTest | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.test = test
        if test is not None:
            for field in ("method", "looked_for"):
                del self.fields[field]
        else:
            self.fields["method"].choices = choices("laboratory_method")


class CorrectForm(OfSample):
    result = forms.ChoiceField(label=_("Result"), choices=FOUND, widget=forms.RadioSelect)
    on = forms.DateField(label=_("Day of the result"), widget=forms.DateInput(**DAY))
    found = forms.CharField(label=_("What was found"), required=False, max_length=200)
    reason = forms.CharField(label=_("Why it is corrected"), max_length=500)
