"""What a check says in particular, as a name and its values: the English sentence follows from both.

The sentence goes into logs and stores as the detail of a reason. Name and values stay beside it, so that whoever shows
a reason to people words it in their language without reading English. They are this node's own record: no document and
no receipt carries them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["SENTENCES", "Saying", "say", "worded"]

Value = str | int

SENTENCES: Mapping[str, str] = {
    # of a document
    "type-not-known": "{type} {version} is not known here",
    "never-for": "{type} is never {classification}; it may be {allowed}",
    "is-an-exercise": "the document says it is an exercise, its alliance the contrary",
    "is-no-exercise": "the document says it is no exercise, its alliance the contrary",
    "age-groups": "there are more than {most} age groups",
    "until-no-day": "reported_until is {until!r}, which is no day",
    "until-ahead": "reported_until is {until}, recorded when it was {today} at most",
    "invisible": "an invisible character {character} stands at character {at}",
    "line-break": "a line break or tab, which this text has no room for, {character} stands at character {at}",
    "begins-markup": "{sign!a}, which begins markup, {character} stands at character {at}",
    "answers-itself": "the message says it answers itself",
    "identifier-of-another": "{id} is the identifier of another document",
    "item-withheld": "the document itself was withheld",
    "erasure-withdrawn": "its erasure was withdrawn",
    # of hospitals and patients
    "speaks-as-another": "{origin} speaks as somebody of {state}",
    "hospital-not-addressed": "a hospital of {state} is asked or written to, and {state} does not get the document",
    "patient-not-passed-on": "what concerns a patient says that it must not be passed on",
    "note-empty": "it has no text and no file, and says nothing",
    "translates-nothing": "a translation names what it translates, and nothing else does",
    "file-twice": "the file {file} stands there twice",
    # of days and moments
    "no-such-day": "{text} is {day!r}, which is no day",
    "day-ahead": "{text} is {day}, recorded when it was {today} at most",
    "days-backwards": "{text} is {day}, before {earlier}, which is {before}",
    "no-such-moment": "{text} is {moment!r}, which is no moment",
    "moment-ahead": "{text} is {moment}, after the document was recorded",
    "moment-over": "{text} is {moment}, before the document was recorded",
    "kept-too-long": "{text} is {moment}, more than {days} days after the document was recorded",
    # of those it goes to
    "answer-to": "it answers {origin}, and does not go there",
    "answer-to-alone": "it answers {origin}, and goes elsewhere too, or not there",
    "to-one-state": "it is about a person and goes to {states} states, not to one",
    "not-passed-on": "it is about a person, and does not forbid to pass it on",
    "about-itself": "it says that it is about itself",
    # of an event
    "serial-of-another": "{serial} is not a number of {origin}",
    "status-of-version": "version {version} is {status}; the first and no other is notified",
    "reason-and-status": "it is {status}; what is withdrawn, and nothing else, has a reason",
    "merged-into-what": "what was merged, and nothing else, names the event it was merged into",
    "merged-into-itself": "the event was merged into itself",
    "closed-not-over": "it is closed, and the response is not",
    "refuted-but-stands": "the event is refuted, and its notification stands",
    "not-refuted": "it is withdrawn as refuted, and the event is not refuted",
    "agent-confirmed-unknown": "the agent is confirmed and not known",
    "who-on-a-day": "there is a day on which WHO was notified, and it does not say that WHO was",
    "outcome-denied": "the outcome is {outcome}, which the answers before it deny",
    "place-twice": "the place {place} is named twice",
    "above-another": "{text} is {count}, above {whole}, which is {total}",
    "tested-nothing": "the laboratory examined nothing, and {count} were tested",
    "confirmed-by-nothing": "the laboratory confirmed it, and none was positive",
    "negative-but-positive": "the laboratory's result is negative, and {count} were positive",
    # of what states answer
    "not-relevant-but-cases": "it does not concern the state, which has cases",
    "relevant-without-link": "it concerns the state, and no link was found",
    "notification-of-another": "the notification is of {other}, the answer of {origin}",
    "language-of-head": "its texts are in {language}, its head says {head}",
    "found-and-not": "the person was found and was not",
    # of acts on what several states do together
    "act-of-version": "it is version {version}; an act is said once and has no later version",
    "act-without-order": "the owner's own act has no place in the order",
    "act-of-machine": "a person says it, and only a machine may",
    "act-of-person": "a machine says it, and only a person may",
    "act-of-owner": "{origin} says what only {owner} may, whose object it is",
    "order-of-another": "{origin} gives an order, and the object is of {owner}",
    "opening-and-object": "the act that opens an object, and no other, gives it its identifier",
    "opening-and-number": "it is number {number}; the act that opens an object, and no other, is number 1",
    "order-and-previous": "it is number {number}; number 1, and no other, has none before it",
    "order-of-nothing": "it takes in acts of others, and names none",
    "includes-own": "it takes in an act of the owner, whose acts have an order of their own",
    "includes-twice": "it takes in the act {id} twice",
    "paragraph-twice": "two paragraphs are called {paragraph}",
    "revision-ahead": "paragraph {paragraph} in {language} is of revision {count}, and the paragraph of {total}",
    # of decisions
    "in-force-and-day": "a day is given on which it enters into force, and it does not say so, or the reverse",
    "amends-nothing": "it amends nothing",
    "change-of-another": "the change of paragraph {paragraph} gives another paragraph",
    "state-twice": "the state {state} is named twice",
    "acts-cited": "{count} acts are cited for {state}, where {total} are asked for",
    "measure-twice": "two measures are called {measure}",
    "duty-twice": "two duties are called {duty}",
    "link-in-part": "the link names an object without its node, or a node without an object",
    # of sessions
    "item-twice": "two items of the agenda are called {item}",
    "delegate-twice": "two delegates are called {delegate}",
    "several-heads": "the delegation has {count} heads",
    # of mutual assistance
    "line-twice": "two lines are about {item}",
    "entry-twice": "two entries are called {item}",
    "position-in-part": "the place has a latitude without a longitude, or the reverse",
    "need-and-basis": "a need taken from a forecast, and no other, says what it was reckoned from",
    "other-without-name": "{item} is none of the catalogue and has no name",
    # of a row; rows count from 0
    "week-begins": "the week {week!r} does not begin on a {first_day}",
    "week-not-over": "the week {week} had not ended on {until}, the last full day of reports",
    "disease-not-known": "the disease {disease!r} is not in the list",
    "place-not-known": "{place!r} is not a place of {origin}",
    "age-backwards": "{age} ends before it begins",
    "no-rule": "suppressed, but the document states no rule of suppression",
    "negative": "the count is {count}",
    "small": "the count is {count}, but those below {below} are said to be suppressed",
    "above-people": "{count} of {people} people who live in {place}",
    "said-twice": "row {row} gives a count for the same",
    "said-otherwise": "row {row} gives another count for the same",
    "place-not-named": "{place!r} is not among the places of the notification",
    "parts-above-told": "the rows count {parts}, of {total} in all",
    "not-as-told": "row {row} counts all, who are {total}, otherwise",
    "total-is-small": "there are {total} in all, fewer than {below}: what they are made of is not told",
    "parts-above-total": "row {row} is the total {total} of parts that are {parts} together",
    "more-than-whole": "{count} {indicator} of {total} {whole}",
    # of the counts of a disease
    "times-more": (
        "{indicator} of {disease}: counts are about {times} times those before, in the middle of {series} series"
    ),
    "times-less": (
        "{indicator} of {disease}: counts are about 1/{times} of those before, in the middle of {series} series"
    ),
    "rates": "{indicator} of {disease}: counts seem to have become rates per {people:,}",
}


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence by its name, with its values."""

    name: str
    values: Mapping[str, Value] = field(default_factory=dict, hash=False)

    @property
    def text(self) -> str:
        """In English. Values that it does not name are for those who word it otherwise."""
        return SENTENCES[self.name].format(**self.values)


def say(name: str, **values: Any) -> Saying:
    """A sentence of SENTENCES; what is no number is kept as text."""
    return Saying(name, {key: value if type(value) is int else str(value) for key, value in values.items()})


def worded(detail: str | Saying) -> tuple[str, Saying | None]:
    """The English sentence, and what it was made of if anybody knows."""
    return (detail.text, detail) if isinstance(detail, Saying) else (detail, None)
