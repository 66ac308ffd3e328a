"""What states ask of one another and send, as stories of acts: from a request that nobody answered to a hand-over."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from benchmarks.load.joint_world import RU, STATES, Telling, World

from tocsin.node.assistance.models import Capability

__all__ = ["fill_register", "long_request", "requests"]

PARTNERS = STATES[1:]
# Code of the catalogue, unit, how much at most.
THINGS = (
    ("respirator", "piece", 90_000), ("pcr-kit", "test", 9_600), ("ventilator", "piece", 60),
    ("vaccine-plague", "dose", 50_000), ("emt-type-2", "team", 2),
)  # fmt: skip
OLD = 45  # days, after which a request has ended
# Of a hundred requests: how many came so far.
STORIES = (("asked", 40), ("offered", 25), ("accepted", 14), ("moving", 8), ("handed", 13))
WORDS = {"en": "Altagrad", "ru": "Алтаград", "zh": "阿尔塔格勒"}


def requests(world: World, number: int, events: list[str]) -> Iterator[Telling]:
    """So many of three years, half of them ours; one in seven still stands."""
    stories, weights = zip(*STORIES, strict=True)
    for at in range(number):
        is_old = at % 7 != 0
        days = world.chance.uniform(OLD, 1_100) if is_old else world.chance.uniform(2, OLD - 5)
        (story,) = world.chance.choices(stories, weights)
        told = _asked(world, at, days, events)
        _go_on(told, story)
        if is_old:
            told.says(told.owner, "close" if story == "handed" else "cancel", reason="Имитация.")
        yield told


def long_request(world: World, acts: int) -> Telling:
    """One of ours with so many acts: shipment after shipment of what a hundred offers have."""
    told = _asked(world, 0, 30, [], step=0.2)
    for at in range(acts // 18):
        _send(told, PARTNERS[at % len(PARTNERS)], at, steps=5)
    return told


def fill_register(world: World, entries: int) -> None:
    """What each state says that it could send."""
    Capability.objects.bulk_create(
        Capability(
            state=state, is_ours=state == world.own, entry=f"s{at}", kind="stock", item=THINGS[at % 4][0],
            unit=THINGS[at % 4][1], quantity=world.chance.randint(1, 9_000), ready_hours=24, languages=["ru"],
            place_code=f"{state}-01", place_names=WORDS, latitude=43_250_000 - at, longitude=76_900_000 + at,
        )
        for state in STATES
        for at in range(entries)
    )  # fmt: skip


def _asked(world: World, at: int, days: float, events: list[str], *, step: float = 5) -> Telling:
    owner, begun = (world.own, *PARTNERS)[at // 2 % 6] if at % 2 else world.own, world.ago(days)
    items = [_item(f"i{one}", *THINGS[(at + one) % len(THINGS)]) for one in range(1 + at % 3)]
    said = {
        "title": {"en": f"Simulated request {at}", "ru": f"Имитация: запрос {at}", "zh-hans": f"模拟请求 {at}"},
        "event": {"origin": world.own, "id": world.chance.choice(events)} if events and at % 3 == 0 else None,
        "items": items, "needed_by": _day(begun, 14), "place": _place(owner, at),
        "consignee": {"name": "Central store", "address": "1 Harbour St", "contact": "+1 555 0100"},
        "import_permits": {"needed": False, "text": ""}, "languages": ["en", "ru"], "note": RU,
        "lapses_on": _day(begun, 85),
    }  # fmt: skip
    return Telling(world, "assistance", owner, "request", said, at=begun, step=step)


def _item(id: str, code: str, unit: str, most: int) -> dict[str, Any]:
    return {
        "id": id, "item": code, "called": None, "quantity": most, "unit": unit, "pack_size": None,
        "specification": "", "cold_chain": "none", "un2814": False, "un3373": False, "regulatory": [],
        "need": "typed", "basis": None,
    }  # fmt: skip


def _place(state: str, at: int) -> dict[str, Any]:
    latitude, longitude = 40_000_000 + 7_919 * at % 9_000_000, 60_000_000 + 104_729 * at % 40_000_000
    return {"code": f"{state}-01", "names": WORDS, "latitude": latitude, "longitude": longitude}


def _day(begun: datetime, ahead: int) -> str:
    return (begun.date() + timedelta(days=ahead)).isoformat()


def _go_on(told: Telling, story: str) -> None:
    """How far it came."""
    helpers = [one for one in STATES if one != told.owner]
    told.world.chance.shuffle(helpers)
    if story == "asked":
        return
    if story == "offered":
        for at, state in enumerate(helpers[:2]):
            _offer(told, state, at, confirmed=at == 0)
        return
    steps = {"accepted": 0, "moving": 3, "handed": 5}[story]
    _send(told, helpers[0], 0, steps=steps)
    if story == "handed":
        _offer(told, helpers[1], 1, confirmed=True)


def _offer(told: Telling, state: str, at: int, *, confirmed: bool = True) -> dict[str, str]:
    """A two-hundredth of the first item, in a firm offer or a pledge."""
    first = told.rows[0].said["items"][0]
    line = {
        "item": first["id"], "quantity": max(1, first["quantity"] // 200), "unit": first["unit"], "pack_size": None,
        "regulatory": None, "best_before": None, "note": "",
    }  # fmt: skip
    told.ordered(
        state, "offer", id=f"o{at}", lines=[line], confirmed=confirmed, available_from=_day(told.at, 1),
        expires_on=None, from_place=_place(state, at), languages=["en"], conditions="", costs="donation", team=None,
    )  # fmt: skip
    return {"origin": state, "id": f"o{at}"}


def _send(told: Telling, state: str, at: int, *, steps: int) -> None:
    """Offered and accepted; planned, cleared, dispatched and told of; arrived; signed for by both."""
    offer = _offer(told, state, at)
    offered = told.rows[-1].said["lines"] if state == told.owner else told.rows[-2].said["lines"]
    lines = [{"item": one["item"], "quantity": one["quantity"]} for one in offered]
    told.says(told.owner, "accept", offer=offer, lines=lines, note="")
    if not steps:
        return
    shipment = {"origin": state, "id": f"s{at}"}
    told.ordered(
        state, "plan_shipment", offer=offer, id=f"s{at}", lines=lines, route="Dolin to Altagrad", carrier="Cargo",
        documents=[{"kind": "waybill", "number": "784", "title": "Waybill"}], expected_on=_day(told.at, 5),
    )  # fmt: skip
    told.says(told.owner, "clear_shipment", shipment=shipment, documents=[], note="")
    told.ordered(state, "dispatch", shipment=shipment, note="")
    told.ordered(state, "in_transit", shipment=shipment, where="Karsa")
    if steps < 5:
        return
    told.says(told.owner, "arrive", shipment=shipment, note="")
    signed = {
        "lines": [one | {"condition": "good"} for one in lines], "note": "",
        "signed": [{"name": "Simulated", "title": "storekeeper"}],
    }  # fmt: skip
    told.says(told.owner, "hand_over", shipment=shipment, **signed)
    told.ordered(state, "hand_over", shipment=shipment, **signed)
