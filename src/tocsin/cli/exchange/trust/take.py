"""`tocsin exchange trust take`: a node takes the list from a folder."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tocsin.cli.exchange import agreed
from tocsin.cli.exchange.here import join, opened_node
from tocsin.cli.exchange.trust import folder_argument, newest_root, read_list, yes_option
from tocsin.cli.main import BadInput

if TYPE_CHECKING:
    from tocsin.exchange.trust.list import TrustList

__all__ = ["take"]


@click.command(short_help="Have this node trust the list of a folder.")
@folder_argument
@click.option("--digest", help="Of the newest root, as people of other states read it out; spaces do not matter.")
@yes_option
def take(folder: Path, digest: str | None, yes: bool) -> None:
    """Have this node take the list in FOLDER: its first, or a newer one.

    The first is trusted because people have compared the digest of its root with people of other states, by telephone;
    so it takes --digest, or somebody who agrees. Later ones are trusted because the one before leads to them.
    """
    from tocsin.exchange.public_keys import grouped
    from tocsin.exchange.trusting import take_trust

    files = read_list(folder)
    here = opened_node(joining=True)
    if here.store.trust_files():
        new = take_trust(here, files)
        click.echo(f"{'Taken' if new else 'Nothing new'}: {_described(here.trust())}", err=True)
        return
    root, found = newest_root(files)
    if digest is not None and digest.replace(" ", "") != found:
        raise BadInput(f"the newest root in {folder} has the digest {grouped(found)}, not {digest}; nothing was taken")
    if digest is None:
        agreed(
            f"This node has no list yet. Its newest root has the digest {grouped(found)}. Have people of at least "
            "two other states read you the same?",
            yes=yes,
        )
    click.echo(f"Taken: {_described(join(root, files))}", err=True)


def _described(trust: "TrustList") -> str:
    return f"{trust.alliance}, root {trust.root_version}, timestamp {trust.version}, {len(trust.nodes)} nodes"
