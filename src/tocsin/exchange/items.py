"""Items: documents as they are carried, compressed where that helps and sealed unless public.

docs/exchange.md, section 4.
"""

import zstandard

from tocsin.exchange import limits, suite
from tocsin.exchange.errors import Malformed, TooLarge
from tocsin.exchange.streams import PUBLIC

__all__ = ["packed", "unpacked"]

FRAME = b"\x28\xb5\x2f\xfd"
WORTH_COMPRESSING = 512  # bytes; below, a frame saves nothing that matters
LEVEL = 12  # a week's indicators cross a slow line; sealing them is done once


def packed(document: bytes, audience: str) -> tuple[bytes, bytes | None]:
    """The item that carries `document` to `audience`, and the key that opens it; None for a public one.

    Raises TooLarge for what no receiver would take: a document above 10 MiB, or whose item is.
    """
    if len(document) > limits.DOCUMENT_BYTES:
        raise TooLarge("too-large", f"the document has {len(document)} bytes; the limit is {limits.DOCUMENT_BYTES}")
    frame = _frame(document)
    item, key = frame or document, None
    if audience != PUBLIC:
        key = suite.new_body_key()
        item = suite.sealed(item, key, frame=frame is not None)
    if len(item) > limits.RECORD_BYTES:
        raise TooLarge(
            "too-large", f"the document has {len(item)} bytes as it is carried; the limit is {limits.RECORD_BYTES}"
        )
    return item, key


def _frame(document: bytes) -> bytes | None:
    if len(document) < WORTH_COMPRESSING:
        return None
    frame = zstandard.ZstdCompressor(level=LEVEL, write_content_size=True).compress(document)
    # What would look like a bomb to its receiver goes uncompressed.
    return frame if len(frame) < len(document) * 0.9 and len(document) <= limits.RATIO * len(frame) else None


def unpacked(item: bytes, audience: str, key: bytes | None) -> bytes:
    """The document that `item` carries.

    Raises Malformed, TooLarge; without a key for a sealed one, Malformed `locked`.
    """
    if audience == PUBLIC:
        if item.startswith(FRAME):
            return _opened_frame(item)
        if item.startswith(b"{"):
            return item
        raise Malformed("document-invalid", "an item of a public stream is neither a document nor a frame of one")
    if not item.startswith(b"eyJ"):
        raise Malformed("document-invalid", f"an item of the stream {audience!r:.80} is not sealed")
    if key is None:
        raise Malformed("locked", "no key for the item has come")
    plain, frame = suite.opened(item, key)
    return _opened_frame(plain) if frame else plain


def _opened_frame(frame: bytes) -> bytes:
    # One frame, and of this kind: the format also has frames to be skipped, which say nothing and may say it at length.
    if not frame.startswith(FRAME):
        raise Malformed("document-invalid", "what is said to be a Zstandard frame is not one")
    try:
        said = zstandard.get_frame_parameters(frame)
        _check_frame(len(frame), said.content_size, said.window_size)
        return zstandard.ZstdDecompressor().decompress(frame, allow_extra_data=False)
    except zstandard.ZstdError as problem:
        raise Malformed("document-invalid", f"the compressed document does not open: {problem}") from None


def _check_frame(length: int, size: int, window: int) -> None:
    """Refuse by its word a frame that would cost its reader too much: its word is what room is made by."""
    if size in (zstandard.CONTENTSIZE_UNKNOWN, zstandard.CONTENTSIZE_ERROR):
        raise Malformed("bomb", "the compressed document does not say how large it is")
    if size == 0:  # the library then looks no further, whatever follows
        raise Malformed("document-invalid", "the compressed document is empty")
    if max(size, window) > limits.DOCUMENT_BYTES:
        raise TooLarge(
            "too-large", f"the document has {size} bytes, or needs {window}; the limit is {limits.DOCUMENT_BYTES}"
        )
    if size > limits.RATIO * length:
        raise Malformed("bomb", f"{length} bytes say they hold {size}, more than {limits.RATIO} times as many")
