"""How a table is laid out, as people say it: for a source once and for all, or for one table that differs."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from tocsin.node.surveillance.intake.reading_words import LAYOUTS

__all__ = ["FIELDS", "ReadingFields", "asked", "initial", "unchanged"]

Json = dict[str, Any]
FOUND_OUT = ("", _("find out from the table"))
FIELDS = (
    "layout", "date", "count", "disease_column", "place_columns", "stratum_columns", "day_first", "week_date",
    "cumulative", "negative", "totals", "sheet", "header", "separator", "encoding", "where",
)  # fmt: skip


class Names(forms.CharField):
    """Names of columns with commas between; yields a list."""

    def __init__(self, *args: Any, most: int = 12, **kwargs: Any) -> None:
        self.most = most
        super().__init__(*args, required=False, max_length=500, **kwargs)

    def to_python(self, value: Any) -> list[str]:
        names = [name.strip() for name in super().to_python(value).split(",")]
        return [name for name in names if name]

    def validate(self, value: list[str]) -> None:
        if len(value) > self.most:
            raise forms.ValidationError(
                say("At most %(most)s columns can be named here; these are %(n)s.")
                % {"most": self.most, "n": len(value)}
            )

    def run_validators(self, value: list[str]) -> None:
        super().run_validators(", ".join(value))

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list | tuple) else value


class ReadingFields(forms.Form):
    """The options of reading. Whatever is left empty is found out from the table, and said in the preview."""

    layout = forms.ChoiceField(label=_("layout"), required=False, choices=[FOUND_OUT, *LAYOUTS.items()])
    date = Names(
        label=_("column of dates"), most=2, help_text=_("One column of days, weeks or months; or two: year, week.")
    )
    count = Names(label=_("column of counts"), help_text=_("Several with commas between, to have a series of each."))
    disease_column = forms.CharField(
        label=_("column of diseases"), required=False, max_length=200,
        help_text=_("Leave empty if all rows are of the source’s own disease."),
    )  # fmt: skip
    place_columns = Names(label=_("columns of places"), help_text=_("The outermost first: region, district."))
    stratum_columns = Names(label=_("columns of age, sex or other groups"), help_text=_("Each group is a series."))
    day_first = forms.ChoiceField(
        label=_("dates such as 01/02/2026"), required=False,
        choices=[FOUND_OUT, ("day", _("day first")), ("month", _("month first"))],
    )  # fmt: skip
    week_date = forms.ChoiceField(
        label=_("a week is dated by"), required=False,
        choices=[FOUND_OUT, ("start", _("its first day")), ("end", _("its last day"))],
    )  # fmt: skip
    cumulative = forms.BooleanField(
        label=_("counts are cumulative"), required=False, help_text=_("Each is the sum of all before it.")
    )
    negative = forms.ChoiceField(
        label=_("a period below zero"), required=False,
        choices=[
            ("missing", _("has no count")),
            ("spread back", _("is taken off the periods before")),
            ("zero", _("is set to 0")),
        ],
    )  # fmt: skip
    totals = forms.ChoiceField(
        label=_("rows that are totals of others"), required=False,
        choices=[("leave out", _("are left out")), ("keep", _("are kept"))],
    )  # fmt: skip
    sheet = forms.CharField(label=_("sheet of the workbook"), required=False, max_length=60)
    header = forms.IntegerField(label=_("row of the column names"), required=False, min_value=1, max_value=1000)
    separator = forms.ChoiceField(
        label=_("between fields stands"), required=False,
        choices=[FOUND_OUT, (",", _("comma")), (";", _("semicolon")), ("tab", _("tab")), ("|", _("vertical bar"))],
    )  # fmt: skip
    encoding = forms.ChoiceField(
        label=_("letters are written as"), required=False,
        choices=[
            FOUND_OUT,
            *((name, name.upper()) for name in ("utf-8", "utf-16", "windows-1251", "gb18030", "windows-1252")),
        ],
    )  # fmt: skip
    where = forms.CharField(
        label=_("only rows with"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One condition a line: column = value, or column = value, value."),
    )  # fmt: skip

    def clean_where(self) -> dict[str, list[str]]:
        conditions = {}
        for line in self.cleaned_data["where"].splitlines():
            if not line.strip():
                continue
            column, sign, values = line.partition("=")
            chosen = [value.strip() for value in values.split(",") if value.strip()]
            if not sign or not column.strip() or not chosen:
                raise forms.ValidationError(
                    say("“%(line)s” is no condition. Write: column = value.") % {"line": line.strip()[:80]}
                )
            conditions[column.strip()] = chosen
        return conditions


def asked(cleaned: Mapping[str, Any]) -> tuple[Json, Json]:
    """(options of reading, columns) as a source keeps them; nothing in them that was left to be found out."""
    layout = {name: cleaned[name] for name in ("layout", "week_date", "sheet", "header", "encoding") if cleaned[name]}
    for name in ("date", "count"):
        if cleaned[name]:
            layout[name] = cleaned[name][0] if len(cleaned[name]) == 1 else list(cleaned[name])
    if cleaned["separator"]:
        layout["separator"] = "\t" if cleaned["separator"] == "tab" else cleaned["separator"]
    if cleaned["day_first"]:
        layout["day_first"] = cleaned["day_first"] == "day"
    if cleaned["cumulative"]:
        layout["cumulative"] = True
    if cleaned["negative"] not in ("", "missing"):
        layout["negative"] = cleaned["negative"]
    if cleaned["totals"] == "keep":
        layout["totals"] = "keep"
    if cleaned["where"]:
        layout["where"] = cleaned["where"]
    columns = {
        "disease": cleaned["disease_column"],
        "place": cleaned["place_columns"],
        "stratum": cleaned["stratum_columns"],
    }
    return layout, columns


def initial(layout: Mapping[str, Any], columns: Mapping[str, Any]) -> Json:
    """What `asked` made, as the fields show it."""
    shown = {name: layout.get(name) for name in ("layout", "week_date", "sheet", "header", "encoding", "cumulative")}
    shown |= {name: _listed(layout.get(name)) for name in ("date", "count")}
    shown |= {"negative": layout.get("negative", "missing"), "totals": layout.get("totals", "leave out")}
    separator = layout.get("separator", "")
    shown["separator"] = "tab" if separator == "\t" else separator
    shown["day_first"] = {True: "day", False: "month"}.get(layout.get("day_first"), "")
    shown["where"] = "\n".join(
        f"{name} = {', '.join(_listed(values))}" for name, values in layout.get("where", {}).items()
    )
    shown["disease_column"] = columns.get("disease") or ""
    shown["place_columns"] = columns.get("place") or []
    shown["stratum_columns"] = columns.get("stratum") or []
    return shown


def _listed(value: Any) -> list[str]:
    if not value:
        return []
    return [value] if isinstance(value, str) else list(value)


def unchanged(layout: Mapping[str, Any]) -> Json:
    """Options of a layout that no field shows: kept as they are when the rest is changed."""
    known = set(FIELDS) | {"by", "absent", "every", "week_start"}
    return {name: value for name, value in layout.items() if name not in known}
