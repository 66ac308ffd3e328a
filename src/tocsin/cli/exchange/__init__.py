"""`tocsin exchange`: keys, the trust list and its ceremony, files between nodes, how the exchange stands.

The commands of keys, of the trust list and `verify` need no node: they work on folders, where there is no network.
"""

import os
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from tocsin.cli.main import BadInput

__all__ = ["COMMANDS", "Lazy", "agreed", "check_two", "exchange", "now", "two_people"]

Command = Callable[..., Any]

COMMANDS = {
    "keys": "tocsin.cli.exchange.keys",
    "trust": "tocsin.cli.exchange.trust",
    "verify": "tocsin.cli.exchange.verify",
    "export": "tocsin.cli.exchange.media",
    "import": "tocsin.cli.exchange.media",
    "status": "tocsin.cli.exchange.status",
    "audit": "tocsin.cli.exchange.audit",
    "heads": "tocsin.cli.exchange.heads",
    "erase": "tocsin.cli.exchange.erase",
    "settle": "tocsin.cli.exchange.settle",
    "recover": "tocsin.cli.exchange.recovery",
    "epoch": "tocsin.cli.exchange.recovery",
}


class Lazy(click.Group):
    """A group whose members are imported on demand: `members` says in which module each stands."""

    def __init__(self, *args: Any, members: Mapping[str, str], **more: Any) -> None:
        super().__init__(*args, **more)
        self._members = members

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._members)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._members:
            return None
        module = import_module(self._members[cmd_name])
        found = vars(module).values()
        return next(one for one in found if isinstance(one, click.Command) and one.name == cmd_name)


class ExchangeCommands(Lazy):
    """What the exchange or the node refuses becomes a sentence and status 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except ModuleNotFoundError as missing:
            if missing.name is None or missing.name.startswith("tocsin"):
                raise
            raise BadInput(
                f"the package {missing.name} is not installed; pip install 'tocsin[exchange]' brings what keys, lists "
                "and files need, 'tocsin[node]' what a node needs"
            ) from missing
        except Exception as failure:
            if _is_refusal(failure):
                raise BadInput(str(failure)) from failure
            raise


@click.command("exchange", cls=ExchangeCommands, members=COMMANDS, short_help="Keys, trust and files between nodes.")
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="TOCSIN_HOME",
    help="The node's folder, or any folder with keys; TOCSIN_HOME, or the system's place for data, unless said.",
)
def exchange(home: Path | None) -> None:
    """The exchange between nodes: keys, the trust list and its ceremony, files on media, and how it all stands."""
    if home is not None:
        os.environ["TOCSIN_HOME"] = str(home.absolute())


def agreed(question: str, *, yes: bool) -> None:
    """Go on only if somebody agrees. Raises BadInput where they do not, click.Abort where nobody can be asked."""
    if yes:
        return
    try:
        sure = click.confirm(question, err=True)
    except click.Abort:
        click.echo("\nNothing was done: nobody agreed. --yes agrees beforehand.", err=True)
        raise
    if not sure:
        raise BadInput("nothing was done")


def two_people(*, required: bool) -> Callable[[Command], Command]:
    """The options that name who decides an act and who agrees; `check_two` refuses one person twice."""

    def named(command: Command) -> Command:
        second = click.option("--second", required=required, metavar="NAME", help="Who agrees; another person.")
        return click.option("--first", required=required, metavar="NAME", help="Who decides it.")(second(command))

    return named


def check_two(first: str | None, second: str | None) -> tuple[str, str]:
    """Their names. Raises BadInput if they name the same person, or nobody."""
    one, other = (first or "").strip(), (second or "").strip()
    if not one or not other or one.casefold() == other.casefold():
        raise BadInput("two people decide it; --first and --second name the same one, or nobody")
    return one, other


def now() -> Any:
    """The real time, UTC."""
    from datetime import UTC, datetime

    return datetime.now(UTC)


def _is_refusal(failure: Exception) -> bool:
    from tocsin.exchange.errors import ExchangeError
    from tocsin.node.home import BadConfiguration

    return isinstance(failure, ExchangeError | BadConfiguration)
