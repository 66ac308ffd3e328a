"""Tables as people send them, for tests of uploads."""

import csv
import io
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from tocsin.node.alliance.models import Person
from tocsin.node.surveillance.actions import taking, uploading
from tocsin.node.surveillance.models import Place, Source, Upload
from tocsin.node.surveillance.panels import source_panel

HEADER = ("week", "region", "district", "disease", "cases")
Row = tuple[Any, ...]


def table(rows: Iterable[Row], header: tuple[str, ...] = HEADER) -> bytes:
    """The rows as CSV."""
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode()


def sent(source: Source, content: bytes, by: Person | None, name: str = "week.csv", **options: Any) -> Upload:
    return uploading.receive(source, file=[content], file_name=name, via="page", by=by, options=options)


def previewed(source: Source, content: bytes, by: Person | None, work: Callable[[], int], **options: Any) -> Upload:
    upload = sent(source, content, by, **options)
    work()
    upload.refresh_from_db()
    return upload


def taken(
    source: Source, content: bytes, by: Person | None, work: Callable[[], int], *, whole: bool = True, **options: Any
) -> Upload:
    upload = taking.take(previewed(source, content, by, work, **options), whole=whole, by=by)
    work()
    upload.refresh_from_db()
    source.refresh_from_db()
    assert upload.status == "taken", upload.problem
    return upload


def shown(source: Source, generation: int | None = None, *, derived: bool = False) -> dict[tuple[str, str, str], list]:
    """{(disease, place code, stratum): counts over all periods of the source, None where not reported}."""
    panel = source_panel(source, generation=generation)
    codes = dict(Place.objects.values_list("pk", "code"))
    found = {}
    for row in range(len(panel.ids)):
        if panel.is_derived[row] == derived:
            key = panel.disease_codes[row], codes[int(panel.place_ids[row])], panel.strata[row]
            assert key not in found, "a series shows twice"
            found[key] = [None if np.isnan(count) else int(count) for count in panel.counts[row]]
    return found
