"""Who is told what of a transfer: people here who have it, and whom it concerns. Nothing of the patient."""

from collections.abc import Iterable, Mapping
from typing import Any

from tocsin.clinical.vocabulary import LANGUAGES, UnknownCode, word
from tocsin.joint.transfers import Transfer
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.notices import notify
from tocsin.node.hospitals.reading import coordinators_of
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.joint.news import news_of
from tocsin.node.transfers import links, models
from tocsin.node.transfers.models.transfers import Side

__all__ = ["SENDERS_COORDINATORS", "new_part", "of_act", "of_transfer", "people_of", "tell"]

COORDINATORS = "coordinators"  # of the hospital that receives
SENDERS_COORDINATORS = "coordinators who send"
THEM = (Side.RECEIVING, COORDINATORS)
EVERYBODY = (Side.SENDING, Side.RECEIVING)
# Of an act: which sentence, and who of us reads it.
TOLD: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "request": ("asked", THEM),
    "supplement": ("supplement", THEM),
    "accept": ("accepted", (Side.SENDING,)),
    "take_back": ("taken_back", (Side.SENDING,)),
    "decline": ("declined", (Side.SENDING,)),
    "cancel": ("cancelled", THEM),
    "depart": ("departed", THEM),
    "arrive": ("arrived", (Side.SENDING,)),
    "sign": ("signed", EVERYBODY),
    "end": ("ended", (Side.SENDING,)),
    "message": ("message", EVERYBODY),
    "lapse": ("lapsed", (*EVERYBODY, COORDINATORS)),
}


def of_transfer(of: JointObject, transfer: Transfer) -> None:
    """Tell people of what others have done, once; and of what they said themselves where it had no effect."""
    row = models.Transfer.objects.filter(of=of).first()
    if row is None:
        return
    news = news_of(of, transfer.history, transfer.refused)
    for one in news.said:
        _of_act(row, one.kind, one.said, but=None)
    for act, _ in news.lost:
        if act.is_ours and act.by is not None:
            tell(row, "without_effect", [act.by])


def of_act(row: models.Transfer, act: JointAct, *, by: Person) -> None:
    """Tell colleagues of what somebody here has said, at once."""
    _of_act(row, act.kind, act.said, but=by)


def new_part(row: models.Transfer, gained: Iterable[models.TransferClinician]) -> None:
    """Whoever of us has a transfer now that they did not have before learns of it."""
    for one in gained:
        person = one.clinician.person if one.clinician is not None else None
        if person is not None and person.is_active and _may_read(row, person):
            tell(row, "given", [person])


def people_of(row: models.Transfer, side: str) -> list[Person]:
    """People of this state who have it on that side and may read it now, or who coordinate at a hospital of it. Whoever
    is revoked, or whose hospital is suspended, is told nothing more of it.
    """
    if side in (COORDINATORS, SENDERS_COORDINATORS):
        at = Side.RECEIVING if side == COORDINATORS else Side.SENDING
        found = row.hospitals.filter(side=at, hospital__is_ours=True).select_related("hospital").first()
        people = coordinators_of(found.hospital) if found is not None and found.hospital is not None else []
    else:
        clinicians = row.clinicians.filter(side=side, clinician__is_ours=True).select_related("clinician__person")
        people = [one.clinician.person for one in clinicians if one.clinician.person is not None]
    return [one for one in people if _may_read(row, one)]


def _may_read(row: models.Transfer, person: Person) -> bool:
    return models.Transfer.objects.visible_to(person).filter(pk=row.pk).exists()


def tell(row: models.Transfer, kind: str, people: Iterable[Person]) -> None:
    """One notice to each of these, once."""
    unique = {person.pk: person for person in people if person.is_active}
    if unique:
        notify(unique.values(), f"transfer.{kind}", link=links.transfer(row.pk), **_values(row))


def _of_act(row: models.Transfer, kind: str, said: Mapping[str, Any], *, but: Person | None) -> None:
    told = TOLD.get(kind)
    if kind == "consent" and not said.get("given"):
        told = ("withdrawn", (*EVERYBODY, COORDINATORS))
    if told is None:
        return
    sentence, sides = told
    people = [person for side in sides for person in people_of(row, side)]
    tell(row, sentence, [person for person in people if but is None or person.pk != but.pk])


def _values(row: models.Transfer) -> dict[str, Any]:
    hospitals = {one.side: one for one in row.hospitals.select_related("hospital")}
    return {
        "transfer": row.number, "sending": _names(hospitals.get(Side.SENDING)),
        "receiving": _names(hospitals.get(Side.RECEIVING)), "urgency": _words("urgency", row.urgency),
    }  # fmt: skip


def _names(one: models.TransferHospital | None) -> dict[str, str]:
    if one is None:
        return dict.fromkeys(LANGUAGES, "")
    names = one.hospital.names if one.hospital is not None else {}
    said = {"en": names.get("en"), "ru": names.get("ru"), "zh-hans": names.get("zh")}
    otherwise = next((name for name in names.values() if name), one.origin)
    return {language: name or otherwise for language, name in said.items()}


def _words(kind: str, code: str) -> dict[str, str]:
    try:
        return {language: word(kind, code, language) for language in LANGUAGES}
    except UnknownCode:  # of a later release
        return dict.fromkeys(LANGUAGES, code)
