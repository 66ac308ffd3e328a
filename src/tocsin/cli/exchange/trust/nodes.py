"""`tocsin exchange trust admit`, `change`: who is in the alliance, drafted."""

from pathlib import Path
from typing import Any

import click

from tocsin.cli.exchange import now
from tocsin.cli.exchange.trust import days_option, folder_argument, holders_of, put_draft, read_list
from tocsin.cli.main import BadInput

__all__ = ["admit", "change"]

KEY_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
TIERS, KINDS, STATUSES = ("member", "partner", "guest"), ("state", "secretariat"), ("active", "suspended", "left")
MEANING = {
    "suspended": "Once it is in force, nothing is given to {0} and nothing of {0} is taken. What was taken before "
    "stays, its streams wait, and go on when it comes back.",
    "left": "Once it is in force, nothing is given to {0} and nothing of {0} is taken. What it signed before "
    "stays, and can be verified for ever.",
    "active": "Once it is in force, the exchange with {0} goes on from where it stood.",
}


@click.command(short_help="Draft the list with a new node.")
@folder_argument
@click.argument("node")
@click.option(
    "--holder",
    "holders",
    multiple=True,
    required=True,
    type=KEY_FILE,
    help="Public identity key of who signs the state's own file; repeated.",
)
@click.option("--threshold", type=click.IntRange(1), default=1, help="How many of them sign together; 1 unless said.")
@click.option("--tier", type=click.Choice(TIERS), default="member", help="What it is given; member unless said.")
@click.option("--kind", type=click.Choice(KINDS), default="state", help="Of a state, or the Secretariat's.")
@click.option("--relay", is_flag=True, help="It carries what others wrote, without being able to read it.")
@click.option("--private-addresses", is_flag=True, help="It may be called at addresses of a private network.")
@days_option
def admit(
    folder: Path,
    node: str,
    holders: tuple[Path, ...],
    threshold: int,
    tier: str,
    kind: str,
    relay: bool,
    private_addresses: bool,
    days: int,
) -> None:
    """Draft the list in FOLDER with NODE in it; then NODE's state signs its own file (`own`).

    The holders of a state's own file have other keys than those who sign for the alliance.
    """
    from tocsin.exchange.streams import check_node
    from tocsin.exchange.trust.repository import Listed, listed
    from tocsin.exchange.trust.signing import draft_list

    files = read_list(folder)
    if check_node(node) in listed(files):
        raise BadInput(f"{node} is in the list already; `tocsin exchange trust change` changes how it stands")
    new = Listed(node, holders_of(holders, threshold), kind, tier, relay=relay, private_addresses=private_addresses)
    put_draft(folder, draft_list(files, [new], now=now(), days=days))


@click.command(short_help="Draft how a node stands, or the list renewed.")
@folder_argument
@click.argument("node", required=False)
@click.option("--status", type=click.Choice(STATUSES), help="suspended, active again, or left.")
@click.option("--tier", type=click.Choice(TIERS), help="What it is given.")
@click.option("--relay/--no-relay", default=None, help="Whether it carries what others wrote.")
@click.option(
    "--private-addresses/--no-private-addresses", default=None, help="Whether it may be called at private addresses."
)
@click.option("--holder", "holders", multiple=True, type=KEY_FILE, help="Who signs its own file from now on; repeated.")
@click.option("--threshold", type=click.IntRange(1), default=1, help="How many of them sign together; 1 unless said.")
@days_option
def change(
    folder: Path, node: str | None, holders: tuple[Path, ...], threshold: int, days: int, **standing: Any
) -> None:
    """Draft the list in FOLDER with another standing of NODE; without NODE, the list as it is for another year."""
    from dataclasses import replace

    from tocsin.exchange.trust.repository import listed
    from tocsin.exchange.trust.signing import draft_list

    files = read_list(folder)
    given = {name: value for name, value in standing.items() if value is not None}
    if holders:
        given["holders"] = holders_of(holders, threshold)
    if bool(node) != bool(given):
        raise BadInput("give a NODE and what is to change of it, or neither to renew the list as it is")
    nodes = listed(files)
    if node and node not in nodes:
        raise BadInput(f"the list has no node {node}; it has {', '.join(nodes) or 'none yet'}")
    put_draft(folder, draft_list(files, [replace(nodes[node], **given)] if node else [], now=now(), days=days))
    if node and "status" in given:
        click.echo(MEANING[given["status"]].format(node), err=True)
