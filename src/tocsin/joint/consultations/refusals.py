"""Why an act on a consultation may be refused: every code, and the values that go with it. docs/consultations.md.

Whoever shows a refusal to people words the code in their language with its values.
"""

from collections.abc import Mapping

__all__ = ["REFUSALS"]

REFUSALS: Mapping[str, tuple[str, ...]] = {
    # of the case
    "not-open": (),
    "open-already": (),
    "act-unknown": ("act",),
    "too-many": ("state", "what", "most"),
    "case-ended": ("status",),
    "not-now": ("status",),
    "consent-missing": (),
    # of who speaks
    "not-of-one-state": (),
    "not-in-its-name": ("state", "origin"),
    "hospital-not-asking": (),
    "hospital-not-asked": (),
    "own-hospital": (),
    "clinician-missing": (),
    "not-on-the-case": (),
    "not-of-the-hospital": (),
    "hospital-declined": (),
    "others-work-on-it": (),
    # of days
    "no-such-day": ("field", "day"),
    "day-over": ("field", "day", "today"),
    "follow-up-too-late": ("day", "latest", "days"),
    "not-yet": (),
    # of what is named
    "name-taken": ("what", "id"),
    "no-such-question": ("question",),
    "question-answered": ("question",),
    "no-such-opinion": ("opinion",),
    "not-the-author": ("opinion",),
    "opinion-retracted": ("opinion",),
    "changed-meanwhile": ("revisions",),
    "nothing-new": (),
    "nothing-changes": (),
    # of a panel
    "panel-is-open": (),
    "no-panel": (),
    "not-a-member": (),
    "not-the-chair": (),
    "not-joined": (),
    "quorum-too-large": ("quorum", "members"),
    "no-quorum": ("joined", "quorum"),
    "no-outcome": (),
    "outcome-changed": ("drafts",),
    "members-silent": ("members",),
    "no-majority": ("agreeing", "joined"),
}
