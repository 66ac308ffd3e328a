"""Plain text, in whichever letters: no control characters, and nothing that a browser takes for a page."""

import codecs
import re
from typing import BinaryIO

from django.utils.translation import gettext as _

from tocsin.node.events.files.refusals import DRAWING, MARKUP, UNKNOWN, RefusedContent

__all__ = ["require_text"]

CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
PAGE = re.compile(r"\s*<(?:!doctype|html|head|body|script|svg|\?xml|!--|[a-z][a-z0-9:-]*[\s>/])", re.IGNORECASE)
SCRIPT = re.compile(r"<(?:script|html|iframe|svg)[\s>/]|javascript:", re.IGNORECASE)
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def require_text(file: BinaryIO) -> None:
    """Raises RefusedContent. Of at most 25 MiB, so that it is read at once."""
    file.seek(0)
    text = _letters(file.read())
    if CONTROLS.search(text):
        raise RefusedContent(str(UNKNOWN))
    if PAGE.match(text) or SCRIPT.search(text):
        raise RefusedContent(str(DRAWING if re.search("<svg", text, re.IGNORECASE) else MARKUP))


def _letters(content: bytes) -> str:
    """The text by its mark, as UTF-8, or byte by byte where it is in an older encoding."""
    encoding = next((name for mark, name in MARKS if content.startswith(mark)), "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8":
            raise RefusedContent(
                _("The text is damaged: some of its letters cannot be read. Save it as UTF-8.")
            ) from None
        # Which one it is does not matter: control characters are the same in all of them.
        return content.decode("latin-1")
