"""Why a file, or a range of one, is not taken: a code, a sentence, and how far the upload has come."""

from django.utils.translation import gettext as _

from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.files.models import Upload

__all__ = ["NotSent", "RangeRefused", "UploadRefused"]


class UploadRefused(ActRefused):
    """The upload is not begun, or not gone on with. `status` is HTTP's."""

    def __init__(self, sentence: str, *, code: str, status: int = 409) -> None:
        self.code, self.status = code, status
        super().__init__(sentence)


class RangeRefused(UploadRefused):
    """A range that does not fit. The upload goes on from `offset`."""

    def __init__(self, upload: Upload, sentence: str, *, code: str, status: int = 409) -> None:
        self.offset = upload.received
        super().__init__(sentence, code=code, status=status)


class NotSent(ActRefused):
    """The file may not leave, or not yet."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or _("The file is not checked yet, or somebody has to look at it before it leaves."))
