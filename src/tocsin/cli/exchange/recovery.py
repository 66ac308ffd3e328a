"""`tocsin exchange recover`, `epoch`: a node that may have forgotten what it signed."""

import click

from tocsin.cli.exchange import agreed, check_two, two_people
from tocsin.cli.exchange.here import opened_node, recorded
from tocsin.cli.exchange.trust import yes_option
from tocsin.cli.main import BadInput

__all__ = ["epoch", "recover"]


@click.command(short_help="Sign nothing until partners were asked what they hold.")
@click.option(
    "--why", default="restored from a copy", help="What partners' people read; restored from a copy unless said."
)
@yes_option
def recover(why: str, yes: bool) -> None:
    """Have this node sign nothing until every partner that has not left has said what it holds of it, and that is back.

    After every restore, of the folder, a disk or a virtual machine, before the node is started: signing on from an old
    state would be signing a second history.
    """
    from tocsin.exchange.restoring import begin_recovery, unasked

    here = opened_node()
    agreed(f"{here.node} signs nothing from now on until its partners were asked. Go on?", yes=yes)
    begin_recovery(here, why=why)
    click.echo(f"To be asked: {', '.join(unasked(here)) or 'nobody'}", err=True)


@click.command(short_help="Open the next epoch, without those who cannot be asked.")
@two_people(required=True)
@yes_option
def epoch(first: str, second: str, yes: bool) -> None:
    """Open this node's next epoch: it signs again, in new streams, though not every partner could be asked.

    Two people decide it. What partners hold of the old epoch stays valid; what nobody holds any more is lost, and
    is put in again by hand. While partners can still be asked, wait for them. The audit keeps who decided it.
    """
    from tocsin.exchange.restoring import open_epoch, unasked

    first, second = check_two(first, second)
    here = opened_node()
    own = here.store.own()
    if own.confirmed:
        raise BadInput(f"{here.node} may sign in epoch {own.epoch}; a new one is only for a node that lost its memory")
    missing = ", ".join(unasked(here))
    agreed(
        f"{here.node} does not sign: {own.why}. "
        + (f"Not asked yet, or with more than is back here: {missing}. " if missing else "")
        + f"Open epoch {own.epoch + 1}, as {first} and {second} have decided?",
        yes=yes,
    )
    opened = recorded(here, "epoch.opened", lambda: open_epoch(here), first=first, second=second, after=own.epoch)
    click.echo(f"Epoch {opened} is open. {here.node} signs again.", err=True)
