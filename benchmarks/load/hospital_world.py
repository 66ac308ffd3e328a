"""Hospitals of an alliance with those who work in them, as the directory has them: ours with people, partners' without.

The first of ours is the busy one: it has a fifth of everything. In each hospital of ours the first clinician has ten
times as much to do as the others.
"""

import random
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import accumulate
from typing import Any
from uuid import UUID

from benchmarks.search_texts import texts
from django.utils import timezone

from tocsin.clinical.vocabulary import codes
from tocsin.exchange.local import LocalNode
from tocsin.joint.parties import Speaker
from tocsin.node.alliance.models import Organisation, Person, State
from tocsin.node.correspondence.recipients import speaker_for
from tocsin.node.hospitals.models import Clinician, Hospital, ServiceLine
from tocsin.node.hospitals.naming import keys_of
from tocsin.node.language.keys import search_key
from tocsin.node.records import new_id

__all__ = ["PARTNERS", "House", "World", "fill_world", "language_of"]

PARTNERS = ("BO", "DO", "FA", "CE", "EL")
WRITES = ("BO", "DO")  # states with whose hospitals there are cases and letters
OURS, THEIRS, THEIR_PEOPLE = 30, 20, 5
CASES_OF_ONE = 80  # cases that most clinicians have had
BUSY_SHARE, BUSY_ONE = 0.2, 10
LINES = 8
ROLES, COORDINATES = ["clinician"], ["consultation_coordinator", "hospital_manager"]
SURNAMES = (
    ("Ivanov", "Иванов", "伊万诺夫"), ("Kuznetsova", "Кузнецова", "库兹涅佐娃"), ("Yeltsov", "Ельцов", "叶利佐夫"),
    ("Lin", "Линь", "林"), ("Wang", "Ван", "王"), ("Zhang", "Чжан", "张"), ("Nazarbekov", "Назарбеков", "纳扎尔别科夫"),
    ("Akhmetova", "Ахметова", "艾哈迈托娃"), ("Shcherbakov", "Щербаков", "谢尔巴科夫"),
    ("Ospanova", "Оспанова", "奥斯帕诺娃"), ("Rakhimov", "Рахимов", "拉希莫夫"),
    ("Sidorenko", "Сидоренко", "西多连科"), ("Chen", "Чэнь", "陈"),
)  # fmt: skip
NAMES = (
    ("Pyotr", "Пётр", "彼得"), ("Wei", "Вэй", "巍"), ("Aigul", "Айгуль", "艾古丽"), ("Yuliya", "Юлия", "尤利娅"),
    ("Min", "Минь", "敏"), ("Timur", "Тимур", "帖木儿"), ("Elena", "Елена", "叶连娜"), ("Xiaoming", "Сяомин", "小明"),
)  # fmt: skip
PLACES = (
    ("Altagrad", "Алтаград", "阿尔塔格勒"), ("Norvel", "Норвель", "诺尔韦尔"), ("Dolin", "Долин", "多林"),
    ("Karsa", "Карса", "卡尔萨"), ("Beihu", "Бэйху", "北湖"), ("Ozersk", "Озерск", "奥焦尔斯克"),
)  # fmt: skip
KINDS = (
    ("Infectious Diseases Hospital", "Инфекционная больница", "传染病医院"),
    ("Regional Hospital", "Областная больница", "州立医院"), ("Children's Hospital", "Детская больница", "儿童医院"),
)  # fmt: skip


@dataclass(frozen=True)
class House:
    """A hospital with those who work there. coordinator: who speaks for it, None at a partner's."""

    hospital: Hospital
    clinicians: list[Clinician]
    coordinator: Person | None
    upto: list[int]

    @property
    def as_whole(self) -> Speaker:
        return speaker_for(self.hospital)

    def clinician(self, chance: random.Random) -> Clinician:
        """One of them, the busy one more often."""
        (found,) = chance.choices(self.clinicians, cum_weights=self.upto)
        return found


