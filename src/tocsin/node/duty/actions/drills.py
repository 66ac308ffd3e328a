"""Drills: the way to a person tried, here or at partners, without anything having happened."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.exchange.documents import Document
from tocsin.exchange.identifiers import new_id
from tocsin.exchange.moments import moment
from tocsin.exchange.sealing import post
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.registry import examine
from tocsin.node.alliance import audit
from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.duty.actions.acknowledgements import send_acknowledgement
from tocsin.node.duty.actions.alerts import raise_alert
from tocsin.node.duty.models import Alert, Drill
from tocsin.node.post.here import local_node, takes_part
from tocsin.node.post.telling import names_of

__all__ = ["KIND", "answer_partner", "call_for", "start_drill"]

KIND = "drill"
PAGES = "tocsin.node.duty.views.drills"  # alone: the addresses of all pages cost the courier a second and 80 MiB


def start_drill(
    *, kind: str, scenario: str, answer_within: int, by: Person, addressees: Sequence[str] = (), language: str = ""
) -> Drill:
    """Ask the nodes of `addressees` to have a person acknowledge; without any, call people of this node alone.

    answer_within  minutes; one who answers later has answered late

    Raises PermissionDenied, and ActRefused where partners would not take it.
    """
    check(by, Ability.RUN_EXERCISES)
    drill = Drill(
        origin=here().code, is_ours=True, kind=kind, addressees=sorted(set(addressees)), scenario=scenario.strip(),
        language=language or get_language() or "en", asked_at=timezone.now().replace(microsecond=0),
        answer_within=answer_within, is_exercise=here().is_exercise, by=by,
    )  # fmt: skip
    document = _document(drill) if drill.addressees else None
    with transaction.atomic():
        drill.save(force_insert=True)
        if document is None:
            call_for(drill, by=by)
        else:
            post(local_node(), document)
        audit.record("drill.started", drill, by=by, to=drill.addressees or ["here"], kind=kind)
    return drill


def call_for(drill: Drill, *, by: Person | None = None) -> Alert:
    """Have people of this node called for a drill."""
    drill.alert = raise_alert(
        kind=KIND,
        subject_type="drill",
        subject_id=drill.pk,
        link=reverse("drill", urlconf=PAGES, args=[drill.pk]),
        values={"state": names_of([drill.origin])[drill.origin]},
        by=by,
        is_exercise=drill.is_exercise,
        is_drill=True,
    )
    drill.save(update_fields=["alert"])
    return drill.alert


def answer_partner(alert: Alert, *, by: Person) -> None:
    """What follows when a person acknowledges a drill: a partner's is told, signed."""
    drill = Drill.objects.get(alert=alert)
    if not drill.is_ours:
        send_acknowledgement(of_id=drill.pk, of_origin=drill.origin, of_type="drill", by=by, alert=alert)


def _document(drill: Drill) -> Document:
    if not takes_part():
        raise ActRefused(_("This node has not joined the exchange yet, so that nobody could read it."))
    node = local_node()
    trust, at = node.trust(), node.now()
    if away := [one for one in drill.addressees if one not in trust.nodes or trust.nodes[one].status != "active"]:
        raise ActRefused(_("%(nodes)s takes no part in the exchange now.") % {"nodes": ", ".join(away)})
    drill.id, drill.asked_at, drill.is_exercise = UUID(new_id(at)), at.replace(microsecond=0), trust.exercise
    document = Document(
        id=str(drill.id),
        alliance=trust.alliance,
        origin=node.node,
        recorded_at=at,
        classification="SELECTIVE",
        addressees=tuple(drill.addressees),
        type="drill",
        body={
            "kind": drill.kind,
            "scenario": drill.scenario,
            "asked_at": moment(at),
            "answer_within": drill.answer_within,
        },
        language=drill.language,
        exercise=trust.exercise,
    )
    if list(examine(document, context=Context(exercise=trust.exercise))):
        raise ActRefused(_("Partners would not take it: its text holds markup or invisible characters."))
    return document
