"""Files appear whole or not at all."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from tocsin.cli.main import BadInput

__all__ = ["FORMATS", "folder", "form_of", "whole", "write_table"]

FORMATS: dict[str, Callable[[pl.DataFrame, Path], object]] = {
    "csv": lambda table, path: table.write_csv(path),
    "json": lambda table, path: table.write_json(path),
    "parquet": lambda table, path: table.write_parquet(path),
}

ELSEWHERE = ("gz", "zip", "xlsx", "xls", "ods")
"""Endings of what is read but not written."""


def folder(path: Path) -> Path:
    """The folder for results, made if it is not there; refused before any work if it cannot be written."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            return path
    except OSError as failure:
        raise BadInput(
            f"results cannot be written to {path}: {failure.strerror}; give another folder with --out"
        ) from None


def form_of(path: Path) -> str:
    """The form of a file by its ending, CSV if it has no other; refused before any work if it cannot be written."""
    form = path.suffix.removeprefix(".").lower()
    if form in ELSEWHERE:
        raise BadInput(f"--out is {path}; Tocsin writes no .{form} but {', '.join(f'.{name}' for name in FORMATS)}")
    if path.is_dir():
        raise BadInput(f"results cannot be written to {path}: it is a folder; give a file with --out")
    folder(path.parent)
    return form if form in FORMATS else "csv"


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A path to write to; what was written takes the place of `path` only when all of it is there."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    unfinished = Path(name)
    try:
        yield unfinished
        unfinished.chmod(0o666 & ~_umask())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def write_table(table: pl.DataFrame, path: Path, form: str) -> None:
    with whole(path) as unfinished:
        FORMATS[form](table, unfinished)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
