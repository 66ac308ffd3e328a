"""What lists and drafts say, in lines for a terminal."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tocsin.exchange.trust.drafts import Draft
    from tocsin.exchange.trust.list import Entry, TrustList

__all__ = ["in_groups", "tell_draft", "tell_list", "tell_signers"]

THUMBPRINT = re.compile(r"(?<![\w-])[A-Za-z0-9_-]{43}(?![\w-])")


def in_groups(line: str) -> str:
    """The line with every thumbprint and digest in it in groups of four."""
    from tocsin.exchange.public_keys import grouped

    return THUMBPRINT.sub(lambda found: grouped(found[0]), line)


def tell_draft(draft: "Draft", files: Mapping[str, bytes]) -> None:
    """What a draft says as a whole, what it would change in the list, who has signed it and who has not."""
    from tocsin.exchange.trust.descriptions import changes, described
    from tocsin.exchange.trust.files import newest

    head, *facts = described(draft)
    click.echo(f"{head}")
    before = newest(files, draft.role)
    if not before:
        _tell(facts, "  ")
    else:
        dropped, brought = changes(files, draft)
        click.echo(
            f"Compared with {draft.role} {before}:" if dropped or brought else f"Says what {draft.role} {before} says."
        )
        _tell(dropped, "  - ")
        _tell(brought, "  + ")
    tell_signers(draft)


def tell_signers(draft: "Draft") -> None:
    """Who is asked to sign a draft, and who has."""
    for asked, signers in draft.signers:
        lacking = asked.threshold - len(signers)
        click.echo(
            f"{asked.who}: {asked.threshold} must sign, {f'{lacking} lacking' if lacking > 0 else 'enough have'}"
        )
        for keyid in sorted(asked.keys):
            click.echo(in_groups(f"  {'signed' if keyid in signers else '      '}  {keyid}"))


def _tell(facts: Iterable[str], mark: str) -> None:
    for fact in facts:
        click.echo(in_groups(mark + fact))


def tell_list(trust: "TrustList", *, now: datetime, since: Mapping[str, int]) -> None:
    """What a list says. `since` is by key the version of its state's file in which it was first listed."""
    kind = ", an exercise" if trust.exercise else ""
    click.echo(f"{trust.alliance}{kind}: root {trust.root_version}, timestamp {trust.version}")
    click.echo("STALE: nothing newer is trusted until it is renewed" if trust.stale(now) else "In force")
    from tocsin.exchange.standing import Urgency, expiries

    for one in expiries(trust, now):
        left = "EXPIRED" if one.urgency is Urgency.PAST else f"{one.days} days left"
        click.echo(f"  {one.what:<16}{one.at:%Y-%m-%d %H:%M}Z  {left}{'  !' * max(0, one.urgency - 1)}")
    for entry in trust.nodes.values():
        _tell_node(entry, since)


def _tell_node(entry: "Entry", since: Mapping[str, int]) -> None:
    marks = [name for name in ("relay", "private_addresses") if getattr(entry, name)]
    click.echo(f"{entry.node}: " + ", ".join([entry.kind, entry.tier, entry.status, *marks]).replace("_", " "))
    click.echo(f"  addresses  {', '.join(entry.urls) or 'none, it only calls out'}")
    for key in entry.keys:
        ended = f"  ENDED, {key.ends.reason}" if key.ends else ""
        listed = f"  since version {since[key.kid]}" if key.kid in since else ""
        click.echo(in_groups(f"  {key.use:<9}  {key.kid}{listed}{ended}"))
    if not entry.keys:
        click.echo("  no keys: its own file is not published, or was not taken")
