"""`tocsin exchange settle`: people have looked at evidence of equivocation."""

from pathlib import Path

import click

from tocsin.cli.exchange import agreed, check_two, two_people
from tocsin.cli.exchange.here import opened_node, recorded
from tocsin.cli.exchange.trust import yes_option
from tocsin.cli.main import BadInput

__all__ = ["settle"]


@click.command(short_help="Go on with a node that had signed two histories.")
@click.argument("node")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Only write the evidence into this folder, for people of other states to verify; settle nothing.",
)
@two_people(required=False)
@yes_option
def settle(node: str, out: Path | None, first: str | None, second: str | None, yes: bool) -> None:
    """Go on taking from NODE, against which there is evidence that it signed two histories.

    First look at the evidence (`--out`, then `verify`), and hear NODE's own people: was it restored without asking its
    partners, was a key stolen, or does it say different things to different partners? The evidence is kept. Two people
    decide it, and have to be named; the audit keeps their names.
    """
    here = opened_node()
    kept = here.store.evidence().get(node, [])
    if out is not None and kept:
        out.mkdir(parents=True, exist_ok=True)
        for place, data in enumerate(kept, 1):
            path = out / f"evidence-{node}-{place}.json"
            path.write_bytes(data)
            click.echo(path)
        return
    if node not in here.store.stopped():
        raise BadInput(f"there is no unsettled evidence against {node}; the exchange with it is not stopped")
    one, other = check_two(first, second)
    agreed(
        f"There are {len(kept)} pieces of evidence that {node} has signed two histories. Go on taking what it "
        "signs, as people of both states have looked at them?",
        yes=yes,
    )
    recorded(
        here,
        "evidence.settled",
        lambda: here.store.settle_evidence(node),
        first=one,
        second=other,
        node=node,
        pieces=len(kept),
    )
    click.echo(f"The exchange with {node} goes on with the next meeting.", err=True)
