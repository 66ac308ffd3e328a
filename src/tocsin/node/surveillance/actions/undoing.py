"""Undoing a table that was taken, by a later version that writes back what stood before."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.alliance import audit
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.surveillance import tasks
from tocsin.node.surveillance.actions.doors import Refused, demand, require_own
from tocsin.node.surveillance.actions.taking import locked_source
from tocsin.node.surveillance.models import Upload

__all__ = ["undo"]


@transaction.atomic
def undo(upload: Upload, *, by: Person | None, text: str) -> Upload:
    """Ask for what `upload` changed to be written back; the undo is an upload too, and can itself be undone.

    Cells that later tables have changed stay as those tables say. `text` says why. Raises Refused.
    """
    demand(by, Ability.UPLOAD_COUNTS)
    source = locked_source(upload)
    require_own(source)
    upload = Upload.objects.get(pk=upload.pk)
    if upload.status != Upload.Status.TAKEN:
        raise Refused(
            _("This table is “%(status)s”; only one that was taken can be undone.")
            % {"status": upload.get_status_display()}
        )
    if earlier := Upload.objects.filter(undoes=upload).select_related("by").first():
        raise Refused(
            _("%(name)s undid this table on %(day)s; undo that, if it shall hold again.")
            % {"name": earlier.by or _("The node"), "day": timezone.localdate(earlier.received_at).isoformat()}
        )
    made = Upload.objects.create(
        source=source,
        by=by,
        via=Upload.Via.UNDO,
        file_name=upload.file_name,
        options={"text": text[:2_000]},
        status=Upload.Status.TAKING,
        undoes=upload,
        taken_by=by,
    )
    audit.record("upload.undo_asked", upload, by=by, text=made.options["text"])
    tasks.take_upload.enqueue(str(made.pk))
    return made
