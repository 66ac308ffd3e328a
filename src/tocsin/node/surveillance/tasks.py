"""Work on uploads and screenings that people do not wait for at a page. Tasks take keys and may run twice."""

from uuid import UUID

from django_tasks import task

__all__ = [
    "look_into_watched_folders",
    "measure_quality",
    "preview_upload",
    "screen",
    "sweep",
    "sweep_screenings",
    "sweep_uploads",
    "take_upload",
]


@task(queue_name="people")
def preview_upload(upload_id: str) -> None:
    """Read what was received; from a watched folder, take it where there is nothing to ask."""
    from tocsin.node.surveillance.intake import previews, watched_folders
    from tocsin.node.surveillance.models import Upload

    upload = Upload.objects.select_related("source__place").get(pk=UUID(upload_id))
    previews.make_preview(upload)
    watched_folders.take_if_nothing_to_ask(upload)


@task(queue_name="people")
def take_upload(upload_id: str) -> None:
    """Take what a person has confirmed, or go on where a crash ended it."""
    from tocsin.node.surveillance.intake import generations

    generations.carry_out(UUID(upload_id))


@task(queue_name="people")
def look_into_watched_folders() -> None:
    from tocsin.node.surveillance.intake import watched_folders

    watched_folders.look()


@task(queue_name="night")
def screen(screening_id: str) -> None:
    """Do a screening, or begin anew one that a crash ended."""
    from tocsin.node.surveillance.actions import screening

    screening.run(UUID(screening_id))


def sweep() -> None:
    """What a node does when it starts: whatever was under way goes on by itself."""
    sweep_uploads()
    sweep_screenings()


def sweep_uploads() -> None:
    """Uploads that a crash left half-way are asked for again; what it left on disk is cleared away."""
    from tocsin.node.surveillance.intake import recovery

    recovery.sweep_uploads()


def sweep_screenings() -> None:
    """Screenings that lost their place in the queue get it back."""
    from tocsin.node.surveillance.actions import screening

    screening.sweep_screenings()


@task(queue_name="night")
def measure_quality(source_id: str) -> None:
    """Completeness, timeliness, delays and revisions of a source, after a table of it was taken or undone."""
    from tocsin.node.surveillance.intake import quality
    from tocsin.node.surveillance.models import Source

    quality.measure(Source.objects.get(pk=UUID(source_id)))
