"""A second person releases what was submitted: a request of ours is opened or changed, an offer of ours is made."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.alliance import audit
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.assistance.actions.locking import Draft, lock_draft
from tocsin.node.assistance.actions.saying import say
from tocsin.node.assistance.building.drafts import problems_of
from tocsin.node.assistance.models import OfferDraft, RequestDraft
from tocsin.node.assistance.refusals import ActRefused, InvalidInput, SecondPerson
from tocsin.node.joint.actions.acting import open_object
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.post.store import DjangoStore

__all__ = ["release_offer", "release_request"]

RELEASES = Ability.RELEASE_ASSISTANCE


def release_request(draft: RequestDraft, *, version: int, seen: str | None = None, by: Person) -> JointObject:
    """Ask, in the state's name. It leaves once it is sealed.

    version  of the draft that the person saw
    seen     where it changes an open request, `joint.actions.acting.token` of that as the person saw it: without, or
             with another, it is not released

    Raises SecondPerson unless another person submitted it; Changed, DraftChanged, InvalidInput, NotAllowed, ActRefused,
    PermissionDenied.
    """
    check(by, RELEASES)
    # The store's lock comes before the audit's, as in all that the exchange does (store.atomic).
    with DjangoStore().atomic():
        now = _require_releasable(lock_draft(draft, version=version, by=by), by)
        if now.amends is not None:
            sent = say(
                now.amends, "amend_request", now.said, needs=RELEASES, seen=seen or "", language=now.language, by=by
            )  # fmt: skip
        else:
            of = open_object(
                "assistance", "request", now.said, needs=RELEASES, classification=now.classification,
                addressees=now.addressees, language=now.language, by=by,
            )  # fmt: skip
            sent = of.acts.get(document_id=of.object_id, origin=of.origin)
        _done(now, sent, by)
        draft.sent = sent
    return sent.of


def release_offer(draft: OfferDraft, *, version: int, seen: str | None = None, by: Person) -> JointAct:
    """Offer, in the state's name. It counts once the state that asks has taken it into its order.

    Raises as `release_request`; Changed where `seen` is given and anything was said of the request since.
    """
    check(by, RELEASES)
    with DjangoStore().atomic():
        now = _require_releasable(lock_draft(draft, version=version, by=by), by)
        of = JointObject.objects.select_for_update(of=("self",)).get(pk=now.request_id)
        kind, whose = ("change_offer", _whose(now.offer)) if now.offer else ("offer", {"id": _next_name(of)})
        sent = say(of, kind, {**now.said, **whose}, needs=RELEASES, seen=seen, language=now.language, by=by)
        _done(now, sent, by)
    return sent


def _whose(offer: str) -> dict[str, Any]:
    return {"offer": {"origin": here().code, "id": offer}}


def _next_name(of: JointObject) -> str:
    """A name that no offer of ours to this request has had, void ones among them."""
    return f"o{of.acts.filter(origin=here().code, kind='offer').count() + 1}"


def _require_releasable(draft: Draft, by: Person) -> Draft:
    submitted_by = draft.submitted_by
    if submitted_by is None:
        raise SecondPerson(_("Two people release this: one submits it, another releases it. Submit it first."))
    if submitted_by.pk == by.pk:
        raise SecondPerson(_("You submitted this; another person has to release it."))
    if not any(submitted_by.may(one) for one in (Ability.KEEP_ASSISTANCE, RELEASES)):
        said = _("%(name)s, who submitted it, may not do that any more. Have it submitted anew.")
        raise ActRefused(said % {"name": submitted_by.name})
    if problems := problems_of(draft):  # a day may have passed since
        raise InvalidInput(problems)
    return draft


def _done(draft: RequestDraft | OfferDraft, sent: JointAct, by: Person) -> None:
    draft.sent, draft.changed_at = sent, timezone.now()
    draft.save(update_fields=["sent", "changed_at"])
    asked = draft.submitted_by.name if draft.submitted_by else None
    audit.record("assistance-draft.released", draft, by=by, document=str(sent.document_id), submitted_by=asked)
