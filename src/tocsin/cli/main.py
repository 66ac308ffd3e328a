"""The command `tocsin`: its sub-commands, and what a person is told when one fails.

Exit status: 0 done; 1 a fault of Tocsin's own, or the reader of its output has gone; 2 bad
input; 130 interrupted. A sub-command's module is imported when it is called, and imports what is
slow (numba, polars) inside its functions.
"""

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

from tocsin import __version__

__all__ = ["BadInput", "main"]

COMMANDS = {
    "detect": "tocsin.cli.detect",
    "nowcast": "tocsin.cli.nowcast",
    "severity": "tocsin.cli.severity",
    "demand": "tocsin.cli.demand",
    "reproduction": "tocsin.cli.reproduction",
    "forecast": "tocsin.cli.forecast",
    "evaluate": "tocsin.cli.evaluate",
    "methods": "tocsin.cli.methods",
    "compile": "tocsin.cli.compile",
    "node": "tocsin.cli.node",
    "exchange": "tocsin.cli.exchange",
}
INTERRUPTED = 130


class BadInput(click.ClickException):
    """What was given cannot be analysed; the message says what to change."""

    exit_code = 2


class Commands(click.Group):
    """Sub-commands imported on demand, and one place where failures become sentences."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(COMMANDS[cmd_name]), cmd_name)
        return command

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> NoReturn:
        try:
            status = super().main(args, prog_name, **{**extra, "standalone_mode": False})
            if sys.stdout is not None:
                sys.stdout.flush()
        except BrokenPipeError:
            # Whoever read our output has gone; the interpreter must not fail on it again at exit. Click does
            # the same, with the same status, for what is written before.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            status = 1
        except (click.Abort, KeyboardInterrupt):
            status = INTERRUPTED
        except Exception as failure:
            if "--debug" in (sys.argv[1:] if args is None else args):
                traceback.print_exc()
            refusal = failure if isinstance(failure, click.ClickException) else _as_sentence(failure)
            refusal.show()
            status = refusal.exit_code
        sys.exit(status if isinstance(status, int) else 0)


def _as_sentence(failure: Exception) -> click.ClickException:
    from tocsin.cli.reading import as_option
    from tocsin.counts.errors import CountsError
    from tocsin.epi.errors import EpiError

    if isinstance(failure, EpiError):
        return BadInput(str(failure))
    if isinstance(failure, CountsError):
        return BadInput(as_option(str(failure)))
    if isinstance(failure, OSError):
        where = f"{failure.filename}: " if failure.filename else ""
        return BadInput(f"{where}{failure.strerror or failure}")
    if isinstance(failure, MemoryError):
        return BadInput("there is not enough memory for this input; give fewer columns in --by, or a longer --every")
    first_line = next(iter(str(failure).splitlines()), "")[:200]
    return click.ClickException(
        f"something went wrong that should not have ({type(failure).__name__}: {first_line}). "
        "This is a fault of Tocsin, not of yours; `tocsin --debug …` shows where"
    )


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="tocsin")
@click.option("--debug", is_flag=True, help="Show where an unexpected failure arose.")
def tocsin(debug: bool) -> None:
    """Early detection of epidemics: from a table of counts to what is out of the ordinary."""


def main() -> NoReturn:
    tocsin.main(prog_name="tocsin")
