"""What becomes of a case here, and what patients use up: the numbers that a forecast of demand needs besides."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tocsin.joint.assistance.catalogue import catalogue
from tocsin.node.assistance.demand import LEVELS, Assumed, Used
from tocsin.node.assistance.forms.filters import item_choices
from tocsin.node.language.formats import percent

__all__ = ["ForecastForm"]

USED = 4
SHARES = {
    "admitted": _("Of cases, admitted to hospital"), "intensive": _("Of those admitted, in intensive care"),
    "oxygen": _("Of the others admitted, on oxygen"), "ventilated": _("Of those in intensive care, ventilated"),
}  # fmt: skip
DAYS = {
    "until_admitted": _("From onset to admission, mean days"), "stay": _("On the ward, mean days"),
    "intensive_stay": _("In intensive care, mean days"),
}  # fmt: skip
OXYGEN, VENTILATOR = "oxygen", "ventilator"


class ForecastForm(forms.Form):
    """Shares in per cent, means in days; nothing has a default, for only those who treat the patients know."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in SHARES.items():
            self.fields[name] = forms.FloatField(label=label, min_value=0, max_value=100, help_text=_("In per cent."))
        for name, label in DAYS.items():
            self.fields[name] = forms.FloatField(label=label, min_value=0, max_value=90)
        self.fields["level"] = forms.ChoiceField(
            label=_("Enough in"), initial="0.9",
            choices=[(one, _Level(one)) for one in LEVELS],
        )  # fmt: skip
        self.fields["stock_ventilator"] = forms.FloatField(
            label=_("Ventilators that are free"), required=False, min_value=0
        )
        self.fields["stock_oxygen"] = forms.FloatField(label=_("Oxygen in stock, litres"), required=False, min_value=0)
        for n in range(1, USED + 1):
            self.fields[f"item_{n}"] = forms.ChoiceField(
                label=_("Used up besides"), required=False, choices=[("", "—"), *item_choices()]
            )
            for name, label in (
                ("ward", _("a patient and day on the ward")), ("icu", _("a patient and day in intensive care")),
                ("admission", _("an admission")), ("stock", _("in stock")),
            ):  # fmt: skip
                self.fields[f"{name}_{n}"] = forms.FloatField(label=label, required=False, min_value=0)

    @property
    def rows(self) -> list[list[Any]]:
        """What is used up, a row each."""
        names = ("item", "ward", "icu", "admission", "stock")
        return [[self[f"{name}_{n}"] for name in names] for n in range(1, USED + 1)]

    @property
    def assumed_fields(self) -> list[Any]:
        return [self[name] for name in (*SHARES, *DAYS)]

    def arguments(self) -> dict[str, Any]:
        """As `demand.suggest_items` takes them."""
        said = self.cleaned_data
        shares = {name: said[name] / 100 for name in SHARES}
        chosen = [n for n in range(1, USED + 1) if said[f"item_{n}"]]
        stock = {VENTILATOR: said["stock_ventilator"] or 0.0, OXYGEN: said["stock_oxygen"] or 0.0}
        return {
            "assumed": Assumed(**shares, **{name: said[name] for name in DAYS}), "level": said["level"],
            "used": [self._used(n) for n in chosen],
            "in_stock": stock | {said[f"item_{n}"]: said[f"stock_{n}"] or 0.0 for n in chosen},
        }  # fmt: skip

    def _used(self, n: int) -> Used:
        said = self.cleaned_data
        entry = catalogue()[said[f"item_{n}"]]
        by_bed = {"ward": said[f"ward_{n}"] or 0.0, "icu": said[f"icu_{n}"] or 0.0}
        return Used(entry.code, entry.unit, by_bed, on_admission=said[f"admission_{n}"] or 0.0)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        seen = {VENTILATOR, OXYGEN}
        for n in range(1, USED + 1):
            item = cleaned.get(f"item_{n}")
            if item and item in seen:
                self.add_error(f"item_{n}", _("This is reckoned already. Choose another, or leave the row empty."))
            seen.add(item or "")
        return cleaned


class _Level:
    """“90% of the courses of the forecast”, put together when it is shown."""

    def __init__(self, level: str) -> None:
        self._level = level

    def __str__(self) -> str:
        return _("%(share)s of the courses of the forecast") % {"share": percent(round(float(self._level) * 100))}
