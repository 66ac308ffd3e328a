"""This state's register of what it could send: kept by logistics, shared in the state's name."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.exchange.sealing import post
from tocsin.node.alliance import audit
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.assistance.actions.saying import spoken
from tocsin.node.assistance.building.audiences import audience
from tocsin.node.assistance.building.entries import ENTRY, fill, problems_of_entry
from tocsin.node.assistance.building.registers import body_of
from tocsin.node.assistance.building.shapes import shaped
from tocsin.node.assistance.models import Capability, Register
from tocsin.node.assistance.readers.registers import register_of
from tocsin.node.assistance.reading import day_in
from tocsin.node.assistance.refusals import ActRefused, InvalidInput
from tocsin.node.events.texts import checked
from tocsin.node.post.actions.making import make, node_here
from tocsin.node.post.store import DjangoStore

__all__ = ["keep_entry", "remove_entry", "share_register"]

KEEPS = Ability.KEEP_ASSISTANCE
BEGINS = {"team": "t", "laboratory": "l", "expert": "e", "stock": "s"}


@transaction.atomic
def keep_entry(
    given: Mapping[str, Any], *, entry: Capability | None = None, version: int = 0, by: Person
) -> Capability:  # fmt: skip
    """Write an entry of our register, or another one anew. Partners are told when the register is shared next.

    given     members as `building.entries.ENTRY` has them
    version   of `entry`, as the person saw it

    Raises InvalidInput with all that cannot be used; ActRefused if somebody changed it since; PermissionDenied.
    """
    check(by, KEEPS)
    said = shaped(given, ENTRY)
    if problems := problems_of_entry(said, today=day_in(timezone.now())):
        raise InvalidInput(problems)
    if entry is None:
        row = Capability(state=here().code, is_ours=True, entry=_name(said["kind"]))
    else:
        row = _locked(entry, version, by)
        row.version += 1
    fill(row, said)
    row.changed_by, row.changed_at = by, timezone.now()
    row.save()
    audit.record("capability.kept", row, by=by, item=row.item, version=row.version)
    return row


@transaction.atomic
def remove_entry(entry: Capability, *, version: int, by: Person) -> None:
    """Take an entry out of our register. Raises ActRefused if somebody changed it since; PermissionDenied."""
    check(by, KEEPS)
    row = _locked(entry, version, by)
    audit.record("capability.removed", row, by=by, item=row.item, quantity=row.quantity)
    row.delete()


def share_register(
    *,
    classification: str = "MEMBERS",
    addressees: Sequence[str] = (),
    contact: str = "",
    note: str = "",
    by: Person,
) -> Register:
    """Give partners the whole register as it is now; what they had is replaced. It leaves once it is sealed.

    Raises InvalidInput for no audience, ActRefused where nothing has changed for these readers; PermissionDenied.
    """
    check(by, Ability.RELEASE_ASSISTANCE)
    to, others = audience(classification, addressees)
    node = node_here()
    # The store's lock comes before the audit's, as in all that the exchange does (store.atomic).
    with DjangoStore().atomic():
        entries = Capability.objects.filter(is_ours=True).order_by("kind", "entry")
        body = body_of(
            entries, as_of=day_in(node.now()), note=checked(note, name=_("Note")),
            contact=checked(contact, name=_("Contact"), longest=200, paragraphs=False),
        )  # fmt: skip
        last = Register.objects.filter(is_ours=True).order_by("-version").first()
        if last is not None and _says_the_same(last, body, to, others):
            raise ActRefused(_("The register has not changed since it was shared with these states. Nothing was sent."))
        document = make(
            node, "capabilities", body, to=others, classification=to, language=spoken(),
            version=last.version + 1 if last else 1, supersedes=str(last.document_id) if last else None,
        )  # fmt: skip
        row = register_of(document, is_ours=True)
        row.by = by
        row.save(force_insert=True)
        post(node, document)
        audit.record("register.shared", row, by=by, to=others or [to], version=row.version)
    return row


def _says_the_same(last: Register, body: Mapping[str, Any], classification: str, addressees: Sequence[str]) -> bool:
    before = {name: value for name, value in last.body.items() if name != "as_of"}
    now = {name: value for name, value in body.items() if name != "as_of"}
    return (before, last.classification, list(last.addressees)) == (now, classification, list(addressees))


def _locked(entry: Capability, version: int, by: Person) -> Capability:
    row = Capability.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=entry.pk, is_ours=True).first()
    if row is None:
        raise ActRefused(_("Somebody has removed this entry. Nothing was saved."))
    if row.version != version:
        who = row.changed_by.name if row.changed_by else here().code
        raise ActRefused(
            _("%(who)s changed this entry since you looked. Nothing was saved; look at it again.") % {"who": who}
        )
    return row


def _name(kind: str) -> str:
    """A name that no entry of ours has, or had when the register was last shared."""
    shared = Register.objects.filter(is_ours=True).order_by("-version").values_list("body", flat=True).first() or {}
    taken = {one["id"] for value in shared.values() if isinstance(value, list) for one in value}
    taken |= set(Capability.objects.filter(is_ours=True).values_list("entry", flat=True))
    number = 1
    while f"{BEGINS[kind]}{number}" in taken:
        number += 1
    return f"{BEGINS[kind]}{number}"
