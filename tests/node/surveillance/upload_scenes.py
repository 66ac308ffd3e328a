"""What the processes of the crash tests do; each function is one process. Chunks are small, so that there are many."""

import random
from typing import Any

import numpy as np
from tests.node.at_work import start, work
from tests.node.surveillance.tables_given import table
from tests.node.tables import make_tables

from tocsin.node.alliance.actions.setting_up import load_states
from tocsin.node.alliance.alliance_file import alliance, here
from tocsin.node.alliance.models import Organisation, State
from tocsin.node.surveillance.actions import taking, undoing, uploading
from tocsin.node.surveillance.actions.setting_up import add_place, load_diseases
from tocsin.node.surveillance.intake import comparing, hidden, sums
from tocsin.node.surveillance.intake.generations import archive_of
from tocsin.node.surveillance.models import Place, Series, SeriesCounts, Source, Upload
from tocsin.node.surveillance.panels import panel_as_of, source_panel

for module in (comparing, hidden, sums):
    module.SERIES_AT_ONCE = 3

WEEKS = [f"2026-0{month}-{day:02}" for month, day in ((1, 5), (1, 12), (1, 19), (1, 26), (2, 2), (2, 9))]
DISTRICTS = [(f"Region {r}", f"District {r}{d}") for r in (1, 2) for d in (1, 2, 3)]
DISEASES = ("plague", "cholera")


def prepare() -> None:
    make_tables()
    load_states(alliance(), here=here().code, by=None)
    load_diseases(by=None)
    service = Organisation.objects.create(
        state=State.objects.get(is_here=True), kind="service", name_en="S", name_ru="S", name_zh="S"
    )
    root = add_place(code="XX", kind="country", parent=None, names=("Testland", "", ""))
    for r in (1, 2):
        region = add_place(code=f"XX-{r}", kind="region", parent=root, names=(f"Region {r}", "", ""))
        for d in (1, 2, 3):
            add_place(code=f"XX-{r}{d}", kind="district", parent=region, names=(f"District {r}{d}", "", ""))
    Source.objects.create(
        name="Weekly", organisation=service, place=root, is_on=False, layout={"date": "week", "count": "cases"},
        columns={"disease": "disease", "place": ["region", "district"], "stratum": []},
    )  # fmt: skip


def cells(seed: int) -> dict[tuple[str, str, str], int]:
    """What the table of a seed says: {(week, district, disease): count}, every week of every district in it."""
    chance = random.Random(seed)
    weeks = WEEKS[chance.randrange(3) :][: chance.randint(2, 4)]
    districts = chance.sample(DISTRICTS, chance.randint(3, 6))
    return {
        (week, district, disease): chance.randint(1, 400)
        for week in weeks
        for _, district in districts
        for disease in DISEASES
    }


def content(seed: int) -> bytes:
    region = {district: region for region, district in DISTRICTS}
    return table((week, region[district], district, disease, n) for (week, district, disease), n in cells(seed).items())


def receive(seed: int) -> None:
    source = Source.objects.get()
    uploading.receive(source, file=[content(seed)], file_name=f"{seed}.csv", via="page", by=None)
    work()


def take(seed: int) -> None:
    receive(seed)
    taking.take(Upload.objects.get(file_name=f"{seed}.csv", undoes=None), whole=True, by=None)
    work()


def undo(seed: int) -> None:
    undoing.undo(Upload.objects.get(file_name=f"{seed}.csv", undoes=None), by=None, text="not ours")
    work()


def go_on() -> dict[str, Any]:
    """What is seen before anything is mended, and after a start of the node has gone on with what was under way."""
    before = look()
    start()
    return {"before": before, "after": look()}


def look() -> dict[str, Any]:
    """Everything that readers see, and everything beside it that should not be there."""
    source = Source.objects.get()
    codes = dict(Place.objects.values_list("pk", "code"))
    packed = _cells(source_panel(source), codes)
    last = Upload.objects.filter(status="taken").order_by("-taken_at").first()
    archived = _cells(panel_as_of(source, last.taken_at), codes) if last else {}
    return {
        "counts": packed,
        "same_in_archive": packed == archived,
        "uploads": {f"{one.file_name} {one.via}": one.status for one in Upload.objects.all()},
        "hidden": SeriesCounts.objects.filter(from_generation__gt=source.generation).count(),
        "empty_series": Series.objects.filter(counts=None).count(),
        "ahead": archive_of(source).head() - source.archive_version,
    }


def _cells(panel: Any, codes: dict[int, str]) -> dict[str, int]:
    return {
        f"{panel.dates[period]} {codes[int(panel.place_ids[row])]} {panel.disease_codes[row]}": int(
            panel.counts[row, period]
        )
        for row, period in zip(*np.nonzero(np.isfinite(panel.counts)), strict=True)
    }
