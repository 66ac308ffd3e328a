"""Catalogues as Django reads them (.mo), made from those that people read (.po) whenever older.

Settings name `compiled_folder()`, so that no step of setting up can be forgotten; where all is
up to date it costs a look at four files.
"""

import os
import tempfile
from hashlib import sha256
from pathlib import Path

import platformdirs

__all__ = ["LOCALES", "compile_catalogues", "compiled_folder"]

LOCALES = Path(__file__).resolve().parents[1] / "locale"


def compiled_folder(locales: Path = LOCALES) -> Path:
    """The folder for LOCALE_PATHS, its catalogues compiled: the package's own, or one in the
    person's cache folder where the package may not be written to.
    """
    try:
        compile_catalogues(locales)
    except OSError:
        elsewhere = platformdirs.user_cache_path("tocsin") / f"locale-{_digest(locales)}"
        compile_catalogues(locales, elsewhere)
        return elsewhere
    return locales


def compile_catalogues(locales: Path = LOCALES, into: Path | None = None) -> list[Path]:
    """Write each catalogue that is absent or older than its source; returns those written.

    A reader sees the old catalogue or the new one, never half of one.
    """
    written = []
    for source in sorted(locales.glob("*/LC_MESSAGES/*.po")):
        compiled = ((into or locales) / source.relative_to(locales)).with_suffix(".mo")
        if _is_current(compiled, source):
            continue
        compiled.parent.mkdir(parents=True, exist_ok=True)
        _replace(compiled, _compile(source))
        written.append(compiled)
    return written


def _is_current(compiled: Path, source: Path) -> bool:
    return compiled.exists() and compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns


def _compile(source: Path) -> bytes:
    import io

    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        catalog = read_po(file, locale=source.parents[1].name)
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def _replace(path: Path, content: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _digest(locales: Path) -> str:
    """Of all catalogues, so that two versions of the package do not use each other's."""
    digest = sha256()
    for source in sorted(locales.glob("*/LC_MESSAGES/*.po")):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]
