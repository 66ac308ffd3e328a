"""What acts on a request ask: reasons, days, quantities by line, papers, signatures, costs, lessons."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.node.alliance.models import State
from tocsin.node.assistance.actions.handing_over import Cost, Handed, Signature
from tocsin.node.assistance.building.requests import LARGEST
from tocsin.node.assistance.forms.texts import LANGUAGES, in_languages, said_in
from tocsin.node.assistance.pages.request_after import digits
from tocsin.node.events.vocabulary.reading import choices

__all__ = [
    "ClearForm", "CostsForm", "DayForm", "DelayForm", "DivertForm", "FileForm", "LineChoice", "NoteForm", "PlanForm",
    "QuantitiesForm", "ReasonForm", "ReviewForm", "Seen", "SignForm", "WhereForm", "accept_fields", "reason_fields",
]  # fmt: skip

PAPERS, SIGNATURES, COSTS = 3, 2, 5
QUANTITY, CONDITION = "quantity_", "condition_"


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, help_text=help_text)


def _text(label: Any, *, required: bool, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=5_000, widget=forms.Textarea(attrs={"rows": rows})
    )


class Seen(forms.Form):
    """`seen`: what had been said of the request when the person looked."""

    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def arguments(self) -> dict[str, Any]:
        """What the act takes besides."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class ReasonForm(Seen):
    """needed: whether a reason must be given."""

    def __init__(self, *args: Any, needed: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = _text(_("Reason"), required=needed)


class NoteForm(Seen):
    note = _text(_("Note"), required=False)


class WhereForm(Seen):
    where = forms.CharField(label=pgettext_lazy("of a shipment", "Where it is"), max_length=200)


class DayForm(Seen):
    """The last day of a request."""

    lapses_on = _day(_("Last day of the request"), help_text=_("90 days from now at most."))
    reason = _text(_("Reason"), required=False)


class DelayForm(Seen):
    expected_on = _day(_("Expected on"), required=False, help_text=_("Leave it open if nobody knows."))
    reason = _text(_("Reason"), required=True)


class DivertForm(Seen):
    """A place by its names; its code and position are not known on the road."""

    reason = _text(_("Reason"), required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = self.fields
        self.fields = {
            "seen": fields["seen"], **in_languages("place", _("New place"), max_length=160), "reason": fields["reason"],
        }  # fmt: skip

    def arguments(self) -> dict[str, Any]:
        names = {short: self.cleaned_data[f"place_{short}"].strip() for short in LANGUAGES}
        return {"place": {"names": names}, "reason": self.cleaned_data["reason"]}


class LineChoice:
    """A line whose quantity is asked for: its name, what is there (in words), and what is proposed."""

    def __init__(self, item: str, name: str, help: str, most: int | None, initial: int | None) -> None:
        self.item, self.name, self.help, self.most, self.initial = item, name, help, most, initial


class QuantitiesForm(Seen):
    """A quantity of each line; empty or 0 leaves the line out."""

    def __init__(
        self, *args: Any, lines: Sequence[LineChoice], extra: Mapping[str, forms.Field], **kwargs: Any
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[f"{QUANTITY}{line.item}"] = forms.IntegerField(
                label=line.name, required=False, min_value=0, max_value=LARGEST, initial=line.initial,
                help_text=line.help,
            )  # fmt: skip
        self.fields.update(extra)

    def quantities(self) -> dict[str, int]:
        """By line, without those that are left out."""
        said = {line.item: self.cleaned_data.get(f"{QUANTITY}{line.item}") for line in self.lines}
        return {item: value for item, value in said.items() if value}

    def arguments(self) -> dict[str, Any]:
        more = {
            name: value for name, value in super().arguments().items() if not name.startswith((QUANTITY, CONDITION))
        }
        return {"quantities": self.quantities(), **more}


def accept_fields() -> dict[str, forms.Field]:
    """Beside the quantities that are accepted."""
    return {"note": _text(_("Note to the state that offers"), required=False)}


def reason_fields() -> dict[str, forms.Field]:
    """Beside quantities that are given up, or were damaged."""
    return {"reason": _text(_("Reason"), required=True)}


class PapersForm(forms.Form):
    """Fields of PAPERS papers: kind, number, title."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in range(1, PAPERS + 1):
            kind = forms.ChoiceField(
                label=_("Paper"), required=False, choices=[("", "—"), *choices("shipment_paper")]
            )  # fmt: skip
            self.fields[f"paper_{place}"] = kind
            self.fields[f"number_{place}"] = forms.CharField(
                label=_("Number of the paper"), required=False, max_length=80
            )
            self.fields[f"title_{place}"] = forms.CharField(
                label=_("Title of the paper"), required=False, max_length=200
            )

    def papers(self) -> list[dict[str, str]]:
        """Those that say what they are."""
        said = self.cleaned_data
        return [
            {"kind": said[f"paper_{n}"] or "other", "number": said[f"number_{n}"], "title": said[f"title_{n}"]}
            for n in range(1, PAPERS + 1)
            if said[f"paper_{n}"] or said[f"number_{n}"] or said[f"title_{n}"]
        ]


class ClearForm(Seen, PapersForm):
    """Customs and licences."""

    note = _text(_("Note"), required=False)

    def arguments(self) -> dict[str, Any]:
        return {"documents": self.papers(), "note": self.cleaned_data["note"]}


class PlanForm(QuantitiesForm, PapersForm):
    """What is sent, how, with which papers, and when it is to come."""

    def __init__(self, *args: Any, lines: Sequence[LineChoice], **kwargs: Any) -> None:
        extra = {
            "expected_on": _day(_("Expected on"), required=False, help_text=_("Leave it open if nobody knows.")),
            "route": _text(_("Route"), required=False, rows=2),
            "carrier": forms.CharField(label=_("Carrier"), required=False, max_length=200),
        }
        super().__init__(*args, lines=lines, extra=extra, **kwargs)
        # What is sent comes first, its papers last.
        self.order_fields([*(f"{QUANTITY}{line.item}" for line in lines), *extra])

    def arguments(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "quantities": self.quantities(), "documents": self.papers(), "route": said["route"],
            "carrier": said["carrier"], "expected_on": said["expected_on"],
        }  # fmt: skip


class SignForm(QuantitiesForm):
    """What was handed over, in what condition, and who signed on paper for this side."""

    def __init__(self, *args: Any, lines: Sequence[LineChoice], **kwargs: Any) -> None:
        super().__init__(*args, lines=lines, extra={}, **kwargs)
        fields: dict[str, Any] = {"seen": self.fields["seen"]}
        for line in lines:
            fields[f"{QUANTITY}{line.item}"] = self.fields[f"{QUANTITY}{line.item}"]
            fields[f"{CONDITION}{line.item}"] = forms.ChoiceField(
                label=_("Condition"), choices=choices("goods_condition"), initial="good"
            )
        for place in range(1, SIGNATURES + 1):
            fields[f"name_{place}"] = forms.CharField(
                label=_("Who signed for us"), required=place == 1, max_length=120
            )  # fmt: skip
            fields[f"title_{place}"] = forms.CharField(label=_("Position"), required=False, max_length=200)
        fields["note"] = _text(_("Note"), required=False)
        self.fields = fields

    def arguments(self) -> dict[str, Any]:
        said = self.cleaned_data
        handed = [
            Handed(line.item, said.get(f"{QUANTITY}{line.item}") or 0, said[f"{CONDITION}{line.item}"])
            for line in self.lines
        ]
        signed = [
            Signature(said[f"name_{n}"], said[f"title_{n}"]) for n in range(1, SIGNATURES + 1) if said[f"name_{n}"]
        ]
        return {"lines": handed, "signed": signed, "note": said["note"]}


class CostsForm(Seen):
    """Up to COSTS lines; one without words is left out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [(state.code, str(state)) for state in State.objects.all()]
        for n in range(1, COSTS + 1):
            self.fields[f"what_{n}"] = forms.CharField(
                label=_("What it was for"), required=n == 1, max_length=200
            )  # fmt: skip
            self.fields[f"amount_{n}"] = forms.DecimalField(
                label=pgettext_lazy("of money", "Amount"), required=n == 1, min_value=0, max_value=10**12,
                decimal_places=3,
            )  # fmt: skip
            self.fields[f"currency_{n}"] = forms.RegexField(
                r"^[A-Z]{3}$", label=_("Currency"), required=n == 1, max_length=3,
                help_text=_("Three letters, such as USD."),
            )  # fmt: skip
            self.fields[f"borne_{n}"] = forms.ChoiceField(label=_("Borne by"), choices=states)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for n in range(1, COSTS + 1):
            amount, currency = cleaned.get(f"amount_{n}"), cleaned.get(f"currency_{n}")
            if not cleaned.get(f"what_{n}") or not currency:
                continue
            if amount is None:
                self.add_error(f"amount_{n}", _("Give the amount, 0 if nothing was paid."))
            elif (amount * 10 ** digits(currency)) % 1:
                self.add_error(f"amount_{n}", _("This currency has no such small part. Round the amount."))
        return cleaned

    def arguments(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "costs": [
                Cost(
                    said[f"what_{n}"], int(said[f"amount_{n}"] * 10 ** digits(said[f"currency_{n}"])),
                    said[f"currency_{n}"], said[f"borne_{n}"],
                )
                for n in range(1, COSTS + 1)
                if said[f"what_{n}"]
            ]
        }  # fmt: skip


class ReviewForm(Seen):
    """What was learnt, in one language or several."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (
            ("well", _("What went well")), ("badly", _("What did not")), ("change", _("What is to change")),
        ):  # fmt: skip
            self.fields.update(in_languages(name, label, max_length=5_000, rows=3))

    def arguments(self) -> dict[str, Any]:
        return {name: said_in(self.cleaned_data, name) for name in ("well", "badly", "change")}


class FileForm(forms.Form):
    file = forms.FileField(label=pgettext_lazy("of a computer", "File"))
    note = forms.CharField(label=_("Note"), required=False, max_length=300)
