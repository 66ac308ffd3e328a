"""Requests and offers while they are made ready: begun, changed, submitted, given back, given up. Nothing leaves."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.alliance import audit
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.notices import notify
from tocsin.node.alliance.roles import Ability
from tocsin.node.assistance import links
from tocsin.node.assistance.actions.locking import Draft, lock_draft, require
from tocsin.node.assistance.actions.saying import spoken
from tocsin.node.assistance.building.audiences import audience
from tocsin.node.assistance.building.drafts import asked_before, offered_before, problems_of, shape_of
from tocsin.node.assistance.building.shapes import shaped
from tocsin.node.assistance.building.texts import required
from tocsin.node.assistance.models import OfferDraft, RequestDraft
from tocsin.node.assistance.refusals import ActRefused, InvalidInput
from tocsin.node.joint.models import JointObject
from tocsin.node.post.telling import people_who

__all__ = ["change_draft", "discard_draft", "make_offer_draft", "make_request_draft", "send_back", "submit"]

PREPARES = (Ability.KEEP_ASSISTANCE, Ability.RELEASE_ASSISTANCE)


@transaction.atomic
def make_request_draft(
    *,
    said: Mapping[str, Any] | None = None,
    classification: str = "MEMBERS",
    addressees: Sequence[str] = (),
    language: str = "",
    amends: JointObject | None = None,
    by: Person,
) -> RequestDraft:
    """Begin a request; of `amends`, an open request of ours, begin what it is to say instead.

    said   members as in the act `request` (docs/exchange-types.md), incomplete as it may be

    Raises InvalidInput for what has not the shape of a request, ActRefused, PermissionDenied.
    """
    require(by, *PREPARES)
    draft = RequestDraft(language=language or spoken(), amends=amends, made_by=by, changed_by=by)
    if amends is not None:
        if not amends.is_ours:
            raise ActRefused(_("Only the state that asks can change what is asked for."))
        said = asked_before(amends) | dict(said or {})
        draft.classification, draft.addressees = amends.classification, list(amends.addressees)
    else:
        draft.classification, draft.addressees = audience(classification, addressees)
    draft.said = shaped(said or {}, shape_of(draft))
    _number(draft.said)
    draft.save(force_insert=True)
    audit.record("assistance-draft.made", draft, by=by, amends=str(amends.pk) if amends else None)
    return draft


@transaction.atomic
def make_offer_draft(
    request: JointObject, *, said: Mapping[str, Any] | None = None, offer: str = "", language: str = "", by: Person
) -> OfferDraft:
    """Begin an offer of ours to a request of another state; with `offer`, begin what that offer is to say instead.

    Raises InvalidInput for what has not the shape of an offer, ActRefused, PermissionDenied.
    """
    require(by, *PREPARES)
    if request.is_ours:
        raise ActRefused(_("This state asks for this assistance and cannot offer it to itself."))
    if offer:
        before = offered_before(request, offer)
        if before is None:
            raise ActRefused(_("There is no such offer of ours. It may not be in the order of the request yet."))
        said = before | dict(said or {})
    draft = OfferDraft(request=request, offer=offer, language=language or spoken(), made_by=by, changed_by=by)
    draft.said = shaped(said or {}, shape_of(draft))
    draft.save(force_insert=True)
    audit.record("assistance-draft.made", draft, by=by, request=str(request.pk), offer=offer)
    return draft


@transaction.atomic
def change_draft(
    draft: Draft,
    *,
    version: int,
    said: Mapping[str, Any] | None = None,
    classification: str | None = None,
    addressees: Sequence[str] | None = None,
    language: str | None = None,
    by: Person,
) -> Draft:
    """Write on. Members of `said` that are not given stay; whoever was to release it must be asked anew.

    Raises DraftChanged if somebody changed it since `version`, InvalidInput, PermissionDenied.
    """
    require(by, *PREPARES)
    now = lock_draft(draft, version=version, by=by)
    now.said = shaped({**now.said, **(said or {})}, shape_of(now))
    if isinstance(now, RequestDraft):
        _number(now.said)
        if now.amends_id is None and (classification is not None or addressees is not None):
            chosen = classification or now.classification
            now.classification, now.addressees = audience(chosen, now.addressees if addressees is None else addressees)
    now.language = language or now.language
    now.version += 1
    now.changed_by, now.changed_at = by, timezone.now()
    now.submitted_by = now.submitted_at = None
    now.save()
    audit.record("assistance-draft.changed", now, by=by, version=now.version)
    return now


@transaction.atomic
def submit(draft: Draft, *, version: int, by: Person) -> Draft:
    """Ask a second person to release it. Raises InvalidInput with all that has to be put right first, DraftChanged."""
    require(by, *PREPARES)
    now = lock_draft(draft, version=version, by=by)
    if now.submitted_by is not None:
        said = _("%(name)s has submitted this already. It waits for another person to release it.")
        raise ActRefused(said % {"name": now.submitted_by.name})
    if problems := problems_of(now):
        raise InvalidInput(problems)
    now.submitted_by, now.submitted_at, now.sent_back_for = by, timezone.now(), ""
    now.save(update_fields=["submitted_by", "submitted_at", "sent_back_for"])
    others = [person for person in people_who(Ability.RELEASE_ASSISTANCE) if person.pk != by.pk]
    notify(others, "assistance.confirm", link=_link(now), by=by.name, what=_named(now))
    audit.record("assistance-draft.submitted", now, by=by, version=now.version)
    return now


@transaction.atomic
def send_back(draft: Draft, *, version: int, reason: str, by: Person) -> Draft:
    """Do not release what was submitted: whoever made it ready goes on with it, and reads why."""
    check(by, Ability.RELEASE_ASSISTANCE)
    now = lock_draft(draft, version=version, by=by)
    asked = now.submitted_by
    if asked is None:
        raise ActRefused(_("It was not submitted, so that there is nothing to give back."))
    now.sent_back_for = required(reason, field="reason", name=_("Reason"))
    now.submitted_by = now.submitted_at = None
    now.version += 1
    now.changed_by, now.changed_at = by, timezone.now()
    now.save()
    notify([asked], "assistance.sent_back", link=_link(now), by=by.name, what=_named(now))
    audit.record("assistance-draft.sent_back", now, by=by, version=now.version)
    return now


@transaction.atomic
def discard_draft(draft: Draft, *, version: int, by: Person) -> Draft:
    """Give it up. What was typed is kept, and nobody is told."""
    require(by, *PREPARES)
    now = lock_draft(draft, version=version, by=by)
    now.discarded_at, now.discarded_by = timezone.now(), by
    now.submitted_by = now.submitted_at = None
    now.save(update_fields=["discarded_at", "discarded_by", "submitted_by", "submitted_at"])
    audit.record("assistance-draft.discarded", now, by=by)
    return now


def _link(draft: RequestDraft | OfferDraft) -> str:
    return links.offer_draft(draft.pk) if isinstance(draft, OfferDraft) else links.request_draft(draft.pk)


def _named(draft: RequestDraft | OfferDraft) -> dict[str, str]:
    """What it is called, by language: the title of the request that it is, or is made to."""
    title: Mapping[str, str] = draft.said.get("title", {})
    if isinstance(draft, OfferDraft):
        row = getattr(draft.request, "assistance_request", None)
        title = row.title if row is not None else {}
    known = next(iter(title.values()), "")
    return {language: title.get(language, known) for language in ("en", "ru", "zh-hans")}


def _number(said: dict[str, Any]) -> None:
    """Name the lines that have no name yet: i1, i2 …; a name is never used again within a request."""
    taken = {one["id"] for one in said["items"]}
    numbers = [int(name[1:]) for name in taken if name[:1] == "i" and name[1:].isdigit()]
    following = max(numbers, default=0) + 1
    for one in said["items"]:
        if not one["id"]:
            one["id"] = f"i{following}"
            following += 1
