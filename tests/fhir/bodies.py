"""Bodies of `hospital` 1 as the exchange allows them: one that reads well, and any."""

from hypothesis import strategies as st

__all__ = ["bodies", "clinician", "hospital", "seen"]

# What the exchange lets through: nothing invisible. Marks and letters of many scripts are there, and signs of JSON.
LETTERS = st.characters(
    codec="utf-8", categories=("L", "N", "P", "S", "Zs"), exclude_characters="\u3164\uffa0\u115f\u1160"
)
CODES = st.from_regex("[a-z][a-z0-9_]{0,59}", fullmatch=True)
TAGS = st.lists(st.sampled_from(["ru", "en", "zh-hans", "zh-hant", "kk", "pt-br", "sr-latn", "yue"]), unique=True)
ZONES = st.sampled_from(["UTC", "Asia/Almaty", "Europe/Moscow", "Asia/Shanghai", "America/Argentina/Ushuaia"])
DATES = st.dates().map(lambda day: day.isoformat())


def hospital(**other):
    """A hospital with two lines and two clinicians."""
    return {
        "hospital": "0190a0b0-1111-7222-8333-444455556666",
        "names": {"en": "City Hospital 1", "ru": "Городская больница № 1", "zh": "第一医院"},
        "status": "active",
        "reason": "",
        "place": {
            "code": "AL-01",
            "names": {"en": "Alma", "ru": "", "zh": "阿尔马"},
            "latitude": 43238949,
            "longitude": -76945465,
        },
        "address": "Abay Avenue 1\nAlma",
        "time_zone": "Asia/Almaty",
        "languages": ["ru", "zh-hans"],
        "contact": "+7 700 000 00 00",
        "note": "",
        "lines": [
            {"specialty": "burns", "status": "partial", "reason": "Two beds", "since": "2026-11-01"},
            {"specialty": "nephrology", "status": "none", "reason": "", "since": "2026-10-01"},
        ],
        "clinicians": [
            clinician(),
            clinician(id="0190a0b0-1111-7222-8333-44445555bbbb", status="away", away_until="2026-12-24"),
        ],
        **other,
    }


def clinician(**other):
    return {
        "id": "0190a0b0-1111-7222-8333-44445555aaaa",
        "names": {"en": "", "ru": "Иванова Мария", "zh": "伊万诺娃"},
        "role": "consultant",
        "specialties": ["burns"],
        "languages": ["ru"],
        "time_zone": "Europe/Moscow",
        "availability": [{"days": [1, 3], "from": "09:00", "until": "24:00"}],
        "status": "active",
        "away_until": None,
        "takes_consultations": True,
        **other,
    }


def texts(most):
    """Blanks of every width at either end, and nothing but blanks, are among them."""
    return st.text(LETTERS, max_size=min(most, 40))


def names():
    return st.fixed_dictionaries(dict.fromkeys(("en", "ru", "zh"), texts(160)))


def called():
    return names().filter(lambda found: any(text.strip() for text in found.values()))


def seen(said):
    """The same, with texts in which nothing can be seen as empty: as such FHIR has them."""
    if isinstance(said, str):
        return said if said.strip() else ""
    if isinstance(said, dict):
        return {name: seen(one) for name, one in said.items()}
    return [seen(one) for one in said] if isinstance(said, list) else said


@st.composite
def hours(draw):
    start, end = draw(st.lists(st.integers(0, 24 * 60), min_size=2, max_size=2, unique=True).map(sorted))
    days = draw(st.lists(st.integers(1, 7), min_size=1, unique=True))
    return {"days": days, "from": f"{start // 60:02}:{start % 60:02}", "until": f"{end // 60:02}:{end % 60:02}"}


@st.composite
def clinicians(draw):
    status = draw(st.sampled_from(["active", "away", "revoked"]))
    return {
        "id": str(draw(st.uuids())),
        "names": draw(called()),
        "role": draw(CODES),
        "specialties": draw(st.lists(CODES, max_size=12, unique=True)),
        "languages": draw(TAGS),
        "time_zone": draw(ZONES),
        "availability": draw(st.lists(hours(), max_size=4)),
        "status": status,
        "away_until": draw(st.none() | DATES) if status == "away" else None,
        "takes_consultations": draw(st.booleans()),
    }


@st.composite
def bodies(draw):
    """Any body that the schema and its rules allow, with names in which something can be seen."""
    lines = {
        "specialty": CODES,
        "status": st.sampled_from(["full", "partial", "none", "unknown"]),
        "reason": texts(500),
        "since": DATES,
    }
    place = {
        "code": st.none() | st.from_regex("[A-Z][A-Z0-9]{0,5}(-[A-Z0-9]{1,5}){0,3}", fullmatch=True),
        "names": names(),
        "latitude": st.none() | st.integers(-90_000_000, 90_000_000),
        "longitude": st.none() | st.integers(-180_000_000, 180_000_000),
    }
    body = {
        "hospital": st.uuids().map(str),
        "names": called(),
        "status": st.sampled_from(["verified", "active", "suspended", "left"]),
        "reason": texts(500),
        "place": st.fixed_dictionaries(place),
        "address": texts(300),
        "time_zone": ZONES,
        "languages": TAGS,
        "contact": texts(200),
        "note": texts(5000),
        "lines": st.lists(st.fixed_dictionaries(lines), max_size=4, unique_by=lambda line: line["specialty"]),
        "clinicians": st.lists(clinicians(), max_size=3, unique_by=lambda one: one["id"]),
    }
    return draw(st.fixed_dictionaries(body))
