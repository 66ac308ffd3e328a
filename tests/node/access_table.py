"""Every address of the node, who may use it, and with what it is tried. One line an address; to add a page, add a line.

What opens an address stands here by ability, apart from the views: tests/node/test_access.py takes the roles that have
it from alliance/roles.py, and tries each of them, and a stranger. An address without a line fails the test.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tocsin.node.alliance.roles import Ability

__all__ = ["API", "PAGES", "Door"]

A = Ability

EVERYBODY = frozenset({"everybody who is signed in"})
ANYBODY = frozenset({"strangers too"})


@dataclass(frozen=True)
class Door:
    """One address under one method.

    opens   abilities of which one is enough; EVERYBODY who is signed in; ANYBODY
    given   arguments of the address by name; "@upload" is a record of the world in test_access.py
    post    the form, or the JSON of an API call, where it is posted; None: it is got
    sees    abilities of which one lets a person see the record, whoever's it is; others see their own organisation's,
            or their own (a notice, a token)
    whose   abilities of which one lets them see that of their own organisation; empty: nobody owns it
    done    what answers whoever may
    query   after the address
    also    an ability that is needed besides
    """

    opens: frozenset[Any]
    given: Mapping[str, str] = field(default_factory=dict)
    post: Any = None
    sees: frozenset[Any] = frozenset()
    whose: frozenset[Any] = frozenset()
    done: frozenset[int] = frozenset({200})
    query: Mapping[str, str] = field(default_factory=dict)
    also: frozenset[Any] = frozenset()


def page(
    *opens: A, sees: Any = (), whose: Any = (), done: Any = (200,), query: Any = None, also: Any = (), **given: str
):
    return Door(
        frozenset(opens), given, None, frozenset(sees), frozenset(whose), frozenset(done), query or {}, frozenset(also)
    )


def form(
    *opens: A, sees: Any = (), whose: Any = (), done: Any = (302,), data: Any = None, also: Any = (), **given: str
) -> Door:
    doors = frozenset(sees), frozenset(whose), frozenset(done)
    return Door(frozenset(opens), given, data or {}, *doors, also=frozenset(also))


def signed_in(**given: Any) -> Door:
    return page(*EVERYBODY, **given)


def open_to_all(**given: Any) -> Door:
    return page(*ANYBODY, **given)


READ, UPLOAD, REPORT = A.READ_SURVEILLANCE, A.UPLOAD_COUNTS, A.REPORT_SIGNAL
SOURCE = {"sees": [READ], "whose": [UPLOAD], "pk": "@source"}
TABLE = {"sees": [READ], "whose": [UPLOAD], "pk": "@upload"}
THREAD = {"sees": [READ], "whose": [REPORT], "pk": "@thread"}

EVENT = {"pk": "@event"}
TRAVELLER = {"pk": "@tracing"}
TEXT = {"kind": "notification", "pk": "@notification", "into": "en"}
MEASURE = {"pk": "@plan", "measure": "m1"}
HELP, AN_OFFER = {"pk": "@assistance"}, {"pk": "@assistance", "origin": "CE", "offer": "o1"}
A_SHIPMENT = {"pk": "@assistance", "origin": "CE", "shipment": "s1"}
PREPARE_HELP = (A.KEEP_ASSISTANCE, A.RELEASE_ASSISTANCE)
SAMPLE = {"sees": [A.READ_CASES], "whose": [A.RECORD_RESULTS], "pk": "@sample"}

PAGES: dict[str, Door] = {
    # Events of this state
    "events": page(A.READ_EVENTS),
    "board": page(A.READ_EVENTS),
    "new_event": page(A.WRITE_EVENTS),
    "join_event": form(A.WRITE_EVENTS, **EVENT),
    "event": page(A.READ_EVENTS, **EVENT),
    "event_log": page(A.READ_EVENTS, **EVENT),
    "event_estimate_export": page(A.READ_EVENTS, **EVENT, kind="csv", also=[A.EXPORT]),
    "note_event": form(A.WRITE_EVENTS, **EVENT, done=[422]),
    "count_event": form(A.WRITE_EVENTS, **EVENT, done=[422]),
    "lead_event": form(A.WRITE_EVENTS, **EVENT),
    "move_event": form(A.WRITE_EVENTS, **EVENT, axis="response", done=[422]),
    "edit_identity": page(A.WRITE_EVENTS, **EVENT),
    "edit_places": page(A.WRITE_EVENTS, **EVENT),
    "edit_facts": page(A.WRITE_EVENTS, **EVENT, part="needs"),
    "link_event": page(A.WRITE_EVENTS, **EVENT),
    "unlink_event": form(A.WRITE_EVENTS, **EVENT, link="@event_link"),
    "merge_event": page(A.WRITE_EVENTS, **EVENT),
    "event_assessment": page(A.READ_EVENTS, **EVENT),
    "assess_annex2": page(A.ASSESS_EVENTS, **EVENT, assessor="first"),
    "assess_criteria": page(A.ASSESS_EVENTS, **EVENT),
    "assess_risk": page(A.ASSESS_EVENTS, **EVENT, level="national"),
    "move_risk": form(A.ASSESS_EVENTS, **EVENT, risk="@risk", move="review"),
    "event_clocks": page(A.READ_EVENTS, **EVENT),
    # Messages about travellers: of this state, for whoever looks for travellers, and for nobody else
    "travellers": page(A.TRACE_TRAVELLERS),
    "write_traveller": page(A.TRACE_TRAVELLERS),
    "traveller": page(A.TRACE_TRAVELLERS, **TRAVELLER),
    "who_it_is": form(A.TRACE_TRAVELLERS, **TRAVELLER, data={"reason": "find"}, done=[200]),
    "work_on_traveller": form(A.TRACE_TRAVELLERS, **TRAVELLER),
    "acknowledge_traveller": form(A.TRACE_TRAVELLERS, **TRAVELLER),
    "link_traveller": form(A.TRACE_TRAVELLERS, **TRAVELLER),
    "amend_traveller": form(A.TRACE_TRAVELLERS, **TRAVELLER),
    "answer_traveller": page(A.TRACE_TRAVELLERS, **TRAVELLER),
    "close_traveller": page(A.TRACE_TRAVELLERS, **TRAVELLER),
    # Samples: a laboratory has its own; files
    "event_laboratory": page(A.READ_CASES, **EVENT),
    "take_sample": page(A.WRITE_EVENTS, **EVENT),
    "send_samples": form(A.WRITE_EVENTS, **EVENT, done=[422]),
    "take_over_results": form(A.WRITE_EVENTS, **EVENT, done=[409]),
    "samples": page(A.RECORD_RESULTS),
    "sample": page(A.RECORD_RESULTS, A.READ_CASES, **SAMPLE),
    "receive_sample": form(A.RECORD_RESULTS, **SAMPLE, done=[422]),
    "mark_unsuitable": form(A.RECORD_RESULTS, **SAMPLE, done=[422]),
    "record_result": form(A.RECORD_RESULTS, **SAMPLE, done=[422]),
    "correct_result": page(A.RECORD_RESULTS, **SAMPLE, test="@result"),
    "event_files": page(A.READ_CASES, **EVENT),
    "add_event_file": form(A.WRITE_EVENTS, **EVENT, done=[422]),
    "download_event_file": page(A.READ_CASES, **EVENT, file="@file"),
    "remove_event_file": form(A.WRITE_EVENTS, **EVENT, file="@file", done=[422]),
    # The line list: figures for readers of events, rows for readers of cases
    "line_list": page(A.READ_EVENTS, **EVENT),
    "attack_rates": page(A.READ_EVENTS, **EVENT),
    "set_groups": form(A.WRITE_EVENTS, **EVENT),
    "set_exposure": form(A.WRITE_EVENTS, **EVENT, done=[422]),
    "remove_exposure": form(A.WRITE_EVENTS, **EVENT, number="@exposure"),
    "count_line_list": form(A.WRITE_EVENTS, **EVENT, data={"as_of": "@today"}, also=[A.READ_CASES]),
    "line_list_export": page(A.READ_CASES, **EVENT, kind="csv", also=[A.EXPORT]),
    "add_case_table": page(A.READ_CASES, **EVENT, also=[A.WRITE_EVENTS]),
    "case_table": page(A.READ_CASES, **EVENT, table="@case_table"),
    "read_case_table": form(A.READ_CASES, **EVENT, table="@case_table", also=[A.WRITE_EVENTS]),
    "take_case_table": form(A.READ_CASES, **EVENT, table="@case_table", also=[A.WRITE_EVENTS]),
    "cancel_case_table": form(A.READ_CASES, **EVENT, table="@case_table", also=[A.WRITE_EVENTS]),
    "case_table_problems": page(A.READ_CASES, **EVENT, table="@case_table", kind="csv", also=[A.EXPORT]),
    "add_case": page(A.READ_CASES, **EVENT, also=[A.WRITE_EVENTS]),
    "event_case": page(A.READ_CASES, **EVENT, case="@case"),
    "discard_case": form(A.READ_CASES, **EVENT, case="@case", data={"version": "1"}, also=[A.WRITE_EVENTS]),
    "say_milestone": form(A.WRITE_EVENTS, **EVENT, code="detection", done=[422]),
    "say_action": form(A.WRITE_EVENTS, **EVENT, code="investigation", done=[422]),
    "say_factor": form(A.WRITE_EVENTS, **EVENT, done=[422]),
    "remove_factor": form(A.WRITE_EVENTS, **EVENT, factor="@factor"),
    # What states notify and ask each other. The node of these tests takes no part in the exchange.
    "event_partners": page(A.READ_EVENTS, **EVENT),
    "prepare_notification": form(A.WRITE_EVENTS, A.NOTIFY, **EVENT),
    "notified_version": page(A.READ_EVENTS, pk="@told"),
    "draft": page(A.WRITE_EVENTS, A.NOTIFY, pk="@draft"),
    "release_draft": form(A.NOTIFY, pk="@draft", data={"version": "1"}, done=[422]),
    "ask_second_person": form(A.NOTIFY, pk="@draft", data={"version": "1"}, done=[422]),
    "take_back_asking": form(A.NOTIFY, pk="@draft", data={"version": "1"}),
    "give_up_draft": form(A.WRITE_EVENTS, A.NOTIFY, pk="@draft", data={"version": "1"}),
    "notified_events": page(A.READ_EVENTS),
    "notified_event": page(A.READ_EVENTS, pk="@notified"),
    "acknowledge_notified": form(A.ANSWER_PARTNERS, pk="@notified"),
    "give_verdict": form(A.ANSWER_PARTNERS, pk="@notified", done=[422]),
    "link_notified": form(A.WRITE_EVENTS, pk="@notified", done=[422]),
    "verifications": page(A.READ_EVENTS),
    "ask_state": page(A.ANSWER_PARTNERS),
    "verification": page(A.READ_EVENTS, pk="@question"),
    "answer_question": form(A.ANSWER_PARTNERS, pk="@question", done=[422]),
    "acknowledge_question": form(A.ANSWER_PARTNERS, pk="@question"),
    # Notifications as they are read, and translated
    "notification_pdf": page(A.READ_EVENTS, pk="@notification", language="ru"),
    "translations": page(A.TRANSLATE),
    "translation": page(A.TRANSLATE, **TEXT),
    "machine_translation": form(A.TRANSLATE, **TEXT),
    "share_translation": form(A.TRANSLATE, **TEXT),
    # Messages between states
    "messages": page(A.READ_MESSAGES),
    "write_message": page(A.WRITE_MESSAGES),
    "message": page(A.READ_MESSAGES, pk="@message"),
    # The exchange with partners. The node of these tests takes no part in it.
    "partners": page(A.READ_EXCHANGE),
    "partner": page(A.READ_EXCHANGE, code="BO", done=[404]),
    "evidence": page(A.READ_EXCHANGE, code="BO", done=[404]),
    "next_epoch": page(A.MANAGE_EXCHANGE, done=[404]),
    "stream_documents": page(A.READ_EXCHANGE, pk="@stream", done=[404]),
    "kept_apart": page(A.READ_EXCHANGE),
    "kept_apart_document": page(A.READ_EXCHANGE, pk="@kept_apart"),
    "propose_decision": form(A.DECIDE_QUARANTINE, pk="@kept_apart", done=[422]),
    "proposal": page(A.READ_EXCHANGE, pk="@proposal"),
    "confirm_proposal": form(A.DECIDE_QUARANTINE, A.MANAGE_EXCHANGE, pk="@proposal", done=[302, 403]),
    "withdraw_proposal": form(A.DECIDE_QUARANTINE, A.MANAGE_EXCHANGE, pk="@proposal", done=[302, 403]),
    "erase_document": page(A.MANAGE_EXCHANGE, pk="@kept_apart", done=[404]),
    # What is shared of one's counts
    "sharing": page(READ),
    "new_sharing_rule": page(A.SHARE_COUNTS),
    "sharing_rule": page(READ, pk="@sharing"),
    "edit_sharing_rule": page(A.SHARE_COUNTS, pk="@sharing"),
    "confirm_sharing_rule": form(A.SHARE_COUNTS, pk="@sharing", data={"version": "1"}),
    "switch_sharing_rule": form(A.SHARE_COUNTS, pk="@sharing"),
    "prepare_sharing": form(A.SHARE_COUNTS, pk="@sharing"),
    "sharing_preview": page(READ, pk="@sharing"),
    "sharing_progress": page(READ, pk="@sharing", done=[200, 286]),
    "sharing_json": page(READ, pk="@sharing"),
    "send_sharing": form(A.SHARE_COUNTS, pk="@sharing"),
    "shared_document": page(READ, pk="@shared"),
    # People and what they did
    "directory": page(A.READ_DIRECTORY),
    "duty": page(A.READ_DIRECTORY),
    "remove_shift": form(A.MANAGE_DUTY, pk="@shift"),
    "alerts": page(A.STAND_DUTY),
    "alert": page(A.STAND_DUTY, pk="@alert"),
    "acknowledge_alert": form(A.STAND_DUTY, pk="@alert"),
    "close_alert": form(A.STAND_DUTY, pk="@alert", done=[422]),
    "shift_log": page(A.STAND_DUTY),
    "hand_over": page(A.STAND_DUTY),
    "handover": page(A.STAND_DUTY, pk="@handover"),
    "accept_handover": form(A.STAND_DUTY, pk="@handover"),
    "drills": page(A.STAND_DUTY, A.RUN_EXERCISES),
    "new_drill": page(A.RUN_EXERCISES),
    "drill": page(A.STAND_DUTY, A.RUN_EXERCISES, pk="@drill"),
    "exercises": page(A.STAND_DUTY, A.RUN_EXERCISES, A.WRITE_EVENTS),
    "new_exercise": page(A.RUN_EXERCISES),
    "exercise": page(A.STAND_DUTY, A.RUN_EXERCISES, A.WRITE_EVENTS, pk="@exercise"),
    "exercise_report": page(A.STAND_DUTY, A.RUN_EXERCISES, A.WRITE_EVENTS, pk="@exercise"),
    "exercise_cases": page(A.STAND_DUTY, A.RUN_EXERCISES, A.WRITE_EVENTS, pk="@exercise", number="3"),
    "join_exercise": form(A.RUN_EXERCISES, pk="@exercise"),
    "observe_exercise": form(A.RUN_EXERCISES, pk="@exercise", done=[422]),
    "pause_exercise": form(A.RUN_EXERCISES, pk="@exercise"),
    "resume_exercise": form(A.RUN_EXERCISES, pk="@exercise"),
    "end_exercise": form(A.RUN_EXERCISES, pk="@exercise"),
    "calls": page(A.STAND_DUTY),
    "register_browser": form(A.STAND_DUTY, done=[422]),
    "remove_browser": form(A.STAND_DUTY, pk="@browser", whose=[A.STAND_DUTY]),
    "push_worker": open_to_all(),
    "people": page(A.MANAGE_PEOPLE),
    "invite": page(A.MANAGE_PEOPLE),
    "add_organisation": form(A.MANAGE_PEOPLE, done=[422]),
    "withdraw_invitation": form(A.MANAGE_PEOPLE, pk="@invitation"),
    "one_person": page(A.MANAGE_PEOPLE, pk="@person"),
    "person_access": form(A.MANAGE_PEOPLE, pk="@person", what="sign-out"),
    "audit": page(A.READ_AUDIT),
    "audit_check": page(A.READ_AUDIT),
    "audit_export": page(A.READ_AUDIT, kind="csv"),
    "tokens": page(A.USE_API),
    "end_token": form(A.USE_API, pk="@token", whose=EVERYBODY),
    "account": signed_in(),
    "notices": signed_in(),
    "waiting_notices": signed_in(),
    "open_notice": signed_in(pk="@notice", whose=EVERYBODY, done=[302]),
    "accept_invitation": open_to_all(secret="nobodys-secret", done=[404]),
    "set_language": form(*ANYBODY, data={"language": "ru"}),
    "health": open_to_all(done=[200, 503]),
    # The situation, and what was reported
    "situation": signed_in(),
    "situation_report": page(A.EXPORT, kind="docx"),
    "situation_threads": page(A.EXPORT, kind="csv"),
    "situation_late": page(A.EXPORT, kind="csv"),
    "boundaries": page(READ, name="none.json", done=[404]),
    "report_signal": page(REPORT),
    "report_choices": page(REPORT, what="disease"),
    "signals": page(READ, REPORT),
    "set_budget": form(A.TRIAGE, data={"budget": "5"}),
    "decide_many": form(A.TRIAGE, done=[200, 302, 422]),
    "signals_export": page(A.EXPORT, kind="csv"),
    "signal": page(READ, REPORT, **THREAD),
    "signal_chart": page(READ, pk="@thread"),
    "decide_one": form(A.TRIAGE, pk="@thread", name="triage", done=[409]),
    "signal_export": page(A.EXPORT, pk="@thread", kind="csv"),
    # Counts
    "series": page(READ),
    "series_export": page(A.EXPORT, kind="csv"),
    "one_series": page(READ, pk="@series"),
    "one_series_export": page(A.EXPORT, pk="@series", kind="csv"),
    "estimate_export": page(A.EXPORT, pk="@series", kind="csv"),
    "add_cause": form(A.TRIAGE, pk="@series", done=[422]),
    "withdraw_cause": form(A.TRIAGE, pk="@series", cause="@cause"),
    "sources": page(READ, UPLOAD),
    "sources_export": page(A.EXPORT, kind="csv"),
    "new_source": page(A.MANAGE_SOURCES),
    "method_options": page(A.MANAGE_SOURCES, query={"method": "ears"}),
    "source": page(READ, UPLOAD, **SOURCE),
    "edit_source": page(A.MANAGE_SOURCES, pk="@source"),
    "switch_source": form(A.MANAGE_SOURCES, pk="@source"),
    "add_break": form(A.MANAGE_SOURCES, pk="@source", done=[422]),
    "remove_break": form(A.MANAGE_SOURCES, pk="@source", number="@break"),
    "screen_now": form(A.SCREEN, pk="@source"),
    "uploads": page(READ, UPLOAD),
    "uploads_export": page(A.EXPORT, kind="csv"),
    "upload_table": page(UPLOAD, **SOURCE),
    "upload": page(READ, UPLOAD, **TABLE),
    "upload_progress": page(READ, UPLOAD, **TABLE, done=[200, 286]),
    "upload_problems": page(UPLOAD, A.EXPORT, **TABLE, kind="csv"),
    "upload_reading": form(UPLOAD, **TABLE, done=[302, 422]),
    "upload_answers": form(UPLOAD, **TABLE, done=[302, 422]),
    "upload_again": form(UPLOAD, **TABLE),
    "upload_take": form(UPLOAD, **TABLE),
    "upload_cancel": form(UPLOAD, **TABLE),
    "upload_undo": page(UPLOAD, **TABLE, done=[200, 302]),
    "screenings": page(READ),
    "screenings_export": page(A.EXPORT, kind="csv"),
    "screening": page(READ, pk="@screening"),
    "screening_progress": page(READ, pk="@screening", done=[200, 286]),
    "quality": page(READ),
    "quality_export": page(A.EXPORT, kind="csv"),
    "source_quality": page(READ, pk="@source"),
    "source_quality_export": page(A.EXPORT, pk="@source", kind="csv"),
    # Places and rules
    "places": page(READ),
    "places_export": page(A.EXPORT, kind="csv"),
    "new_place": page(A.MANAGE_SOURCES),
    "import_places": page(A.MANAGE_SOURCES),
    "place": page(READ, pk="@place"),
    "edit_place": page(A.MANAGE_SOURCES, pk="@place"),
    "add_place_alias": form(A.MANAGE_SOURCES, pk="@place", done=[302, 422]),
    "remove_place_alias": form(A.MANAGE_SOURCES, pk="@place", number="@alias"),
    "rules": page(READ),
    "rules_export": page(A.EXPORT, kind="csv"),
    "new_rule": page(A.MANAGE_SOURCES),
    "switch_rule": form(A.MANAGE_SOURCES, code="@rule", done=[422]),
    # decisions of the Council, and what is made ready to be proposed
    "council": page(A.READ_COUNCIL),
    "decision": page(A.READ_COUNCIL, pk="@decision"),
    "decision_record": page(A.READ_COUNCIL, pk="@decision"),
    "compare_decision": page(A.READ_COUNCIL, pk="@decision"),
    "decision_act": page(A.DECIDE, pk="@decision", kind="object"),
    "amend_decision": page(A.DECIDE, pk="@decision"),
    "translate_decision": page(A.TRANSLATE, also=[A.READ_COUNCIL], pk="@decision"),
    "begin_council_draft": page(A.PREPARE_COUNCIL),
    "council_draft": page(A.PREPARE_COUNCIL, pk="@council_draft"),
    "paste_council_draft": page(A.PREPARE_COUNCIL, pk="@council_draft"),
    "propose_council_draft": page(A.PREPARE_COUNCIL, pk="@council_draft"),
    "give_up_council_draft": form(A.PREPARE_COUNCIL, pk="@council_draft", data={"version": "1"}),
    # sessions of the Council, and duties of agreements; nothing is signed: this node has not joined the exchange
    "sessions": page(A.READ_COUNCIL),
    "session": page(A.READ_COUNCIL, pk="@session"),
    "convene_session": page(A.DECIDE),
    "session_open": form(A.PREPARE_COUNCIL, pk="@session"),
    "session_close": form(A.PREPARE_COUNCIL, pk="@session"),
    "take_up_item": form(A.PREPARE_COUNCIL, pk="@session", item="i1"),
    "session_approve": form(A.DECIDE, pk="@session"),
    "session_delegation": page(A.PREPARE_COUNCIL, pk="@session"),
    "session_attend": page(A.PREPARE_COUNCIL, pk="@session"),
    "session_speak": page(A.DECIDE, pk="@session"),
    "session_agenda": page(A.PREPARE_COUNCIL, pk="@session"),
    "session_chair": page(A.PREPARE_COUNCIL, pk="@session"),
    "session_postpone": page(A.DECIDE, pk="@session"),
    "session_cancel": page(A.DECIDE, pk="@session"),
    "conclude_item": page(A.PREPARE_COUNCIL, pk="@session", item="i1"),
    "session_minutes": page(A.PREPARE_COUNCIL, pk="@session"),
    "session_brief": page(A.READ_COUNCIL, pk="@session"),
    "session_paper": page(
        A.EXPORT, A.DECIDE, also=[A.READ_COUNCIL], pk="@session", paper="agenda", language="en", format="docx"
    ),
    "event_council": page(A.READ_COUNCIL, also=[A.READ_EVENTS], pk="@event"),
    "event_brief": page(A.READ_COUNCIL, also=[A.READ_EVENTS], pk="@event"),
    "event_brief_pdf": page(A.EXPORT, A.DECIDE, also=[A.READ_COUNCIL, A.READ_EVENTS], pk="@event", language="en"),
    "agreements": page(A.READ_COUNCIL),
    "settle_duty": page(A.PREPARE_COUNCIL, pk="@opened_duty"),
    # measures, plans of joint actions, papers and sealed files of decisions
    "measures": page(A.READ_COUNCIL),
    "measures_export": page(A.EXPORT, A.DECIDE, also=[A.READ_COUNCIL], kind="csv"),
    "measure": page(A.READ_COUNCIL, **MEASURE),
    "decide_on_measure": form(A.DECIDE, **MEASURE, act="decline", done=[422]),
    "report_on_measure": form(A.KEEP_MEASURES, **MEASURE, act="report", done=[422]),
    "plans": page(A.READ_COUNCIL),
    "plan": page(A.READ_COUNCIL, pk="@plan"),
    "plan_report": page(A.EXPORT, A.DECIDE, also=[A.READ_COUNCIL], pk="@plan", language="en", format="docx"),
    "begin_plan": page(A.PREPARE_COUNCIL, query={"about": "2027"}),
    "decision_papers": page(A.EXPORT, A.DECIDE, also=[A.READ_COUNCIL], pk="@plan"),
    "decision_paper": page(A.EXPORT, A.DECIDE, also=[A.READ_COUNCIL], pk="@plan", language="ru", format="docx"),
    "decision_sealed": form(A.EXPORT, A.DECIDE, also=[A.READ_COUNCIL], pk="@plan", done=[409]),
    "verify_decision": page(A.READ_COUNCIL),
    # mutual assistance: what is asked, offered, on its way; nothing is signed: this node has not joined the exchange
    "assistance": page(A.READ_ASSISTANCE),
    "assistance_export": page(A.EXPORT, A.KEEP_ASSISTANCE, also=[A.READ_ASSISTANCE], kind="csv"),
    "assistance_request": page(A.READ_ASSISTANCE, **HELP),
    "assistance_report": page(
        A.EXPORT, A.KEEP_ASSISTANCE, also=[A.READ_ASSISTANCE], **HELP, language="en", format="docx"
    ),
    "assistance_attach": page(A.KEEP_ASSISTANCE, **HELP),
    "assistance_file": page(A.READ_ASSISTANCE, **HELP, file="@assistance_file"),
    "assistance_remove_file": form(A.KEEP_ASSISTANCE, **HELP, file="@assistance_file"),
    "begin_assistance_draft": page(*PREPARE_HELP),
    "assistance_conversion": page(*PREPARE_HELP),
    "assistance_from_forecast": page(*PREPARE_HELP, also=[A.READ_EVENTS], pk="@event"),
    "assistance_amend": form(*PREPARE_HELP, **HELP),
    "assistance_draft": page(*PREPARE_HELP, pk="@assistance_draft"),
    "assistance_draft_look": page(*PREPARE_HELP, pk="@assistance_draft"),
    "assistance_draft_submit": form(*PREPARE_HELP, pk="@assistance_draft", done=[409]),
    "assistance_draft_release": form(A.RELEASE_ASSISTANCE, pk="@assistance_draft", done=[409, 422]),
    "assistance_draft_send_back": form(A.RELEASE_ASSISTANCE, pk="@assistance_draft", done=[409]),
    "assistance_draft_discard": form(*PREPARE_HELP, pk="@assistance_draft", done=[409]),
    "assistance_offer": page(*PREPARE_HELP, **HELP),
    "assistance_change_offer": form(*PREPARE_HELP, **AN_OFFER),
    "assistance_offer_draft": page(*PREPARE_HELP, pk="@assistance_offer_draft"),
    "assistance_offer_draft_look": page(*PREPARE_HELP, pk="@assistance_offer_draft"),
    "assistance_offer_draft_submit": form(*PREPARE_HELP, pk="@assistance_offer_draft", done=[409]),
    "assistance_offer_draft_release": form(A.RELEASE_ASSISTANCE, pk="@assistance_offer_draft", done=[409, 422]),
    "assistance_offer_draft_send_back": form(A.RELEASE_ASSISTANCE, pk="@assistance_offer_draft", done=[409]),
    "assistance_offer_draft_discard": form(*PREPARE_HELP, pk="@assistance_offer_draft", done=[409]),
    "assistance_accept": page(A.RELEASE_ASSISTANCE, **AN_OFFER),
    "assistance_give_up": page(A.RELEASE_ASSISTANCE, **AN_OFFER),
    "assistance_decline": page(A.RELEASE_ASSISTANCE, **AN_OFFER),
    "assistance_confirm": page(A.RELEASE_ASSISTANCE, **AN_OFFER, done=[404]),
    "assistance_withdraw": page(A.RELEASE_ASSISTANCE, **AN_OFFER, done=[404]),
    "assistance_plan": page(A.KEEP_ASSISTANCE, **AN_OFFER, done=[404]),
    "assistance_clear": page(A.KEEP_ASSISTANCE, **A_SHIPMENT),
    "assistance_dispatch": page(A.KEEP_ASSISTANCE, **A_SHIPMENT),
    "assistance_tell_where": page(A.KEEP_ASSISTANCE, **A_SHIPMENT),
    "assistance_delay": page(A.KEEP_ASSISTANCE, **A_SHIPMENT),
    "assistance_damage": page(A.KEEP_ASSISTANCE, **A_SHIPMENT),
    "assistance_divert": page(A.KEEP_ASSISTANCE, **A_SHIPMENT),
    "assistance_arrive": page(A.KEEP_ASSISTANCE, **A_SHIPMENT),
    "assistance_call_off": page(A.KEEP_ASSISTANCE, **A_SHIPMENT),
    "assistance_hand_over": page(A.KEEP_ASSISTANCE, **A_SHIPMENT),
    "assistance_return": page(A.KEEP_ASSISTANCE, **A_SHIPMENT),
    "assistance_donate": page(A.RELEASE_ASSISTANCE, **A_SHIPMENT),
    "assistance_demobilise": page(A.KEEP_ASSISTANCE, **A_SHIPMENT),
    "assistance_renew": page(A.RELEASE_ASSISTANCE, **HELP),
    "assistance_cancel": page(A.RELEASE_ASSISTANCE, **HELP),
    "assistance_close": page(A.RELEASE_ASSISTANCE, **HELP),
    "assistance_costs": page(A.KEEP_ASSISTANCE, **HELP),
    "assistance_review": page(A.KEEP_ASSISTANCE, **HELP),
    "assistance_register": page(A.READ_ASSISTANCE),
    "assistance_entry_new": page(A.KEEP_ASSISTANCE),
    "assistance_entry": page(A.KEEP_ASSISTANCE, pk="@capability"),
    "assistance_entry_remove": form(A.KEEP_ASSISTANCE, pk="@capability"),
    "assistance_share": page(A.RELEASE_ASSISTANCE),
    "event_assistance": page(A.READ_ASSISTANCE, also=[A.READ_EVENTS], pk="@event"),
}

SEND = {"sees": [READ], "whose": [UPLOAD], "source_id": "@source"}
UPLOADED = {"sees": [READ], "whose": [UPLOAD], "upload_id": "@upload"}
RAISED = {"sees": [READ], "whose": [REPORT], "thread_id": "@thread"}
SEEN = {"version": 0}
ACT = {**RAISED, "done": [200, 409]}
LIST = {"event_id": "@event", "also": [A.READ_EVENTS, A.WRITE_EVENTS]}

API: dict[str, Door] = {
    "openapi-json": open_to_all(),
    "nothing": open_to_all(done=[404]),
    "api-root": open_to_all(done=[404]),
    "me": signed_in(),
    "diseases": signed_in(),
    "places": signed_in(),
    "sources": page(READ, UPLOAD),
    "source": page(READ, UPLOAD, **SEND),
    "send_table": form(UPLOAD, **SEND, data=b"week,region,district,disease,cases\n", done=[201]),
    "uploads": page(READ, UPLOAD, **SEND),
    "upload": page(READ, UPLOAD, **UPLOADED),
    "problems": page(READ, UPLOAD, **UPLOADED),
    "take": form(UPLOAD, **UPLOADED, data={"whole": False}, done=[202]),
    "answer_matches": form(UPLOAD, **UPLOADED, data={"places": []}, done=[200]),
    "preview_again": form(UPLOAD, **UPLOADED, done=[200]),
    "cancel": form(UPLOAD, **UPLOADED, done=[200]),
    "undo": form(UPLOAD, **UPLOADED, data={"text": "x"}, done=[409]),
    "send_counts": form(
        UPLOAD, **SEND, data={"rows": [{"date": "2026-01-05", "count": 1, "disease": "plague"}]}, done=[201]
    ),
    "screenings": page(READ),
    "screen": form(A.SCREEN, data={"source": "@source"}, sees=[READ], whose=[UPLOAD], done=[202]),
    "screening": page(READ, screening_id="@screening"),
    "threads": page(READ, REPORT),
    "thread": page(READ, REPORT, **RAISED),
    "assign": form(A.TRIAGE, **ACT, data={**SEEN, "assignee": None}),
    "triage": form(A.TRIAGE, **ACT, data=SEEN),
    "discard": form(A.TRIAGE, **ACT, data={**SEEN, "reason": "chance"}),
    "watch": form(A.TRIAGE, **ACT, data={**SEEN, "until": "@tomorrow"}),
    "verify": form(A.TRIAGE, **ACT, data=SEEN),
    "conclude": form(A.TRIAGE, **ACT, data={**SEEN, "status": "refuted", "text": "x"}),
    "reopen": form(A.TRIAGE, **ACT, data={**SEEN, "text": "x"}),
    "signals": page(READ, REPORT),
    "signal": page(READ, REPORT, sees=[READ], whose=[REPORT], signal_id="@signal"),
    "partners": page(A.READ_EXCHANGE, done=[404]),
    "kept_apart": page(A.READ_EXCHANGE),
    "events": page(A.READ_EVENTS),
    "cases": page(A.READ_CASES, event_id="@event", also=[A.READ_EVENTS]),
    "curve": page(A.READ_EVENTS, event_id="@event"),
    "add_case": form(A.READ_CASES, **LIST, data={"local_id": "A-7"}, done=[201]),
    "change_case": form(A.READ_CASES, **LIST, case_id="@case", data={"version": 1}, done=[200]),
    "look_at_cases": form(A.READ_CASES, **LIST, data={"text": "ID\tSex\n9\tf"}, done=[201]),
    "take_cases": form(A.READ_CASES, **LIST, table_id="@case_table", done=[200]),
    "event": page(A.READ_EVENTS, event_id="@event"),
    "event_estimate": page(A.READ_EVENTS, event_id="@event"),
    "open_event": form(A.WRITE_EVENTS, also=[A.READ_EVENTS], data={"disease": None, "place": "XX-11"}, done=[201]),
    "count_event": form(
        A.WRITE_EVENTS,
        event_id="@event",
        data={"version": 2, "as_of": "@today", "suspected": 1},
        done=[200, 409],
        also=[A.READ_EVENTS],
    ),
    "notified_events": page(A.READ_EVENTS),
    "notified_event": page(A.READ_EVENTS, notified_id="@notified"),
    "notifications": page(A.READ_EVENTS, notified_id="@notified"),
    "notification_standing": page(A.READ_EVENTS, notification_id="@told"),
    "sharing_rules": page(READ),
    "shared_documents": page(READ),
    "report_signal": form(
        REPORT,
        data={"kind": "clinician", "place": "XX-11", "day": "@today", "text": "x"},
        done=[201, 409],  # 409: the kind is not the role's own
    ),
    "series": page(READ),
    "one_series": page(READ, series_id="@series"),
    "estimate": page(READ, series_id="@series"),
    "series_csv": page(A.EXPORT, also=[READ]),
    # decisions and measures
    "decisions": page(A.READ_COUNCIL),
    "decision": page(A.READ_COUNCIL, decision_id="@decision"),
    "decision_acts": page(A.READ_COUNCIL, decision_id="@decision"),
    "measures": page(A.READ_COUNCIL),
    "sessions": page(A.READ_COUNCIL),
    "session": page(A.READ_COUNCIL, session_id="@session"),
    "session_acts": page(A.READ_COUNCIL, session_id="@session"),
    "duties": page(A.READ_COUNCIL),
    # mutual assistance
    "assistance_requests": page(A.READ_ASSISTANCE),
    "assistance_request": page(A.READ_ASSISTANCE, request_id="@assistance"),
    "assistance_matches": page(A.READ_ASSISTANCE, request_id="@assistance"),
    "assistance_short": page(A.READ_ASSISTANCE),
    "assistance_shipments": page(A.READ_ASSISTANCE),
    "assistance_capabilities": page(A.READ_ASSISTANCE),
    "draft_assistance_request": form(A.READ_ASSISTANCE, also=[A.KEEP_ASSISTANCE], data={"said": {}}, done=[422]),
    "draft_assistance_offer": form(
        A.READ_ASSISTANCE, also=[A.KEEP_ASSISTANCE], request_id="@assistance", data={"said": {}}, done=[422]
    ),
    "accept_assistance": form(  # 409: this node has not joined the exchange
        A.READ_ASSISTANCE,
        also=[A.RELEASE_ASSISTANCE],
        request_id="@assistance",
        data={"offer": {"origin": "BO", "id": "o1"}, "lines": [{"item": "i1", "quantity": 1}]},
        done=[409],
    ),
    "plan_assistance_shipment": form(
        A.READ_ASSISTANCE,
        also=[A.KEEP_ASSISTANCE],
        request_id="@assistance",
        data={"offer": "o1", "lines": [{"item": "i1", "quantity": 1}]},
        done=[409],
    ),
    "step_assistance_shipment": form(
        A.READ_ASSISTANCE,
        also=[A.KEEP_ASSISTANCE],
        request_id="@assistance",
        data={"shipment": {"origin": "BO", "id": "s1"}, "act": "arrive"},
        done=[409],
    ),
}
