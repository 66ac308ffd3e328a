"""A file of 20 MiB, ten ranges as the page's script sends them, and the page's part of the protocol."""

import random
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from typing import Any

from tests.clinical.files.specimens import jpeg
from tests.node.files.scenes import JSON, put

from tocsin.node.files.limits import PIECE_BYTES

__all__ = ["CUT", "NAME", "RANGES", "SIZE", "choose", "content"]

NAME, RANGES = "Ivanov.jpg", 10
SIZE, CUT = RANGES * PIECE_BYTES, 9 * PIECE_BYTES
MIB = 1 << 20


@cache
def content() -> bytes:
    """A picture, and behind its end what makes it as large."""
    return jpeg(behind=random.Random(90).randbytes(SIZE - len(jpeg())))


def choose(browser, line: Callable[[int], str] = lambda first: "") -> tuple[dict[str, Any], list[int]]:
    """As frontend/src/files.js does when somebody chooses a file: begun with its fingerprint, ranges from where the
    node says that it stands, finished. Returns what the node said last, and where ranges began that were sent.

    line  how it breaks at the range that begins there, if it does: "before", "within" or "after" the range; then the
          page is closed
    """
    file = content()
    mark = sha256(f"{NAME}\n{SIZE}\n".encode() + file[:MIB] + file[-MIB:]).hexdigest()
    asked = {"name": NAME, "size": SIZE, "fingerprint": mark, "digest": sha256(file).hexdigest()}
    said = browser.post("/files/begin/", asked, **JSON).json()
    upload, sent = said, []
    while said["offset"] < SIZE:
        first = said["offset"]
        piece = file[first : first + upload["piece"]]
        breaks = line(first)
        if breaks == "before":
            return said, sent
        sent.append(first)
        if breaks == "within":
            whole = f"bytes {first}-{first + len(piece) - 1}/{SIZE}"
            half = put(browser, upload["url"], first, piece[: len(piece) // 2], SIZE, HTTP_CONTENT_RANGE=whole)
            assert (half.status_code, half.json()["code"]) == (400, "bad-range")
            return said, sent
        answer = put(browser, upload["url"], first, piece, SIZE)
        assert answer.status_code == 200, answer.content
        if breaks == "after":
            return said, sent
        said = answer.json()
    return browser.post(upload["finish"], {}, **JSON).json(), sent
