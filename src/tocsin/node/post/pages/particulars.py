"""What a check says in particular of a document or a row, in the reader's language and with its figures.

`tocsin.exchange.saying` has the same sentences in English; a test compares the two. A detail that is no such sentence
is the check's own words, for whoever mends the document, and pages show it as that.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from tocsin.exchange.saying import Saying
from tocsin.node.language.formats import long_date, long_moment, whole
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
    # of notifications
    "who": _("notified to WHO on"),
    "summary": _("summary"),
    "measures": _("measures"),
    "since": _("measure taken since"),
    "risk": _("risk"),
    "support": _("support needed"),
    "reason": _("reason"),
    "line": _("contact of the service"),
    "version": _("version of the case definition"),
    "en": _("name of the place in English"),
    "ru": _("name of the place in Russian"),
    "zh": _("name of the place in Chinese"),
    "emergence": _("emergence"),
    "detection": _("detection"),
    "authority_notified": _("reported to the responsible authority"),
    "first_onset": _("first onset"),
    "last_onset": _("last onset"),
    "as_of": _("counted up to"),
    "cases": _("cases"),
    "deaths": _("deaths"),
    "hospitalised": _("in hospital"),
    "intensive_care": _("in intensive care"),
    "health_workers": _("health workers"),
    "tested": _("samples tested"),
    "positive": _("samples positive"),
    # of requests, answers and drills
    "at": _("acknowledged at"),
    "what_is_heard": _("what was heard"),
    "questions": _("questions"),
    "answer_by": _("answer by"),
    "scenario": _("scenario"),
    "asked_at": _("asked at"),
    # of travellers
    "family_name": _("family name"),
    "given_names": _("given names"),
    "other_names": _("other names"),
    "address_there": _("address there"),
    "born": _("date of birth"),
    "onset": _("date of onset"),
    "infectious_from": _("infectious from"),
    "infectious_until": _("infectious until"),
    "number": _("flight, train or vehicle"),
    "seat": _("seat"),
    "from_place": _("from where"),
    "to_place": _("to where"),
    "border_point": _("border crossing point"),
    "departed": _("departed"),
    "arrived": _("arrived"),
    "names": _("name of a contact"),
    "address": _("address"),
    "expires_at": _("kept until"),
    # of decisions and sessions
    "name": pgettext_lazy("person", "name"),
    "title": _("title"),
    "texts": _("translated text"),
    "declaration": _("declaration"),
    "evidence": _("evidence"),
    "link": _("link"),
    "deadline": _("deadline"),
    "until": _("considered until"),
    "in_force": _("entry into force"),
    "order": _("time of the order"),
    "starts_at": _("beginning of the session"),
    "brief": _("brief"),
    "outcome": _("outcome"),
    # of mutual assistance
    "called": _("name"),
    "contact": _("contact"),
    "specification": _("specification"),
    "resource": _("what was forecast"),
    "needed_by": _("needed by"),
    "lapses_on": _("stands until"),
    "available_from": _("available from"),
    "expires_on": _("offer stands until"),
    "expected_on": _("expected on"),
    "best_before": _("best before"),
    "conditions": _("conditions"),
    "route": _("route"),
    "carrier": _("carrier"),
    "where": _("where it is"),
    "what": _("what it cost"),
    "well": _("what went well"),
    "badly": _("what did not go well"),
    "change": _("what is to change"),
    "from": _("forecast from"),
    # of cases between hospitals
    "presentation": _("what the patient came with"),
    "allergies": _("allergies"),
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
    "no-such-day": _("“%(text)s” is %(day)s, which is no day"),
    "day-ahead": _("“%(text)s” is %(day)s; when it was written it was %(today)s at most"),
    "days-backwards": _("“%(text)s” is %(day)s, before “%(earlier)s”, %(before)s"),
    "no-such-moment": _("“%(text)s” is %(moment)s, which is no moment"),
    "moment-ahead": _("“%(text)s” is %(moment)s, after it was written"),
    "moment-over": _("“%(text)s” is %(moment)s, before it was written"),
    "kept-too-long": ngettext_lazy(
        "“%(text)s” is %(moment)s, more than %(days)s day after it was written",
        "“%(text)s” is %(moment)s, more than %(days)s days after it was written",
        "n",
    ),
    "answer-to": _("it answers %(origin)s and does not go there"),
    "answer-to-alone": _("it answers %(origin)s and does not go there alone"),
    "to-one-state": _("it is about a person and does not go to one state alone; states: %(states)s"),
    "not-passed-on": _("it is about a person and does not forbid passing it on"),
    "about-itself": _("it says that it is about itself"),
    "serial-of-another": _("%(serial)s is not a number that %(origin)s gives"),
    "status-of-version": _(
        "the first version, and no later one, is the one that notifies; this is version %(version)s"
    ),
    "reason-and-status": _("a reason is given for a withdrawal, and only for that"),
    "merged-into-what": _("an event that was merged, and only such a one, names the event it became part of"),
    "merged-into-itself": _("the event was merged into itself"),
    "closed-not-over": _("the notification is closed, and the response is not"),
    "refuted-but-stands": _("the event is refuted, and its notification stands"),
    "not-refuted": _("it is withdrawn as refuted, and the event is not refuted"),
    "agent-confirmed-unknown": _("the agent is confirmed, and it does not say which"),
    "who-on-a-day": _("it gives the day on which WHO was notified, and does not say that WHO was notified"),
    "outcome-denied": _("the answers to the four questions do not allow the outcome it gives"),
    "place-twice": _("the place %(place)s is named twice"),
    "above-another": _("“%(text)s” is %(count)s, more than “%(whole)s”, %(total)s"),
    "tested-nothing": _("the laboratory examined nothing, and it counts as tested: %(count)s"),
    "confirmed-by-nothing": _("the laboratory confirmed it, and nothing was positive"),
    "negative-but-positive": _("the laboratory’s result is negative, and it counts as positive: %(count)s"),
    "not-relevant-but-cases": _("it says that the event does not concern the state, and that there are cases there"),
    "relevant-without-link": _("it says that the event concerns the state, and that no link was found"),
    "notification-of-another": _("the notification that it names is of %(other)s"),
    "language-of-head": _("it says that its texts are in two languages: %(language)s and %(head)s"),
    "found-and-not": _("it says that the person was found and was not found"),
    "place-not-named": _("“%(place)s” is not among the places of the notification"),
    "parts-above-told": _("the total that it gives is %(total)s; the rows count %(parts)s"),
    "not-as-told": _("the total that it gives is %(total)s; this row of all gives another"),
    "total-is-small": _("the total is %(total)s, fewer than %(below)s: what it is made of must not be told"),
    "speaks-as-another": _("%(origin)s speaks as a hospital or a clinician of %(state)s"),
    "hospital-not-addressed": _("a hospital of %(state)s is named, and %(state)s does not get the document"),
    "patient-not-passed-on": _("it concerns a patient and does not say that it must not be passed on"),
    "note-empty": _("it has no text and no file, and says nothing"),
    "translates-nothing": _("a translation must name what it translates, and nothing else may"),
    "file-twice": _("the same file is named twice"),
    "act-of-version": _("it is version %(version)s; what a state has done has no later version"),
    "act-without-order": _("it is the owner’s own act and has no place in the order"),
    "act-of-machine": _("it is signed for a person; only a node itself may say this"),
    "act-of-person": _("no person’s hand is named; a node may not say this by itself"),
    "act-of-owner": _("%(origin)s does what only %(owner)s may do, whose object it is"),
    "order-of-another": _("%(origin)s gives an order to an object of %(owner)s"),
    "opening-and-object": _("it opens an object that has another identifier, or has the identifier and opens nothing"),
    "opening-and-number": _(
        "it has number %(number)s in the order; what opens an object has number 1, all else a later one"
    ),
    "order-and-previous": _(
        "it has number %(number)s in the order; the first follows nothing, each later one names what it follows"
    ),
    "order-of-nothing": _("it takes acts of others into the order and names none"),
    "includes-own": _("it takes an act of the owner into the order, which stands there already"),
    "includes-twice": _("it takes one act into the order twice: %(id)s"),
    "paragraph-twice": _("two paragraphs have the same identifier: %(paragraph)s"),
    "revision-ahead": _(
        "paragraph %(paragraph)s, %(language)s: revision %(count)s is ahead of the paragraph’s, %(total)s"
    ),
    "in-force-and-day": _("a day of entry into force is given if it enters into force on a day, and only then"),
    "amends-nothing": _("it is an amendment and changes nothing"),
    "change-of-another": _("the change of paragraph %(paragraph)s gives another paragraph in its place"),
    "state-twice": _("the state %(state)s is named twice"),
    "acts-cited": _("acts cited for %(state)s: %(count)s; there must be: %(total)s"),
    "measure-twice": _("two measures have the same identifier: %(measure)s"),
    "duty-twice": _("two duties have the same identifier: %(duty)s"),
    "link-in-part": _("a link names a node without an object, or an object without its node"),
    "item-twice": _("two items of the agenda have the same identifier: %(item)s"),
    "delegate-twice": _("two delegates have the same identifier: %(delegate)s"),
    "several-heads": _("the delegation has more than one head: %(count)s"),
    "line-twice": _("two lines are about the same item: %(item)s"),
    "entry-twice": _("two entries have the same identifier: %(item)s"),
    "position-in-part": _("a place is given a latitude without a longitude, or a longitude without a latitude"),
    "need-and-basis": _("a need taken from a forecast must name what it was reckoned from, and only such a need may"),
    "other-without-name": _("an item that is not in the catalogue has no name: %(item)s"),
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
DAYS = ("week", "until", "today", "day", "before")
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
    return shown | {
        "n": values.get("times", values.get("days", 0)),
        "audience": _audience(str(values.get("classification", ""))),
    }


def _value(name: str, value: Any) -> str:
    if name == "row":
        return whole(value + 1)  # people count from 1
    if isinstance(value, int):
        return str(value) if name in NAMES else whole(value)
    if name in DAYS:
        return _day(value)
    if name == "moment":
        return _moment(value)
    words = {"text": MEMBERS, "earlier": MEMBERS, "whole": MEMBERS, "indicator": COUNTED}.get(name, {})
    return type_named(value) if name == "type" else str(words.get(value, value))


def _day(text: str) -> str:
    try:
        return str(long_date(date.fromisoformat(text)))
    except ValueError:
        return text


def _moment(text: str) -> str:
    try:
        return long_moment(datetime.fromisoformat(text))
    except ValueError:
        return text


def _audience(classification: str) -> str:
    if classification == "SELECTIVE":
        return str(pgettext_lazy("audience", "chosen states"))
    return audience_named(classification.lower(), {})
