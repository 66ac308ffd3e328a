"""Valid documents between hospitals: of each act of a consultation and a transfer one, notes, letters, what was read.

Altania's first hospital asks Borenia's two and Cerania's; it transfers a patient to Borenia's first.
"""

from copy import deepcopy
from typing import Any

from tests.exchange.specimens import EARLIER, ID, document

from tocsin.exchange.documents import Document
from tocsin.exchange.suite import digest

Said = dict[str, Any]
OBJECT = {"origin": "AL", "id": EARLIER}
THE_NODE = {"role": "node", "name": ""}
DOCTOR = {"role": "clinician", "name": "Анна Иванова"}


def party(origin: str, name: str) -> Said:
    """A hospital or a clinician of a state's directory; `name` is two hexadecimal digits."""
    return {"origin": origin, "id": f"0197c2aa-0000-7000-8000-0000000000{name}"}


A1, A2 = party("AL", "a1"), party("AL", "a2")
B1, B2, C1 = party("BO", "b1"), party("BO", "b2"), party("CE", "c1")
ANNA, ALIM, AIDA = (party("AL", name) for name in ("1a", "1b", "1c"))  # of A1, of A1, of A2
LIN, WEI, BAO = (party("BO", name) for name in ("2a", "2b", "2c"))  # of B1, of B1, of B2
CARA = party("CE", "3a")  # of C1


def as_of(hospital: Said, clinician: Said | None = None) -> Said:
    """As whom something is said; without a clinician it is the coordinator of the hospital."""
    return {"hospital": hospital, "clinician": clinician}


def note(name: str = "4a") -> Said:
    """A note of the state that says the act."""
    return {"id": party("AL", name)["id"], "digest": digest(name.encode())}


GIVEN = {"given": True, "on": "2026-03-08", "basis": "patient"}
ASKS, ASKED, EXPERT = as_of(A1, ANNA), as_of(B1), as_of(B1, LIN)
OF_ASKED = frozenset({
    "allocate", "take", "hand_back", "decline", "return", "ask", "sign", "amend", "retract", "convene", "join",
    "position", "draft_outcome", "stand", "sign_off", "dissolve",
})  # fmt: skip
# What each act of a consultation says; those of a hospital that is asked are Borenia's here.
CONSULTATION_ACTS: dict[str, Said] = {
    "submit": {
        "as": ASKS,
        "asked": [B1, C1],
        "specialty": "infectious_diseases",
        "urgency": "urgent",
        "languages": ["ru", "zh-hans"],
        "consent": {
            "care": GIVEN,
            "registry": {"given": True, "on": None, "basis": "representative"},
            "research": {"given": False, "on": "2026-03-08", "basis": "patient"},
            "teaching": {"given": False, "on": None, "basis": "emergency"},
        },
        "follows": {"origin": "BO", "id": party("BO", "f1")["id"]},
        "team": [ANNA, ALIM],
        "note": note(),
    },
    "resubmit": {
        "as": ASKS,
        "asked": [B1],
        "specialty": "intensive_care",
        "urgency": "emergency",
        "languages": ["ru"],
        "note": note("4b"),
    },
    "supplement": {"as": ASKS, "note": note()},
    "reply": {"as": ASKS, "question": "q1", "note": note()},
    "name_team": {"as": as_of(A1), "clinicians": [ALIM]},
    "consent": {"as": ASKS, "kind": "care", "given": False, "on": "2026-03-09", "basis": "patient"},
    "withdraw": {"as": ASKS, "reason": "Больной переведён."},
    "expire": {},
    "order": {},
    "ask_follow_up": {},
    "allocate": {"as": ASKED, "experts": [LIN], "by_rule": False},
    "take": {"as": EXPERT},
    "hand_back": {"as": EXPERT, "reason": "Отпуск."},
    "decline": {"as": ASKED, "reason": "no_bed", "note": note()},
    "return": {"as": ASKED, "reason": "images_missing", "note": note()},
    "ask": {"as": EXPERT, "id": "q1", "note": note()},
    "message": {"as": ASKS, "note": note()},
    "sign": {"as": EXPERT, "id": "o1", "note": note("5a")},
    "amend": {"as": EXPERT, "opinion": "o1", "after": 1, "reason": "Новый анализ.", "note": note("5b")},
    "retract": {"as": EXPERT, "opinion": "o1", "reason": "Не тот больной."},
    "convene": {"as": ASKED, "members": [LIN, WEI, CARA], "chair": LIN, "quorum": 2},
    "join": {"as": EXPERT},
    "position": {"as": EXPERT, "note": note()},
    "draft_outcome": {"as": EXPERT, "after": 0, "note": note("6a")},
    "stand": {"as": EXPERT, "draft": 1, "stance": "agrees", "note": None},
    "sign_off": {"as": EXPERT, "draft": 1},
    "dissolve": {"as": ASKED, "reason": "Кворума не будет."},
    "acknowledge": {"as": ASKS, "follow_up_on": "2026-03-23", "rating": 4},
    "follow_up": {"as": ASKS, "outcome": "recovered", "advice_followed": "yes", "rating": 5, "note": note()},
    "close": {"as": ASKS, "reason": ""},
    "reopen": {"as": ASKS, "note": note()},
}
OF_RECEIVER = frozenset({"accept", "take_back", "decline", "arrive", "end"})
# And of a transfer; Borenia's hospital receives.
TRANSFER_ACTS: dict[str, Said] = {
    "request": {
        "as": ASKS,
        "to": B1,
        "case": OBJECT,
        "urgency": "emergency",
        "transport": "aeroplane",
        "consent": GIVEN,
        "note": note(),
    },
    "supplement": {"as": ASKS, "note": note()},
    "name_team": {"as": as_of(A1), "clinicians": [ALIM]},
    "accept": {
        "as": EXPERT,
        "specialty": "intensive_care",
        "ready_at": "2026-03-09T12:00:00Z",
        "until": "2026-03-10T12:00:00Z",
        "note": note(),
    },
    "take_back": {"as": EXPERT, "reason": "Койка занята."},
    "decline": {"as": ASKED, "reason": "no_bed", "note": note()},
    "cancel": {"as": ASKS, "reason": "not_indicated", "note": note()},
    "consent": {"as": ASKS, "given": False, "on": "2026-03-09", "basis": "patient"},
    "lapse": {},
    "order": {},
    "depart": {"as": ASKS, "note": note()},
    "arrive": {"as": EXPERT},
    "sign": {"as": ASKS, "note": note()},
    "end": {"as": EXPERT, "outcome": "recovered", "note": note()},
    "message": {"as": ASKS, "note": None},
}
SCAN = {"digest": "0a" * 32, "name": "грудь-1.jpg", "media_type": "image/jpeg", "bytes": 4_500_000, "parts": 3}
CONTENT: Said = {
    "patient": {"age": {"value": 54, "unit": "a"}, "sex": "male"},
    "presentation": "Лихорадка четвёртый день.",
    "onset_on": "2026-03-05",
    "admitted_on": "2026-03-07",
    "severity": "severe",
    "diagnoses": [],
    "allergies": "",
    "conditions": "Диабет.",
    "pregnancy": "not_applicable",
    "vitals": [],
    "laboratory": [],
    "medication": [],
    "support": [],
    "questions": ["Нужна ли ЭКМО?"],
}
NOTE: Said = {
    "about": OBJECT,
    "as": ASKS,
    "kind": "submission",
    "text": "Тяжёлая пневмония.\n\n重症肺炎。",
    "content": CONTENT,
    "files": [SCAN],
    "translates": None,
}
LETTER: Said = {
    "thread": OBJECT,
    "as": ASKS,
    "name": "Анна Иванова",
    "to": [as_of(B1, LIN), as_of(B2)],
    "in_reply_to": {"origin": "BO", "id": EARLIER},
    "subject": "Койки ЭКМО",
    "text": "Сколько коек свободно?\n\n空床几张？",
    "files": [SCAN],
    "translates": None,
}
READ: Said = {"as": ASKS, "letters": [{"origin": "BO", "id": EARLIER}], "at": "2026-03-09T05:59:00Z"}


