"""Answering what a preview asks: names of places and diseases, options of reading; or leaving the table be.

What a preview holds is described in `tocsin.node.surveillance.intake.previews`.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.node.alliance import audit
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.surveillance import tasks
from tocsin.node.surveillance.actions.doors import Refused, demand
from tocsin.node.surveillance.actions.setting_up import add_place
from tocsin.node.surveillance.intake import receiving
from tocsin.node.surveillance.intake.alias_keys import key_of, tidy_name
from tocsin.node.surveillance.models import Disease, DiseaseAlias, Place, PlaceAlias, Upload

__all__ = [
    "NewPlace",
    "cancel",
    "is_unmatched",
    "match_disease",
    "match_place",
    "preview_again",
    "problem_rows",
    "set_options",
]

PROBLEMS = ".problems.csv"
TO_ANSWER = (Upload.Status.RECEIVED, Upload.Status.READING, Upload.Status.PREVIEWED, Upload.Status.UNREADABLE)


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A place that the table names and the node does not know yet. `names` in English, Russian and Chinese."""

    parent: Place
    kind: str
    names: tuple[str, str, str]
    code: str = ""


@transaction.atomic
def match_place(upload: Upload, path: Sequence[str], *, place: Place | NewPlace, by: Person | None) -> Place:
    """Settle for good which place a table means by the last name of a path; once nothing is unmatched, preview again.

    path    as in the preview: names from the outermost down to the unknown one
    raises  Refused where the place lies outside the area of the source
    """
    demand(by, Ability.UPLOAD_COUNTS)
    upload = _open(upload)
    scope = _scope(upload, path[:-1])
    chosen = _added(place, by) if isinstance(place, NewPlace) else place
    if not scope.contains(chosen):
        raise Refused(
            _("%(place)s does not lie in %(area)s, where this table’s “%(name)s” is looked for.")
            % {"place": chosen, "area": scope, "name": path[-1]}
        )
    PlaceAlias.objects.update_or_create(
        within=scope, key=key_of(path[-1]), defaults={"place": chosen, "name": tidy_name(path[-1])}
    )
    audit.record("place.matched", chosen, by=by, name=tidy_name(path[-1]), within=scope.code, upload=str(upload.pk))
    _answered(upload, "places", lambda one: one["path"] == [tidy_name(name) for name in path])
    return chosen


@transaction.atomic
def match_disease(upload: Upload, name: str, *, disease: Disease, by: Person | None) -> None:
    """Settle for good which disease this source means by a name."""
    demand(by, Ability.UPLOAD_COUNTS)
    upload = _open(upload)
    DiseaseAlias.objects.update_or_create(
        source=upload.source, key=key_of(name), defaults={"disease": disease, "name": tidy_name(name)}
    )
    audit.record("disease.matched", disease, by=by, name=tidy_name(name), source=str(upload.source))
    _answered(upload, "diseases", lambda one: one["name"] == tidy_name(name))


@transaction.atomic
def set_options(upload: Upload, options: Mapping[str, Any], *, by: Person | None) -> Upload:
    """Read this one table in another way than its source says, and preview it again."""
    demand(by, Ability.UPLOAD_COUNTS)
    upload = _open(upload)
    upload.options = dict(options)
    audit.record("upload.options_set", upload, by=by, options=upload.options)
    return _again(upload)


@transaction.atomic
def preview_again(upload: Upload, *, by: Person | None) -> Upload:
    """Look at the table anew: counts or names may have changed since."""
    demand(by, Ability.UPLOAD_COUNTS)
    return _again(_open(upload))


@transaction.atomic
def cancel(upload: Upload, *, by: Person | None) -> None:
    """Leave a table that has not been taken. Its file is kept; the same bytes may be sent again."""
    demand(by, Ability.UPLOAD_COUNTS)
    upload = _open(upload)
    upload.status = Upload.Status.CANCELLED
    upload.progress = {}
    upload.save(update_fields=["status", "progress"])
    audit.record("upload.cancelled", upload, by=by)


def is_unmatched(upload: Upload) -> bool:
    names = upload.preview.get("unmatched", {})
    return bool(names.get("places") or names.get("diseases"))


def problem_rows(upload: Upload) -> Iterator[dict[str, str]]:
    """Rows with problems, read as they are asked for: row, column, value, rule, message, taken ("true", "false")."""
    path = receiving.path_of(upload.file_path + PROBLEMS)
    if not upload.file_path or not path.is_file():
        return
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _open(upload: Upload) -> Upload:
    """The upload, locked, if its answers can still be given."""
    found = Upload.objects.select_for_update(of=("self",)).select_related("source__place").get(pk=upload.pk)
    if found.status not in TO_ANSWER or found.undoes_id:
        raise Refused(
            _("This table is already “%(status)s”; nothing was changed.") % {"status": found.get_status_display()}
        )
    return found


def _again(upload: Upload) -> Upload:
    upload.status = Upload.Status.RECEIVED
    upload.problem = {}
    upload.save(update_fields=["status", "problem", "options"])
    tasks.preview_upload.enqueue(str(upload.pk))
    return upload


def _answered(upload: Upload, kind: str, is_it: Any) -> None:
    """Take one name off the list; when the last is settled, the table is looked at again."""
    names = upload.preview.get("unmatched", {"places": [], "diseases": []})
    names[kind] = [one for one in names.get(kind, ()) if not is_it(one)]
    upload.save(update_fields=["preview"])
    if upload.status == Upload.Status.PREVIEWED and not is_unmatched(upload):
        _again(upload)


def _scope(upload: Upload, path: Sequence[str]) -> Place:
    from tocsin.node.surveillance.intake.table_names import PlaceNames

    names = PlaceNames(upload.source)
    return Place.objects.get(pk=names.scope((*path, "")))


def _added(new: NewPlace, by: Person | None) -> Place:
    demand(by, Ability.MANAGE_SOURCES)
    code = new.code or _free_code(new.parent)
    place = add_place(code=code, kind=new.kind, parent=new.parent, names=new.names, state=new.parent.state)
    audit.record("place.added", place, by=by, inside=new.parent.code)
    return place


def _free_code(parent: Place) -> str:
    taken = set(Place.objects.filter(code__startswith=f"{parent.code}-").values_list("code", flat=True))
    number = next(n for n in range(1, len(taken) + 2) if f"{parent.code}-n{n}" not in taken)
    return f"{parent.code}-n{number}"
