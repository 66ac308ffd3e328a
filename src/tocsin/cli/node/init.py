"""`tocsin node init`: a folder, a database, and who may come in."""

import click

from tocsin.cli.node import opened
from tocsin.cli.node.add_person import tell

__all__ = ["init"]


@click.command(short_help="Make a node.")
@click.option(
    "--alliance", help="A file that comes with Tocsin (sco, exercise) or the path of one's own; exercise unless said."
)
@click.option("--state", help="Code of the state that runs the node.")
@click.option("--url", "base_url", help="Where people will reach it; http://127.0.0.1:8000 unless said.")
@click.option("--time-zone", help="Of the service; the state's own unless said.")
@click.option("--nightly", help="When the night's work begins, HH:MM; 02:00 unless said.")
@click.option("--organisation", default="", help="English name of the state's service.")
@click.option("--administrator", metavar="EMAIL", help="Add the first administrator and print their password.")
@click.option("--name", default="Administrator", help="The administrator's name.")
def init(organisation: str, administrator: str | None, name: str, **given: str | None) -> None:
    """Make a node, or bring one to this release; what is there stays.

    Writes node.toml and the secret, makes the tables, and loads the alliance's states, the diseases and their rules,
    the places of the state and its service.
    """
    from tocsin.node.home import home
    from tocsin.node.running import folder

    new = folder.make(home(), **given)
    path = opened()
    from tocsin.node.clinical import loading
    from tocsin.node.running import newcomers, setting_up

    setting_up.migrate()
    setting_up.set_up(again=True, organisation=organisation)
    loading.load_if_found()
    setting_up.collect_static()
    click.echo(f"{'Made a node' if new else 'There was a node already; it is up to date'}: {path}", err=True)
    if administrator and not newcomers.has_administrator():
        tell(newcomers.welcome(administrator, name=name, roles=["administrator"], language="en"))
    elif not newcomers.has_administrator():
        click.echo("Nobody can sign in yet: tocsin node add-person --role administrator --email … --name …", err=True)
    click.echo("Serve it: tocsin node serve", err=True)
