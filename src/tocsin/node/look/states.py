"""One word, one shape, one colour for each state, wherever it is shown."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(StrEnum):
    """What a state asks of the reader. Each has its own shape, so that colour is never alone."""

    NEUTRAL = "neutral"  # nothing to do
    INFO = "info"  # worth knowing
    ATTENTION = "attention"  # somebody should act
    ALARM = "alarm"  # above threshold, overdue: vermilion, and nothing else is
    GOOD = "good"  # done, safe


SHAPES = {
    Kind.NEUTRAL: "circle",
    Kind.INFO: "point-filled",
    Kind.ATTENTION: "alert-triangle",
    Kind.ALARM: "triangle-filled",
    Kind.GOOD: "check",
}


@dataclass(frozen=True, slots=True)
class State:
    """How a state is shown: its word, what it asks, and its shape if it has one of its own."""

    label: str | Promise
    kind: Kind
    shape: str = ""

    @property
    def icon(self) -> str:
        return self.shape or SHAPES[self.kind]


STATES: dict[str, State] = {
    # a signal or a thread of them
    "new": State(_("new"), Kind.ATTENTION, "circle-filled"),
    "triaged": State(_("triaged"), Kind.INFO),
    "discarded": State(_("discarded"), Kind.NEUTRAL, "x"),
    "watch": State(_("watched"), Kind.INFO, "eye"),
    "under_verification": State(_("under verification"), Kind.ATTENTION, "search"),
    "verified": State(_("verified"), Kind.ALARM),
    "refuted": State(_("refuted"), Kind.NEUTRAL, "x"),
    "unverifiable": State(_("cannot be verified"), Kind.NEUTRAL, "help"),
    # an event, on its three axes, and what assessments of it come to
    "suspected": State(pgettext_lazy("of an event", "suspected"), Kind.ATTENTION, "help"),
    "not_assessed": State(_("not assessed"), Kind.NEUTRAL),
    "under_assessment": State(_("under assessment"), Kind.ATTENTION, "search"),
    "monitoring": State(_("monitored"), Kind.INFO, "eye"),
    "notifiable": State(pgettext_lazy("of an event", "notifiable"), Kind.ALARM),
    "no_response": State(_("no response yet"), Kind.NEUTRAL),
    "responding": State(_("response under way"), Kind.INFO, "refresh"),
    "controlled": State(_("under control"), Kind.GOOD),
    "closed": State(pgettext_lazy("of an event", "closed"), Kind.NEUTRAL, "x"),
    "reopened": State(_("reopened"), Kind.ATTENTION, "history"),
    "notify": State(_("to be notified"), Kind.ALARM),
    "monitor": State(_("to be monitored"), Kind.INFO, "eye"),
    "pending": State(_("open: an answer decides"), Kind.ATTENTION, "help"),
    "review": State(_("under review"), Kind.ATTENTION, "eye"),
    "final": State(_("final"), Kind.GOOD),
    "superseded": State(_("superseded"), Kind.NEUTRAL, "history"),
    # what states tell each other of events: a version, how it is with each addressee, a verdict, a question
    "notified": State(_("notified"), Kind.INFO, "send"),
    "updated": State(_("updated"), Kind.INFO, "refresh"),
    "delivered": State(_("delivered"), Kind.INFO, "mail"),
    "not_reached": State(_("not reached"), Kind.ATTENTION, "ban"),
    "not_acknowledged": State(_("not acknowledged"), Kind.ATTENTION, "bell"),
    "affects_us": State(_("affects us"), Kind.ALARM),
    "may_affect_us": State(_("may affect us"), Kind.ATTENTION, "help"),
    "not_relevant": State(_("not relevant to us"), Kind.NEUTRAL, "x"),
    "cannot_say": State(_("cannot be said"), Kind.NEUTRAL, "help"),
    "unanswered": State(_("not answered"), Kind.ATTENTION, "clock"),
    "answer_late": State(_("answer overdue"), Kind.ALARM, "clock"),
    # a traveller who is looked for
    "traveller_unanswered": State(_("not answered"), Kind.ATTENTION, "clock"),
    "traveller_sought": State(_("being looked for"), Kind.INFO, "search"),
    "traveller_found": State(pgettext_lazy("of a person", "found"), Kind.GOOD),
    "traveller_not_found": State(pgettext_lazy("of a person", "not found"), Kind.NEUTRAL, "x"),
    "destroyed": State(_("destroyed"), Kind.NEUTRAL, "ban"),
    # a clock
    "clock_met": State(_("in time"), Kind.GOOD),
    "clock_missed": State(_("too late"), Kind.ALARM, "clock"),
    "clock_running": State(pgettext_lazy("of a clock", "running"), Kind.INFO, "clock"),
    "clock_unknown": State(_("not known yet"), Kind.NEUTRAL, "help"),
    "clock_contradiction": State(_("contradiction"), Kind.ATTENTION),
    "clock_warned": State(_("limit near"), Kind.ATTENTION, "clock"),
    "clock_over": State(_("over the limit"), Kind.ALARM, "clock"),
    # a sample, and what was found in it
    "sample_taken": State(_("sample taken"), Kind.NEUTRAL),
    "sample_sent": State(_("on its way"), Kind.INFO, "send"),
    "sample_received": State(_("at the laboratory"), Kind.INFO, "search"),
    "sample_unsuitable": State(_("cannot be examined"), Kind.ATTENTION, "ban"),
    "sample_examined": State(_("examined"), Kind.GOOD),
    "result_pending": State(_("result awaited"), Kind.NEUTRAL, "clock"),
    "result_positive": State(_("positive"), Kind.ATTENTION, "circle-filled"),
    "result_negative": State(_("negative"), Kind.NEUTRAL),
    "result_inconclusive": State(_("inconclusive"), Kind.INFO, "help"),
    # a source, a report
    "on_time": State(_("on time"), Kind.GOOD),
    "late": State(_("late"), Kind.ATTENTION, "clock"),
    "overdue": State(_("overdue"), Kind.ALARM),
    "zero_report": State(_("zero report"), Kind.NEUTRAL),
    "incomplete": State(_("incomplete"), Kind.NEUTRAL, "circle-dashed"),
    # what is exchanged with partners
    "waits_to_be_signed": State(_("waits to be signed"), Kind.NEUTRAL, "clock"),
    "under_way": State(pgettext_lazy("of a document", "under way"), Kind.INFO, "send"),
    "void": State(_("void"), Kind.ALARM, "x"),
    "erased": State(_("erased"), Kind.NEUTRAL, "x"),
    "quarantined": State(_("kept apart"), Kind.ATTENTION),
    "rows_apart": State(_("rows kept apart"), Kind.ATTENTION),
    "held": State(_("waits for an upgrade"), Kind.NEUTRAL, "clock"),
    "locked": State(_("waits for its key"), Kind.NEUTRAL, "clock"),
    "rejected": State(_("not taken"), Kind.NEUTRAL, "x"),
    "accepted": State(_("taken"), Kind.GOOD),
    "own": State(_("ours"), Kind.NEUTRAL),
    "repeated": State(_("here already"), Kind.NEUTRAL),
    "waits_for_a_second": State(_("waits for a second person"), Kind.ATTENTION, "clock"),
    "lapsed": State(_("lapsed"), Kind.NEUTRAL, "history"),
    "left_alliance": State(_("has left"), Kind.NEUTRAL, "x"),
    "in_use": State(_("in use"), Kind.GOOD),
    "ended": State(_("ended"), Kind.NEUTRAL, "ban"),
    "stolen": State(_("stolen"), Kind.ALARM, "ban"),
    "arrived": State(_("arrived"), Kind.GOOD),
    "to_be_confirmed": State(_("to be confirmed"), Kind.ATTENTION, "eye"),
    "stopped": State(_("stopped"), Kind.ATTENTION),
    # an upload, a piece of work
    "received": State(_("received"), Kind.NEUTRAL, "clock"),
    "reading": State(_("being read"), Kind.INFO, "refresh"),
    "previewed": State(_("to be confirmed"), Kind.ATTENTION, "eye"),
    "taking": State(_("being taken"), Kind.INFO, "refresh"),
    "unreadable": State(_("cannot be read"), Kind.ATTENTION),
    "cancelled": State(_("cancelled"), Kind.NEUTRAL, "x"),
    "undone": State(_("undone"), Kind.NEUTRAL, "history"),
    "off": State(_("not in use"), Kind.NEUTRAL, "ban"),
    "exercise": State(_("exercise"), Kind.INFO),
    "draft": State(_("draft"), Kind.NEUTRAL, "pencil"),
    "waiting": State(_("waiting"), Kind.NEUTRAL, "clock"),
    "running": State(_("running"), Kind.INFO, "refresh"),
    "taken": State(_("taken"), Kind.GOOD),
    "done": State(_("done"), Kind.GOOD),
    "failed": State(_("failed"), Kind.ATTENTION),
    "withdrawn": State(_("withdrawn"), Kind.NEUTRAL, "history"),
    # a person, an invitation, a token
    "active": State(_("active"), Kind.GOOD),
    "invited": State(_("invited"), Kind.INFO, "mail"),
    "suspended": State(_("suspended"), Kind.ATTENTION, "ban"),
    "expired": State(_("expired"), Kind.NEUTRAL, "clock"),
    "revoked": State(_("revoked"), Kind.NEUTRAL, "ban"),
    "on_duty": State(_("on duty"), Kind.GOOD, "phone"),
    # an alert, a call, a hand-over, a drill
    "calling": State(_("nobody has it yet"), Kind.ALARM, "bell"),
    "acknowledged": State(_("acknowledged"), Kind.GOOD),
    "alert_closed": State(pgettext_lazy("of an alert", "closed"), Kind.NEUTRAL, "x"),
    "handed_over": State(_("handed over"), Kind.GOOD, "send"),
    "being_called": State(_("is being called"), Kind.INFO, "refresh"),
    "interrupted": State(_("interrupted"), Kind.ATTENTION, "refresh"),
    "called_off": State(_("not needed any more"), Kind.NEUTRAL, "x"),
    "taken_over": State(_("taken over"), Kind.GOOD),
    "not_taken_over": State(_("not taken over"), Kind.ATTENTION, "clock"),
    "drill": State(_("drill"), Kind.INFO, "phone"),
    "outstanding": State(_("outstanding"), Kind.ATTENTION, "clock"),
    "too_late": State(_("late"), Kind.ATTENTION, "clock"),
    # an exercise, and what is to be reached in it
    "exercise_planned": State(_("planned"), Kind.NEUTRAL, "clock"),
    "exercise_running": State(pgettext_lazy("of an exercise", "running"), Kind.INFO, "refresh"),
    "exercise_paused": State(_("paused"), Kind.ATTENTION, "clock"),
    "exercise_ended": State(pgettext_lazy("of an exercise", "over"), Kind.NEUTRAL, "history"),
    "exercise_reached": State(_("reached"), Kind.GOOD),
    "exercise_open": State(pgettext_lazy("of an objective", "not reached"), Kind.NEUTRAL, "circle-dashed"),
    # a decision of several states, how each stands towards it, its acts, its texts, its measures
    "decision_proposed": State(_("proposed"), Kind.NEUTRAL, "pencil"),
    "decision_under_consideration": State(_("under consideration"), Kind.INFO, "message"),
    "decision_silence_procedure": State(_("silence procedure"), Kind.ATTENTION, "clock"),
    "decision_adopted": State(pgettext_lazy("of a decision", "adopted"), Kind.GOOD),
    "decision_in_force": State(_("in force"), Kind.GOOD),
    "decision_implemented": State(pgettext_lazy("of a decision", "implemented"), Kind.GOOD),
    "decision_lapsed": State(_("lapsed"), Kind.NEUTRAL, "history"),
    "order_waits": State(_("not all of it is here"), Kind.ATTENTION, "clock"),
    "decision_none": State(_("void"), Kind.ALARM, "x"),
    "decision_revoked": State(pgettext_lazy("of a decision", "revoked"), Kind.NEUTRAL, "ban"),
    "decision_not_agreed": State(_("not agreed"), Kind.NEUTRAL, "x"),
    "decision_withdrawn": State(_("withdrawn"), Kind.NEUTRAL, "history"),
    "stands_consents": State(pgettext_lazy("of a state", "agrees"), Kind.GOOD),
    "stands_ad_referendum": State(_("agrees ad referendum"), Kind.GOOD, "clock"),
    "stands_stays_out": State(pgettext_lazy("of a state", "stays out"), Kind.NEUTRAL, "minus"),
    "stands_objects": State(pgettext_lazy("of a state", "objects"), Kind.ALARM),
    "stands_silent": State(pgettext_lazy("of a state", "silent"), Kind.INFO, "clock"),
    "stands_outstanding": State(_("outstanding"), Kind.ATTENTION, "clock"),
    "stands_left_out": State(pgettext_lazy("of a state", "left out"), Kind.NEUTRAL, "ban"),
    "stands_acceded": State(pgettext_lazy("of a state", "acceded"), Kind.GOOD),
    "act_counts": State(_("in the order"), Kind.NEUTRAL),
    "act_refused": State(_("without effect"), Kind.ATTENTION, "ban"),
    "act_too_late": State(_("said too late"), Kind.ATTENTION, "clock"),
    "act_sent": State(_("sent, not yet in the order"), Kind.ATTENTION, "send"),
    "text_machine": State(_("machine translation, not checked"), Kind.ATTENTION),
    "text_out_of_date": State(_("out of date"), Kind.ATTENTION, "history"),
    "text_untranslated": State(_("not translated"), Kind.ATTENTION, "language"),
    "measure_assigned": State(pgettext_lazy("of a measure", "assigned"), Kind.ATTENTION, "send"),
    "measure_accepted": State(pgettext_lazy("of a measure", "accepted"), Kind.INFO),
    "measure_declined": State(pgettext_lazy("of a measure", "declined"), Kind.NEUTRAL, "x"),
    "measure_in_progress": State(_("in progress"), Kind.INFO, "refresh"),
    "measure_done": State(_("reported done"), Kind.INFO, "check"),
    "measure_verified": State(pgettext_lazy("of a measure", "checked"), Kind.GOOD),
    "measure_overdue": State(_("overdue"), Kind.ALARM),
    "measure_to_come": State(_("once adopted"), Kind.NEUTRAL, "clock"),
    # a session, an item of its agenda, a duty of an agreement
    "session_convened": State(pgettext_lazy("of a session", "called"), Kind.INFO, "calendar"),
    "session_open": State(pgettext_lazy("of a session", "open"), Kind.ATTENTION, "users"),
    "session_closed": State(pgettext_lazy("of a session", "closed"), Kind.NEUTRAL, "check"),
    "session_none": State(_("void"), Kind.ALARM, "x"),
    "session_cancelled": State(pgettext_lazy("of a session", "cancelled"), Kind.NEUTRAL, "x"),
    "session_not_named": State(_("say who comes"), Kind.ATTENTION, "user-plus"),
    "item_taken_up": State(_("taken up"), Kind.INFO, "message"),
    "item_concluded": State(pgettext_lazy("of an item", "concluded"), Kind.GOOD),
    "delegate_present": State(pgettext_lazy("of a delegate", "is there"), Kind.GOOD),
    "minutes_approved": State(pgettext_lazy("of minutes", "approved"), Kind.GOOD),
    "duty_open": State(pgettext_lazy("of a duty", "open"), Kind.INFO, "clock"),
    "duty_near": State(_("limit near"), Kind.ATTENTION, "clock"),
    "duty_over": State(_("over the limit"), Kind.ALARM, "clock"),
    "duty_done": State(pgettext_lazy("of a duty", "done"), Kind.GOOD),
    "duty_done_late": State(_("done, too late"), Kind.ATTENTION, "clock"),
    "duty_lifted": State(_("does not apply"), Kind.NEUTRAL, "ban"),
    "agreement_draft": State(_("draft, binds nobody"), Kind.NEUTRAL, "pencil"),
    # a request for assistance, an offer, a shipment, a register of what a state could send
    "request_open": State(pgettext_lazy("request", "open"), Kind.ATTENTION, "circle-dashed"),
    "request_partly_covered": State(pgettext_lazy("request", "partly covered"), Kind.INFO, "circle-dot"),
    "request_covered": State(pgettext_lazy("request", "covered"), Kind.GOOD),
    "request_closed": State(pgettext_lazy("request", "closed"), Kind.NEUTRAL, "check"),
    "request_cancelled": State(pgettext_lazy("request", "cancelled"), Kind.NEUTRAL, "x"),
    "request_unopened": State(_("void"), Kind.ALARM, "x"),
    "request_lapsed": State(pgettext_lazy("request", "lapsed"), Kind.NEUTRAL, "history"),
    "offer_pledged": State(pgettext_lazy("offer", "pledged"), Kind.NEUTRAL, "clock"),
    "offer_confirmed": State(pgettext_lazy("offer", "confirmed"), Kind.INFO, "check"),
    "offer_partly_accepted": State(pgettext_lazy("offer", "accepted in part"), Kind.INFO, "circle-dot"),
    "offer_accepted": State(pgettext_lazy("offer", "accepted"), Kind.GOOD),
    "offer_declined": State(pgettext_lazy("offer", "declined"), Kind.NEUTRAL, "x"),
    "offer_withdrawn": State(pgettext_lazy("offer", "withdrawn"), Kind.NEUTRAL, "history"),
    "offer_expired": State(pgettext_lazy("offer", "expired"), Kind.NEUTRAL, "clock"),
    "shipment_planned": State(pgettext_lazy("shipment", "planned"), Kind.NEUTRAL, "calendar"),
    "shipment_cleared": State(pgettext_lazy("shipment", "cleared"), Kind.INFO, "check"),
    "shipment_dispatched": State(pgettext_lazy("shipment", "dispatched"), Kind.INFO, "send"),
    "shipment_in_transit": State(pgettext_lazy("shipment", "in transit"), Kind.INFO, "send"),
    "shipment_arrived": State(pgettext_lazy("shipment", "arrived"), Kind.ATTENTION, "inbox"),
    "shipment_disputed": State(pgettext_lazy("shipment", "signed for differently"), Kind.ALARM),
    "shipment_differs": State(pgettext_lazy("of two figures", "differ"), Kind.ALARM),
    "shipment_handed_over": State(pgettext_lazy("shipment", "handed over"), Kind.GOOD),
    "shipment_returned": State(pgettext_lazy("shipment", "returned"), Kind.NEUTRAL, "history"),
    "shipment_donated": State(pgettext_lazy("shipment", "donated"), Kind.GOOD),
    "shipment_demobilised": State(pgettext_lazy("shipment", "demobilised"), Kind.NEUTRAL, "home"),
    "shipment_called_off": State(pgettext_lazy("shipment", "called off"), Kind.NEUTRAL, "x"),
    "register_changed": State(_("changed since it was shared"), Kind.ATTENTION, "pencil"),
    "register_stale": State(_("more than 30 days old"), Kind.ATTENTION, "history"),
    # hospitals: whether one takes part, what a line of its service can do, who may be asked, and whether they are there
    "hospital_applied": State(pgettext_lazy("hospital", "applied"), Kind.ATTENTION, "inbox"),
    "hospital_verified": State(pgettext_lazy("hospital", "verified"), Kind.INFO, "check"),
    "hospital_active": State(pgettext_lazy("hospital", "active"), Kind.GOOD),
    "hospital_suspended": State(pgettext_lazy("hospital", "suspended"), Kind.ATTENTION, "clock"),
    "hospital_left": State(pgettext_lazy("hospital", "left"), Kind.NEUTRAL, "history"),
    "service_full": State(pgettext_lazy("service", "full"), Kind.GOOD),
    "service_partial": State(pgettext_lazy("service", "partial"), Kind.ATTENTION, "circle-dot"),
    "service_none": State(pgettext_lazy("service", "none"), Kind.NEUTRAL, "x"),
    "service_unknown": State(pgettext_lazy("service", "unknown"), Kind.NEUTRAL, "help"),
    "clinician_invited": State(pgettext_lazy("clinician", "invited"), Kind.ATTENTION, "send"),
    "clinician_identity_checked": State(pgettext_lazy("clinician", "identity checked"), Kind.INFO, "check"),
    "clinician_active": State(pgettext_lazy("clinician", "active"), Kind.GOOD),
    "clinician_away": State(pgettext_lazy("clinician", "away"), Kind.NEUTRAL, "clock"),
    "clinician_revoked": State(pgettext_lazy("clinician", "revoked"), Kind.NEUTRAL, "x"),
    "on_hours": State(pgettext_lazy("clinician", "on hours now"), Kind.GOOD),
    "off_hours": State(pgettext_lazy("clinician", "not on hours"), Kind.NEUTRAL, "clock"),
    "hours_not_said": State(pgettext_lazy("clinician", "hours not said"), Kind.NEUTRAL, "help"),
    # a case between hospitals, opinions, panels
    "case_submitted": State(pgettext_lazy("case", "submitted"), Kind.ATTENTION, "circle-dashed"),
    "case_returned": State(pgettext_lazy("case", "given back"), Kind.ATTENTION, "arrow-left"),
    "case_allocated": State(pgettext_lazy("case", "allocated"), Kind.INFO, "circle-dot"),
    "case_in_review": State(pgettext_lazy("case", "in review"), Kind.INFO, "eye"),
    "case_info_requested": State(pgettext_lazy("case", "question asked"), Kind.ATTENTION, "help"),
    "case_answered": State(pgettext_lazy("case", "answered"), Kind.GOOD, "circle-filled"),
    "case_acknowledged": State(pgettext_lazy("case", "acknowledged"), Kind.GOOD),
    "case_follow_up_due": State(pgettext_lazy("case", "follow-up due"), Kind.ATTENTION, "clock"),
    "case_followed_up": State(pgettext_lazy("case", "followed up"), Kind.GOOD),
    "case_closed": State(pgettext_lazy("case", "closed"), Kind.NEUTRAL, "check"),
    "case_withdrawn": State(pgettext_lazy("case", "withdrawn"), Kind.NEUTRAL, "x"),
    "case_expired": State(pgettext_lazy("case", "expired"), Kind.NEUTRAL, "history"),
    "case_void": State(_("void"), Kind.ALARM, "x"),
    "opinion_signed": State(pgettext_lazy("opinion", "signed"), Kind.GOOD),
    "opinion_replaced": State(pgettext_lazy("opinion", "a later version stands"), Kind.NEUTRAL, "history"),
    "opinion_retracted": State(pgettext_lazy("opinion", "retracted"), Kind.ALARM, "x"),
    "panel_convened": State(pgettext_lazy("panel", "called together"), Kind.ATTENTION, "circle-dashed"),
    "panel_quorum": State(pgettext_lazy("panel", "quorum"), Kind.INFO, "circle-dot"),
    "panel_discussion": State(pgettext_lazy("panel", "discussion"), Kind.INFO, "eye"),
    "panel_outcome_drafted": State(pgettext_lazy("panel", "outcome proposed"), Kind.ATTENTION, "circle-filled"),
    "panel_consensus": State(pgettext_lazy("panel", "consensus"), Kind.GOOD),
    "panel_divided": State(pgettext_lazy("panel", "divided"), Kind.ATTENTION, "help"),
    "panel_signed_off": State(pgettext_lazy("panel", "signed"), Kind.GOOD),
    "panel_dissolved": State(pgettext_lazy("panel", "dissolved"), Kind.NEUTRAL, "x"),
    "panel_there": State(pgettext_lazy("member of a panel", "is there"), Kind.INFO),
    "stance_agrees": State(pgettext_lazy("member of a panel", "agrees"), Kind.GOOD),
    "stance_disagrees": State(pgettext_lazy("member of a panel", "does not agree"), Kind.ATTENTION, "x"),
    # letters between hospitals: whether a reader has opened one
    "letter_read": State(pgettext_lazy("letter", "read"), Kind.GOOD),
    # transfers of patients between hospitals
    "transfer_requested": State(pgettext_lazy("transfer", "asked for"), Kind.ATTENTION, "circle-dashed"),
    "transfer_accepted": State(pgettext_lazy("transfer", "accepted"), Kind.GOOD, "circle-dot"),
    "transfer_departed": State(pgettext_lazy("transfer", "on the way"), Kind.INFO, "send"),
    "transfer_arrived": State(pgettext_lazy("transfer", "arrived"), Kind.ATTENTION, "inbox"),
    "transfer_handed_over": State(pgettext_lazy("transfer", "handed over"), Kind.GOOD),
    "transfer_ended": State(pgettext_lazy("transfer", "ended"), Kind.NEUTRAL, "check"),
    "transfer_declined": State(pgettext_lazy("transfer", "declined"), Kind.NEUTRAL, "x"),
    "transfer_cancelled": State(pgettext_lazy("transfer", "cancelled"), Kind.NEUTRAL, "x"),
    "transfer_lapsed": State(pgettext_lazy("transfer", "lapsed"), Kind.NEUTRAL, "history"),
    "transfer_withdrawn": State(pgettext_lazy("transfer", "withdrawn"), Kind.NEUTRAL, "x"),
    "transfer_void": State(_("void"), Kind.ALARM, "x"),
    "handover_signed": State(pgettext_lazy("hand-over of a patient", "signed"), Kind.GOOD),
}


def state_named(name: str, label: str | Promise = "") -> State:
    """The registered state, or a bare kind that brings its own `label`. KeyError says where to register."""
    if name in STATES:
        known = STATES[name]
        return State(label or known.label, known.kind, known.shape)
    if name in set(Kind) and label:
        return State(label, Kind(name))
    raise KeyError(
        f'no state "{name}" in look/states.py: register it there, or give one of {", ".join(Kind)} and a label'
    )
