"""Valid documents of mutual assistance: of each act one, the request whole; and a register of what can be sent."""

from copy import deepcopy
from typing import Any

from tests.exchange.specimens import EARLIER, ID, document

from tocsin.exchange.documents import Document
from tocsin.exchange.suite import digest

OBJECT = {"origin": "AL", "id": EARLIER}
EVENT = {"origin": "AL", "id": "0197c2aa-0000-7000-8000-0000000000e1"}
LOGISTICS = {"role": "logistics", "name": "Анна Иванова"}
THE_NODE = {"role": "node", "name": ""}
ALTAGRAD = {
    "code": "AL-01",
    "names": {"en": "Altagrad", "ru": "Алтаград", "zh": "阿尔塔格勒"},
    "latitude": 43_250_000,
    "longitude": 76_900_000,
}
DOLIN = {
    "code": "BO",
    "names": {"en": "Dolin", "ru": "Долин", "zh": "多林"},
    "latitude": 39_900_000,
    "longitude": 116_400_000,
}
NOWHERE = {"code": None, "names": {"en": "", "ru": "", "zh": ""}, "latitude": None, "longitude": None}
BASIS = {
    "resource": "респираторы",
    "from": "2026-03-09",
    "until": "2026-04-05",
    "level": "0.9",
    "needed": 12_000,
    "in_stock": 2_000,
    "note": "28 дней.",
}


def item(id: str = "i1", **changes: Any) -> dict[str, Any]:
    """An item of a request: 10,000 respirators, as a forecast of demand has them."""
    return {
        "id": id,
        "item": "respirator",
        "called": None,
        "quantity": 10_000,
        "unit": "piece",
        "pack_size": None,
        "specification": "Класс FFP2, без клапана.",
        "cold_chain": "none",
        "un2814": False,
        "un3373": False,
        "regulatory": [],
        "need": "forecast",
        "basis": BASIS,
    } | changes


def typed(id: str, code: str, quantity: int, unit: str, **changes: Any) -> dict[str, Any]:
    """An item that somebody typed in."""
    return item(id, item=code, quantity=quantity, unit=unit, need="typed", basis=None, **changes)


def line(
    item: str = "i1", quantity: int = 50, unit: str = "box", pack_size: int | None = 100, **changes: Any
) -> dict[str, Any]:
    """A line of an offer: 50 boxes of 100."""
    return {
        "item": item,
        "quantity": quantity,
        "unit": unit,
        "pack_size": pack_size,
        "regulatory": None,
        "best_before": None,
        "note": "",
    } | changes


