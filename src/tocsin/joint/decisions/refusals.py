"""Why an act on a decision changes nothing: codes with their meaning, which pages word for people."""

__all__ = ["REFUSALS"]

REFUSALS = {
    # of anybody
    "not-open": "Nothing has opened this decision, or not as the rules of its body allow.",
    "opened-already": "It was opened before.",
    "not-owner": "Only the owner of the decision may do this.",
    "not-concerned": "Only a state concerned may do this.",
    "left-out": "The state is left out at this place of the order.",
    "not-now": "The decision is not in a state in which this can be done.",
    "decision-over": "The decision has come to its end.",
    "act-unknown": "No such act is known here.",
    "too-many": "The state has said as much of this decision as one state may.",
    # of opening
    "other-body": "It is proposed in the name of another body.",
    "owner-not-entitled": "The body does not let this state propose.",
    "concerned-not-entitled": "A state concerned is no member of the body.",
    "kind-not-allowed": "The body may not adopt decisions of this kind.",
    "language-not-official": "A language that would be authentic is not official in the alliance.",
    "no-such-day": "A day that is given is none.",
    "no-such-moment": "A moment that is given is none.",
    # of the text
    "version-not-current": "It speaks of another version than the one on the table.",
    "no-such-version": "There is no such version.",
    "translation-stands": "Another state wrote the translation that stands, and it is not this one's to change.",
    "text-is-adopted": "The text was adopted and cannot be amended.",
    "text-under-silence": "A silence runs on this text; who wants another objects.",
    "text-not-ready": "The text is not complete in every official language, or not agreed.",
    # of objections
    "objection-late": "The silence of this state had ended, or the decision was adopted. The objection is on record.",
    "objection-stands": "A state objects.",
    "no-objection": "The state has no objection to lift.",
    "not-ad-referendum": "The state has not consented ad referendum.",
    # of silence
    "silence-not-allowed": "The rules of the body allow no silence.",
    "silence-too-short": "The rules of the body ask for a longer silence.",
    "no-silence": "No silence runs.",
    "received-too-early": "The state's node had not received the silence yet.",
    "order-not-known": "It says that it has received what did not exist.",
    "nothing-to-receive": "Nothing waits for this receipt.",
    "silence-still-runs": "The silence of a state has not ended yet.",
    "nobody-to-call": "No state is waited for that a call would close.",
    # of adoption
    "states-missing": "A state has neither consented nor stayed out, and its silence has not been completed.",
    "nobody-adopts": "No state would be bound.",
    "citation-false": "The adoption cites of a state what is not so at this place of the order.",
    # afterwards
    "not-in-force-yet": "What its entry into force waits for has not come.",
    "nobody-bound": "No state is bound any more.",
    "revoked-by-itself": "A decision cannot revoke itself.",
    "bound-already": "The state is bound already.",
    "may-not-accede": "The rules of the body do not let this state accede.",
    # of taking part
    "owner-stays": "The owner cannot be left out of its own decision.",
    "left-out-already": "The state is left out already.",
    "not-left-out": "The state is not left out.",
    # of measures
    "no-such-measure": "There is no such measure.",
    "measure-twice": "There is a measure of this name.",
    "not-measure-owner": "The measure is another state's.",
    "not-bound": "The state is not bound by the decision, and is given no measure of it.",
    "not-verifier": "Another state verifies the measure.",
    "measure-not-now": "The measure has not come so far, or is beyond that.",
    "deadline-not-later": "The deadline is not later than the one before.",
}  # what a text cannot be is among the codes of `tocsin.joint.texts`