def consultation(kind: str, /, **more: Any) -> Document:
    """The document of an act: a partner's where it is theirs, else the owner's in its order."""
    return _act("consultation", kind, CONSULTATION_ACTS, opening="submit", partners=OF_ASKED, **more)


def transfer(kind: str, /, **more: Any) -> Document:
    """The document of an act of a transfer."""
    return _act("transfer", kind, TRANSFER_ACTS, opening="request", partners=OF_RECEIVER, **more)


def head_of(origin: str) -> Said:
    """Whom a document about a patient is for: the other states of the case, who keep it to themselves."""
    others = tuple(state for state in ("AL", "BO", "CE") if state != origin)
    return {"classification": "SELECTIVE", "addressees": others, "no_onward_sharing": True}


def _act(
    noun: str, kind: str, acts: dict[str, Said], /, *, opening: str, partners: frozenset[str],
    origin: str | None = None, head: Any = None, body: Any = None, **said: Any,
) -> Document:  # fmt: skip
    opens = kind == opening
    origin = origin or ("BO" if kind in partners else "AL")
    included = {"origin": "BO", "id": EARLIER, "digest": digest(b"act"), "epoch": 1, "number": 7, "act": "sign"}
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
        "said": deepcopy(acts[kind]) | said,
        "by": DOCTOR if "as" in acts[kind] else THE_NODE,
    }
    return document(type=noun, origin=origin, body=given | (body or {}), **(head_of(origin) | (head or {})))


OF_PATIENTS = ("consultation", "transfer", "clinical-note", "letter", "letters-read")
FULL: dict[str, Said] = {
    "consultation": dict(consultation("submit", asked=[B1, B2]).body),
    "transfer": dict(transfer("request").body),
    "clinical-note": NOTE,
    "letter": LETTER,
    "letters-read": READ,
}
NOBODY = {"role": "clinician", "name": ""}
# No more than must be said.
MINIMAL: dict[str, Said] = {
    "consultation": {
        "by": NOBODY,
        "said": CONSULTATION_ACTS["submit"]
        | {"asked": [B1], "consent": {"care": GIVEN | {"on": None}}, "follows": None, "team": [], "note": None},
    },
    "transfer": {"by": NOBODY, "said": TRANSFER_ACTS["request"] | {"case": None, "note": None}},
    "clinical-note": {"as": as_of(A1), "text": "!", "content": None, "files": []},
    "letter": {"as": as_of(A1), "name": "", "to": [as_of(B1)], "in_reply_to": None, "subject": "", "files": []},
    "letters-read": {"as": as_of(A1)},
}
TO_BO = {"classification": "SELECTIVE", "addressees": ("BO",), "no_onward_sharing": True}
HEADS: dict[str, Said] = dict.fromkeys(OF_PATIENTS, TO_BO)
