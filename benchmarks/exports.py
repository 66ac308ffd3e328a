"""A million rows out of the node as CSV and XLSX: when the first byte leaves, how long all take, and the memory.

    .venv/bin/python benchmarks/exports.py [ROWS]

Each format is made in a process of its own. The rows come from a generator and the bytes go nowhere, so that what
is measured is the making of the file; peak memory is that of the whole process above what its imports take.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta

ROWS = 1_000_000
PLACES = [f"Район {i:04}, Карсуская область" for i in range(2000)]
DISEASES = ["Холера", "Чума", "霍乱", "Cholera", "麻疹"]


def rows(count: int):
    """Counts as a node would export them: 8 columns of every kind."""
    first, reported = date(2016, 1, 4), datetime(2026, 3, 1, 4, 5, tzinfo=UTC)
    for i in range(count):
        expected = 3 + (i * 7919 % 1009) / 97
        yield (
            DISEASES[i % 5], PLACES[i % 2000], first + timedelta(weeks=i // 2000), i * 31 % 47, expected,
            2.1 * expected, (i % 101) / 100, reported,
        )  # fmt: skip


def peak() -> float:
    """MiB that this process has held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(format: str, count: int) -> dict:
    import django
    from django.conf import settings

    settings.configure(USE_I18N=True, USE_TZ=True)
    django.setup()
    from tocsin.node.exports.tables import FORMATS, Column, Table

    kinds = ("text", "text", "date", "whole", "decimal", "decimal", "share", "moment")
    columns = [Column(f"c{i}", f"Column {i}", kind) for i, kind in enumerate(kinds)]
    held, begun, first, size = peak(), time.perf_counter(), None, 0
    for chunk in FORMATS[format][1](Table("Counts", columns, rows(count))):
        first = first or time.perf_counter() - begun
        size += len(chunk)
    seconds = time.perf_counter() - begun
    return {"first": first, "seconds": seconds, "size": size, "memory": peak() - held}


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    print(
        f"{count:,} rows of 8 columns\n\n| format | first byte | all rows | file | memory |\n"
        "| --- | --- | --- | --- | --- |"
    )
    for format in ("csv", "xlsx"):
        with tempfile.TemporaryDirectory() as home:
            done = subprocess.run(
                [sys.executable, __file__, "--one", format, str(count)],
                env={**os.environ, "TOCSIN_HOME": home}, capture_output=True, text=True, check=True,
            )  # fmt: skip
        got = json.loads(done.stdout)
        print(
            f"| {format} | {1000 * got['first']:.1f} ms | {got['seconds']:.1f} s | {got['size'] / 1e6:.0f} MB "
            f"| {got['memory']:.1f} MiB |"
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(sys.argv[2], int(sys.argv[3]))))
    else:
        main()
