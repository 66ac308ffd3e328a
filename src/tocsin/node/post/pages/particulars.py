"""What a check says in particular of a document or a row, in the reader's language and with its figures.

`tocsin.exchange.saying` has the same sentences in English; a test compares the two. A detail that is no such sentence
is the check's own words, for whoever mends the document, and pages show it as that.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from tocsin.exchange.saying import Saying
from tocsin.node.language.formats import long_date, whole
from tocsin.node.post.pages.wording import audience_named, type_named

__all__ = ["COUNTED", "MEMBERS", "PARTICULARS", "particular"]

# Members of bodies and columns of tables, as people call them.
MEMBERS: Mapping[str, Any] = {
    "case_definition": _("case definition"),
    "case_status": _("which cases"),
    "date_type": _("counted by the date of"),
    "first_day": _("first day of the week"),
    "reported_until": _("reported until"),
    "suppression": _("small counts"),
    "note": _("note"),
    "source": pgettext_lazy("of a document", "source"),
    "subject": _("subject"),
    "text": _("text"),
    "in_reply_to": _("in reply to"),
    "indicator": _("indicator"),
    "disease": _("disease"),
    "place": _("place"),
    "week": _("week"),
    "age": _("age"),
    "sex": _("sex"),
    "value": _("count"),
    "flag": pgettext_lazy("count", "why none"),
}
COUNTED: Mapping[str, Any] = {
    "cases": _("cases"),
    "deaths": _("deaths"),
    "hospital-admissions": _("hospital admissions"),
    "intensive-care": _("admissions to intensive care"),
    "detections": _("detections"),
    "tests": _("tests"),
}
NO_SUCH_DAY: Mapping[str, Any] = {
    "monday": _("%(week)s is no Monday"),
    "saturday": _("%(week)s is no Saturday"),
    "sunday": _("%(week)s is no Sunday"),
}
MORE_THAN_WHOLE: Mapping[str, Any] = {
    "deaths": _("more deaths than cases: %(count)s and %(total)s"),
    "detections": _("more detections than tests: %(count)s and %(total)s"),
}
# One that depends on a value names it: which of them is said.
PARTICULARS: Mapping[str, Any] = {
    "type-not-known": _("%(type)s, version %(version)s"),
    "never-for": _("%(type)s: never for %(audience)s"),
    "is-an-exercise": _("it says it is an exercise; its alliance is not of an exercise"),
    "is-no-exercise": _("it says it is no exercise; its alliance is of an exercise"),
    "age-groups": _("more than %(most)s age groups"),
    "until-no-day": _("“reported until” is %(until)s, which is no day"),
    "until-ahead": _("“reported until” is %(until)s; when it was written it was %(today)s at most"),
    "invisible": _("in “%(text)s”: an invisible character, %(character)s, at place %(at)s"),
    "line-break": _("in “%(text)s”, which is one line: a line break or tab, %(character)s, at place %(at)s"),
    "begins-markup": _("in “%(text)s”: %(sign)s, which begins markup, at place %(at)s"),
    "answers-itself": _("the message says it answers itself"),
    "identifier-of-another": _("its identifier, %(id)s, is that of another document"),
    "item-withheld": _("the document itself was not handed over"),
    "erasure-withdrawn": _("its erasure was withdrawn"),
    "week-begins": ("first_day", NO_SUCH_DAY),
    "week-not-over": _("the week from %(week)s had not ended on %(until)s, the last full day of reports"),
    "disease-not-known": _("the disease “%(disease)s” is not in the list"),
    "place-not-known": _("“%(place)s” is not a place of %(origin)s"),
    "age-backwards": _("the age group %(age)s ends before it begins"),
    "no-rule": _("withheld as small, but the document states no rule for that"),
    "negative": _("the count is %(count)s"),
    "small": _("the count is %(count)s, but those below %(below)s are said to be withheld"),
    "above-people": _("the count is %(count)s; people who live in %(place)s: %(people)s"),
    "said-twice": _("row %(row)s gives a count for the same"),
    "said-otherwise": _("row %(row)s gives another count for the same"),
    "parts-above-total": _("the total in row %(row)s is %(total)s; its parts are %(parts)s together"),
    "more-than-whole": ("indicator", MORE_THAN_WHOLE),
    "times-more": ngettext_lazy(
        "%(disease)s, %(indicator)s: about %(times)s time as many as before (median; series compared: %(series)s)",
        "%(disease)s, %(indicator)s: about %(times)s times as many as before (median; series compared: %(series)s)",
        "n",
    ),
    "times-less": ngettext_lazy(
        "%(disease)s, %(indicator)s: about %(times)s time fewer than before (median; series compared: %(series)s)",
        "%(disease)s, %(indicator)s: about %(times)s times fewer than before (median; series compared: %(series)s)",
        "n",
    ),
    "rates": _("%(disease)s, %(indicator)s: counts seem to have become rates per %(people)s"),
}
DAYS = ("week", "until", "today")
NAMES = ("version", "at")  # numbers that count nothing


def particular(said: Saying | None) -> str:
    """The sentence; empty where a check left none, or one of another release."""
    pattern = PARTICULARS.get(said.name) if said is not None else None
    if said is None or pattern is None:
        return ""
    if isinstance(pattern, tuple):
        asked, by_value = pattern
        pattern = by_value.get(said.values.get(asked))
    try:
        return str(pattern % _shown(said.values)) if pattern is not None else ""
    except (KeyError, TypeError):
        return ""


def _shown(values: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: _value(name, value) for name, value in values.items()}
    return shown | {"n": values.get("times", 0), "audience": _audience(str(values.get("classification", "")))}


def _value(name: str, value: Any) -> str:
    if name == "row":
        return whole(value + 1)  # people count from 1
    if isinstance(value, int):
        return str(value) if name in NAMES else whole(value)
    if name in DAYS:
        return _day(value)
    words = {"text": MEMBERS, "indicator": COUNTED}.get(name, {})
    return type_named(value) if name == "type" else str(words.get(value, value))


def _day(text: str) -> str:
    try:
        return str(long_date(date.fromisoformat(text)))
    except ValueError:
        return text


def _audience(classification: str) -> str:
    if classification == "SELECTIVE":
        return str(pgettext_lazy("audience", "chosen states"))
    return audience_named(classification.lower(), {})
