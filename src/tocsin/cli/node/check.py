"""`tocsin node check`: is everything as it should be?"""

import json

import click

from tocsin.cli.node import opened

__all__ = ["check"]


@click.command(short_help="Say whether the node is as it should be.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print.")
@click.pass_context
def check(ctx: click.Context, form: str) -> None:
    """Look at settings, database, clock, folders, languages, archives, audit, workers and mail.

    The exit status is 0 if all is well, 1 if something is not. Nothing is changed.
    """
    opened()
    from tocsin.node.running import checks

    found = list(checks.check())
    if form == "json":
        click.echo(json.dumps([{"name": f.name, "well": f.well, "found": f.found, "advice": f.advice} for f in found]))
    for one in found if form == "text" else ():
        click.echo(f"{'  ok  ' if one.well else ' WRONG'}  {one.name:<20}{one.found}")
        if not one.well:
            click.echo(f"{'':28}→ {one.advice}")
    ctx.exit(0 if all(one.well for one in found) else 1)
