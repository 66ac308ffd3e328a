"""NEWS2 of what stands in a draft, beside the vital signs: the score, whose it is, of which time, and from what."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.timezone import override
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocsin.clinical.content import news2_of
from tocsin.clinical.measures import vitals
from tocsin.node.consultations.forms.draft_fields import language
from tocsin.node.consultations.pages.draft_problems import sound
from tocsin.node.hospitals.hours import is_zone
from tocsin.node.language.formats import phrases, sentences, short_date, short_moment

__all__ = ["NEWS2_SOURCE", "news2_words"]

NEWS2_SOURCE = "Royal College of Physicians, 2017"


def news2_words(content: Mapping[str, Any], *, today: date, zone: str) -> str:
    """“NEWS2: 7, high risk (9 March 2026, 14:05; heart rate 2, …)”; nothing where it cannot be had."""
    found = news2_of(sound(content, today=today))
    if found is None:
        return ""
    at, score = found
    risks = {
        "low": pgettext("NEWS2", "low risk"), "medium": pgettext("NEWS2", "medium risk"),
        "low_medium": pgettext("NEWS2", "low to medium risk: 3 points in one sign"),
        "high": pgettext("NEWS2", "high risk"),
    }  # fmt: skip
    said = _("NEWS2: %(total)s, %(risk)s") % {"total": score.total, "risk": risks[score.risk]}
    parts = [f"{_sign(code)} {points}" for code, points in score.points.items() if points]
    of = phrases([_moment(at, zone), *parts])
    return sentences([f"{said}.", f"{of}."])


def _sign(code: str) -> str:
    return _("oxygen given") if code == "oxygen" else vitals()[code].words.in_language(language())


def _moment(at: str, zone: str) -> str:
    moment = datetime.fromisoformat(at)
    if len(at) == len("2026-03-09"):
        return short_date(moment.date())
    with override(zone if is_zone(zone) else "UTC"):
        return short_moment(moment)
