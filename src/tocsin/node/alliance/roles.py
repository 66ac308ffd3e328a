"""Who may see and do what: one table, read by every gate, and printed in docs/roles.md.

A person has one role or several; what they may do is the union. A stranger may do nothing.
"""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

__all__ = ["MAY", "SECOND_FACTOR", "WORDS", "Ability", "Role", "abilities", "as_markdown"]


class Role(TextChoices):
    EPIDEMIOLOGIST = "epidemiologist", _("epidemiologist")
    DUTY_OFFICER = "duty_officer", _("duty officer, focal point")
    LABORATORY = "laboratory", _("laboratory")
    BORDER_POST = "border_post", _("border post")
    COUNCIL_DELEGATE = "council_delegate", _("council delegate")
    CLINICIAN = "clinician", _("clinician")
    HOSPITAL_MANAGER = "hospital_manager", _("hospital manager")
    COORDINATOR = "consultation_coordinator", _("consultation coordinator")
    CONTACT_TRACER = "contact_tracer", _("contact tracer")
    LOGISTICS = "logistics", _("logistics")
    TRANSLATOR = "translator", _("translator")
    SECRETARIAT = "secretariat", _("secretariat")
    ADMINISTRATOR = "administrator", _("administrator")
    AUDITOR = "auditor", _("auditor")


class Ability(StrEnum):
    """One thing that somebody may do. Named by what it opens, never by who has it."""

    READ_SURVEILLANCE = "read_surveillance"  # counts, signals, situation, data quality
    REPORT_SIGNAL = "report_signal"  # type in a signal, see those of one's own organisation
    TRIAGE = "triage"  # assign, discard, watch, verify
    UPLOAD_COUNTS = "upload_counts"  # upload, preview, take, undo
    MANAGE_SOURCES = "manage_sources"  # sources, places, rules
    SCREEN = "screen"  # start a screening
    EXPORT = "export"  # tables, pictures, reports, to a file
    USE_API = "use_api"  # make tokens of one's own, never wider than one's role
    READ_DIRECTORY = "read_directory"  # people, organisations, duty
    MANAGE_DUTY = "manage_duty"  # the duty roster
    MANAGE_PEOPLE = "manage_people"  # invite, change roles, end sign-ins
    READ_AUDIT = "read_audit"  # what everybody did
    READ_EXCHANGE = "read_exchange"  # how the exchange with each partner stands, and what was refused
    READ_MESSAGES = "read_messages"  # messages between states
    WRITE_MESSAGES = "write_messages"  # in the state's name
    SHARE_COUNTS = "share_counts"  # say what partners are given of one's counts, and give it
    DECIDE_QUARANTINE = "decide_quarantine"  # propose and confirm what becomes of a document kept apart
    MANAGE_EXCHANGE = "manage_exchange"  # next epoch, erasure, evidence: always two people
    READ_EVENTS = "read_events"  # events of this state, and what partners notify; no single case
    WRITE_EVENTS = "write_events"  # open an event, keep its facts, clocks, files
    READ_CASES = "read_cases"  # line lists: one row a person
    ASSESS_EVENTS = "assess_events"  # IHR Annex 2, the alliance's criteria, risk
    RECORD_RESULTS = "record_results"  # of samples of one's own laboratory
    NOTIFY = "notify"  # release a notification, update, close, withdraw it
    ANSWER_PARTNERS = "answer_partners"  # acknowledge, say whether it concerns us, ask and answer
    TRANSLATE = "translate"  # the free text of notifications
    TRACE_TRAVELLERS = "trace_travellers"  # sealed messages about one person
    STAND_DUTY = "stand_duty"  # keep the shift log, be called by the escalation
    RUN_EXERCISES = "run_exercises"  # drills, and scripted exercises
    READ_COUNCIL = "read_council"  # sessions, decisions, measures
    PREPARE_COUNCIL = "prepare_council"  # draft texts, comment, keep sessions and minutes
    DECIDE = "decide"  # in the state's name: consent, object, stay out, propose, adopt
    KEEP_MEASURES = "keep_measures"  # report on measures that the state has taken on
    READ_ASSISTANCE = "read_assistance"  # what is asked, offered, on its way; the register of capabilities
    KEEP_ASSISTANCE = "keep_assistance"  # draft requests and offers, shipments, the register
    RELEASE_ASSISTANCE = "release_assistance"  # ask, offer and accept in the state's name
    READ_HOSPITALS = "read_hospitals"  # hospitals, their service lines and clinicians, of the whole alliance
    KEEP_HOSPITAL = "keep_hospital"  # the entry of one's own hospital, and who works in it
    VERIFY_HOSPITALS = "verify_hospitals"  # in the state's name: that a hospital is one, and who may consult there
    CONSULT = "consult"  # ask about a patient, and answer; each case is open to those of the case alone
    COORDINATE = "coordinate"  # give a case that one's hospital is asked about to an expert
    READ_CONSULTATION_MEASURES = "read_consultation_measures"  # times and shares by hospital and specialty, no case
    CORRESPOND = "correspond"  # letters between people and hospitals