REQUEST: dict[str, Any] = {
    "title": {"en": "Protection and vaccine", "ru": "Средства защиты и вакцина", "zh-hans": "防护装备和疫苗"},
    "event": EVENT,
    "items": [
        item(),
        typed("i2", "vaccine-plague", 5_000, "dose", cold_chain="2_8", regulatory=["registered", "who_prequalified"]),
        typed("i3", "other", 2, "set", called={"en": "Field tent", "ru": "Палатка", "zh": "野战帐篷"}, un3373=True),
    ],
    "needed_by": "2026-03-20",
    "place": ALTAGRAD,
    "consignee": {"name": "Главный склад", "address": "Алтаград, ул. Складская, 1", "contact": "+000 1 234"},
    "import_permits": {"needed": True, "text": "Разрешение готово."},
    "languages": ["ru", "en"],
    "note": "Первыми — респираторы.",
    "lapses_on": "2026-05-01",
}
OFFER: dict[str, Any] = {
    "id": "o1",
    "lines": [
        line(best_before="2028-01-31", note="Коробки по 100."),
        line("i2", 100, "vial", 10, regulatory="registered"),
    ],
    "confirmed": True,
    "available_from": "2026-03-10",
    "expires_on": "2026-04-01",
    "from_place": DOLIN,
    "languages": ["zh-hans", "ru"],
    "conditions": "Без оплаты перевозки.",
    "costs": "donation",
    "team": {"emt_type": "type_2", "members": 60, "ready_hours": 48, "self_sufficient_days": 14},
}
OF_OFFER = {"offer": {"origin": "BO", "id": "o1"}}
OF_SHIPMENT = {"shipment": {"origin": "BO", "id": "s1"}}
LINES = [{"item": "i1", "quantity": 50}]
PAPERS = [{"kind": "waybill", "number": "784-1234 5675", "title": "Авианакладная"}]
# What each act says, and by whom: the owner's stand in its order.
ACTS: dict[str, dict[str, Any]] = {
    "request": REQUEST,
    "order": {},
    "amend_request": {name: said for name, said in REQUEST.items() if name != "lapses_on"}
    | {"reason": "Больных больше."},
    "renew": {"lapses_on": "2026-06-01", "reason": ""},
    "cancel": {"reason": "Вспышка локализована."},
    "lapse": {},
    "close": {"reason": ""},
    "offer": OFFER,
    "confirm_offer": OF_OFFER,
    "change_offer": {name: said for name, said in OFFER.items() if name != "id"} | OF_OFFER,
    "withdraw_offer": OF_OFFER | {"reason": "Нужны самим."},
    "accept": OF_OFFER | {"lines": LINES, "note": "Благодарим."},
    "release": OF_OFFER | {"lines": LINES, "reason": "Не отправлено."},
    "decline_offer": OF_OFFER | {"reason": "Уже покрыто."},
    "plan_shipment": OF_OFFER
    | {"id": "s1", "lines": LINES, "route": "Долин — Алтаград", "carrier": "Борения Карго", "documents": PAPERS}
    | {"expected_on": "2026-03-14"},
    "call_off_shipment": OF_SHIPMENT | {"note": ""},
    "clear_shipment": OF_SHIPMENT | {"documents": PAPERS, "note": "Пошлин нет."},
    "dispatch": OF_SHIPMENT | {"note": "Рейс BO 12."},
    "in_transit": OF_SHIPMENT | {"where": "Карса"},
    "delay": OF_SHIPMENT | {"expected_on": "2026-03-16", "reason": "Погода."},
    "damage": OF_SHIPMENT | {"lines": [{"item": "i1", "quantity": 2}], "reason": "Намокли."},
    "divert": OF_SHIPMENT | {"place": ALTAGRAD, "reason": "Аэропорт закрыт."},
    "arrive": OF_SHIPMENT | {"note": ""},
    "hand_over": OF_SHIPMENT
    | {
        "lines": [{"item": "i1", "quantity": 48, "condition": "good"}],
        "signed": [{"name": "Пётр Ли", "title": "начальник склада"}],
        "note": "",
    },
    "return_shipment": OF_SHIPMENT | {"note": ""},
    "donate": OF_SHIPMENT | {"note": ""},
    "demobilise": OF_SHIPMENT | {"note": ""},
    "cost": OF_OFFER | {"lines": [{"what": "Перелёт", "amount": 1_250_000, "currency": "CNY", "borne_by": "BO"}]},
    "after_action": {
        "well": {"ru": "Быстро.", "zh-hans": "反应迅速。"},
        "badly": {"ru": "Таможня двое суток."},
        "change": {},
    },
}
OF_PARTNERS = {
    "offer", "confirm_offer", "change_offer", "withdraw_offer", "plan_shipment", "call_off_shipment", "dispatch",
    "in_transit", "donate",
}  # fmt: skip
CAPABILITIES: dict[str, Any] = {
    "as_of": "2026-03-08",
    "teams": [
        {
            "id": "t1",
            "item": "emt-type-2",
            "emt_type": "type_2",
            "called": {"en": "Field hospital", "ru": "Полевой госпиталь", "zh": "野战医院"},
            "count": 1,
            "members": 60,
            "ready_hours": 48,
            "self_sufficient_days": 14,
            "languages": ["ru", "en"],
            "place": ALTAGRAD,
        }
    ],
    "laboratories": [
        {
            "id": "l1",
            "item": "mobile-laboratory",
            "called": {"en": "", "ru": "Мобильная лаборатория", "zh": ""},
            "count": 1,
            "members": 6,
            "methods": ["pcr", "antigen"],
            "tests_a_day": 400,
            "ready_hours": 24,
            "languages": ["ru"],
            "place": ALTAGRAD,
        }
    ],
    "experts": [
        {
            "id": "e1",
            "field": "epidemiology",
            "count": 3,
            "languages": ["ru", "zh-hans"],
            "ready_hours": 12,
            "place": ALTAGRAD,
            "note": "Чума, холера.",
        }
    ],
    "stocks": [
        {
            "id": "s1",
            "item": "respirator",
            "called": None,
            "quantity": 400,
            "unit": "box",
            "pack_size": 100,
            "best_before": "2028-01-31",
            "regulatory": None,
            "available": True,
            "ready_hours": 6,
            "place": ALTAGRAD,
            "note": "Склад резерва.",
        }
    ],
    "contact": "Altania, duty officer of logistics",
    "note": "Без ущерба собственным потребностям.",
}


def act(kind: str, *, origin: str | None = None, head: Any = None, body: Any = None, **said: Any) -> Document:
    """The document of an act: a partner's where it is theirs, else the owner's in its order."""
    opens = kind == "request"
    origin = origin or ("BO" if kind in OF_PARTNERS else "AL")
    included = {"origin": "BO", "id": EARLIER, "digest": digest(b"act"), "epoch": 1, "number": 7, "act": "offer"}
    order = {
        "number": 1 if opens else 2,
        "previous": None if opens else digest(b"before"),
        "at": "2026-03-09T06:00:00Z",
        "includes": [included] if kind == "order" else [],
    }
    given = {
        "object": {"origin": "AL", "id": ID} if opens else OBJECT,
        "act": kind,
        "order": order if origin == "AL" else None,
        "said": deepcopy(ACTS[kind]) | said,
        "by": THE_NODE if kind == "order" else LOGISTICS,
    }
    return document(type="assistance", origin=origin, body=given | (body or {}), **(head or {}))


FULL: dict[str, dict[str, Any]] = {"assistance": dict(act("request").body), "capabilities": CAPABILITIES}
# No more than must be said.
MINIMAL: dict[str, dict[str, Any]] = {
    "assistance": {
        "by": {"role": "logistics", "name": ""},
        "said": REQUEST
        | {"event": None, "items": [typed("i1", "respirator", 1, "piece", specification="")], "place": NOWHERE}
        | {"languages": [], "note": "", "consignee": {"name": "", "address": "", "contact": ""}}
        | {"import_permits": {"needed": False, "text": ""}},
    },
    "capabilities": {"teams": [], "laboratories": [], "experts": [], "stocks": [], "contact": "", "note": ""},
}
