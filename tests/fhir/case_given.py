"""A case of an invented patient: asked, answered, amended, agreed on by a panel, followed up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.clinical.content.samples import sample

from tocsin.fhir.case.given import Agreed, CaseGiven, ClinicianGiven, HospitalGiven, NoteGiven, Party, Said

__all__ = ["HILL", "LIN", "MIRA", "RIVER", "case", "note", "said"]

BEGUN = datetime(2026, 3, 9, 6, tzinfo=UTC)
HILL, RIVER = Party("AL", "0197c2aa-0000-7000-8000-0000000000a1"), Party("BO", "0197c2aa-0000-7000-8000-0000000000b1")
MIRA, LIN = Party("AL", "0197c2aa-0000-7000-8000-00000000001a"), Party("BO", "0197c2aa-0000-7000-8000-00000000001b")
OMAR = Party("BO", "0197c2aa-0000-7000-8000-00000000001c")
FILE = {"digest": "0a" * 32, "name": "photo-1.jpg", "media_type": "image/jpeg", "bytes": 4500, "parts": 1}


def note(name: str, text: str = "", *, origin: str = "BO", **more: Any) -> NoteGiven:
    """What an act names."""
    return NoteGiven(origin=origin, id=name, digest=f"{name:n>43}", text=text, **more)


def said(kind: str, number: int, hospital: Party | None = RIVER, clinician: Party | None = LIN, **more: Any) -> Said:
    """Act `number`, an hour after the one before."""
    given = more.pop("note", None)
    return Said(
        kind=kind, id=f"act{number}", at=BEGUN + timedelta(hours=number), digest=f"{number:043d}", hospital=hospital,
        clinician=clinician, said=more, note=given,
    )  # fmt: skip


def acts() -> list[Said]:
    submitted = note(
        "asked", "Что бы вы сделали?\n请会诊。", origin="AL", language="ru", content=sample(), files=[FILE]
    )
    advice = "美罗培南 1 g，每8小时一次。"
    return [
        said("submit", 0, HILL, MIRA, note=submitted),
        said("allocate", 1, RIVER, None, experts=[]),
        said("ask", 2, id="q1", note=note("question", "Any allergy?")),
        said("reply", 3, HILL, MIRA, question="q1", note=note("reply", "Нет.", origin="AL", language="ru")),
        said("sign", 4, id="o1", note=note("first", "Меропенем 2 г.", language="ru")),
        said("amend", 5, opinion="o1", after=1, reason="dose", note=note(
            "second", advice, language="zh-hans", translations=[("ru", "Меропенем 1 г каждые 8 часов.")]
        )),
        said("sign", 6, RIVER, OMAR, id="o2", note=note("other", "Wait.")),
        said("retract", 7, RIVER, OMAR, opinion="o2", reason="wrong patient"),
        said("convene", 8, members=[], quorum=2),
        said("draft_outcome", 9, after=0, note=note("outcome", "Meropenem and surgery.")),
        said("stand", 10, RIVER, OMAR, draft=1, stance="disagrees", note=note("minority", "No surgery.")),
        said("stand", 11, HILL, MIRA, draft=1, stance="agrees", note=None),
        said("sign_off", 12, draft=1),
        said("acknowledge", 13, HILL, MIRA, rating=5),
        said("follow_up", 14, HILL, MIRA, outcome="recovered", advice_followed="yes", rating=4, note=note(
            "after", "Выписан.", origin="AL", language="ru"
        )),
        said("expire", 15, None, None),
    ]  # fmt: skip


def case(**changes: Any) -> CaseGiven:
    """The whole of it."""
    names = {"en": "Hill Hospital", "ru": "Больница на холме", "zh": "山医院"}
    people = [
        ClinicianGiven(MIRA, HILL, {"en": "Mira", "ru": "Мира", "zh": "米拉"}, "physician", ("infectious_diseases",)),
        ClinicianGiven(LIN, RIVER, {"en": "", "ru": "", "zh": "林巍"}, "consultant"),
        ClinicianGiven(OMAR, RIVER, {"en": "Omar", "ru": "", "zh": ""}),
    ]
    given = CaseGiven(
        origin="AL", id="0197c2aa-0000-7000-8000-000000000000", number="AL-0000-0000", status="followed_up",
        specialty="infectious_diseases", urgency="emergency", languages=["ru", "zh-hans"], may_be_told=True,
        asking=HILL, asked=[RIVER], consents=[
            Agreed("care", True, "2026-03-01", "patient"), Agreed("teaching", False, None, "patient"),
        ],
        acts=acts(), hospitals=[
            HospitalGiven(HILL, names), HospitalGiven(RIVER, {"en": "River Hospital", "ru": "", "zh": ""}),
        ],
        clinicians=people,
    )  # fmt: skip
    return replace(given, **changes)
