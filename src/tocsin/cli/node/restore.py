"""`tocsin node restore`: a node from its copy."""

from pathlib import Path

import click

__all__ = ["restore"]


@click.command(short_help="Make a node from a copy, in an empty folder.")
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
def restore(file: Path) -> None:
    """Make a node from FILE in the folder of --home, which must be empty or absent.

    Every file is compared with its digest before anything is written. A node on PostgreSQL needs an empty database
    named by DATABASE_URL.
    """
    from tocsin.node.home import home
    from tocsin.node.running.restore import restore as put_back

    path = home()
    manifest = put_back(file, path)
    click.echo(f"{path}: as it was at {manifest['made_at']} under Tocsin {manifest['tocsin']}", err=True)
    click.echo("Look at it: tocsin node check. Serve it: tocsin node serve", err=True)
