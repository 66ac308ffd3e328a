"""`tocsin exchange heads`: how far this node's own streams go, for the end of a key."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tocsin.cli.exchange.here import opened_node
from tocsin.cli.main import BadInput

if TYPE_CHECKING:
    from datetime import datetime

    from tocsin.exchange.local import LocalNode

__all__ = ["heads"]


@click.command(short_help="Write how far this node's own streams go.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--until", metavar="TIME", help="Only what was sealed before it, as 2026-03-09T06:00:00Z; all unless said."
)
def heads(file: Path, until: str | None) -> None:
    """Write to FILE, a new one, the last document and manifest of each stream of this node.

    `tocsin exchange trust end-key` takes it: up to there what an ended seal key signed is good. For a key that was
    rotated, put it aside first (`keys retire`) and start the node again, so that it signs nothing after this. For one
    that was stolen, what this node has itself is what it signed itself: nothing of a thief's is in it.
    """
    from tocsin.exchange.errors import Malformed
    from tocsin.exchange.moments import read_moment

    at = None
    if until is not None:
        try:
            at = read_moment(until, code="bad-request", what="--until")
        except Malformed as problem:
            raise BadInput(problem.detail) from None
    here = opened_node()
    streams = _heads(here, at)
    with file.open("x", encoding="utf-8") as out:
        out.write(json.dumps({"node": here.node, "streams": streams}, indent=1) + "\n")
    for one in streams:
        click.echo(f"{one['stream']:<30} up to {one['last']}, sealed at {one['sealed_at']}")
    if not streams:
        click.echo("This node has signed nothing yet.", err=True)


def _heads(here: "LocalNode", until: "datetime | None") -> list[dict[str, Any]]:
    from tocsin.exchange.moments import moment

    found = []
    for stream, head in sorted(here.store.heads().items()):
        if stream.origin != here.node:
            continue
        last = None
        for batch in here.store.manifests(stream):
            if until is not None and batch.manifest.sealed_at >= until:
                break
            last = batch.manifest
        if last is not None:
            found.append(
                {
                    "stream": stream.key,
                    "first_manifest": head.first_manifest,
                    "last": last.last,
                    "manifest": last.digest,
                    "sealed_at": moment(last.sealed_at),
                }
            )
    return found
