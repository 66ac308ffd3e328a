"""`tocsin node backup`: one file with all of a node."""

from pathlib import Path

import click

from tocsin.cli.node import opened

__all__ = ["backup"]


@click.command(short_help="Copy the node into one file, while it runs.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
def backup(file: Path, quiet: bool) -> None:
    """Copy the node into FILE, which must not exist: database, archive, uploads, node.toml and secret, of one moment.

    FILE appears whole or not at all. Whoever has it has the node: keep it as the node itself is kept.
    """
    opened()
    from tocsin.node.running.backup import back_up

    files = back_up(file, (lambda line: None) if quiet else lambda line: click.echo(line, err=True))
    if not quiet:
        click.echo(f"{file}: {files} files, {file.stat().st_size / (1 << 20):.1f} MB", err=True)
