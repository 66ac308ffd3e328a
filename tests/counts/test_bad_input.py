"""What cannot be read: each with its own error, naming what to change, and soon."""

import gzip
import os
from pathlib import Path

import pytest

from tocsin.counts import CountsError, read
from tocsin.counts.errors import (
    BadRows,
    EmptyTable,
    LayoutError,
    NotATable,
    SourceChanged,
    SourceNotFound,
    SourceUnreadable,
)

GOOD = "date,region,cases\n" + "".join(
    f"2026-01-{day:02d},{place},{day % 3}\n" for day in range(5, 15) for place in "AB"
)


def test_the_errors_have_one_root():
    assert issubclass(CountsError, ValueError)
    assert issubclass(SourceChanged, CountsError)


@pytest.mark.parametrize("text", ["", "\n\n", "   \n"])
def test_empty_file(write, text):
    with pytest.raises(EmptyTable, match="is empty"):
        read(write(text))


@pytest.mark.parametrize("text", ["date,cases\n", "date,cases", "date,cases\n,\n"])
def test_header_only(write, text):
    with pytest.raises(EmptyTable, match="no rows"):
        read(write(text))


def test_no_such_file(tmp_path):
    with pytest.raises(SourceNotFound, match=r"no file.*nothing\.csv"):
        read(tmp_path / "nothing.csv")


def test_a_folder_without_tables(tmp_path):
    with pytest.raises(SourceUnreadable, match="folder without Parquet"):
        read(tmp_path)


def test_no_permission(write, monkeypatch):
    path = write(GOOD)
    if os.geteuid() == 0:  # root may read everything: let the system's answer come from its call
        real = Path.open

        def refuse(self, *arguments, **options):
            if self == path:
                raise PermissionError(13, "Permission denied")
            return real(self, *arguments, **options)

        monkeypatch.setattr(Path, "open", refuse)
    else:
        path.chmod(0)
    with pytest.raises(SourceUnreadable, match="Permission denied"):
        read(path)


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceUnreadable, match="pipe"):
        read(tmp_path / "pipe")


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, bytes(range(1, 32)) * 500])
def test_binary_file_named_csv(tmp_path, content):
    path = tmp_path / "picture.csv"
    path.write_bytes(content)
    with pytest.raises(NotATable, match=r"picture\.csv"):
        read(path)


@pytest.mark.parametrize("at", [30, 2_000_000])
def test_nul_bytes(tmp_path, at):
    content = (GOOD + "2026-01-15,A,1\n" * 150_000).encode()
    path = tmp_path / "nul.csv"
    path.write_bytes(content[:at] + b"\0" + content[at:])
    row = content[:at].count(b"\n") + 1
    with pytest.raises(NotATable, match=f"NUL byte in row {row},"):
        read(path)


def bytes_read_so_far():
    """What this process has read from files; None where the system does not count it."""
    counted = Path("/proc/self/io")
    return int(counted.read_text().split()[1]) if counted.exists() else None


def test_two_gigabytes_that_are_no_table_are_refused_from_their_beginning(tmp_path):
    path = tmp_path / "disk.csv"
    with path.open("wb") as stream:
        stream.truncate(2 * 1024**3)
    before = bytes_read_so_far()
    with pytest.raises(NotATable, match="NUL byte"):
        read(path)
    if before is not None:
        assert bytes_read_so_far() - before < 16 * 1024**2


def test_one_endless_line(tmp_path):
    path = tmp_path / "line.csv"
    path.write_bytes(b"x" * (3 << 20))
    with pytest.raises(NotATable, match="no line end"):
        read(path)


def test_gzip_that_is_cut_off(tmp_path):
    whole = gzip.compress(GOOD.encode() * 50, compresslevel=1)
    for content in (whole[:-20], b"\x1f\x8b" + b"damaged" * 9):
        (tmp_path / "cut.csv.gz").write_bytes(content)
        with pytest.raises(NotATable, match="gzip"):
            read(tmp_path / "cut.csv.gz")


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"PAR1", bytes.fromhex("d0cf11e0a1b11ae1")])
def test_damaged_workbook_or_parquet(tmp_path, start):
    path = tmp_path / "damaged"
    path.write_bytes(start + b"rest" * 100)
    with pytest.raises(NotATable, match="damaged"):
        read(path)


class _Meddler:
    """An open file to which something happens after its first block."""

    def __init__(self, stream, meddle):
        self.stream, self.meddle, self.blocks = stream, meddle, 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()

    def fileno(self):
        return self.stream.fileno()

    def read(self, size):
        block = self.stream.read(size)
        self.blocks += 1
        if self.blocks == 1:
            self.meddle()
        return block


@pytest.mark.parametrize(
    ("meddle", "error"),
    [
        (lambda path: os.truncate(path, 100), SourceChanged),
        (lambda path: path.unlink(), SourceNotFound),
        (lambda path: path.write_text(GOOD * 2), SourceChanged),
    ],
    ids=["shrinks", "disappears", "grows"],
)
def test_a_file_that_changes_while_being_read(write, monkeypatch, meddle, error):
    path = write(GOOD)
    monkeypatch.setattr("tocsin.counts.files.BLOCK", 64)
    real, opened = Path.open, []

    def watched(self, *arguments, **options):
        opened.append(self)
        stream = real(self, *arguments, **options)
        return _Meddler(stream, lambda: meddle(path)) if len(opened) == 2 else stream

    monkeypatch.setattr(Path, "open", watched)
    with pytest.raises(error, match="while being read"):
        read(path)


def test_ragged_rows_are_problems(write):
    text = GOOD.replace("2026-01-06,A,0", "2026-01-06,A").replace("2026-01-07,B,1", "2026-01-07,B,1,,x")
    series = read(write(text))
    assert series.problems.select("row", "value", "rule", "taken").rows() == [
        (4, "2026-01-06,A", "ragged_row", False),
        (7, "2026-01-07,B,1,,x", "ragged_row", False),
    ]
    assert series.counts.shape == (2, 10)


def test_ragged_rows_in_a_large_table(tmp_path):
    text = "onset_date,region\n" + "2026-01-05,A\n" * 400_000 + "2026-01-06,B,what\n" + "2026-01-11,A\n" * 400_000
    (tmp_path / "large.csv").write_text(text)
    series = read(tmp_path / "large.csv", layout="line list", by="region")
    assert series.counts.tolist() == [[800_000]]
    assert series.problems["row"].to_list() == [400_002]


def test_two_columns_of_one_name(write):
    with pytest.raises(LayoutError, match="several columns called 'cases'"):
        read(write("date,cases,cases\n2026-01-05,1,2\n"))


def test_mostly_bad_rows(write):
    rows = "".join(f"2026-01-{day:02d},{'x' if day % 3 else day}\n" for day in range(5, 20))
    with pytest.raises(
        BadRows, match=r"only 5 of 15 rows.*text where a count was expected.*row 2, column 'cases': 'x'"
    ):
        read(write("date,cases\n" + rows), count="cases")


def test_all_counts_empty(write):
    with pytest.raises(BadRows, match="every count cell is empty"):
        read(write("date,cases\n2026-01-05,\n2026-01-06,\n"), count="cases")


def test_unclosed_quote(write):
    with pytest.raises(CountsError):
        read(write('date,cases\n"2026-01-05,1\n2026-01-06,2\n'))


def test_messages_name_no_python_and_end_without_traceback(write):
    with pytest.raises(CountsError) as caught:
        read(write("a,b\nx,y\n"))
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
