"""What the page of one's uploads shows."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person
from tocsin.node.files.models import Upload
from tocsin.node.files.words import found_at, left_away, refusal

__all__ = ["Row", "told", "uploads_of"]

MOST = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One upload as its person sees it."""

    upload: Upload
    state: str
    word: str
    sentence: str
    left_away: list[str]
    found: list[str]
    asks_for_a_look: bool
    is_picture: bool


def uploads_of(person: Person) -> list[Row]:
    """The last ones."""
    return [_row(one) for one in Upload.objects.visible_to(person).select_related("clean")[:MOST]]


def _row(upload: Upload) -> Row:
    asks = upload.state == Upload.State.CHECKED and not upload.may_leave
    word = {
        Upload.State.ARRIVING: _("Arriving"), Upload.State.UPLOADED: _("Being looked at"),
        Upload.State.REFUSED: _("Refused"),
    }.get(Upload.State(upload.state), _("To be looked at") if asks else _("Ready"))  # fmt: skip
    state = {
        Upload.State.ARRIVING: "attention", Upload.State.UPLOADED: "info", Upload.State.REFUSED: "alarm",
    }.get(Upload.State(upload.state), "attention" if asks else "good")  # fmt: skip
    picture = upload.clean is not None and upload.clean.media_type.startswith("image/")
    return Row(upload, state, word, told(upload), left_away(upload), found_at(upload), asks, picture)


def told(upload: Upload) -> str:
    """How it stands, in words."""
    match upload.state:
        case Upload.State.ARRIVING:
            return _("%(n)s of %(all)s MB are here. Choose the same file again to go on.") % {
                "n": f"{upload.received / (1 << 20):.1f}", "all": f"{upload.size / (1 << 20):.1f}",
            }  # fmt: skip
        case Upload.State.UPLOADED:
            return _("All of it is here. It is being looked at.")
        case Upload.State.REFUSED:
            return refusal(upload)
    if upload.may_leave:
        return _("It may be sent.")
    return _("Look at it before it is sent: no program sees a face, or a name in a picture.")
