"""Pictures, made anew of nothing but their points.

What telephones write beside the points says where and when, with whose telephone, often with a small picture of what
was cut away; programs write names of people and of files. Nothing of it is looked at: the points are read, turned
upright, and written into a new picture. Colours are brought to sRGB before their profile, which may carry a text, goes.
"""

import struct
from contextlib import suppress
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from tocsin.clinical.files.refusals import RefusedFile

__all__ = ["MOST_POINTS", "anew", "require_whole_jpeg", "require_whole_png", "require_whole_webp"]

MOST_POINTS = 60_000_000  # a telephone's picture has 12 to 50 million; read, each takes four bytes
MOST_CHUNKS = 100_000
QUALITY: dict[str, dict[str, Any]] = {"jpeg": {"quality": 92, "subsampling": 0, "optimize": True}, "png": {},
           "webp": {"quality": 92, "method": 4}}  # fmt: skip
BESIDE = {  # what is written beside the points, by the name that Pillow gives it
    "exif": "exif", "xmp": "xmp", "XML:com.adobe.xmp": "xmp", "icc_profile": "icc", "comment": "comment",
    "photoshop": "photoshop", "jfif": "", "mp": "further-pictures",
}  # fmt: skip


def require_whole_jpeg(content: bytes) -> None:
    """Ends with its mark, or with what telephones write behind it, which never leaves the hospital."""
    if b"\xff\xd9" not in content[-(1 << 22) :]:
        raise RefusedFile("damaged")
    _require_size(content, "jpeg")


def require_whole_png(content: bytes) -> None:
    """Chunk by chunk to the last, which must be where the file ends."""
    at = 8
    for _ in range(MOST_CHUNKS):
        if at + 12 > len(content):
            raise RefusedFile("damaged")
        length, name = struct.unpack(">I4s", content[at : at + 8])
        at += 12 + length
        if name == b"IEND":
            break
    if at != len(content):
        raise RefusedFile("behind-the-end")
    _require_size(content, "png")


def require_whole_webp(content: bytes) -> None:
    """As long as it says that it is."""
    (length,) = struct.unpack("<I", content[4:8])
    if length + 8 + length % 2 != len(content) and length + 8 != len(content):
        raise RefusedFile("behind-the-end" if length + 8 < len(content) else "damaged")
    _require_size(content, "webp")


def anew(content: bytes, kind: str) -> tuple[bytes, tuple[str, ...]]:
    """The picture of its points alone, upright, and what was left away. Raises RefusedFile."""
    with _opened(content, kind) as picture:
        try:
            picture.load()
            beside = _beside(picture, content)
            upright = _upright(picture)
        except Exception:  # whatever a decoder makes of damaged bytes
            raise RefusedFile("damaged") from None
        points = _plain(upright, kind)
    made = BytesIO()
    clean = Image.frombytes(points.mode, points.size, points.tobytes())
    clean.save(made, format=kind.upper(), **QUALITY[kind])
    return made.getvalue(), beside


def _opened(content: bytes, kind: str) -> Any:
    try:
        return Image.open(BytesIO(content), formats=[kind.upper(), *(["MPO"] if kind == "jpeg" else [])])
    except Image.DecompressionBombError:
        raise RefusedFile("picture-too-large", most=MOST_POINTS // 1_000_000) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, struct.error, EOFError, KeyError):
        raise RefusedFile("damaged") from None


def _require_size(content: bytes, kind: str) -> None:
    """By what the head says, before a single point is read."""
    with _opened(content, kind) as picture:
        width, height = picture.size
        if width * height > MOST_POINTS:
            raise RefusedFile("picture-too-large", most=MOST_POINTS // 1_000_000)
        if kind != "jpeg" and getattr(picture, "n_frames", 1) > 1:
            raise RefusedFile("picture-moves")


def _beside(picture: Any, content: bytes) -> tuple[str, ...]:
    found = {BESIDE.get(str(name), "") for name in picture.info}
    found |= {"text"} if getattr(picture, "text", None) else set()
    found |= {"further-pictures"} if getattr(picture, "n_frames", 1) > 1 else set()
    with suppress(Exception):  # what cannot be read goes unread
        found |= {"position"} if 0x8825 in picture.getexif() else set()
    if content.startswith(b"\xff\xd8") and not content.endswith(b"\xff\xd9"):
        found.add("behind-the-end")
    return tuple(sorted(found - {""}))


def _upright(picture: Any) -> Any:
    with suppress(SyntaxError, ValueError, KeyError, OSError, struct.error, TypeError):
        return ImageOps.exif_transpose(picture) or picture
    return picture


def _plain(picture: Any, kind: str) -> Any:
    """In a form that the kind can hold, colours as sRGB."""
    if "transparency" in picture.info and picture.mode in {"P", "L", "RGB"}:
        picture = picture.convert("RGBA")
    if profile := picture.info.get("icc_profile"):
        with suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
            mode = "RGBA" if picture.mode == "RGBA" else "RGB"
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            picture = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    if kind == "png" and picture.mode in {"1", "L", "LA", "RGB", "RGBA", "I;16"}:
        return picture
    if picture.mode in {"RGB", "L"} and kind == "jpeg":
        return picture
    has_alpha = picture.mode in {"RGBA", "LA", "PA", "La", "RGBa"} and kind != "jpeg"
    return picture.convert("RGBA" if has_alpha else "RGB")
