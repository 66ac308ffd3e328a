"""`tocsin node`: the place where a state's epidemiologists work, made, served and looked after."""

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from tocsin.cli.main import BadInput

__all__ = ["node", "opened"]

COMMANDS = {
    "init": "tocsin.cli.node.init",
    "serve": "tocsin.cli.node.serve",
    "work": "tocsin.cli.node.work",
    "add-person": "tocsin.cli.node.add_person",
    "check": "tocsin.cli.node.check",
    "backup": "tocsin.cli.node.backup",
    "restore": "tocsin.cli.node.restore",
    "icd": "tocsin.cli.node.icd",
}


class NodeCommands(click.Group):
    """Sub-commands imported on demand; what the node refuses becomes a sentence and status 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(COMMANDS[cmd_name]), cmd_name.replace("-", "_"))
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as failure:
            if _is_refusal(failure):
                raise BadInput(str(failure)) from failure
            raise


@click.command(cls=NodeCommands, short_help="Make, serve and look after a node.")
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="TOCSIN_HOME",
    help="The node's folder; TOCSIN_HOME, or the system's place for data of programs, unless said.",
)
@click.pass_context
def node(ctx: click.Context, home: Path | None) -> None:
    """The node of one state: its pages, its counts, its people and its background work, in one folder."""
    if home is not None:
        os.environ["TOCSIN_HOME"] = str(home.absolute())


def opened() -> Path:
    """The node's folder, with Django set up for it. Refuses where there is no node."""
    from tocsin.node.running import folder

    path = folder.enter()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.node.settings")
    import django

    django.setup()
    return path


def _is_refusal(failure: Exception) -> bool:
    from tocsin.node.home import BadConfiguration
    from tocsin.node.running.refusals import Refused

    kinds: tuple[type[Exception], ...] = (BadConfiguration, Refused)
    if "tocsin.node.alliance.models" in sys.modules:  # what it refuses is known only once Django is set up
        from tocsin.node.alliance.actions.people import ActRefused

        kinds += (ActRefused,)
    return isinstance(failure, kinds)
