"""Fields of a case that is being written: what is missing may stay so, and what can be read of the rest is kept."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tocsin.clinical.vocabulary import codes
from tocsin.node.consultations.words import coded
from tocsin.node.hospitals.hours import is_zone

__all__ = [
    "DraftForm", "LaterChoice", "LaterChoices", "LaterInteger", "LaterText", "coded_choices", "day_field", "language",
    "lines_field", "long_text", "moment_of", "moment_parts", "text_field", "time_field",
]  # fmt: skip

FORMATS = ("%Y-%m-%d", "%d.%m.%Y", "%Y.%m.%d", "%Y/%m/%d")
TIMES = ("%H:%M", "%H:%M:%S", "%H.%M")
UTC_MINUTE = "%Y-%m-%dT%H:%MZ"


class _Later:
    """Shown as needed, and not refused while it is empty."""

    empty_values: Any

    def validate(self, value: Any) -> None:
        if value not in self.empty_values:
            super().validate(value)  # type: ignore[misc]


class LaterText(_Later, forms.CharField):
    pass


class LaterInteger(_Later, forms.IntegerField):
    pass


class LaterChoice(_Later, forms.ChoiceField):
    pass


class LaterChoices(_Later, forms.MultipleChoiceField):
    pass


class DraftForm(forms.Form):
    """`warnings`: what is worth a second look, by field, beside `errors`."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.warnings: dict[str, list[str]] = {}

    def tell(self, name: str, message: str, *, is_warning: bool) -> None:
        """Show a sentence at a field of what is kept, once."""
        told: Any = self.warnings.setdefault(name, []) if is_warning else self._told(name)
        if message not in told:
            told.append(message)

    def read(self, name: str) -> Any:
        """What was typed into a field; what stood there before, if it cannot be read."""
        return (
            self.cleaned_data[name]
            if name in self.cleaned_data
            else self.get_initial_for_field(self.fields[name], name)
        )

    def _told(self, name: str) -> Any:
        return self.errors.setdefault(name, self.error_class())


def text_field(label: Any, *, suggested: str = "", help_text: Any = "", **attributes: str) -> forms.CharField:
    """One line. suggested: the id of a list on the page from which browsers offer words."""
    attrs = {"autocomplete": "off", **({"list": suggested} if suggested else {}), **attributes}
    return forms.CharField(label=label, required=False, help_text=help_text, widget=forms.TextInput(attrs=attrs))


def long_text(label: Any, *, rows: int = 3, help_text: Any = "", needed: bool = False) -> forms.CharField:
    """Lines of text."""
    kind = LaterText if needed else forms.CharField
    widget = forms.Textarea(attrs={"rows": rows})
    return kind(label=label, required=needed, help_text=help_text, widget=widget)


class _Lines(forms.CharField):
    """A text a line, kept as a list."""

    def to_python(self, value: Any) -> Any:
        return [one.strip() for one in str(super().to_python(value)).splitlines() if one.strip()]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def run_validators(self, value: Any) -> None:
        for one in value:
            super().run_validators(one)


def lines_field(label: Any, *, rows: int = 2, help_text: Any = "") -> forms.CharField:
    """Several, one a line."""
    widget = forms.Textarea(attrs={"rows": rows, "autocomplete": "off"})
    return _Lines(label=label, required=False, help_text=help_text, widget=widget)


def day_field(label: Any, *, help_text: Any = "") -> forms.DateField:
    """A day, as browsers ask for one; where they do not, written in one of several ways, the year first or last."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    unread = {"invalid": _("This is no day of the calendar. Write it as 2026-03-09.")}
    return forms.DateField(
        label=label, required=False, widget=widget, help_text=help_text, input_formats=FORMATS, error_messages=unread
    )


def time_field(label: Any) -> forms.TimeField:
    """A time of day."""
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    unread = {"invalid": _("This is no time of day. Write it as 14:05.")}
    return forms.TimeField(label=label, required=False, widget=widget, input_formats=TIMES, error_messages=unread)


def coded_choices(kind: str, among: Iterable[str] = (), *, empty: bool = True) -> list[tuple[str, str]]:
    """Codes of a kind with their words, in the order of forms."""
    said = [(code, coded(kind, code)) for code in among or codes(kind)]
    return [("", "–"), *said] if empty else said


def moment_of(day: date | None, hour: time | None, zone: str) -> str:
    """A day and a time of day in a zone as content has them: in UTC to the minute; the day alone; nothing."""
    if day is None:
        return ""
    if hour is None:
        return day.isoformat()
    here = datetime.combine(day, hour, _zone(zone))
    return here.astimezone(ZoneInfo("UTC")).strftime(UTC_MINUTE)


def moment_parts(at: str, zone: str) -> Mapping[str, Any]:
    """The same as fields have it: `day` and `time` in the zone."""
    try:
        if len(at) == len("2026-03-09"):
            return {"day": date.fromisoformat(at), "time": None}
        here = datetime.fromisoformat(at).astimezone(_zone(zone))
    except ValueError:
        return {"day": None, "time": None}
    return {"day": here.date(), "time": here.time()}


def language() -> str:
    """In which the vocabulary is asked for words."""
    return get_language() or "en"


def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name if is_zone(name) else "UTC")
