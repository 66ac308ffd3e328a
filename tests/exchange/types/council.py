"""Valid documents of what states decide together and of their sessions: of each act one, the opening ones whole."""

from copy import deepcopy
from typing import Any

from tests.exchange.specimens import EARLIER, ID, document

from tocsin.exchange.documents import Document
from tocsin.exchange.suite import digest

OBJECT = {"origin": "AL", "id": EARLIER}  # opened by an earlier document
ELSEWHERE = {"origin": "BO", "id": "0197c2aa-0000-7000-8000-0000000000d1"}
ACT, OTHER_ACT = "0197c2aa-0000-7000-8000-0000000000a1", "0197c2aa-0000-7000-8000-0000000000a2"
DELEGATE = {"role": "council_delegate", "name": "Анна Иванова"}
THE_NODE = {"role": "node", "name": ""}
TITLE = {"en": "Joint measures against plague", "ru": "Совместные меры против чумы", "zh-hans": "鼠疫联合防控措施"}
WORDS = {
    "en": "The states inform one another within 24 hours.",
    "ru": "Государства информируют друг друга в течение 24 часов.",
    "zh-hans": "各国应在24小时内相互通报。",
}
INCLUDED = {"origin": "BO", "id": ACT, "digest": digest(b"act"), "epoch": 1, "number": 7, "act": "consent"}


def paragraph(id: str = "p1", *, rev: int = 1, kind: str = "operative", **words: str) -> dict[str, Any]:
    """A paragraph in three languages, or in those that are given, English as `en`, Chinese as `zh`."""
    given = {"zh-hans" if tag == "zh" else tag: said for tag, said in words.items()} or WORDS
    texts = {
        tag: {"text": said, "rev": rev, "standing": "human_checked" if tag == "en" else "authentic"}
        for tag, said in given.items()
    }
    return {"id": id, "kind": kind, "rev": rev, "texts": texts}


