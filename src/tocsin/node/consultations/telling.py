"""Who is told what of a case: people here who have a part in it, and whom it concerns. Nothing of the patient."""

from collections.abc import Iterable, Mapping
from typing import Any

from tocsin.clinical.vocabulary import LANGUAGES, UnknownCode, word
from tocsin.joint.consultations import Case
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.notices import notify
from tocsin.node.alliance.roles import Role
from tocsin.node.consultations import links, models
from tocsin.node.consultations.models.cases import OPEN, Part
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.hospitals.reading import coordinators_of
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.joint.news import news_of

__all__ = ["managers_of", "new_part", "of_act", "of_case", "of_revoked", "people_of", "tell"]

COORDINATORS = "coordinators"
# Of an act: which sentence, and who of us reads it; the coordinators are those of the hospitals that are asked.
TOLD: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "submit": ("asked", (COORDINATORS,)),
    "resubmit": ("asked_anew", (COORDINATORS,)),
    "supplement": ("answer_to_question", (Part.EXPERT, Part.MEMBER)),
    "reply": ("answer_to_question", (Part.EXPERT, Part.MEMBER)),
    "ask": ("question", (Part.ASKING,)),
    "sign": ("opinion", (Part.ASKING,)),
    "amend": ("opinion_changed", (Part.ASKING,)),
    "retract": ("opinion_changed", (Part.ASKING,)),
    "sign_off": ("outcome", (Part.ASKING, Part.MEMBER)),
    "return": ("returned", (Part.ASKING,)),
    "decline": ("declined", (Part.ASKING,)),
    "hand_back": ("handed_back", (COORDINATORS,)),
    "acknowledge": ("acknowledged", (Part.EXPERT,)),
    "follow_up": ("followed_up", (Part.EXPERT, Part.MEMBER)),
    "reopen": ("reopened", (Part.EXPERT, COORDINATORS)),
    "withdraw": ("ended", (Part.EXPERT, Part.MEMBER, COORDINATORS)),
    "close": ("ended", (Part.EXPERT,)),
    "expire": ("nobody_took", (Part.ASKING,)),
    "ask_follow_up": ("follow_up", (Part.ASKING,)),
    "message": ("message", (Part.ASKING, Part.EXPERT, Part.MEMBER)),
    "position": ("panel_spoke", (Part.MEMBER,)),
    "draft_outcome": ("panel_spoke", (Part.MEMBER,)),
    "stand": ("panel_spoke", (Part.MEMBER,)),
}


def of_case(of: JointObject, case: Case) -> None:
    """Tell people of what others have done, once; and of what they said themselves where it had no effect."""
    row = models.Case.objects.filter(of=of).first()
    if row is None:
        return
    news = news_of(of, case.history, case.refused)
    for one in news.said:
        _of_act(row, one.kind, one.said, but=None)
    for act, _ in news.lost:
        if act.is_ours and act.by is not None:
            tell(row, "without_effect", [act.by])


def of_act(row: models.Case, act: JointAct, *, by: Person) -> None:
    """Tell colleagues of what somebody here has said, at once."""
    _of_act(row, act.kind, act.said, but=by)


def new_part(row: models.Case, rows: Iterable[models.CaseClinician]) -> None:
    """Whoever of us has a case now that they did not have before learns of it."""
    kinds = {Part.EXPERT: "given", Part.MEMBER: "panel", Part.ASKING: "joined"}
    for one in rows:
        person = one.clinician.person if one.clinician is not None else None
        if person is not None and person.is_active and _may_read(row, person):
            tell(row, kinds[Part(one.part)], [person])


def people_of(row: models.Case, part: str) -> list[Person]:
    """People of this state who have that part in the case and may read it now; of `coordinators` those of hospitals
    that are asked. Whoever is revoked, or whose hospital is suspended, is told nothing more of it.
    """
    if part == COORDINATORS:
        asked = row.hospitals.filter(part=Part.ASKED, hospital__is_ours=True).select_related("hospital")
        found = [person for one in asked for person in coordinators_of(one.hospital)]
    else:
        those = row.clinicians.filter(part=part, clinician__is_ours=True).select_related("clinician__person")
        found = [one.clinician.person for one in those if one.clinician.person is not None]
    return [one for one in found if _may_read(row, one)]


def _may_read(row: models.Case, person: Person) -> bool:
    return models.Case.objects.visible_to(person).filter(pk=row.pk).exists()


def of_revoked(clinician: Clinician) -> None:
    """Coordinators learn at once of cases that nobody of their hospital has any more, and not when these are late."""
    parts = models.CaseClinician.objects.filter(case__status__in=OPEN, part__in=(Part.ASKING, Part.EXPERT))
    working = Clinician.objects.working().filter(hospital=clinician.hospital_id)
    for one in parts.filter(clinician=clinician).select_related("case"):
        if not parts.filter(case=one.case_id, part=one.part, clinician__in=working).exists():
            tell(one.case, "nobody_has_it", coordinators_of(clinician.hospital))


def managers_of(hospital: Hospital) -> list[Person]:
    """Active people who manage a hospital of ours."""
    if hospital.organisation_id is None:
        return []
    people = Person.objects.filter(organisation=hospital.organisation_id, is_active=True)
    return [one for one in people if Role.HOSPITAL_MANAGER in one.roles]


def tell(row: models.Case, kind: str, people: Iterable[Person]) -> None:
    """One notice to each of these, once."""
    unique = {person.pk: person for person in people if person.is_active}
    if unique:
        notify(unique.values(), f"consultation.{kind}", link=links.case(row.pk), **_values(row))


def _of_act(row: models.Case, kind: str, said: Mapping[str, Any], *, but: Person | None) -> None:
    if kind == "consent":
        parts: tuple[str, ...] = (Part.EXPERT, Part.MEMBER, Part.ASKING, COORDINATORS)
        told = ("consent_ended", parts) if said.get("kind") == "care" else None
    else:
        told = TOLD.get(kind)
    if told is None:
        return
    sentence, parts = told
    people = [person for part in parts for person in people_of(row, part)]
    tell(row, sentence, [person for person in people if but is None or person.pk != but.pk])


def _values(row: models.Case) -> dict[str, Any]:
    asking = row.hospitals.filter(part=Part.ASKING).select_related("hospital").first()
    hospital = asking.hospital if asking is not None else None
    names = hospital.names if hospital is not None else {}
    return {
        "case": row.number,
        "asking": {
            "en": _first(names, "en", row.origin), "ru": _first(names, "ru", row.origin),
            "zh-hans": _first(names, "zh", row.origin),
        },
        "specialty": _words("specialty", row.specialty), "urgency": _words("urgency", row.urgency),
    }  # fmt: skip


def _first(names: Mapping[str, str], wanted: str, otherwise: str) -> str:
    return names.get(wanted) or next((name for name in names.values() if name), otherwise)


def _words(kind: str, code: str) -> dict[str, str]:
    try:
        return {language: word(kind, code, language) for language in LANGUAGES}
    except UnknownCode:  # of a later release
        return dict.fromkeys(LANGUAGES, code)
