"""Acts of people on joint objects: opening one, and saying something of one."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from tocsin.exchange.local import LocalNode
from tocsin.joint.acts import PASSING, Applied
from tocsin.joint.ordering import Arrangement
from tocsin.node.alliance import audit
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.joint.arranging import arrangement_of
from tocsin.node.joint.documents import Draft, name_of, opening, role_of, said_next, send
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.joint.nouns import noun_of
from tocsin.node.joint.refusals import Changed, NotAllowed, Waiting
from tocsin.node.joint.settling import now_in, tend
from tocsin.node.joint.wording import worded
from tocsin.node.post.actions.making import node_here
from tocsin.node.post.store import DjangoStore

__all__ = ["act", "open_object", "token"]

BESIDE = ("order", "received", "translate")  # besides what is passing by the rules of joint objects


def open_object(
    noun: str,
    kind: str,
    said: Mapping[str, Any],
    *,
    needs: Ability,
    classification: str = "MEMBERS",
    addressees: Sequence[str] = (),
    language: str,
    id: str | None = None,
    by: Person,
) -> JointObject:
    """Open an object of ours. It leaves once it is sealed; one that is NATIONAL never does.

    addressees   where it is SELECTIVE: the other states that take part, and nobody else reads of it
    id           where documents that go before it name it already

    Raises ActRefused, NotAllowed, PermissionDenied.
    """
    check(by, needs)
    here = node_here()
    # The store's lock comes before the audit's, as in all that the exchange does (store.atomic).
    with DjangoStore().atomic():
        draft = opening(
            here, noun, kind, said, classification=classification, addressees=addressees, by=by, needs=needs,
            language=language, id=id,
        )  # fmt: skip
        document, first = draft
        of = JointObject(
            id=UUID(document.id), noun=noun, origin=here.node, object_id=UUID(document.id), is_ours=True,
            classification=classification, addressees=list(document.addressees), is_exercise=document.exercise,
            opened_at=document.recorded_at,
        )  # fmt: skip
        refused = noun_of(of).try_act((), first, at=here.now())
        if refused is not None:
            raise NotAllowed(refused, worded(noun, refused))
        of.save(force_insert=True)
        send(here, draft, of, by=by)
        tend(of)
        audit.record(f"{noun}.{kind}", of, by=by, to=list(document.addressees) or [classification])
    return of


def act(
    of: JointObject,
    kind: str,
    said: Mapping[str, Any] | None = None,
    *,
    needs: Ability,
    seen: str | None = None,
    language: str = "en",
    by: Person,
) -> JointAct:
    """Say something of an object, in the state's name. It leaves once it is sealed, and counts once its owner's order
    has it.

    seen   `token` of the object as the person saw it; the act is not done if anything was said since

    Raises Changed, NotAllowed, Waiting, ActRefused, PermissionDenied.
    """
    check(by, needs)
    here = node_here()
    with DjangoStore().atomic():
        now = JointObject.objects.visible_to(by).select_for_update(of=("self",)).get(pk=of.pk)
        arrangement = arrangement_of(now)
        if not arrangement.is_whole:
            raise Waiting(now)
        if seen is not None and seen != token(now):
            raise Changed(now, _last_of(now))
        draft = said_next(
            here, now, arrangement, kind, said or {}, role=role_of(by, needs), name=name_of(by), language=language
        )
        _require_allowed(here, now, arrangement, draft)
        row = send(here, draft, now, by=by)
        noun_of(now).tell(now, tend(now, is_news=True), ())
        audit.record(f"{now.noun}.{kind}", now, by=by)
    return row


def token(of: JointObject) -> str:
    """Stands for all that was done to an object when it was looked at: another once anything else is done to it.

    What only passes beside it makes no other, or whoever comments without end could keep everybody from acting.
    """
    done = sorted(_done(of).values_list("origin", "document_id"))
    return sha256("\n".join(f"{origin} {id}" for origin, id in done).encode()).hexdigest()[:32]


def _last_of(of: JointObject) -> JointAct | None:
    return _done(of).order_by("-came_at", "-id").first()


def _done(of: JointObject) -> QuerySet[JointAct]:
    """Acts that a person has to know of who acts on an object."""
    return JointAct.objects.filter(of=of, withdrawn_at=None, is_astray=False).exclude(
        kind__in=(*BESIDE, *PASSING.get(of.noun, ()))
    )


def _require_allowed(here: LocalNode, of: JointObject, arrangement: Arrangement, draft: Draft) -> None:
    """As if everything that is known had been taken into the order, and this came next."""
    at = now_in(of, arrangement, here.now())
    ahead = tuple(Applied(one, arrangement.through + 1, at) for one in arrangement.proposals)
    refused = noun_of(of).try_act((*arrangement.applied, *ahead), draft[1], at=at)
    if refused is not None:
        raise NotAllowed(refused, worded(of.noun, refused))
