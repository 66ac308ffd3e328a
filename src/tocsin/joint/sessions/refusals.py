"""Why an act on a session changes nothing: codes with their meaning, which pages word for people."""

__all__ = ["REFUSALS"]

REFUSALS = {
    # of anybody
    "not-open": "Nothing has convened this session, or not as the rules of its body allow.",
    "opened-already": "It was convened before.",
    "not-owner": "Only the state that convened the session may do this.",
    "not-invited": "Only a state that is invited may do this.",
    "not-now": "The session is not in a state in which this can be done.",
    "minutes-are-out": "The minutes are out; what was not in the order by then is not of the session.",
    "act-unknown": "No such act is known here.",
    "too-many": "The state has said as much of this session as one state may.",
    # of convening
    "other-body": "It is convened in the name of another body.",
    "owner-not-entitled": "The body does not let this state convene.",
    "chair-not-invited": "Who is to preside is not invited.",
    "no-such-moment": "A moment that is given is none.",
    # of the agenda
    "item-twice": "Two items have the same name.",
    "item-taken-up": "An item that was taken up cannot be left out of the agenda.",
    "no-such-item": "There is no such item.",
    "item-not-taken-up": "The item has not been taken up.",
    "item-concluded": "The item is concluded.",
    # of delegates
    "delegate-twice": "Two delegates have the same name.",
    "delegate-replaced": "The delegate has been replaced.",
    "no-such-delegate": "The state has not named this delegate.",
    # of the minutes
    "no-minutes": "There are no minutes.",
    "minutes-not-current": "Other minutes have taken the place of these.",
    "approved-already": "The state has approved them.",
}  # what a text cannot be is among the codes of `tocsin.joint.texts`