@dataclass
class World:
    """What all cases and letters share: this node, its hospitals, those of partners, and how far each stream is."""

    node: LocalNode
    chance: random.Random
    own: str
    alliance: str
    ours: list[House]
    theirs: dict[str, list[House]]
    now: Any = field(default_factory=lambda: timezone.now().replace(microsecond=0))
    placed: dict[tuple[str, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._texts = texts(10**12, seed=8)
        self.names = {
            speaker: [name for row in rows for name in row.names.values() if name]
            for house in [*self.ours, *(one for many in self.theirs.values() for one in many)]
            for speaker, rows in [
                (house.as_whole, [house.hospital]),
                *((speaker_for(one), [house.hospital, one]) for one in house.clinicians),
            ]
        }
        self.rows: dict[tuple[str, str], Any] = {
            (row.origin, str(row.pk)): row
            for house in [*self.ours, *(one for many in self.theirs.values() for one in many)]
            for row in [house.hospital, *house.clinicians]
        }

    def ago(self, days: float) -> Any:
        return self.now - timedelta(days=days)

    def text(self) -> str:
        """What somebody writes: 200 to 600 characters in one of three scripts."""
        return next(self._texts)

    def house(self, *, but: House | None = None) -> House:
        """A hospital of ours: the busy one for a fifth of what is asked and answered together."""
        if but is not self.ours[0] and self.chance.random() < BUSY_SHARE / 2:
            return self.ours[0]
        return self.chance.choice([one for one in self.ours[1:] if one is not but])

    def partner(self) -> House:
        """A hospital of another state."""
        return self.chance.choice(self.theirs[self.chance.choice(WRITES)])

    def place(self, origin: str, audience: str) -> tuple[int, int]:
        """The next place in a stream."""
        at = self.placed.get((origin, audience), 0) + 1
        self.placed[origin, audience] = at
        return 1, at


def language_of(text: str) -> str:
    """In which of the three languages it is."""
    first = next((one for one in text if one.isalpha()), "a")
    return "ru" if "а" <= first.lower() <= "ё" else "zh-hans" if first > "\u3400" else "en"


def fill_world(node: LocalNode, cases: int, readers: list[Person], chance: random.Random) -> World:
    """The directory, for so many cases. The first reader coordinates the busy hospital; the next seven coordinate the
    others', and one in six of the rest is as busy as clinicians get.
    """
    state = State.objects.get(is_here=True)
    ours = [_house(number, state.pk, chance, is_ours=True) for number in range(OURS)]
    theirs = {one: [_house(number, one, chance, is_ours=False) for number in range(THEIRS)] for one in PARTNERS}
    all_of_them = [*ours, *(one for many in theirs.values() for one in many)]
    organisations = [
        Organisation(
            state=state, kind="hospital", name_en=one.names["en"], name_ru=one.names["ru"], name_zh=one.names["zh"],
            search_key=search_key(*one.names.values()),
        )
        for one in ours
    ]  # fmt: skip
    Organisation.objects.bulk_create(organisations)
    for hospital, organisation in zip(ours, organisations, strict=True):
        hospital.organisation = organisation
    Hospital.objects.bulk_create(all_of_them)
    ServiceLine.objects.bulk_create(line for one in all_of_them for line in _lines(one, chance))
    each = max(3, round(2 * cases / CASES_OF_ONE * (1 - BUSY_SHARE) / (OURS - 1)))
    houses = [_staffed(one, 6 * each if number == 0 else each, chance) for number, one in enumerate(ours)]
    _seat(readers, houses)
    abroad = {one: [_staffed(hospital, THEIR_PEOPLE, chance) for hospital in many] for one, many in theirs.items()}
    everybody = [*houses, *(one for many in abroad.values() for one in many)]
    people = [one.person for house in houses for one in house.clinicians] + [one.coordinator for one in houses]
    known = {one.pk for one in readers}
    Person.objects.bulk_create([one for one in people if one.pk not in known], batch_size=500)
    Person.objects.bulk_update(readers, ["organisation", "roles", "name"])
    Clinician.objects.bulk_create((one for house in everybody for one in house.clinicians), batch_size=500)
    return World(node, chance, node.node, node.trust().alliance, houses, abroad)


def _house(number: int, origin: str, chance: random.Random, *, is_ours: bool) -> Hospital:
    place, kind = PLACES[number % len(PLACES)], KINDS[number % len(KINDS)]
    names = {
        short: f"{place[at]}{'' if short == 'zh' else ' '}{kind[at]} {number}"
        for at, short in enumerate(("en", "ru", "zh"))
    }
    id, at = new_id(), timezone.now() - timedelta(days=1_200)
    return Hospital(
        id=id, hospital_id=id, origin=origin, is_ours=is_ours, names=names, status="active", time_zone="Asia/Almaty",
        languages=["ru", "zh-hans"][: chance.randint(1, 2)], verified_at=at if is_ours else None, status_since=at,
        place_names=dict(zip(("en", "ru", "zh"), place, strict=True)), changed_at=at, **keys_of(names, *place),
    )  # fmt: skip


def _lines(hospital: Hospital, chance: random.Random) -> list[ServiceLine]:
    states = ("full", "full", "full", "partial", "none")
    return [
        ServiceLine(
            hospital=hospital, specialty=code, status=(state := chance.choice(states)), since=hospital.status_since,
            reason="" if state == "full" else "Simulated: the device is being repaired.",
        )
        for code in chance.sample(codes("specialty"), LINES)
    ]  # fmt: skip


def _staffed(hospital: Hospital, number: int, chance: random.Random) -> House:
    clinicians = [_clinician(hospital, chance) for _ in range(number)]
    coordinator = _person(hospital, "Coordinator", COORDINATES) if hospital.is_ours else None
    weights = [BUSY_ONE if not at else 1 for at in range(number)]
    return House(hospital, clinicians, coordinator, list(accumulate(weights)))


def _clinician(hospital: Hospital, chance: random.Random) -> Clinician:
    last, first = chance.choice(SURNAMES), chance.choice(NAMES)
    names = {"en": f"{first[0]} {last[0]}", "ru": f"{last[1]} {first[1]}", "zh": f"{last[2]}{first[2]}"}
    id = new_id()
    person = _person(hospital, names["en"], ROLES) if hospital.is_ours else None
    return Clinician(
        id=id, clinician_id=id, origin=hospital.origin, hospital=hospital, is_ours=hospital.is_ours, person=person,
        names=names, role="consultant", specialties=chance.sample(codes("specialty"), 2), languages=["ru", "en"],
        time_zone="Asia/Almaty", availability=[{"days": [1, 2, 3, 4, 5], "from": "08:00", "until": "18:00"}],
        status="active", activated_at=hospital.status_since, **keys_of(names),
    )  # fmt: skip


def _person(hospital: Hospital, name: str, roles: list[str]) -> Person:
    id: UUID = new_id()
    return Person(
        id=id, email=f"{id.hex}@hospital.example", password="!", name=name, organisation=hospital.organisation,
        roles=roles, language="ru", search_key=search_key(name),
    )  # fmt: skip


def _seat(readers: list[Person], houses: list[House]) -> None:
    """Put those who read in the places of some who work there."""
    for number, person in enumerate(readers):
        house = houses[number % OURS]
        person.organisation = house.hospital.organisation
        if number < 8:
            object.__setattr__(house, "coordinator", person)
            person.roles, person.name = COORDINATES, f"Coordinator {number}"
            continue
        clinician = house.clinicians[0 if number % 6 == 0 and number < OURS else 1 + number // OURS]
        clinician.person, person.roles, person.name = person, ROLES, clinician.names["en"]
