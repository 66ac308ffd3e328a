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
}

A = Ability

MAY: dict[Role, frozenset[Ability]] = {
    Role.EPIDEMIOLOGIST: frozenset(
        {A.READ_SURVEILLANCE, A.REPORT_SIGNAL, A.TRIAGE, A.UPLOAD_COUNTS, A.MANAGE_SOURCES, A.SCREEN, A.EXPORT}
        | {A.USE_API, A.READ_DIRECTORY, A.READ_EXCHANGE, A.READ_MESSAGES, A.DECIDE_QUARANTINE}
    ),
    Role.DUTY_OFFICER: frozenset(
        {A.READ_SURVEILLANCE, A.REPORT_SIGNAL, A.TRIAGE, A.SCREEN, A.EXPORT, A.READ_DIRECTORY, A.MANAGE_DUTY}
        | {A.READ_EXCHANGE, A.READ_MESSAGES, A.WRITE_MESSAGES, A.SHARE_COUNTS, A.DECIDE_QUARANTINE, A.MANAGE_EXCHANGE}
    ),
    Role.LABORATORY: frozenset({A.REPORT_SIGNAL, A.UPLOAD_COUNTS, A.USE_API, A.READ_DIRECTORY}),
    Role.BORDER_POST: frozenset({A.REPORT_SIGNAL, A.READ_DIRECTORY}),
    Role.COUNCIL_DELEGATE: frozenset(
        {A.READ_SURVEILLANCE, A.EXPORT, A.READ_DIRECTORY, A.READ_EXCHANGE, A.READ_MESSAGES, A.WRITE_MESSAGES}
    ),
    Role.CLINICIAN: frozenset({A.REPORT_SIGNAL, A.READ_DIRECTORY}),
    Role.HOSPITAL_MANAGER: frozenset({A.REPORT_SIGNAL, A.READ_DIRECTORY}),
    Role.CONTACT_TRACER: frozenset({A.REPORT_SIGNAL, A.READ_DIRECTORY}),
    Role.LOGISTICS: frozenset({A.READ_DIRECTORY}),
    Role.TRANSLATOR: frozenset({A.READ_DIRECTORY}),
    Role.SECRETARIAT: frozenset({A.READ_DIRECTORY, A.READ_EXCHANGE, A.READ_MESSAGES, A.WRITE_MESSAGES}),
    Role.ADMINISTRATOR: frozenset(
        {A.MANAGE_PEOPLE, A.MANAGE_DUTY, A.READ_DIRECTORY, A.USE_API, A.READ_EXCHANGE, A.MANAGE_EXCHANGE}
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