TEXT = {
    "paragraphs": [paragraph("t", kind="title", **{"ru": "О чуме", "zh": "关于鼠疫", "en": "On plague"}), paragraph()]
}
MEASURE = {
    "id": "m1",
    "title": TITLE,
    "state": "BO",
    "deadline": "2026-04-01",
    "evidence": "Отчёт о занятии.",
    "verifier": "AL",
    "paragraph": "p1",
    "links": [{"kind": "session", "origin": "BO", "id": ELSEWHERE["id"], "text": "Учение"}],
}
DUTY = {"id": "d1", "trigger": "suspected_pneumonic_plague", "owner": "affected", "hours": 24, "title": TITLE}
EVIDENCE = [{"title": "Протокол", "link": "https://example.org/1"}]
# What each act of a decision says, and by whom: the owner's stand in its order.
DECISION_ACTS: dict[str, dict[str, Any]] = {
    "propose": {
        "body": "coordination-council",
        "kind": "plan",
        "concerned": ["AL", "BO", "CE"],
        "official": ["ru", "zh-hans"],
        "title": TITLE,
        "event": ELSEWHERE,
        "session": ELSEWHERE,
        "amends": ELSEWHERE,
        "year": 2026,
        "text": TEXT,
        "measures": [MEASURE],
        "duties": [DUTY],
        "in_force": {"when": "on", "on": "2026-05-01"},
        "rules": {"silence": True, "silence_hours": 24, "may_join": ["DE"]},
    },
    "order": {},
    "consider": {"until": "2026-03-20T06:00:00Z"},
    "amend": {
        "base": 1,
        "changes": [{"paragraph": "p2", "after": "p1", "to": paragraph("p2")}],
        "measures": [MEASURE],
        "duties": None,
        "note": "Срок добавлен.",
    },
    "translate": {"base": 1, "language": "en", "standing": "machine", "texts": {"p1": "They inform one another."}},
    "comment": {"version": 1, "paragraph": "p1", "text": "Почему 24 часа?"},
    "position": {"paragraph": None, "text": "Финансирование — по национальному законодательству."},
    "consent": {"version": 1, "ad_referendum": True},
    "stay_out": {"version": 1, "reason": "Нет очагов."},
    "object": {"version": 1, "paragraph": "p1", "reason": "Срок слишком короток."},
    "lift_objection": {},
    "silence": {"version": 1, "hours": 48},
    "received": {"through": 3},
    "call": {},
    "reconsider": {"reason": "Поступили замечания."},
    "adopt": {
        "version": 1,
        "states": [
            {"state": "AL", "by": "consent", "acts": [ACT]},
            {"state": "BO", "by": "silence", "acts": [ACT, OTHER_ACT]},
            {"state": "CE", "by": "stays_out", "acts": [OTHER_ACT]},
        ],
    },
    "not_agreed": {"reason": "Единого мнения нет."},
    "withdraw": {"reason": ""},
    "lapse": {"reason": ""},
    "clear": {"reason": ""},
    "not_clear": {"reason": "Закон не допускает."},
    "enter_force": {},
    "implement": {},
    "revoke": {"by": ELSEWHERE, "reason": "Принят новый план."},
    "accede": {"declaration": "Без оговорок."},
    "leave_out": {"state": "CE", "reason": "suspended"},
    "bring_back": {"state": "CE", "reason": "suspended"},
    "assign_measure": {"measure": MEASURE | {"id": "m2", "paragraph": None, "links": []}},
    "accept_measure": {"measure": "m1"},
    "decline_measure": {"measure": "m1", "reason": "Нет лаборатории."},
    "report_measure": {"measure": "m1", "text": "Начато.", "evidence": []},
    "finish_measure": {"measure": "m1", "text": "Проведено.", "evidence": EVIDENCE},
    "verify_measure": {"measure": "m1"},
    "return_measure": {"measure": "m1", "reason": "Нет протокола."},
    "extend_measure": {"measure": "m1", "deadline": "2026-05-01", "reason": "Паводок."},
    "reassign_measure": {"measure": "m1", "state": "CE"},
}
DELEGATION = [
    {"id": "a", "name": "Анна Иванова", "title": "заместитель главы службы", "part": "head", "languages": ["ru"]},
    {"id": "b", "name": "Пётр Ли", "title": "", "part": "adviser", "languages": []},
]
AGENDA = [{"id": "1", "title": TITLE, "decision": ELSEWHERE}, {"id": "2", "title": {"ru": "Разное"}, "decision": None}]
SESSION_ACTS: dict[str, dict[str, Any]] = {
    "convene": {
        "body": "coordination-council",
        "title": TITLE,
        "starts_at": "2026-03-09T07:00:00Z",
        "place": {"kind": "video", "text": "Закрытый канал"},
        "languages": ["ru", "zh-hans"],
        "rule": "suspected-pneumonic-plague",
        "event": ELSEWHERE,
        "chair": "AL",
        "invited": ["AL", "BO", "CE"],
        "agenda": AGENDA,
        "brief": {"ru": "Подозрение на лёгочную чуму.\n\nДва случая.", "zh-hans": "疑似肺鼠疫，两例。"},
    },
    "order": {},
    "delegation": {"delegates": DELEGATION},
    "set_agenda": {"agenda": AGENDA},
    "set_chair": {"chair": "BO"},
    "postpone": {"starts_at": "2026-03-09T09:00:00Z"},
    "open": {},
    "attend": {"present": ["a", "b"]},
    "take_up": {"item": "1"},
    "speak": {"item": "1", "delegate": "a", "text": "Поддерживаем."},
    "conclude": {"item": "1", "outcome": {"ru": "Принять к сведению.", "en": "Noted."}, "decision": ELSEWHERE},
    "close": {},
    "cancel": {"reason": "Событие опровергнуто."},
    "minutes": {"text": TEXT},
    "approve_minutes": {"number": 9},
}
ACTS = {"decision": DECISION_ACTS, "session": SESSION_ACTS}
OPENING = {"decision": "propose", "session": "convene"}
OF_OTHERS = {
    "decision": {"consent", "stay_out", "object", "lift_objection", "received", "clear", "not_clear", "accede",
                 "accept_measure", "decline_measure", "report_measure", "finish_measure"},
    "session": {"delegation", "attend", "speak", "approve_minutes"},
}  # fmt: skip
OF_MACHINES = {"received", "call", "order"}


def act(
    noun: str, kind: str, *, origin: str | None = None, head: Any = None, body: Any = None, **said: Any
) -> Document:
    """The document of an act: of another node where such acts usually are theirs, else of the owner in its order."""
    opens = kind == OPENING[noun]
    origin = origin or ("BO" if kind in OF_OTHERS[noun] else "AL")
    order = {
        "number": 1 if opens else 2,
        "previous": None if opens else digest(b"before"),
        "at": "2026-03-09T06:00:00Z",
        "includes": [INCLUDED] if kind == "order" else [],
    }
    given = {
        "object": {"origin": "AL", "id": ID} if opens else OBJECT,
        "act": kind,
        "order": order if origin == "AL" else None,
        "said": deepcopy(ACTS[noun][kind]) | said,
        "by": THE_NODE if kind in OF_MACHINES else DELEGATE,
    }
    return document(type=noun, origin=origin, body=given | (body or {}), **(head or {}))


FULL: dict[str, dict[str, Any]] = {noun: dict(act(noun, OPENING[noun]).body) for noun in ACTS}
# No more than must be said.
MINIMAL: dict[str, dict[str, Any]] = {
    "decision": {
        "by": {"role": "council_delegate", "name": ""},
        "said": DECISION_ACTS["propose"]
        | {"event": None, "session": None, "amends": None, "year": None, "measures": [], "duties": []}
        | {"in_force": {"when": "adopted", "on": None}},
    },
    "session": {
        "by": {"role": "council_delegate", "name": ""},
        "said": SESSION_ACTS["convene"] | {"rule": "", "event": None, "agenda": [], "brief": {}},
    },
}
