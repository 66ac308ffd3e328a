"""Reading a folder of Parquet files part by part, here or on other machines.

Each part is brought down to what series need (a line list to the number of its cases by date and
keys, which is where the rows go), wherever `run` has it done. What is left is read as one table
by `read`, so that everything that must be decided once for all parts (how dates are written, the
first and last period, totals, what an absent row means) is decided once and in one place. It
has at most a row for each series and date: the machine that asks must be able to hold that.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import polars as pl

from tocsin.counts.errors import NotATable, SourceUnreadable
from tocsin.counts.files import SAMPLE_ROWS, Table, open_table
from tocsin.counts.layouts import Asked, Roles, roles
from tocsin.counts.notes import Notebook, listed
from tocsin.counts.problems import Problems
from tocsin.counts.reader import read
from tocsin.counts.series import Note, SeriesTable

__all__ = ["CASES", "Run", "condensed", "parts_of", "read_partitions"]

CASES = "__cases"


class Run(Protocol):
    """Calls a function for each item, in their order, here or elsewhere."""

    def __call__(self, function: Callable[..., Any], items: Sequence[Any], /, **same: Any) -> Iterable[Any]: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """Columns that series need; `counted` is False where a row is a case."""

    columns: tuple[str, ...]
    counted: bool


def parts_of(folder: Path) -> list[Path]:
    """The Parquet files of a dataset, in the order of their names; none if it is no such folder."""
    return sorted(path for path in folder.rglob("*.parquet") if not path.name.startswith((".", "_")))


def read_partitions(folder: Path, run: Run, **options: Any) -> SeriesTable:
    """What `read(folder, **options)` gives, the parts condensed by `run`.

    Row numbers of problems in a line list are those of the condensed table.
    Raises CountsError as `read` does.
    """
    parts = parts_of(folder)
    if not parts:
        raise SourceUnreadable(f"{folder} is a folder without Parquet files; give a file, or a folder of *.parquet")
    found, notes = _roles(folder, parts, options)
    if found.layout == "wide":
        return read(folder, **options)
    columns = dict.fromkeys((*found.date, *found.counts, *found.by, *found.beside, *options.get("where", {})))
    wanted = Wanted(tuple(columns), bool(found.counts))
    table = pl.concat(run(condensed, parts, wanted=wanted), how="vertical_relaxed")
    if not wanted.counted:
        table = _added_up(table.lazy(), wanted.columns).collect()
    chosen = {"layout": found.layout, "date": found.date, "by": found.by, "count": found.counts or (CASES,)}
    with TemporaryDirectory(prefix="tocsin-") as temporary:
        # Named like the dataset, since messages name the file they are about.
        path = Path(temporary) / folder.name
        table.write_parquet(path)
        read_table = read(path, **{**options, **chosen})
    return replace(read_table, notes=(*notes, *read_table.notes))


def condensed(path: Path, *, wanted: Wanted) -> pl.DataFrame:
    """One part: the wanted columns, and for a line list the number of rows that are alike in them, as CASES."""
    try:
        lazy = pl.scan_parquet(path.read_bytes())  # not mapped: a file that shrinks would end the process
        schema = lazy.collect_schema()
        lazy = lazy.select([_day(name, schema[name]) for name in wanted.columns])
        if not wanted.counted:
            lazy = _added_up(lazy.with_columns(pl.lit(1, pl.Int64).alias(CASES)), wanted.columns)
        return lazy.collect()
    except (pl.exceptions.PolarsError, OSError) as failure:
        raise NotATable(f"{path} cannot be read as a part of the dataset: {str(failure).splitlines()[0]}") from None


def _added_up(lazy: pl.LazyFrame, columns: Sequence[str]) -> pl.LazyFrame:
    return lazy.group_by(*columns, maintain_order=True).agg(pl.col(CASES).sum())


def _day(name: str, kind: pl.DataType) -> pl.Expr:
    return pl.col(name).dt.date() if isinstance(kind, pl.Datetime) else pl.col(name)


def _roles(folder: Path, parts: Sequence[Path], options: dict[str, Any]) -> tuple[Roles, tuple[Note, ...]]:
    """What the columns are, by the options and the first rows of the dataset; and what was guessed."""
    notes = Notebook()
    asked = Asked(options.get("layout"), *(_names(options.get(name)) for name in ("date", "count", "by")))
    return roles(_first_rows(folder, parts, notes), asked, notes), notes.all()


def _names(given: str | Sequence[str] | None) -> tuple[str, ...] | None:
    return None if given is None else (given,) if isinstance(given, str) else tuple(given)


def _first_rows(folder: Path, parts: Sequence[Path], notes: Notebook) -> Table:
    """A table of as many parts as it takes to see what their columns are."""
    opened: list[Table] = []
    for part in parts:
        opened.append(
            open_table(part, sheet=None, separator=None, encoding=None, header=1, notes=notes, problems=Problems())
        )
        if opened[-1].columns != opened[0].columns:
            raise NotATable(
                f"the parts of {folder.name} differ: {part.name} has the columns {listed(opened[-1].columns)}, "
                f"{parts[0].name} has {listed(opened[0].columns)}; give every part the same columns"
            )
        if sum(table.sample.height for table in opened) >= SAMPLE_ROWS:
            break
    sample = pl.concat([table.sample for table in opened])
    whole = len(opened) == len(parts) and all(table.whole for table in opened)
    return Table(sample.lazy(), sample, whole, opened[0].columns, folder.name)
