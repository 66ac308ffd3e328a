"""What people type about places, one by one or as a list."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from tocsin.node.surveillance.actions.places import PlaceRow
from tocsin.node.surveillance.forms.sources import sort_field
from tocsin.node.surveillance.models import Place

__all__ = ["AliasForm", "FilterForm", "ListForm", "ListProblem", "NewPlaceForm", "PlaceForm", "read_list"]

HEADINGS = (
    "code", "parent", "kind", "name_en", "name_ru", "name_zh", "population", "tile_row", "tile_column", "aliases",
)  # fmt: skip
NEEDED = ("code", "parent", "kind", "name_en")
LARGEST_LIST = 2 << 20
MOST_PLACES = 20_000
MOST_PEOPLE = 2_000_000_000


class FilterForm(forms.Form):
    q = forms.CharField(
        label=_("search"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    kind = forms.ChoiceField(label=_("kind"), required=False, choices=[("", _("all")), *Place.Kind.choices])


class PlaceForm(forms.ModelForm):
    """Names and numbers of a place that is there."""

    neighbours_text = forms.CharField(
        label=_("neighbours"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Codes of the places that it borders on, with commas between."),
    )  # fmt: skip

    class Meta:
        model = Place
        fields = ("name_en", "name_ru", "name_zh", "population", "tile_row", "tile_column")
        labels = {
            "name_en": _("name in English"),
            "name_ru": _("name in Russian"),
            "name_zh": _("name in Chinese"),
            "population": _("population"),
            "tile_row": _("row in the tile map"),
            "tile_column": _("column in the tile map"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        instance = kwargs.get("instance")
        if instance is not None and instance.pk:
            codes = instance.neighbours.order_by("code").values_list("code", flat=True)
            kwargs["initial"] = {"neighbours_text": ", ".join(codes), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        for name in ("tile_row", "tile_column"):
            self.fields[name].max_value = 999

    def clean_neighbours_text(self) -> list[Place]:
        codes = [code.strip() for code in self.cleaned_data["neighbours_text"].replace("\n", ",").split(",")]
        wanted = dict.fromkeys(filter(None, codes))
        found = {place.code: place for place in Place.objects.filter(code__in=list(wanted))}
        if unknown := [code for code in wanted if code not in found]:
            raise forms.ValidationError(say("There is no place with the code “%(code)s”.") % {"code": unknown[0][:60]})
        if self.instance.pk and self.instance.code in found:
            raise forms.ValidationError(say("A place does not border on itself."))
        return list(found.values())

    def record_fields(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in PlaceForm.Meta.fields}


class NewPlaceForm(PlaceForm):
    class Meta(PlaceForm.Meta):
        fields = ("code", "kind", "parent", *PlaceForm.Meta.fields)
        labels = {**PlaceForm.Meta.labels, "code": _("code"), "kind": _("kind"), "parent": _("inside")}
        help_texts = {"code": _("As your tables or registers write it; it cannot be changed later.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].required = True
        inside = Place.objects.exclude(kind__in=(Place.Kind.FACILITY, Place.Kind.POINT_OF_ENTRY))
        self.fields["parent"].queryset = inside.order_by("depth", sort_field(get_language() or "en"))


class AliasForm(forms.Form):
    name = forms.CharField(label=_("another name in tables"), max_length=200)


class ListForm(forms.Form):
    file = forms.FileField(label=_("list of places (CSV)"), widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}))

    def clean_file(self) -> str:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_LIST:
            raise forms.ValidationError(say("The list is larger than 2 MB. Send it in parts."))
        try:
            return file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(say("The list is not in UTF-8. Save it as CSV UTF-8.")) from None


@dataclass(frozen=True, slots=True)
class ListProblem:
    """Row 1 is the header."""

    row: int
    column: str
    value: str
    sentence: str


def read_list(text: str) -> tuple[list[PlaceRow], list[ListProblem]]:
    """Rows that can be taken, parents first as the list has them, and every problem; with one none of it is taken."""
    head = text.partition("\n")[0]
    lines = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if head.count(";") > head.count(",") else ",")
    missing = [name for name in NEEDED if name not in (lines.fieldnames or ())]
    if missing:
        said = say("The list lacks the column “%(column)s”. It needs: %(needed)s.")
        return [], [ListProblem(1, missing[0], "", said % {"column": missing[0], "needed": ", ".join(NEEDED)})]
    there = dict(Place.objects.values_list("code", "parent__code"))
    reading = _Reading(there)
    try:
        for number, line in enumerate(lines, start=2):
            if number > MOST_PLACES + 1:
                reading.problem(number, "", "", say("A list holds at most 20,000 places. Send it in parts."))
                break
            reading.take(number, {name: (line.get(name) or "").replace("\0", "").strip() for name in HEADINGS})
    except csv.Error as error:
        reading.problem(lines.line_num, "", "", say("The list cannot be read as CSV: %(why)s") % {"why": error})
    return reading.rows, reading.problems


class _Reading:
    """A list of places as it is read: what is known so far, and what is wrong with it."""

    def __init__(self, there: dict[str, str | None]) -> None:
        self.there = there
        self.rows: list[PlaceRow] = []
        self.problems: list[ListProblem] = []
        self._seen: set[str] = set()

    def problem(self, row: int, column: str, value: str, sentence: str) -> None:
        self.problems.append(ListProblem(row, column, value[:120], sentence))

    def take(self, row: int, told: dict[str, str]) -> None:
        before = len(self.problems)
        for column, sentence in self._wrong(told):
            self.problem(row, column, told[column], sentence)
        if told["code"]:
            self._seen.add(told["code"])
        if len(self.problems) == before:
            self.rows.append(_row(told))

    def _wrong(self, told: dict[str, str]) -> Iterator[tuple[str, str]]:
        code, parent = told["code"], told["parent"]
        if not code or len(code) > 60:
            yield "code", say("A code has 1 to 60 characters.")
        elif code in self._seen:
            yield "code", say("This code stands in the list already.")
        if told["kind"] not in Place.Kind.values:
            yield "kind", say("The kind is one of: %(kinds)s.") % {"kinds": ", ".join(Place.Kind.values)}
        if not told["name_en"]:
            yield "name_en", say("The English name is missing.")
        yield from (
            (name, say("A name has at most 160 characters.")) for name in HEADINGS[3:6] if len(told[name]) > 160
        )
        if code in self.there:
            if (self.there[code] or "") != parent:
                yield "parent", say("This place is there already, inside another; a list does not move places.")
        elif not parent or (parent not in self.there and parent not in self._seen):
            yield "parent", say("There is no such place, neither here nor above in the list.")
        for name, most in (("population", MOST_PEOPLE), ("tile_row", 999), ("tile_column", 999)):
            if told[name] and not (told[name].isascii() and told[name].isdecimal() and int(told[name]) <= most):
                yield name, say("This is not a whole number that can be used here.")
        if bool(told["tile_row"]) != bool(told["tile_column"]):
            yield "tile_row", say("Row and column of the tile map go together.")


def _row(told: dict[str, str]) -> PlaceRow:
    return PlaceRow(
        code=told["code"],
        kind=told["kind"],
        parent=told["parent"],
        names=(told["name_en"], told["name_ru"], told["name_zh"]),
        population=int(told["population"]) if told["population"] else None,
        tile=(int(told["tile_row"]), int(told["tile_column"])) if told["tile_row"] else None,
        aliases=tuple(filter(None, (name.strip()[:200] for name in told["aliases"].split("|")))),
    )
