"""`tocsin exchange export`, `import`: what one node has for another, on a medium that somebody carries."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tocsin.cli.exchange.here import opened_node
from tocsin.cli.main import BadInput

if TYPE_CHECKING:
    from tocsin.exchange.media import Imported

__all__ = ["export", "import_"]

SHOWN = 20


@click.command(short_help="Write what others may have to a file.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--to", "node", metavar="NODE", help="Only what this node may have, with keys for it alone.")
@click.option("--new", is_flag=True, help="Of this node's own documents only those that NODE is not known to have.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
def export(file: Path, node: str | None, new: bool, quiet: bool) -> None:
    """Write to FILE, a new one, the trust list, the documents that are held here and the checkpoints known.

    Without --to it is for whoever carries it: everything, each document still readable by its addressees alone; it
    shows who writes to whom. FILE appears whole or not at all.
    """
    from tocsin.cli.output import whole
    from tocsin.exchange import media
    from tocsin.exchange.standing import known_through

    if new and node is None:
        raise BadInput("--new goes with --to: new to whom?")
    if file.exists():
        raise BadInput(f"{file} is there already; an export never replaces a file")
    here = opened_node()
    since = known_through(here, node) if new and node else None
    with whole(file) as unfinished, unfinished.open("wb") as out:
        made = media.export(here, out, node=node, since=since)
    if not quiet:
        for stream, last in sorted(made.through.items()):
            click.echo(f"  {stream} up to {last}", err=True)
        click.echo(f"{file}: {made.documents} documents in {made.batches} batches, {made.bytes:,} bytes", err=True)


@click.command("import", short_help="Take in what a file brings.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print what came of it for programs.")
@click.pass_context
def import_(ctx: click.Context, file: Path, as_json: bool) -> None:
    """Take in what FILE brings, by the checks of every call: the trust list, documents, checkpoints.

    What can be read of a damaged file is taken. To do it again does nothing more. The exit status is 0 if nothing was
    refused, 1 if something was, 2 if the file could not be read, or not to its end.
    """
    from tocsin.exchange import media

    here = opened_node()
    with file.open("rb") as opened:
        found = media.import_file(here, opened, source=f"file {file.name}")
    if as_json:
        click.echo(json.dumps({name: said for name, said in asdict(found).items() if name != "begin"}, indent=1))
    else:
        _tell(found)
    if found.problem:
        raise BadInput(f"{file} could not be read to its end: {found.problem}")
    ctx.exit(1 if found.refused else 0)


def _tell(found: "Imported") -> None:
    if found.begin is not None:
        click.echo(f"from {found.begin.sender}, by its own word, made at {found.begin.made_at}")
    if found.trust:
        click.echo("a newer trust list was taken")
    click.echo(f"{found.documents} documents in {found.batches} batches taken; {found.known} batches were known")
    if found.checkpoints or found.unproved:
        unproved = f", {found.unproved} that only a meeting can prove" if found.unproved else ""
        click.echo(f"{found.checkpoints} checkpoints{unproved}")
    for what, code, detail in found.refusals[:SHOWN]:
        click.echo(f" REFUSED  {what}: {detail} ({code})")
    if found.refused > SHOWN:
        click.echo(f" and {found.refused - SHOWN} more; --json lists the first thousand")
    if found.elsewhere:
        click.echo(f"{found.elsewhere} batches are for others, and were left out")
    if found.left_out:
        click.echo(f"{found.left_out} batches behind a refused one were left out")
