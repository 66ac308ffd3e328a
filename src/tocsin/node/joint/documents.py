"""Acts as documents of the exchange, and documents as rows of acts."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from tocsin.exchange.documents import NATIONAL, Document
from tocsin.exchange.identifiers import new_id
from tocsin.exchange.local import LocalNode
from tocsin.exchange.sealing import post
from tocsin.joint.acts import Act, ObjectId, Order, Place
from tocsin.joint.ordering import Arrangement, next_order
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability, abilities
from tocsin.node.joint.line_ends import with_one_line_end
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.post.actions.making import make
from tocsin.node.post.models.documents import row_id
from tocsin.node.work.windows import at

__all__ = ["MACHINE", "Draft", "is_astray", "name_of", "opening", "role_of", "row_of", "said_next", "send"]

LONGEST_NAME = 120  # of the schemas
MACHINE = "node"  # the role of what no person says
OF_PATIENTS = frozenset({"consultation", "transfer"})  # nouns of which nobody who gets them passes anything on
Draft = tuple[Document, Act]


def said_next(
    here: LocalNode,
    of: JointObject,
    arrangement: Arrangement,
    kind: str,
    said: Mapping[str, Any],
    *,
    role: str = MACHINE,
    name: str = "",
    language: str = "en",
) -> Draft:
    """What this node says next of an object, not sent yet: of its own with the next number of the order, which takes in
    whatever no order has included. Raises ActRefused where nobody would take it.
    """
    body: dict[str, Any] = {
        "object": of.key.as_json(), "act": kind, "order": None, "said": with_one_line_end(dict(said)),
        "by": {"role": role, "name": name},
    }  # fmt: skip
    if of.is_ours:
        body["order"] = next_order(arrangement, now=here.now()).as_json()
    others = tuple(sorted(of.states - {here.node})) if of.addressees else ()
    document = make(
        here, of.noun, body, to=others, classification=of.classification, language=language, also_absent=True,
        no_onward_sharing=of.noun in OF_PATIENTS,
    )  # fmt: skip
    return document, Act.of(document)


def opening(
    here: LocalNode,
    noun: str,
    kind: str,
    said: Mapping[str, Any],
    *,
    classification: str,
    addressees: Sequence[str],
    by: Person,
    needs: Ability,
    language: str,
    id: str | None = None,
) -> Draft:
    """The document that opens an object of ours, not sent yet. Raises ActRefused where nobody would take it.

    id   where other documents name the object already; else it gets a new one
    """
    now = here.now()
    id = id or new_id(now)
    body = {
        "object": ObjectId(here.node, id).as_json(), "act": kind, "said": with_one_line_end(dict(said)),
        "order": Order(1, None, now).as_json(),
        "by": {"role": role_of(by, needs), "name": name_of(by)},
    }  # fmt: skip
    document = make(
        here, noun, body, to=addressees, classification=classification, language=language, id=id,
        no_onward_sharing=noun in OF_PATIENTS,
    )  # fmt: skip
    return document, Act.of(document)


def role_of(by: Person, needs: Ability) -> str:
    """The role in which partners are told that somebody acted: the first of theirs that lets them."""
    entitled = (role for role in by.roles if needs in abilities([role]))
    return str(next(entitled, by.roles[0] if by.roles else MACHINE))


def name_of(by: Person) -> str:
    """What somebody is called in a document, which has room for less than some names are long."""
    return by.name[:LONGEST_NAME]


def send(here: LocalNode, draft: Draft, of: JointObject, *, by: Person | None) -> JointAct:
    """Queue it to be sealed, and keep its row; what stays in the state is kept alone. In the transaction of the act."""
    document, _ = draft
    row = row_of(document, of, is_ours=True, by=by)
    row.save(force_insert=True)
    if document.classification != NATIONAL:
        post(here, document)
    at("joint.said")
    return row


def row_of(
    document: Document,
    of: JointObject,
    *,
    is_ours: bool,
    place: Place | None = None,
    by: Person | None = None,
    taken: Collection[UUID] = (),
) -> JointAct:
    """The row of an act, from its document."""
    row = JointAct.from_act(
        Act.of(document, place), of, id=row_id(document, taken), is_ours=is_ours, is_exercise=document.exercise, by=by,
        classification=document.classification, addressees=list(document.addressees),
    )  # fmt: skip
    row.is_astray = is_astray(row, of)
    return row


def is_astray(row: JointAct, of: JointObject) -> bool:
    """Whether others read it than read the object, or it is of another noun; unknown before the opening is here."""
    if not of.classification:
        return False
    if (row.noun, row.classification) != (of.noun, of.classification):
        return True
    return bool(of.addressees) and frozenset({row.origin, *row.addressees}) != of.states
