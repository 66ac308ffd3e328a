"""A valid document of a hospital: whole, and saying no more than it must."""

from typing import Any

__all__ = ["ACTIVE", "FULL", "HOSPITAL", "ID_OF_LIN", "MINIMAL", "NIGHTS"]

ID_OF_LIN = "0197c2aa-0000-7000-8000-0000000000c1"
NIGHTS = [
    {"days": [1, 2, 3, 4, 5], "from": "20:00", "until": "24:00"},
    {"days": [2, 3, 4, 5, 6], "from": "00:00", "until": "08:00"},
]
ACTIVE: dict[str, Any] = {
    "id": ID_OF_LIN,
    "names": {"en": "Lin Wei", "ru": "Линь Вэй", "zh": "林巍"},
    "role": "consultant",
    "specialties": ["infectious_diseases", "intensive_care"],
    "languages": ["zh-hans", "en"],
    "time_zone": "Asia/Shanghai",
    "availability": NIGHTS,
    "status": "active",
    "away_until": None,
    "takes_consultations": True,
}
AWAY = ACTIVE | {
    "id": "0197c2aa-0000-7000-8000-0000000000c2",
    "names": {"en": "", "ru": "Анна Ким", "zh": ""},
    "status": "away",
    "away_until": "2026-04-01",
    "availability": [],
}
HOSPITAL: dict[str, Any] = {
    "hospital": "0197c2aa-0000-7000-8000-0000000000b1",
    "names": {"en": "Altagrad Hospital No. 1", "ru": "Алтаградская больница № 1", "zh": "阿尔塔格勒第一医院"},
    "status": "active",
    "reason": "",
    "place": {
        "code": "AL-01",
        "names": {"en": "Altagrad", "ru": "Алтаград", "zh": "阿尔塔格勒"},
        "latitude": 43_250_000,
        "longitude": 76_900_000,
    },
    "address": "1 Hospital Street",
    "time_zone": "Asia/Almaty",
    "languages": ["ru", "kk", "en"],
    "contact": "+7 000 555 01 00, приёмное отделение",
    "note": "Боксы на 40 мест.\n\nECMO: 2.",
    "lines": [
        {"specialty": "infectious_diseases", "status": "full", "reason": "", "since": "2026-01-01"},
        {"specialty": "intensive_care", "status": "partial", "reason": "Ремонт палат.", "since": "2026-03-09"},
    ],
    "clinicians": [ACTIVE, AWAY],
}
FULL: dict[str, dict[str, Any]] = {"hospital": HOSPITAL}
MINIMAL: dict[str, dict[str, Any]] = {
    "hospital": {
        "names": {"en": "", "ru": "Больница", "zh": ""},
        "place": {"code": None, "names": {"en": "", "ru": "", "zh": ""}, "latitude": None, "longitude": None},
        "address": "",
        "contact": "",
        "note": "",
        "languages": [],
        "lines": [],
        "clinicians": [],
    }
}
