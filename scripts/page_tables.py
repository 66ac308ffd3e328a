"""Tables that a script makes and a page holds, each between its marks: printed, or put there."""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

__all__ = ["SHARED", "block", "run", "write"]

SHARED = Path(__file__).resolve().parents[2] / "shared"


def block(page: str, name: str) -> str:
    """What stands between a table's marks in the page."""
    return page.partition(f"<!-- table: {name} -->\n")[2].partition("<!-- end -->")[0]


def write(path: Path, name: str, text: str) -> None:
    """Put a table between its marks."""
    before, mark, rest = path.read_text(encoding="utf-8").partition(f"<!-- table: {name} -->\n")
    _, end, after = rest.partition("<!-- end -->")
    if not (mark and end):
        raise SystemExit(f"{path} has no marks for the table {name}")
    path.write_text("".join([before, mark, "\n", text, "\n", end, after]), encoding="utf-8")


def run(
    description: str | None,
    tables: Mapping[str, Callable[[Path], Iterator[str]]],
    page: Path,
    arguments: Sequence[str] | None = None,
) -> None:
    """A script's command line: all tables or those named, from a folder of real data.

    description  of the script, of which the first line is shown
    """
    parser = argparse.ArgumentParser(description=(description or "").splitlines()[0])
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder with the data")
    parser.add_argument("--only", choices=tables, action="append", help="table to make; may be repeated")
    parser.add_argument("--write", action="store_true", help=f"put the tables into {page.name}")
    given = parser.parse_args(arguments)
    if not (given.shared / "data").is_dir():
        parser.exit(
            2, f"{given.shared / 'data'} is no folder; the figures need the shared data, say where with --shared\n"
        )
    for name in given.only or tables:
        text = "\n".join(tables[name](given.shared)) + "\n"
        if given.write:
            write(page, name, text)
        else:
            print(f"## {name}\n\n{text}", flush=True)
