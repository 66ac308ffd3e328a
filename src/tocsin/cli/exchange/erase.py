"""`tocsin exchange erase`: documents of this node, destroyed wherever they are."""

import click

from tocsin.cli.exchange import agreed, check_two, two_people
from tocsin.cli.exchange.here import opened_node, recorded
from tocsin.cli.exchange.trust import yes_option
from tocsin.cli.main import BadInput

__all__ = ["erase"]

# Those of tocsin.exchange.erasing, which takes a while to import.
REASONS = ("identifies-a-person", "wrong-addressee", "sent-in-error", "legal-order", "retention-ended", "other")


@click.command(short_help="Have documents of this node destroyed everywhere.")
@click.argument("stream")
@click.argument("numbers", metavar="NUMBER...", nargs=-1, required=True, type=click.IntRange(1))
@click.option("--reason", required=True, type=click.Choice(REASONS), help="Why; everybody who has them reads it.")
@two_people(required=True)
@yes_option
def erase(stream: str, numbers: tuple[int, ...], reason: str, first: str, second: str, yes: bool) -> None:
    """Destroy documents of this node's STREAM (`1/members`) here, and ask every node that has them to.

    Keys and texts are destroyed, numbers and digests stay. Nobody can undo it. A node that is not reached does it when
    it is; one that does not obey, nobody can force. Two people decide it; the audit keeps their names.
    """
    from tocsin.exchange.erasing import erase as destroy
    from tocsin.exchange.store import State
    from tocsin.exchange.streams import Stream

    first, second = check_two(first, second)
    here = opened_node()
    epoch, _, audience = stream.partition("/")
    if not epoch.isdecimal():
        raise BadInput(f"{stream!r} is not one of this node's streams; they are written like 1/members or 1/to:BO")
    of = Stream(here.node, int(epoch), audience)
    entries = []
    for number in sorted(set(numbers)):
        entry = here.store.entry(of, number)
        if entry is None:
            raise BadInput(f"there is no document {number} in {of}")
        if entry.state is not State.OWN:
            raise BadInput(f"document {number} of {of} is {entry.state} already")
        entries.append(entry)
    named = ", ".join(f"{entry.number} ({entry.type})" for entry in entries)
    agreed(f"Destroy of {of} for good: {named}?", yes=yes)
    try:
        recorded(
            here,
            "documents.erased",
            lambda: destroy(here, entries, reason=reason),
            first=first,
            second=second,
            code=reason,
            documents=[f"{of} {entry.number}" for entry in entries],
        )
    except ValueError as problem:
        raise BadInput(str(problem)) from None
    click.echo("Destroyed here. Who has them is asked to as soon as this node seals and meets them.", err=True)
