"""Why the rules of the Council refuse an act, as sentences: what was refused, by which rule, what to do."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy

from tocsin.node.alliance.naming import named
from tocsin.node.language.formats import clock, long_date

__all__ = ["DECISION", "decision_refused"]

# Codes of joint.decisions.refusals and joint.texts. Values are put in as `_values` makes them.
DECISION: dict[str, Any] = {
    "not-open": gettext_lazy("This decision has not been opened as its rules ask. Nothing can be said of it."),
    "opened-already": gettext_lazy("This decision was opened before."),
    "not-owner": gettext_lazy("Only %(owner)s, which keeps this decision, can do this."),
    "not-concerned": gettext_lazy("Only a state that this decision is to be adopted by can do this."),
    "left-out": gettext_lazy(
        "This state is left out of the decision now, and cannot act in it until it is brought back."
    ),
    "not-now": gettext_lazy("This cannot be done as the decision stands now. Look at its page: it may have moved on."),
    "decision-over": gettext_lazy("This decision has come to its end. Propose another one."),
    "act-unknown": gettext_lazy("This node does not know this act."),
    "too-many": gettext_lazy("%(state)s has said of this as much as one state may. What it says now has no effect."),
    "other-body": gettext_lazy("It is proposed in the name of another body. Choose the body anew."),
    "owner-not-entitled": gettext_lazy("The rules of this body do not let this state propose."),
    "concerned-not-entitled": gettext_lazy(
        "%(states)s is no member of this body. Take it out of the states concerned."
    ),
    "kind-not-allowed": gettext_lazy("This body does not adopt this kind of document. Choose another kind or body."),
    "language-not-official": gettext_lazy("A language that is to be authentic is not official in the alliance."),
    "no-such-day": gettext_lazy("There is no such day. Give a day of the calendar."),
    "no-such-moment": gettext_lazy("There is no such moment. Give a day and a time."),
    "version-not-current": gettext_lazy(
        "The text is in version %(current)s now, and this speaks of version %(version)s. Read the text again."
    ),
    "no-such-version": gettext_lazy("The text has no such version."),
    "text-is-adopted": gettext_lazy("The text was adopted and is sealed. Propose a decision that amends it."),
    "translation-stands": gettext_lazy(
        "It cannot be changed here: this translation is by %(states)s, and only that state changes it. What is not "
        "translated yet may be added."
    ),
    "text-under-silence": gettext_lazy(
        "A silence runs on this text. Object, if it should be another; the silence then stops."
    ),
    "text-not-ready": gettext_lazy(
        "The text is not ready: it lacks an official language, or part of it is in brackets. Its page says where."
    ),
    "objection-late": gettext_lazy(
        "The time to object is over. Put a position on record instead; the objection would stop nothing."
    ),
    "objection-stands": gettext_lazy("%(states)s objects. Nothing is adopted while an objection stands."),
    "no-objection": gettext_lazy("This state does not object, so that there is nothing to lift."),
    "not-ad-referendum": gettext_lazy("This state did not agree ad referendum, so that there is nothing to clear."),
    "silence-not-allowed": gettext_lazy(
        "The rules of this body do not allow adoption by silence. Ask each state for its consent."
    ),
    "silence-too-short": gettext_lazy("The rules of this body ask for a silence of %(least)s hours at least."),
    "no-silence": gettext_lazy("No silence runs."),
    "received-too-early": gettext_lazy("The silence had not been received yet."),
    "order-not-known": gettext_lazy("It says that it has received what does not exist."),
    "nothing-to-receive": gettext_lazy("Nothing waits to be received."),
    "silence-still-runs": gettext_lazy("The silence of a state has not ended yet."),
    "nobody-to-call": gettext_lazy("Nobody is waited for any more."),
    "states-missing": gettext_lazy("%(states)s has said nothing that counts yet. The decision stays pending."),
    "nobody-adopts": gettext_lazy(
        "Every state stays out, so that nobody would be bound. Withdraw it, or close it as not agreed."
    ),
    "citation-false": gettext_lazy("Meanwhile a state has said something else. Look at the page again, then adopt."),
    "not-in-force-yet": gettext_lazy("It enters into force later: a day, or a capital, is waited for."),
    "nobody-bound": gettext_lazy("No state is bound by it any more."),
    "revoked-by-itself": gettext_lazy("A decision cannot revoke itself. Name the later decision."),
    "bound-already": gettext_lazy("This state is bound by it already."),
    "may-not-accede": gettext_lazy("The rules that this decision was adopted under do not let this state accede."),
    "owner-stays": gettext_lazy("The state that keeps the decision cannot be left out of it."),
    "left-out-already": gettext_lazy("This state is left out already."),
    "not-left-out": gettext_lazy("This state is not left out."),
    "no-such-measure": gettext_lazy("There is no such measure."),
    "measure-twice": gettext_lazy("There is a measure of this name already."),
    "not-measure-owner": gettext_lazy("This measure is for another state to carry out."),
    "not-bound": gettext_lazy("%(state)s is not bound by this decision. Choose a state that is."),
    "not-verifier": gettext_lazy("Another state confirms this measure."),
    "measure-not-now": gettext_lazy("The measure has not come so far, or is beyond that. Look at it again."),
    "deadline-not-later": gettext_lazy("The new deadline is not later than the one there is."),
    # of texts
    "no-such-paragraph": gettext_lazy("The text has no such paragraph any more. Look at its latest version."),
    "same-paragraph-twice": gettext_lazy("A paragraph stands there twice."),
    "deleted-in-one-language": gettext_lazy(
        "A paragraph was taken out in one language only. Take it out whole, or give its text in every "
        "official language."
    ),
    "rev-not-raised": gettext_lazy("A text was changed without saying so. Say whether its meaning changes."),
    "rev-lowered": gettext_lazy("A paragraph would become older than it is."),
    "rev-skips": gettext_lazy("A paragraph would skip a revision."),
    "no-paragraphs": gettext_lazy("The text has no paragraphs. Write at least one."),
    "too-many-paragraphs": gettext_lazy("The text has too many paragraphs. Make it shorter, or two documents."),
    "nothing-changed": gettext_lazy("Nothing was changed."),
    "empty-text": gettext_lazy("A paragraph is empty. Write it, or take it out."),
    "bracket-not-closed": gettext_lazy("A square bracket is not closed."),
    "bracket-not-opened": gettext_lazy(
        "Paragraph %(paragraph)s, %(language)s: the bracket at character %(character)s closes nothing. Open "
        "it or take it out."
    ),
    "brackets": gettext_lazy(
        "Paragraph %(paragraph)s, %(language)s: what stands in square brackets is not agreed yet."
    ),
    "brackets-differ": gettext_lazy(
        "Paragraph %(paragraph)s: the languages do not have the same number of bracketed passages."
    ),
    "machine-over-checked": gettext_lazy(
        "Paragraph %(paragraph)s: a machine translation cannot replace one that a person has checked and that"
        " is up to date."
    ),
    "machine-text": gettext_lazy(
        "Paragraph %(paragraph)s, %(language)s: a machine wrote this text. A person must check it."
    ),
    "no-id": gettext_lazy("A paragraph has no identifier."),
    "no-language": gettext_lazy("Paragraph %(paragraph)s is in no language. Write it in one at least."),
    "not-a-revision": gettext_lazy(
        "Paragraph %(paragraph)s: %(revision)s is no number of a revision; it is a whole number from 1 to %(limit)s."
    ),
    "not-a-text": gettext_lazy("This is not a text in paragraphs."),
    "numbering-differs": gettext_lazy(
        "Paragraph %(paragraph)s: the languages do not have the same number of numbered lines."
    ),
    "numbering-differs-here": gettext_lazy(
        "The translation has as many paragraphs, but paragraph %(place)s is numbered otherwise. Check from there on."
    ),
    "official-language": gettext_lazy(
        "%(language)s is an official language of this decision: its text is changed by an amendment, not by a"
        " translation."
    ),
    "other-paragraph": gettext_lazy("A change of paragraph %(paragraph)s puts paragraph %(to)s in its place."),
    "out-of-date": gettext_lazy("Paragraph %(paragraph)s, %(language)s: the text is out of date. Bring it up to date."),
    "paragraphs-differ": gettext_lazy(
        "The text has %(expected)s paragraphs and the translation %(given)s. They part at paragraph %(place)s."
    ),
    "revision-above-paragraph": gettext_lazy(
        "Paragraph %(paragraph)s, %(language)s: the text is of revision %(revision)s, the paragraph of "
        "%(paragraph_at)s. A text cannot be ahead of its paragraph."
    ),
    "same-id-twice": gettext_lazy("Two paragraphs are both named %(paragraph)s."),
    "text-too-long": gettext_lazy(
        "Paragraph %(paragraph)s, %(language)s has %(characters)s characters; the limit is %(limit)s. Divide it."
    ),
    "too-many-languages": gettext_lazy(
        "Paragraph %(paragraph)s is in %(languages)s languages; the limit is %(limit)s."
    ),
    "unknown-kind": gettext_lazy("Paragraph %(paragraph)s: there is no kind of paragraph “%(kind)s”."),
    "unknown-standing": gettext_lazy("“%(standing)s” is no standing that this text can have."),
    "untranslated": gettext_lazy("Paragraph %(paragraph)s is not there in %(language)s. Write it before adoption."),
}


def decision_refused(code: str, values: Mapping[str, Any]) -> str:
    """The sentence of a code in the active language; empty if there is none."""
    sentence = DECISION.get(code)
    return str(sentence) % _Shown(_values(values)) if sentence is not None else ""


class _Shown(dict[str, str]):
    """A value that the refusal did not give is a dash: the sentence is still of use."""

    def __missing__(self, name: str) -> str:
        return "—"


def _values(values: Mapping[str, Any]) -> dict[str, str]:
    shown = {}
    for name, value in values.items():
        if name in ("state", "owner"):
            shown[name] = named([value])
        elif name == "states":
            shown[name] = named(one if isinstance(one, str) else one[0] for one in value)
        elif name == "languages":
            shown[name] = ", ".join(map(str, value))
        elif name == "until":
            at = timezone.localtime(value)
            shown[name] = f"{long_date(at.date())}, {clock(value)}"
        else:
            shown[name] = str(value)
    return shown
