"""What people say about one table: the file itself, how it is to be read, what its names mean."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from tocsin.node.surveillance.actions.previewing import NewPlace
from tocsin.node.surveillance.forms import reading
from tocsin.node.surveillance.models import Disease, Place, Upload

__all__ = ["Answer", "BadAnswer", "FileForm", "ReadingForm", "UndoForm", "asked_of", "disease_answers", "place_answers"]

Json = dict[str, Any]
NEW, OTHER = "new", "other"
BELOW = {
    Place.Kind.COUNTRY: Place.Kind.REGION,
    Place.Kind.REGION: Place.Kind.DISTRICT,
    Place.Kind.DISTRICT: Place.Kind.FACILITY,
    Place.Kind.FACILITY: Place.Kind.FACILITY,
    Place.Kind.POINT_OF_ENTRY: Place.Kind.FACILITY,
}


class FileForm(forms.Form):
    file = forms.FileField(label=_("table"), allow_empty_file=True)


class UndoForm(forms.Form):
    text = forms.CharField(
        label=_("why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Such as: the wrong file, a week of another year."),
    )  # fmt: skip


class ReadingForm(reading.ReadingFields):
    """How this one table is read, where it differs from what its source says."""

    def __init__(self, *args: Any, upload: Upload, **kwargs: Any) -> None:
        self.upload = upload
        source = upload.source
        layout = {**source.layout, **upload.options}
        columns = {**source.columns, **(layout.pop("columns", None) or {})}
        super().__init__(*args, initial=reading.initial(layout, columns), **kwargs)

    def options(self) -> Json:
        """Options for this table: what its source says and this form does not is taken back by None."""
        layout, columns = reading.asked(self.cleaned_data)
        source = self.upload.source.layout
        unsaid = {name: None for name in source if name in reading.FIELDS and name not in layout and name != "header"}
        if "header" in source:
            unsaid["header"] = 1
        kept = reading.unchanged({**source, **self.upload.options})
        kept.pop("columns", None)
        return {**kept, **unsaid, **layout, "columns": columns}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person says a name of the table means; `name` is the path for a place."""

    name: Any
    means: Any


class BadAnswer(ValueError):
    """An answer that means nothing here; the message says which name and why."""


def asked_of(upload: Upload) -> tuple[list[Json], list[Json]]:
    """(places, diseases) to be settled, with candidates named in the reader's language and what to send back."""
    unmatched = upload.preview.get("unmatched", {})
    language = get_language() or "en"
    places = [
        {
            **one,
            "key": json.dumps(one["path"], ensure_ascii=False),
            "name": one["path"][-1],
            "inside": one["path"][:-1],
            "candidates": [
                {"id": c["id"], "label": _label(c["name"], c.get("inside"), language)} for c in one["candidates"]
            ],
        }
        for one in unmatched.get("places", ())
    ]
    diseases = [
        {
            **one,
            "candidates": [{"id": c["code"], "label": _label(c["name"], None, language)} for c in one["candidates"]],
        }
        for one in unmatched.get("diseases", ())
    ]
    return places, diseases


def _label(names: Mapping[str, str], inside: Mapping[str, str] | None, language: str) -> str:
    name = names.get(language) or names["en"]
    if not inside:
        return name
    return say("%(place)s, in %(area)s") % {"place": name, "area": inside.get(language) or inside["en"]}


def place_answers(given: QueryDict, upload: Upload) -> Iterator[Answer]:
    """Raises BadAnswer. Only names that the preview asks about are answered, whatever a form says."""
    asked = [one["path"] for one in upload.preview.get("unmatched", {}).get("places", ())]
    for number in range(len(given.getlist("place-name"))):
        path = _path(given.getlist("place-name")[number])
        choice = given.get(f"place-{number}", "")
        if not choice or path not in asked:
            continue
        yield Answer(path, _place(choice, given.get(f"place-{number}-other", ""), path, upload))


def _path(text: str) -> list[str]:
    try:
        path = json.loads(text)
    except ValueError:
        return []
    return path if isinstance(path, list) and all(isinstance(part, str) for part in path) else []


def _place(choice: str, other: str, path: list[str], upload: Upload) -> Place | NewPlace:
    if choice == NEW:
        return _new_place(path, upload)
    if choice == OTHER:
        found = Place.objects.filter(code=other.strip()).first()
        if found is None:
            raise BadAnswer(
                say("“%(name)s”: there is no place with the code “%(code)s”. Look it up among the places.")
                % {"name": path[-1], "code": other.strip()[:60]}
            )
        return found
    found = Place.objects.filter(pk=int(choice)).first() if choice.isdecimal() else None
    if found is None:
        raise BadAnswer(say("“%(name)s”: that place is no longer there.") % {"name": path[-1]})
    return found


def _new_place(path: list[str], upload: Upload) -> NewPlace:
    """A place inside the one before it on the path, of the kind that follows, called in its own script."""
    from tocsin.node.surveillance.intake.table_names import PlaceNames

    name = path[-1]
    parent = Place.objects.get(pk=PlaceNames(upload.source).scope((*path[:-1], "")))
    russian = name if any("\u0400" <= letter <= "\u04ff" for letter in name) else ""
    chinese = name if any("\u4e00" <= letter <= "\u9fff" for letter in name) else ""
    return NewPlace(
        parent=parent, kind=BELOW[Place.Kind(parent.kind)], names=(name[:160], russian[:160], chinese[:160])
    )


def disease_answers(given: QueryDict, upload: Upload) -> Iterator[Answer]:
    asked = [one["name"] for one in upload.preview.get("unmatched", {}).get("diseases", ())]
    for number, name in enumerate(given.getlist("disease-name")):
        code = given.get(f"disease-{number}", "")
        if not code or name not in asked:
            continue
        found = Disease.objects.filter(pk=code).first()
        if found is None:
            raise BadAnswer(say("“%(name)s”: that disease is not known here.") % {"name": name})
        yield Answer(name, found)
