"""Making a decision ready inside the state, and proposing it. Nobody outside knows of a draft."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.alliance import audit
from tocsin.node.alliance.alliance_file import alliance, here
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.alliances.bodies import Body, rules_of
from tocsin.node.council.models import DecisionDraft
from tocsin.node.council.onward import events_of, record_leave, require_told, told_further, told_to_some
from tocsin.node.council.reading import body_named
from tocsin.node.council.refusals import DraftChanged
from tocsin.node.joint.actions.acting import open_object
from tocsin.node.joint.models import JointObject
from tocsin.node.joint.refusals import ActRefused
from tocsin.node.post.here import local_node, takes_part
from tocsin.node.post.store import DjangoStore

__all__ = ["begin", "change", "discard", "empty", "propose"]


def empty(body: Body, *, kind: str) -> dict[str, Any]:
    """What a decision of this body begins as: concerned are its members that take part in the exchange; no text yet."""
    rules = rules_of(body, alliance())
    nodes = local_node().trust().nodes if takes_part() else {}
    there = [state for state in rules.members if state in nodes and nodes[state].status == "active"]
    return {
        "body": body.code, "kind": kind, "concerned": there or list(rules.members), "official": list(rules.official),
        "title": {}, "event": None, "session": None, "amends": None, "year": None, "text": {"paragraphs": []},
        "measures": [], "duties": [], "in_force": {"when": "adopted", "on": None},
    }  # fmt: skip


@transaction.atomic
def begin(
    *,
    body: str,
    kind: str,
    classification: str = "MEMBERS",
    addressees: Sequence[str] = (),
    by: Person,
    **said: Any,
) -> DecisionDraft:
    """Begin a draft. `said`: members of what `propose` will say. Raises ActRefused where there is no such body.

    One on an event that its state told to some alone begins for these.
    """
    check(by, Ability.PREPARE_COUNCIL)
    found = body_named(body)
    if found is None or kind not in found.kinds:
        raise ActRefused(_("No body of the alliance adopts this kind of decision. Choose another body or kind."))
    made = empty(found, kind=kind) | said
    if told := told_to_some(made["event"], classification):
        made["concerned"] = [one for one in made["concerned"] if one in told.states]
        classification, addressees = "SELECTIVE", sorted({*made["concerned"]} - {here().code})
    draft = DecisionDraft.objects.create(
        said=made, classification=classification, addressees=list(addressees), made_by=by
    )
    audit.record("council-draft.begun", draft, by=by, body=body, kind=kind)
    return draft


@transaction.atomic
def change(
    draft: DecisionDraft, *, version: int, by: Person, readers: Mapping[str, Any] | None = None, **said: Any
) -> DecisionDraft:
    """Change what it will say. Raises DraftChanged if somebody else did since version `version`."""
    check(by, Ability.PREPARE_COUNCIL)
    now = _locked(draft, version=version, by=by)
    now.said = now.said | said
    for name in ("classification", "addressees"):
        if readers and name in readers:
            setattr(now, name, readers[name])
    now.version, now.changed_by, now.changed_at = now.version + 1, by, timezone.now()
    now.save()
    audit.record("council-draft.changed", now, by=by, members=sorted(said))
    return now


@transaction.atomic
def discard(draft: DecisionDraft, *, version: int, by: Person) -> DecisionDraft:
    """Give it up. It stays on record here."""
    check(by, Ability.PREPARE_COUNCIL)
    now = _locked(draft, version=version, by=by)
    now.discarded_at = timezone.now()
    now.save(update_fields=["discarded_at"])
    audit.record("council-draft.discarded", now, by=by)
    return now


def propose(draft: DecisionDraft, *, version: int, allowed: bool = False, by: Person) -> JointObject:
    """Propose it: this state keeps it from then on, and orders what is said of it.

    allowed  that the states whose events it names let others read of them than they have told

    Raises DraftChanged, NotAllowed, ActRefused, PermissionDenied.
    """
    check(by, Ability.DECIDE)
    with DjangoStore().atomic():
        now = _locked(draft, version=version, by=by)
        body = body_named(now.said["body"])
        if body is None:
            raise ActRefused(_("The alliance’s file names no such body any more. Choose another."))
        rules = rules_of(body, alliance())
        if strangers := sorted(set(now.said["concerned"]) - set(rules.members)):
            raise ActRefused(_("%(states)s is no member of this body.") % {"states": ", ".join(strangers)})
        further = told_further(events_of(now.said), now.classification, now.addressees)
        require_told(further, allowed=allowed)
        carried = {"silence": rules.silence, "silence_hours": rules.silence_hours, "may_join": list(rules.may_join)}
        of = open_object(
            "decision", "propose", {**now.said, "rules": carried}, needs=Ability.DECIDE,
            classification=now.classification, addressees=now.addressees, language=rules.official[0], by=by,
        )  # fmt: skip
        record_leave(of, further, by=by)
        now.proposed = of
        now.save(update_fields=["proposed"])
    return of


def _locked(draft: DecisionDraft, *, version: int, by: Person) -> DecisionDraft:
    now = DecisionDraft.objects.visible_to(by).select_for_update(of=("self",)).get(pk=draft.pk)
    if now.version != version or now.proposed_id is not None or now.discarded_at is not None:
        raise DraftChanged(now)
    return now
