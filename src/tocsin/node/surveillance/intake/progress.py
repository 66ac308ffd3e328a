"""How far the work on an upload has come, written now and then rather than at every step."""

import time

from tocsin.node.surveillance.models import Upload

__all__ = ["Progress"]

SECONDS = 0.5


class Progress:
    """progress("comparing", done, of): kept on the upload, at most twice a second but for each new `what`.

    `what` is a stable word: reading, matching, comparing, writing, adding_up, archiving.
    """

    def __init__(self, upload: Upload) -> None:
        self._upload = upload.pk
        self._what = ""
        self._at = 0.0

    def __call__(self, what: str, done: int = 0, of: int = 0) -> None:
        now = time.monotonic()
        if what == self._what and now - self._at < SECONDS:
            return
        self._what, self._at = what, now
        Upload.objects.filter(pk=self._upload).update(progress={"what": what, "done": done, "of": of})
