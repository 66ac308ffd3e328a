"""Files put with a request: looked at by their bytes, kept in this state, handed back, removed."""

import hashlib
from io import BytesIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.alliance import audit
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.assistance.models import Attachment
from tocsin.node.assistance.refusals import ActRefused
from tocsin.node.events.files.kinds import require_kind
from tocsin.node.events.texts import checked
from tocsin.node.joint.models import JointObject
from tocsin.node.post.store import DjangoStore

__all__ = ["LARGEST", "MOST", "attach", "hand_back", "remove"]

KEEPS = Ability.KEEP_ASSISTANCE
LARGEST, MOST = 10 * 2**20, 50
FORBIDDEN = '/\\:*?"<>|'


def attach(of: JointObject, content: bytes, *, name: str, note: str = "", by: Person) -> Attachment:
    """Put a file with a request. It stays in this state.

    Raises RefusedContent for bytes that are not what the name says, or of a kind that is not taken; ActRefused for a
    name that deceives, a file that is too large or here already; PermissionDenied.
    """
    check(by, KEEPS)
    name = checked(name, longest=200, name=_("The name of the file"), paragraphs=False)
    if any(sign in FORBIDDEN for sign in name) or not name.strip(". ").rpartition(".")[0]:
        raise ActRefused(_("Give the file a name without folders and signs, with its extension."))
    if len(content) > LARGEST:
        raise ActRefused(
            _("The file is larger than %(size)d MB, the most that is kept here.") % {"size": LARGEST >> 20}
        )
    kind, digest = require_kind(BytesIO(content), name), hashlib.sha256(content).hexdigest()
    note = checked(note, longest=300, name=_("Note"), paragraphs=False)
    # The store's lock comes before those of objects and of the audit, as in all that the exchange does (store.atomic).
    with DjangoStore().atomic():
        JointObject.objects.visible_to(by).select_for_update(of=("self",)).get(pk=of.pk)
        there = Attachment.objects.filter(of=of, removed_at=None)
        if same := there.filter(digest=digest).first():
            raise ActRefused(_("The same file is here already, as “%(name)s”.") % {"name": same.name})
        if there.count() >= MOST:
            raise ActRefused(_("A request has at most %(n)d files; remove one that is no longer needed.") % {"n": MOST})
        made = Attachment.objects.create(
            of=of, name=name, kind=kind.code, size=len(content), digest=digest, content=content, by=by, note=note
        )
        audit.record("attachment.added", made, by=by, request=str(of.pk), digest=digest)
    return made


@transaction.atomic
def hand_back(file: Attachment, *, by: Person) -> bytes:
    """The bytes of a file, for somebody who downloads it, which is put on record."""
    check(by, Ability.READ_ASSISTANCE)
    found = Attachment.objects.visible_to(by).get(pk=file.pk)
    if found.removed_at is not None:
        raise ActRefused(_("The file was removed; its bytes are no more."))
    audit.record("attachment.downloaded", found, by=by, request=str(found.of_id), digest=found.digest)
    return bytes(found.content)


@transaction.atomic
def remove(file: Attachment, *, by: Person) -> Attachment:
    """Take a file away: its row stays and says who did; its bytes go."""
    check(by, KEEPS)
    found = Attachment.objects.visible_to(by).select_for_update(of=("self",)).get(pk=file.pk)
    if found.removed_at is not None:
        raise ActRefused(_("The file was removed already."))
    found.removed_at, found.removed_by, found.content = timezone.now(), by, b""
    found.save(update_fields=["removed_at", "removed_by", "content"])
    audit.record("attachment.removed", found, by=by, request=str(found.of_id), digest=found.digest)
    return found
