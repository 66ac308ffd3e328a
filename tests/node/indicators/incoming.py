"""Documents of partners, as tests write them, and what a node's series say of them."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
from tests.exchange.world import World

from tocsin.exchange.documents import Document
from tocsin.exchange.identifiers import new_id
from tocsin.exchange.intake import take
from tocsin.exchange.local import LocalNode
from tocsin.exchange.sealing import post, seal
from tocsin.node.surveillance.models import Place, Source, Withheld
from tocsin.node.surveillance.panels import source_panel

COLUMNS = ["indicator", "disease", "place", "week", "age", "sex", "value", "flag"]
OF = {"public": "PUBLIC", "family": "FAMILY", "members": "MEMBERS"}


def other_nodes(here: LocalNode, alliance_list: Any) -> World:
    """BO and the others, in memory, under the same list and at the same moment."""
    alliance_list.now = here.now()
    return World(["AL", "BO", "CE", "SEC"], made=alliance_list, examining=False)


def monday(weeks_ago: int, today: date | None = None) -> date:
    """The Monday that began so many weeks before the last full week."""
    today = today or date.today()
    return today - timedelta(days=today.weekday() + 7 * (weeks_ago + 1))


def row(
    place: str, week: date, value: int | None, *, disease: str = "cholera", indicator: str = "cases",
    age: str = "all", sex: str = "all", flag: str = "suppressed",
) -> list[Any]:  # fmt: skip
    """One row; a count of None is withheld."""
    return [indicator, disease, place, str(week), age, sex, value, *([flag] if value is None else [])]


def body(rows: Sequence[Sequence[Any]], **more: Any) -> dict[str, Any]:
    """A body of these rows, reported until the end of the last full week."""
    return {
        "case_definition": "WHO 2023",
        "case_status": ["probable", "confirmed"],
        "columns": COLUMNS,
        "date_type": "onset",
        "first_day": "monday",
        "reported_until": str(monday(0) + timedelta(days=6)),
        "rows": [list(one) for one in rows],
        "suppression": {"below": 5, "rule": "small-cells"},
        **more,
    }


def document(world: Any, rows: Sequence[Sequence[Any]], *, origin: str = "BO", audience: str = "members", **more: Any):
    """A document as a partner's node would write it. `body_*` are members of its body."""
    inside = {name.removeprefix("body_"): more.pop(name) for name in list(more) if name.startswith("body_")}
    at = more.pop("recorded_at", world.nodes[origin].now())
    return Document(
        id=more.pop("id", new_id(at)), alliance=world.alliance.name, origin=origin, recorded_at=at,
        classification=OF.get(audience, "SELECTIVE"),
        addressees=tuple(audience[3:].split("+")) if audience.startswith("to:") else (),
        exercise=world.alliance.list.exercise, type="weekly-indicators", body=body(rows, **inside), **more,
    )  # fmt: skip


def bring(world: Any, here: LocalNode, *documents: Document) -> None:
    """Have their partners sign these, and this node take them in."""
    for one in documents:
        post(world.nodes[one.origin], one)
    for name in dict.fromkeys(one.origin for one in documents):
        for manifest in seal(world.nodes[name]):
            take(here, world.nodes[name].store.batch_of(manifest.digest), via=name)


def standing(source: Source) -> dict[tuple[str, str, str, date], int | str]:
    """Every count that the series of a source say now, and every week that is withheld."""
    source.refresh_from_db()
    codes = dict(Place.objects.values_list("pk", "code"))
    panel, found = source_panel(source), {}
    for at, period in zip(*np.nonzero(np.isfinite(panel.counts)), strict=True):
        key = (panel.disease_codes[at], codes[int(panel.place_ids[at])], panel.strata[at], panel.dates[period].item())
        found[key] = int(panel.counts[at, period])
    for one in Withheld.objects.filter(series__source=source).select_related("series__place"):
        for day in one.periods:
            of = one.series
            found[of.disease_id, of.place.code, of.stratum, date.fromisoformat(day)] = "withheld"
    return found
