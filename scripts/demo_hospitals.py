"""Hospitals of three states of the exercise alliance, with those who manage, coordinate and answer there.

Called for each node by demo_alliance.py, in the node's own surroundings, once the node has its people. All of it goes
the way that it goes in earnest: a manager applies, an officer verifies, clinicians are invited, checked, activated.
Their towns are places of the alliance's file. Names are invented; each can sign in with what stands in people.txt.
"""

from typing import Any

__all__ = ["HOSPITALS", "let_in"]

ALL_DAY = [{"days": [1, 2, 3, 4, 5, 6, 7], "from": "00:00", "until": "24:00"}]
LINES = {"infectious_diseases": "full", "intensive_care": "partial", "nephrology": "full"}
# By state: zone, language, and of each hospital its address before the @, the code of its place, names, its clinicians.
HOSPITALS: dict[str, tuple[str, str, list[tuple[str, str, dict[str, str], list[tuple[str, dict[str, str]]]]]]] = {
    "AL": ("Asia/Almaty", "ru", [
        ("city", "AL-05", {"en": "Altagrad City Hospital", "ru": "Городская больница Алтаграда",
                           "zh": "阿尔塔格勒市立医院"}, [
            ("asker", {"en": "Vera Orlan", "ru": "Вера Орлан", "zh": "维拉·奥尔兰"}),
            ("colleague", {"en": "Timur Sadyr", "ru": "Тимур Садыр", "zh": "铁木尔·萨德尔"}),
        ]),
        ("karsu", "AL-0803", {"en": "Karsu District Hospital", "ru": "Карсуская районная больница",
                              "zh": "卡尔苏县医院"}, []),
    ]),
    "BO": ("Asia/Tashkent", "ru", [
        ("clinic", "BO-01", {"en": "Dolin Infectious Diseases Clinic", "ru": "Долинская клиника инфекционных болезней",
                             "zh": "多林传染病医院"}, [
            ("expert", {"en": "Rustam Dole", "ru": "Рустам Доле", "zh": "鲁斯塔姆·多列"}),
            ("second", {"en": "Nadia Bor", "ru": "Надия Бор", "zh": "娜迪娅·博尔"}),
        ]),
    ]),
    "CE": ("Asia/Shanghai", "zh-hans", [
        ("centre", "CE-01", {"en": "Cetara Medical Centre", "ru": "Цетарский медицинский центр",
                             "zh": "采塔拉医学中心"}, [
            ("expert", {"en": "Lin Wei", "ru": "Линь Вэй", "zh": "林巍"}),
            ("second", {"en": "Zhao Min", "ru": "Чжао Минь", "zh": "赵敏"}),
        ]),
    ]),
}  # fmt: skip


def let_in() -> None:
    """The hospitals of this node's state, and their people."""
    import django

    django.setup()
    from tocsin.node.alliance.alliance_file import here
    from tocsin.node.alliance.models import Person
    from tocsin.node.hospitals.models import Hospital

    if here().code not in HOSPITALS or Hospital.objects.filter(is_ours=True).exists():
        return
    zone, language, hospitals = HOSPITALS[here().code]
    officer = Person.objects.get(email__startswith="duty.officer@")
    for address, place, names, clinicians in hospitals:
        _hospital(address, place, names, clinicians, zone=zone, language=language, officer=officer)


def _town(code: str) -> dict[str, str]:
    """The names of a place of this node's state, as the alliance's file has them."""
    from tocsin.node.alliance.alliance_file import alliance, here

    state = next(one for one in alliance().seats if one.code == here().code)
    place = next(one for one in state.places if one.code == code)
    return {"en": place.name.en, "ru": place.name.ru, "zh": place.name.zh}


def _hospital(
    address: str, place: str, names: dict[str, str], clinicians: list[tuple[str, dict[str, str]]], *, zone: str,
    language: str, officer: Any,
) -> None:  # fmt: skip
    from tocsin.node.alliance.actions.people import add_organisation
    from tocsin.node.alliance.models import Organisation
    from tocsin.node.hospitals.actions.entries import apply_hospital, set_service_line
    from tocsin.node.hospitals.actions.standing import activate, verify_hospital

    organisation = Organisation(
        kind=Organisation.Kind.HOSPITAL, name_en=names["en"], name_ru=names["ru"], name_zh=names["zh"]
    )
    add_organisation(organisation, by=None)
    manager = _person(f"manager.{address}", "Hospital manager", "hospital_manager", names["en"], language)
    _person(f"coordinator.{address}", "Consultation coordinator", "consultation_coordinator", names["en"], language)
    entry = {
        "names": names, "time_zone": zone, "languages": [language], "contact": "",
        "place": {"code": place, "names": _town(place), "latitude": None, "longitude": None},
    }  # fmt: skip
    hospital = verify_hospital(apply_hospital(entry, by=manager), by=officer)
    hospital = activate(hospital, by=manager)
    for specialty, status in LINES.items():
        reason = "" if status == "full" else "Beds are short this week."
        set_service_line(hospital, specialty, status=status, reason=reason, by=manager)
    for part, called in clinicians:
        _clinician(hospital, f"{part}.{address}", called, zone=zone, language=language, manager=manager)


def _clinician(
    hospital: Any, address: str, names: dict[str, str], *, zone: str, language: str, manager: Any
) -> None:  # fmt: skip
    from tocsin.node.hospitals.actions.clinicians import activate_clinician, check_identity
    from tocsin.node.hospitals.actions.inviting import invite_clinician

    name = names["zh" if language == "zh-hans" else language]
    person = _person(address, name, "clinician", hospital.names["en"], language)
    entry = {
        "names": names, "role": "consultant", "specialties": ["infectious_diseases", "intensive_care"],
        "languages": [language, "en"], "time_zone": zone, "availability": ALL_DAY,
    }  # fmt: skip
    clinician, _link = invite_clinician(hospital, person.email, entry, language=language, by=manager)
    check_identity(clinician, by=manager)
    activate_clinician(clinician, by=manager)


def _person(address: str, name: str, role: str, organisation: str, language: str) -> Any:
    from scripts.demo_people import note

    from tocsin.node.alliance.alliance_file import here
    from tocsin.node.alliance.models import Person
    from tocsin.node.running.newcomers import welcome

    email = f"{address}@{here().code.lower()}.example"
    came = welcome(email, name=name, roles=[role], language=language, organisation=organisation, totp=False)
    note(email, came.password, came.totp_secret)
    return Person.objects.get(email=email)
