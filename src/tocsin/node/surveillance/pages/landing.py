"""The first page of people who do not read counts: what they can do here, and what became of what they sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.language.formats import whole
from tocsin.node.surveillance.models import Signal, Source, Thread, Upload
from tocsin.node.surveillance.pages import situation as parts

__all__ = ["Door", "Landing", "Report", "landing"]

LAST = 10
MOST = 500
DOORS: tuple[tuple[str, str | Promise, str | Promise, Ability | None], ...] = (
    (
        "consultations", gettext_lazy("Consultations"),
        gettext_lazy("ask a colleague about a patient, answer what you are asked"), Ability.CONSULT,
    ),
    ("signals", gettext_lazy("Your reports"), gettext_lazy("and what became of each"), Ability.REPORT_SIGNAL),
    ("sources", gettext_lazy("Sources"), gettext_lazy("send a table, see when the next is due"), Ability.UPLOAD_COUNTS),
    (
        "council", pgettext_lazy("of states", "Council"), gettext_lazy("sessions, decisions, measures"),
        Ability.READ_COUNCIL,
    ),
    (
        "assistance", gettext_lazy("Mutual assistance"), gettext_lazy("what is asked for, offered and on its way"),
        Ability.READ_ASSISTANCE,
    ),
    ("people", gettext_lazy("People"), gettext_lazy("invite, change roles, end access"), Ability.MANAGE_PEOPLE),
    ("audit", gettext_lazy("Audit"), gettext_lazy("who did what, and when"), Ability.READ_AUDIT),
    ("directory", gettext_lazy("Directory"), gettext_lazy("who works where, their telephone"), Ability.READ_DIRECTORY),
    ("duty", gettext_lazy("Duty"), gettext_lazy("who answers the telephone"), Ability.READ_DIRECTORY),
    ("account", gettext_lazy("Your account"), gettext_lazy("language, time zone, sign-in"), None),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Door:
    label: str
    what: str
    url: str


@dataclass(frozen=True, slots=True)
class Report:
    """A signal that somebody of the person's organisation told, with the status of its thread."""

    signal: Signal
    name: str
    status: str
    status_word: str


@dataclass(frozen=True, slots=True)
class Landing:
    title: str
    reports: list[Report]
    late: list[parts.Late]
    sources: Sequence[Source]
    uploads: Sequence[Upload]
    doors: list[Door]
    may_report: bool
    may_upload: bool


def landing(person: Person) -> Landing:
    """A constant number of queries; only what `person` may see."""
    sources = list(Source.objects.visible_to(person).filter(is_on=True).select_related("organisation"))
    uploads = Upload.objects.visible_to(person).select_related("source").order_by("-received_at")[:LAST]
    told = Signal.objects.visible_to(person).select_related("thread", "disease", "place", "by").order_by("-found_at")
    reports = [_report(signal) for signal in told[:LAST]]
    doors = [
        Door(str(label), str(what), reverse(name))
        for name, label, what, ability in DOORS
        if ability is None or person.may(ability)
    ]
    return Landing(
        title=_title(person, _open_reports(person)),
        reports=reports,
        late=parts.late(sources),
        sources=sources,
        uploads=list(uploads),
        doors=doors,
        may_report=person.may(Ability.REPORT_SIGNAL),
        may_upload=person.may(Ability.UPLOAD_COUNTS),
    )


def _report(signal: Signal) -> Report:
    name = _("%(disease)s, %(place)s") % {"disease": signal.disease or _("unknown disease"), "place": signal.place}
    return Report(signal, name, signal.thread.status, str(signal.thread.get_status_display()))


def _open_reports(person: Person) -> int:
    if not person.may(Ability.REPORT_SIGNAL):
        return 0
    waiting = Thread.objects.visible_to(person).of_this_alliance().filter(status__in=Thread.OPEN)
    return len(waiting.order_by().values_list("pk")[:MOST])


def _title(person: Person, waiting: int) -> str:
    if not person.abilities:
        return _("You have no role here yet: ask the administrator for one")
    if not person.may(Ability.REPORT_SIGNAL):
        return _("What you can do here")
    if not waiting:
        return _("No report of your organisation waits for an answer")
    return ngettext(
        "%(n)s report of your organisation is being looked at",
        "%(n)s reports of your organisation are being looked at",
        waiting,
    ) % {"n": whole(waiting)}  # fmt: skip
