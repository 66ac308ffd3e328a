"""What people type into the directory, tried by the rules of documents before it is kept: all problems at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tocsin.clinical import vocabulary
from tocsin.exchange.types.findings import Found
from tocsin.exchange.types.texts import check_text
from tocsin.node.hospitals.hours import WHOLE_DAY_ENDS, is_zone
from tocsin.node.hospitals.refusals import InvalidInput, Problem
from tocsin.node.hospitals.words import SPOKEN

__all__ = ["LONGEST_REASON", "Tried", "reason_said"]

LONGEST_NAME, LONGEST_REASON, MOST_CODES, MOST_HOURS = 160, 500, 12, 21
WHY = {
    "bidi-control": gettext_lazy("it holds invisible characters that can make it read as something else; type it anew"),
    "markup": gettext_lazy("it holds markup such as “<b>”, and texts are plain"),
}
HALF_POSITION = gettext_lazy("Give latitude and longitude both, or neither.")


class Tried:
    """Problems, while one member after another is looked at. `done` raises InvalidInput if there were any."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def done(self) -> None:
        """Raises InvalidInput with all that cannot be used."""
        if self.problems:
            raise InvalidInput(self.problems)

    def refuse(self, field: str, message: Any) -> None:
        """Keep a problem."""
        self.problems.append(Problem(field, str(message)))

    def text(self, value: Any, field: str, name: str, *, longest: int, paragraphs: bool = False) -> str:
        """The text without space around it."""
        text = str(value or "").replace("\r\n", "\n").strip()
        if len(text) > longest:
            said = _("%(name)s: it is too long; %(n)d characters are the most, and it has %(has)d.")
            self.refuse(field, said % {"name": name, "n": longest, "has": len(text)})
        found = Found()
        check_text(text, "/text", found, paragraphs=paragraphs)
        for finding in found.findings():
            self.refuse(field, _("%(name)s: %(why)s.") % {"name": name, "why": WHY[finding.code]})
        return text

    def names(self, value: Mapping[str, Any], field: str = "names", *, needed: bool = True) -> dict[str, str]:
        """A name in en, ru and zh; one of them at least, where it is needed."""
        said = {
            short: self.text(value.get(short), f"{field}.{short}", _("Name"), longest=LONGEST_NAME)
            for short in ("en", "ru", "zh")
        }
        if needed and not any(said.values()):
            self.refuse(f"{field}.en", _("Give the name in one language at least."))
        return said

    def place(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """A place: code of the alliance's list, names, position in millionths of a degree."""
        found = {
            "code": value.get("code") or None, "names": self.names(value.get("names") or {}, "place", needed=False),
            "latitude": value.get("latitude"), "longitude": value.get("longitude"),
        }  # fmt: skip
        if (found["latitude"] is None) != (found["longitude"] is None):
            self.refuse("place.longitude", HALF_POSITION)
        for member, most in (("latitude", 90), ("longitude", 180)):
            if found[member] is not None and abs(found[member]) > most * 1_000_000:
                said = _("“%(value)s” is no position. Give degrees between −%(most)d and %(most)d.")
                self.refuse(f"place.{member}", said % {"value": found[member] / 1_000_000, "most": most})
        return found

    def zone(self, value: Any) -> str:
        """The name of a time zone."""
        if not is_zone(str(value)):
            said = _("“%(value)s” is no time zone. Choose one of the list, as “Asia/Almaty”.")
            self.refuse("time_zone", said % {"value": str(value)[:64]})
        return str(value)

    def languages(self, value: Sequence[str]) -> list[str]:
        """Tags of languages, each once."""
        return self._listed(value, SPOKEN, "languages", _("“%(value)s” is no language of the list."))

    def specialties(self, value: Sequence[str]) -> list[str]:
        """Codes of specialties, each once."""
        known = vocabulary.codes("specialty")
        return self._listed(value, known, "specialties", _("“%(value)s” is no specialty of the list."))

    def role(self, value: Any) -> str:
        """The code of a role."""
        if value not in vocabulary.codes("clinician_role"):
            self.refuse("role", _("“%(value)s” is no role of the list.") % {"value": str(value)[:60]})
        return str(value)

    def availability(self, value: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Hours as documents say them."""
        if len(value) > MOST_HOURS:
            self.refuse("availability", _("Give at most %(n)d lines of hours.") % {"n": MOST_HOURS})
        return [self._hours(one, f"availability.{place}") for place, one in enumerate(value[:MOST_HOURS])]

    def _hours(self, one: Mapping[str, Any], field: str) -> dict[str, Any]:
        days, begins, ends = one.get("days") or [], str(one.get("from", "")), str(one.get("until", ""))
        if not days or not all(isinstance(day, int) and 1 <= day <= 7 for day in days):
            self.refuse(field, _("Hours: choose at least one weekday."))
        if not (_is_clock(begins) and (_is_clock(ends) or ends == WHOLE_DAY_ENDS)):
            said = _("Hours: “%(from)s–%(until)s” are none. Give both as 08:00; the end of a day is 24:00.")
            self.refuse(field, said % {"from": begins[:8], "until": ends[:8]})
        elif ends <= begins:
            said = _("Hours: %(until)s is not after %(from)s. Give a night as two: until 24:00, and from 00:00.")
            self.refuse(field, said % {"from": begins, "until": ends})
        return {"days": sorted(set(days)), "from": begins, "until": ends}

    def _listed(self, value: Sequence[str], known: Sequence[str], field: str, said: str) -> list[str]:
        once = list(dict.fromkeys(value))
        if strange := [one for one in once if one not in known]:
            self.refuse(field, said % {"value": str(strange[0])[:60]})
        if len(once) > MOST_CODES:
            self.refuse(field, _("Choose at most %(n)d.") % {"n": MOST_CODES})
        return once


def reason_said(text: str) -> str:
    """A reason that has to be given. Raises InvalidInput."""
    tried = Tried()
    said = tried.text(text, "reason", pgettext("hospital", "Reason"), longest=LONGEST_REASON, paragraphs=True)
    if not said:
        tried.refuse("reason", _("Say why, in a few words."))
    tried.done()
    return said


def _is_clock(text: str) -> bool:
    hours, colon, minutes = text.partition(":")
    digits = len(text) == 5 and bool(colon) and hours.isascii() and minutes.isascii() and (hours + minutes).isdecimal()
    return digits and int(hours) < 24 and int(minutes) < 60