WORDS = {
    Ability.READ_SURVEILLANCE: _("read counts, signals and screenings"),
    Ability.REPORT_SIGNAL: _("report signals"),
    Ability.TRIAGE: _("decide upon signals"),
    Ability.UPLOAD_COUNTS: _("send counts"),
    Ability.MANAGE_SOURCES: _("change sources, places and rules"),
    Ability.SCREEN: _("start a screening"),
    Ability.EXPORT: _("export tables and reports"),
    Ability.USE_API: _("make tokens for the API"),
    Ability.READ_DIRECTORY: _("read the directory and the duty roster"),
    Ability.MANAGE_DUTY: _("change the duty roster"),
    Ability.MANAGE_PEOPLE: _("invite people, change roles, end access"),
    Ability.READ_AUDIT: _("read the audit"),
    Ability.READ_EXCHANGE: _("see how the exchange with partners stands"),
    Ability.READ_MESSAGES: _("read messages between states"),
    Ability.WRITE_MESSAGES: _("write messages in the state’s name"),
    Ability.SHARE_COUNTS: _("share counts with partners"),
    Ability.DECIDE_QUARANTINE: _("decide upon documents that are kept apart"),
    Ability.MANAGE_EXCHANGE: _("erase documents, open an epoch, settle evidence; two people each time"),
    Ability.READ_EVENTS: _("read events and what partners notify"),
    Ability.WRITE_EVENTS: _("open events and keep them"),
    Ability.READ_CASES: _("read the line lists of events"),
    Ability.ASSESS_EVENTS: _("assess events"),
    Ability.RECORD_RESULTS: _("record laboratory results"),
    Ability.NOTIFY: _("notify partners in the state’s name"),
    Ability.ANSWER_PARTNERS: _("acknowledge and answer what partners send"),
    Ability.TRANSLATE: _("translate texts between states"),
    Ability.TRACE_TRAVELLERS: _("exchange sealed messages about a traveller"),
    Ability.STAND_DUTY: _("stand duty"),
    Ability.RUN_EXERCISES: _("run drills and exercises"),
    Ability.READ_COUNCIL: _("read sessions, decisions and measures"),
    Ability.PREPARE_COUNCIL: _("prepare sessions and texts of decisions"),
    Ability.DECIDE: _("decide in the Council in the state’s name"),
    Ability.KEEP_MEASURES: _("report on measures of the state"),
    Ability.READ_ASSISTANCE: _("read requests for assistance and offers"),
    Ability.KEEP_ASSISTANCE: _("prepare requests and offers, keep shipments and capabilities"),
    Ability.RELEASE_ASSISTANCE: _("ask for, offer and accept assistance in the state’s name"),
    Ability.READ_HOSPITALS: _("read the directory of hospitals and clinicians"),
    Ability.KEEP_HOSPITAL: _("keep the entry of one’s own hospital"),
    Ability.VERIFY_HOSPITALS: _("verify hospitals and clinicians in the state’s name"),
    Ability.CONSULT: _("ask colleagues of other hospitals about a patient, and answer them"),
    Ability.COORDINATE: _("allocate consultations that one’s hospital is asked for"),
    Ability.READ_CONSULTATION_MEASURES: _("read how consultations go, by hospital and specialty"),
    Ability.CORRESPOND: _("write to people of other hospitals"),
}

A = Ability

