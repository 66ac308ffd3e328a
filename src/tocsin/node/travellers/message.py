"""What a message says of one person: made of what somebody typed, checked by the rules by which it would be refused."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.utils.translation import gettext as _

from tocsin.exchange.moments import moment
from tocsin.node.events.refusals import ActRefused
from tocsin.node.events.texts import checked
from tocsin.node.travellers.limits import MOST_CONTACTS, MOST_JOURNEYS
from tocsin.node.travellers.models import TravellerMessage

__all__ = ["Contact", "Identity", "Journey", "Message", "read"]

ONE_DAY_BACK = ("air", "sea")  # over the date line one arrives on the calendar day before


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who it is, as far as it is known: "" or None where nothing is."""

    family_name: str = ""
    given_names: str = ""
    other_names: str = ""
    born: str | None = None
    sex: str = "unknown"
    nationality: str | None = None
    document_kind: str | None = None
    document_number: str = ""
    telephone: str = ""
    address_there: str = ""


@dataclass(frozen=True, kw_only=True)
class Journey:
    """One conveyance. Times are local ones of each place: a day, or a day with an hour."""

    kind: str
    number: str = ""
    seat: str = ""
    from_place: str = ""
    to_place: str = ""
    departed: str | None = None
    arrived: str | None = None
    border_point: str = ""


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Somebody who may have been infected."""

    names: str = ""
    relation: str = "unknown"
    seat: str = ""
    telephone: str = ""
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class Message:
    """Everything that one version says, but when it was written and to whom."""

    identity: Identity
    disease: str | None
    classification: str
    legal_basis: Sequence[str]
    expires_at: datetime
    asked: Sequence[str] = ()
    journeys: Sequence[Journey] = ()
    contacts: Sequence[Contact] = ()
    outcome: Sequence[str] = ()
    onset: date | None = None
    infectious_from: date | None = None
    infectious_until: date | None = None
    text: str = ""
    about: Mapping[str, str] | None = field(default=None)

    def body(self) -> dict[str, Any]:
        """As the schema has it. Raises ActRefused for what says nothing, or what cannot be."""
        self._require_sense()
        return {
            "about": dict(self.about) if self.about else None, "identity": _checked(asdict(self.identity)),
            "disease": self.disease, "classification": self.classification, "onset": _day(self.onset),
            "infectious_from": _day(self.infectious_from), "infectious_until": _day(self.infectious_until),
            "conveyances": [_checked(asdict(one)) for one in self.journeys],
            "contacts": [_checked(asdict(one)) for one in self.contacts], "asked": list(self.asked),
            "outcome": list(self.outcome), "text": checked(self.text),
            "expires_at": moment(self.expires_at.astimezone(UTC).replace(microsecond=0)),
            "legal_basis": list(self.legal_basis),
        }  # fmt: skip

    def _require_sense(self) -> None:
        who = self.identity
        if not any((who.family_name, who.given_names, who.other_names, who.document_number, who.telephone)) and not any(
            one.number and one.seat for one in self.journeys
        ):
            raise ActRefused(_("Say who it is: a name, a document, a telephone, or a seat on a conveyance."))
        if not self.legal_basis:
            raise ActRefused(_("Say on what legal basis this is sent."))
        if len(self.contacts) > MOST_CONTACTS:
            said = _("One message names %(most)d contacts at most, and this has %(n)d. Write a second one.")
            raise ActRefused(said % {"most": MOST_CONTACTS, "n": len(self.contacts)})
        if len(self.journeys) > MOST_JOURNEYS:
            said = _("One message has %(most)d conveyances at most, and this has %(n)d.")
            raise ActRefused(said % {"most": MOST_JOURNEYS, "n": len(self.journeys)})
        for at, one in enumerate(self.contacts, 1):
            if not any((one.names, one.seat, one.telephone, one.address)):
                raise ActRefused(_("Contact %(n)d: say a name, a seat, a telephone or an address.") % {"n": at})
        for one in self.journeys:
            _require_order(one)


def _require_order(one: Journey) -> None:
    if one.departed and one.arrived and one.kind not in ONE_DAY_BACK and one.arrived[:10] < one.departed[:10]:
        raise ActRefused(_("A conveyance arrives before it departs; look at the two days."))


def _checked(members: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: checked(value, longest=300, paragraphs=False) if isinstance(value, str) else value
        for name, value in members.items()
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def read(message: TravellerMessage) -> Message:
    """What a version of ours said, for the form of the next."""
    said = message.content
    return Message(
        identity=Identity(**said["identity"]), disease=message.disease_code or None,
        classification=message.classification, legal_basis=message.legal_basis, expires_at=message.expires_at,
        asked=message.asked, journeys=[Journey(**one) for one in said["conveyances"]],
        contacts=[Contact(**one) for one in said["contacts"]], outcome=message.outcome, onset=_read_day(said["onset"]),
        infectious_from=_read_day(said["infectious_from"]), infectious_until=_read_day(said["infectious_until"]),
        text=said["text"],
    )  # fmt: skip


def _read_day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None
