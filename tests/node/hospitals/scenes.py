"""What people type into the directory, somebody who answers, a partner's hospital as its document says it."""

from copy import deepcopy
from typing import Any

from tests.exchange.types.hospitals import ACTIVE, HOSPITAL, NIGHTS

from tocsin.exchange.documents import Document
from tocsin.node.hospitals.actions.clinicians import activate_clinician, check_identity
from tocsin.node.hospitals.actions.inviting import invite_clinician
from tocsin.node.hospitals.models import Clinician, Hospital

__all__ = ["ENTRY", "LIN", "active_clinician", "of_bo", "told"]

ENTRY: dict[str, Any] = {
    "names": {"en": "City Hospital", "ru": "Городская больница", "zh": "市立医院"},
    "time_zone": "Asia/Almaty", "languages": ["ru", "kk"], "address": "1 Hospital Street",
    "contact": "+7 000 555 01 00", "note": "",
    "place": {
        "code": "AL-01", "names": {"en": "Altagrad", "ru": "Алтаград", "zh": "阿尔塔格勒"},
        "latitude": None, "longitude": None,
    },
}  # fmt: skip
LIN: dict[str, Any] = {
    "names": {"en": "Lin Wei", "ru": "Линь Вэй", "zh": "林巍"}, "role": "consultant",
    "specialties": ["infectious_diseases"], "languages": ["zh-hans", "en"], "time_zone": "Asia/Shanghai",
    "availability": NIGHTS, "takes_consultations": True,
}  # fmt: skip


def active_clinician(hospital: Hospital, person, *, by, **changes: Any) -> Clinician:
    """Invited, checked and active. `by` keeps the hospital."""
    clinician, _link = invite_clinician(hospital, person.email, LIN | changes, by=by)
    check_identity(clinician, by=by)
    return activate_clinician(clinician, by=by)


def of_bo(world, *, version: int = 1, before: str | None = None, origin: str = "BO", **changes: Any) -> Document:
    """A hospital of BO, in one version."""
    body = deepcopy(HOSPITAL) | {"time_zone": "Asia/Shanghai", "clinicians": [deepcopy(ACTIVE)]}
    lines = [line | {"since": "2026-01-01"} for line in body["lines"]]
    head = {"version": version, "supersedes": before, "language": "zh-hans"}
    return world.document(origin, "", "members", type="hospital", body=body | {"lines": lines} | changes, **head)


def told(node) -> list[Document]:
    """What waits here to leave, of hospitals."""
    waiting = [Document.read(one.document) for one in node.store.outbox(100)]
    return [one for one in waiting if one.type == "hospital"]
