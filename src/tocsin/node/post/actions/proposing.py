"""One person proposes, another confirms: nobody alone takes what was kept apart, erases, settles, or opens an epoch."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.exchange.deciding import CannotRelease
from tocsin.node.alliance import audit
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.notices import notify
from tocsin.node.post.actions.carrying_out import ACTS
from tocsin.node.post.actions.refusals import ActRefused, demand
from tocsin.node.post.here import local_node
from tocsin.node.post.models import Proposal
from tocsin.node.post.models.proposals import NEEDS
from tocsin.node.post.telling import people_who

__all__ = ["confirm", "propose", "withdraw"]


def propose(
    what: str, *, subject: str, subject_name: str, reason: str, by: Person, options: Mapping[str, Any] | None = None
) -> Proposal:
    """Ask for an act that another person must confirm; whoever may is told.

    Raises PermissionDenied, and ActRefused where there is nothing to be done, or it is proposed already.
    """
    demand(by, NEEDS[what])
    here = local_node()
    with here.store.atomic():
        stands = ACTS[what].stands(here, subject)
        if not stands:
            raise ActRefused(_("There is nothing to be done about this any more; look at it again."))
        if earlier := Proposal.objects.select_for_update().filter(subject=subject).open().first():
            if ACTS[earlier.what].stands(here, subject) == earlier.stands:
                raise ActRefused(_("%(name)s has proposed something about this already.") % {"name": earlier.by.name})
            _lapse(earlier)
        proposal = Proposal.objects.create(
            what=what, subject=subject, subject_name=subject_name, stands=stands, reason=reason, by=by,
            options=dict(options or {}),
        )  # fmt: skip
        audit.record("proposal.made", proposal, by=by, what=what, reason=reason)
        others = [person for person in people_who(NEEDS[what]) if person.pk != by.pk]
        link = reverse("proposal", args=[proposal.pk])
        notify(others, f"proposal.{what}", link=link, by=by.name, subject=subject_name)
    return proposal


def confirm(proposal: Proposal, *, by: Person) -> Proposal:
    """Agree as the second person, and have it done.

    Raises PermissionDenied, and ActRefused for one's own proposal, and for one that ended or has lapsed.
    """
    demand(by, NEEDS[proposal.what])
    here = local_node()
    with here.store.atomic():
        proposal = _locked(proposal)
        if proposal.by_id == by.pk:
            raise ActRefused(_("You proposed this yourself; another person has to confirm it."))
        act = ACTS[proposal.what]
        lapsed = act.stands(here, proposal.subject) != proposal.stands or not proposal.by.may(NEEDS[proposal.what])
        if lapsed:
            _lapse(proposal)
        else:
            said = _done(proposal, by)
            audit.record(act.audited, proposal, by=by, proposed_by=proposal.by.name, reason=proposal.reason, **said)
    if lapsed:
        raise ActRefused(_("It has lapsed: what it is about has changed since. Look at it again, and propose it anew."))
    return proposal


def withdraw(proposal: Proposal, *, by: Person) -> Proposal:
    """Take back one's own proposal. Raises ActRefused for one of others, and for one that has ended."""
    demand(by, NEEDS[proposal.what])
    with local_node().store.atomic():
        proposal = _locked(proposal)
        if proposal.by_id != by.pk:
            raise ActRefused(_("Only %(name)s can take this back.") % {"name": proposal.by.name})
        proposal.withdrawn_at, proposal.withdrawn_by = timezone.now(), by
        proposal.save(update_fields=["withdrawn_at", "withdrawn_by"])
        audit.record("proposal.withdrawn", proposal, by=by, what=proposal.what)
    return proposal


def _locked(proposal: Proposal) -> Proposal:
    proposal = Proposal.objects.select_for_update(of=("self",)).select_related("by").get(pk=proposal.pk)
    if not proposal.is_open:
        raise ActRefused(_("It is no longer open: it was done, taken back, or has lapsed."))
    return proposal


def _done(proposal: Proposal, by: Person) -> Mapping[str, Any]:
    try:
        said = ACTS[proposal.what].do(local_node(), proposal)
    except (CannotRelease, ValueError) as refusal:
        raise ActRefused(_("It cannot be done: %(why)s.") % {"why": refusal}) from refusal
    proposal.confirmed_by, proposal.done_at = by, timezone.now()
    proposal.save(update_fields=["confirmed_by", "done_at"])
    return said


def _lapse(proposal: Proposal) -> None:
    proposal.withdrawn_at = timezone.now()
    proposal.save(update_fields=["withdrawn_at"])
    audit.record("proposal.lapsed", proposal, by=None, what=proposal.what)
