"""`tocsin evaluate`: how well methods do. Without a sub-command it is that of detection."""

from importlib import import_module
from typing import Any

import click

from tocsin.cli.evaluation.detection import VARIANTS, detect, detection_options

__all__ = ["COMMANDS", "VARIANTS", "evaluate"]

COMMANDS = {
    "detection": "tocsin.cli.evaluation.detection",
    "nowcast": "tocsin.cli.evaluation.nowcast",
    "forecast": "tocsin.cli.evaluation.forecast",
    "reproduction": "tocsin.cli.evaluation.reproduction",
}


class Evaluations(click.Group):
    """Sub-commands imported on demand."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(COMMANDS[cmd_name]), cmd_name)
        return command


@click.command(
    cls=Evaluations, invoke_without_command=True, short_help="Measure the methods: on simulations, and on past days."
)
@detection_options
@click.pass_context
def evaluate(ctx: click.Context, /, **options: Any) -> None:
    """Measure methods against what is known to have been, or what came.

    Without a COMMAND it is `tocsin evaluate detection`: series with known outbreaks are simulated, and methods of
    `tocsin detect` run on them.
    """
    if ctx.invoked_subcommand is None:
        detect(**options)
        return
    given = [name for name in options if ctx.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT]
    if given:
        from tocsin.cli.main import BadInput

        option = "--format" if given[0] == "form" else f"--{given[0].replace('_', '-')}"
        raise BadInput(f"{option} stands before {ctx.invoked_subcommand}; write the options of a command after it")
