"""What a person is told when something goes wrong, and the exit status that scripts see."""

import errno
import signal
import subprocess
import sys
import types

import click
import pytest

from tocsin.cli import main
from tocsin.counts.errors import NoDateColumn
from tocsin.epi import compilation
from tocsin.epi.detect.registry import METHODS
from tocsin.epi.errors import InvalidCounts


@pytest.fixture
def failing(monkeypatch, command):
    """Run a command that raises what it is given."""

    def run(failure, *before):
        @click.command()
        def fails():
            raise failure

        module = types.ModuleType("fails")
        module.fails = fails
        monkeypatch.setitem(sys.modules, "fails", module)
        monkeypatch.setitem(main.COMMANDS, "fails", "fails")
        return command(*before, "fails")

    return run


@pytest.mark.parametrize("failure", [InvalidCounts("counts are wrong; mend them"), NoDateColumn("no date; name it")])
def test_refused_input_is_a_sentence_and_status_2(failing, failure):
    result = failing(failure)
    assert result.exit_code == 2
    assert result.stderr == f"Error: {failure}\n"


def test_advice_names_options_as_the_command_has_them(failing):
    result = failing(NoDateColumn("date=, date=(year, week), negative='spread back', every='day', 'week' or 'month'"))
    said = "--date, --date year,week, --negative spread-back, --every day, week or month"
    assert result.stderr == f"Error: {said}\n"
    result = failing(NoDateColumn("day_first=True or day_first=False; aliases={'Алма-Ата': 'Алматы'} joins"))
    assert result.stderr == "Error: --day-first or --month-first; --alias 'Алма-Ата=Алматы' joins\n"


def test_a_file_that_cannot_be_read_is_named(failing):
    result = failing(PermissionError(errno.EACCES, "Permission denied", "/data/x.csv"))
    assert result.exit_code == 2
    assert result.stderr == "Error: /data/x.csv: Permission denied\n"


def test_too_little_memory_says_what_would_need_less(failing):
    result = failing(MemoryError())
    assert result.exit_code == 2
    assert "not enough memory" in result.stderr


def test_an_unexpected_failure_owns_up_without_a_traceback(failing):
    result = failing(ZeroDivisionError("division by zero\nand much more"))
    assert result.exit_code == 1
    assert "(ZeroDivisionError: division by zero). This is a fault of Tocsin, not of yours" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert "Traceback" not in result.output


def test_debug_shows_where_an_unexpected_failure_arose(failing):
    result = failing(ZeroDivisionError("division by zero"), "--debug")
    assert result.exit_code == 1
    assert "Traceback (most recent call last)" in result.stderr
    assert "test_main.py" in result.stderr


def test_an_interruption_is_quiet_and_status_130(failing):
    result = failing(KeyboardInterrupt())
    assert result.exit_code == 130
    assert result.output.strip() == ""


@pytest.mark.parametrize("arguments", [("detekt",), ("detect",), ("detect", "x.csv", "--every", "fortnight")])
def test_misuse_is_status_2(command, arguments):
    assert command(*arguments).exit_code == 2


def test_the_version_is_said(command):
    assert command("--version").output == f"tocsin, version {main.__version__}\n"


def test_help_lists_every_command_at_once(process):
    """Numba alone takes half a second to import: help must not import it."""
    result = process("--help")
    assert result.returncode == 0
    for name in main.COMMANDS:
        assert f"\n  {name} " in result.stdout

    modules = "import sys, tocsin.cli.main as m; m.tocsin.get_command(None, 'detect'); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", modules], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numba", "numpy", "polars", "rich", "jinja2"} & set(loaded)


def test_a_reader_that_goes_away_hears_no_complaint():
    arguments = [sys.executable, "-m", "tocsin", "methods"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(timeout=60) == 1


def test_ctrl_c_ends_the_command_without_a_word():
    """Interrupted while it waits, as for a slow network folder."""
    slow = (
        "import time, tocsin.cli.main as main, tocsin.cli.detect as module\n"
        "module.detect.callback = lambda **_: (print('ready', flush=True), time.sleep(60))\n"
        "main.main()"
    )
    arguments = [sys.executable, "-c", slow, "detect", "x.csv"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "".join(said).strip() == ""


def test_compile_runs_every_method_and_says_where_the_kernels_are_kept(command):
    result = command("compile")
    assert result.exit_code == 0, result.stderr
    for method in METHODS:
        assert f"  {method} " in result.stderr
    assert result.stderr.rstrip().endswith(f"kept in {compilation.CACHE_FOLDER}")


def test_compile_says_so_where_kernels_cannot_be_kept(command, monkeypatch):
    monkeypatch.setattr(compilation, "CACHE_FOLDER", None)
    result = command("compile")
    assert "they cannot be kept" in result.stderr
    assert "Set NUMBA_CACHE_DIR" in result.stderr
