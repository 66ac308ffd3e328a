"""Plain text in any of the encodings that people's programs write."""

import codecs
import re

from tocsin.clinical.files.refusals import RefusedFile

__all__ = ["letters"]

CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f\x80-\x84\x86-\x9f]")
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CYRILLIC = re.compile("[а-яёА-ЯЁ]")
_USUAL_HAN = re.compile("[\u4e00-\u9fff]")


def letters(content: bytes) -> str:
    """The text: by its mark, else UTF-8, else whichever of GB 18030 and Windows-1251 gives more of its own letters.

    Raises RefusedFile for bytes that are no text.
    """
    marked = next((name for mark, name in MARKS if content.startswith(mark)), "")
    for encoding in (marked,) if marked else ("utf-8",):
        try:
            return _require_text(content.decode(encoding))
        except UnicodeDecodeError:
            if marked:
                raise RefusedFile("encoding") from None
    guesses = [text for encoding in ("gb18030", "cp1251") if (text := _decoded(content, encoding)) is not None]
    if b"\x00" in content or not guesses:
        raise RefusedFile("unknown" if b"\x00" in content else "encoding")
    return _require_text(max(guesses, key=_plausible))


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _plausible(text: str) -> float:
    """The share of letters above ASCII that the language of the encoding uses."""
    above = [one for one in text if one > "\x7f"]
    if not above:
        return 1.0
    joined = "".join(above)
    if _CYRILLIC.search(joined):
        small = sum("а" <= one <= "я" for one in above)
        return small / len(above)
    return len(_USUAL_HAN.findall(joined)) / len(above) * 0.9


def _require_text(text: str) -> str:
    if CONTROLS.search(text):
        raise RefusedFile("unknown")
    return text
