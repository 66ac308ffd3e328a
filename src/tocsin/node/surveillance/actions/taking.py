"""Taking a table that was previewed: confirmed here, carried out by a task (`surveillance.intake.generations`)."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.node.alliance import audit
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.surveillance import tasks
from tocsin.node.surveillance.actions import previewing
from tocsin.node.surveillance.actions.doors import Refused, demand
from tocsin.node.surveillance.models import Source, Upload

__all__ = ["PreviewOutdated", "Refused", "locked_source", "take"]


class PreviewOutdated(Refused):
    """What was previewed is no longer what would happen; a new preview has been asked for."""


def take(upload: Upload, *, whole: bool, by: Person | None) -> Upload:
    """Have every row that can be used taken; `whole`: only if every row can.

    Raises Refused, and PreviewOutdated after asking for a new preview.
    """
    demand(by, Ability.UPLOAD_COUNTS)
    try:
        return _take(upload, whole=whole, by=by)
    except PreviewOutdated:
        previewing.preview_again(upload, by=by)
        raise


@transaction.atomic
def _take(upload: Upload, *, whole: bool, by: Person | None) -> Upload:
    source = locked_source(upload)
    upload = Upload.objects.get(pk=upload.pk)
    _check(upload, source, whole=whole)
    upload.status, upload.whole, upload.taken_by = Upload.Status.TAKING, whole, by
    upload.problem, upload.progress = {}, {}
    upload.save(update_fields=["status", "whole", "taken_by", "problem", "progress"])
    audit.record("upload.confirmed", upload, by=by, whole=whole, left_out=upload.problems)
    tasks.take_upload.enqueue(str(upload.pk))
    return upload


def locked_source(upload: Upload) -> Source:
    """The source, locked, if nothing else of it is being taken."""
    source = Source.objects.select_for_update().get(pk=upload.source_id)
    other = Upload.objects.filter(source=source, status=Upload.Status.TAKING).exclude(pk=upload.pk).first()
    if other is not None:
        raise Refused(
            _("“%(name)s” of the same source is being taken at this moment; try again when it is.")
            % {"name": other.file_name}
        )
    return source


def _check(upload: Upload, source: Source, *, whole: bool) -> None:
    if upload.status != Upload.Status.PREVIEWED:
        raise Refused(
            _("This table is “%(status)s”; only one that was previewed can be taken.")
            % {"status": upload.get_status_display()}
        )
    if previewing.is_unmatched(upload):
        raise Refused(_("Some names of the table are not matched yet; say what they mean, then take it."))
    if whole and upload.problems:
        raise Refused(
            ngettext(
                "%(number)d row cannot be used, so the table is not taken whole. Correct it and send it again, or "
                "take it without that row.",
                "%(number)d rows cannot be used, so the table is not taken whole. Correct them and send it again, or "
                "take it without those rows.",
                upload.problems,
            )
            % {"number": upload.problems}
        )
    if _outdated(upload, source):
        raise PreviewOutdated(
            _("Counts of the same periods were taken since this preview; it is being made anew. Look at it once more.")
        )


def _outdated(upload: Upload, source: Source) -> bool:
    """Whether another table of the same periods, or an undo, was taken since the preview was made."""
    since = Upload.objects.filter(source=source, generation__gt=upload.preview["generation"])
    taken = since.filter(status=Upload.Status.TAKEN).values_list("preview__periods", flat=True)
    mine = upload.preview["periods"]
    return any(
        periods is None or (periods["first"] <= mine["last"] and mine["first"] <= periods["last"]) for periods in taken
    )