MAY: dict[Role, frozenset[Ability]] = {
    Role.EPIDEMIOLOGIST: frozenset(
        {A.READ_SURVEILLANCE, A.REPORT_SIGNAL, A.TRIAGE, A.UPLOAD_COUNTS, A.MANAGE_SOURCES, A.SCREEN, A.EXPORT}
        | {A.USE_API, A.READ_DIRECTORY, A.READ_EXCHANGE, A.READ_MESSAGES, A.DECIDE_QUARANTINE}
        | {A.READ_EVENTS, A.WRITE_EVENTS, A.READ_CASES, A.ASSESS_EVENTS, A.RECORD_RESULTS}
        | {A.READ_COUNCIL, A.READ_ASSISTANCE}
    ),
    Role.DUTY_OFFICER: frozenset(
        {A.READ_SURVEILLANCE, A.REPORT_SIGNAL, A.TRIAGE, A.SCREEN, A.EXPORT, A.READ_DIRECTORY, A.MANAGE_DUTY}
        | {A.READ_EXCHANGE, A.READ_MESSAGES, A.WRITE_MESSAGES, A.SHARE_COUNTS, A.DECIDE_QUARANTINE, A.MANAGE_EXCHANGE}
        | {A.READ_EVENTS, A.WRITE_EVENTS, A.READ_CASES, A.ASSESS_EVENTS, A.NOTIFY, A.ANSWER_PARTNERS, A.TRANSLATE}
        | {A.TRACE_TRAVELLERS, A.STAND_DUTY, A.RUN_EXERCISES}
        | {A.READ_COUNCIL, A.PREPARE_COUNCIL, A.KEEP_MEASURES, A.READ_ASSISTANCE, A.KEEP_ASSISTANCE}
        | {A.READ_HOSPITALS, A.VERIFY_HOSPITALS}
    ),
    Role.LABORATORY: frozenset({A.REPORT_SIGNAL, A.UPLOAD_COUNTS, A.USE_API, A.READ_DIRECTORY, A.RECORD_RESULTS}),
    Role.BORDER_POST: frozenset({A.REPORT_SIGNAL, A.READ_DIRECTORY}),
    Role.COUNCIL_DELEGATE: frozenset(
        {A.READ_SURVEILLANCE, A.EXPORT, A.READ_DIRECTORY, A.READ_EXCHANGE, A.READ_MESSAGES, A.WRITE_MESSAGES}
        | {A.READ_EVENTS, A.NOTIFY, A.READ_COUNCIL, A.PREPARE_COUNCIL, A.DECIDE, A.KEEP_MEASURES}
        | {A.READ_ASSISTANCE, A.RELEASE_ASSISTANCE}
    ),
    Role.CLINICIAN: frozenset(
        {A.REPORT_SIGNAL, A.READ_DIRECTORY, A.READ_HOSPITALS, A.CONSULT, A.CORRESPOND, A.USE_API}
    ),
    Role.HOSPITAL_MANAGER: frozenset(
        {A.REPORT_SIGNAL, A.READ_DIRECTORY, A.READ_HOSPITALS, A.KEEP_HOSPITAL, A.READ_CONSULTATION_MEASURES}
        | {A.CORRESPOND, A.USE_API}
    ),
    Role.COORDINATOR: frozenset(
        {A.READ_DIRECTORY, A.READ_HOSPITALS, A.COORDINATE, A.READ_CONSULTATION_MEASURES, A.CORRESPOND, A.USE_API}
    ),
    Role.CONTACT_TRACER: frozenset({A.REPORT_SIGNAL, A.READ_DIRECTORY, A.TRACE_TRAVELLERS}),
    Role.LOGISTICS: frozenset({A.READ_DIRECTORY, A.READ_ASSISTANCE, A.KEEP_ASSISTANCE}),
    Role.TRANSLATOR: frozenset({A.READ_DIRECTORY, A.TRANSLATE, A.READ_COUNCIL}),
    Role.SECRETARIAT: frozenset(
        {A.READ_DIRECTORY, A.READ_EXCHANGE, A.READ_MESSAGES, A.WRITE_MESSAGES}
        | {A.READ_EVENTS, A.ANSWER_PARTNERS, A.TRANSLATE, A.STAND_DUTY, A.RUN_EXERCISES}
        | {A.READ_COUNCIL, A.PREPARE_COUNCIL, A.DECIDE, A.KEEP_MEASURES, A.READ_ASSISTANCE}
    ),
    Role.ADMINISTRATOR: frozenset(
        {A.MANAGE_PEOPLE, A.MANAGE_DUTY, A.READ_DIRECTORY, A.USE_API, A.READ_EXCHANGE, A.MANAGE_EXCHANGE}
        | {A.READ_HOSPITALS, A.VERIFY_HOSPITALS}
    ),
    Role.AUDITOR: frozenset({A.READ_AUDIT, A.READ_DIRECTORY}),
}

# Whoever can notify, decide, or give others these powers, signs in with a second factor.
SECOND_FACTOR = frozenset(
    {Role.DUTY_OFFICER, Role.COUNCIL_DELEGATE, Role.SECRETARIAT, Role.ADMINISTRATOR, Role.AUDITOR}
)


def abilities(roles: list[str]) -> frozenset[Ability]:
    """What somebody with these roles may do. A role that this release does not know gives nothing."""
    known = [Role(role) for role in roles if role in Role.values]
    return frozenset().union(*(MAY[role] for role in known))


def as_markdown() -> str:
    """The table as docs/roles.md prints it."""
    lines = ["| role | may | second factor |", "| --- | --- | --- |"]
    for role in Role:
        may = "; ".join(str(WORDS[ability]) for ability in Ability if ability in MAY[role])
        lines.append(f"| {role.label} | {may} | {'yes' if role in SECOND_FACTOR else 'no'} |")
    return "\n".join(lines) + "\n"
