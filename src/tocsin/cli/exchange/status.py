"""`tocsin exchange status`: how the exchange stands."""

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from tocsin.cli.exchange.here import opened_node

if TYPE_CHECKING:
    from tocsin.exchange.standing import Partner, Standing

__all__ = ["status"]

CLOCK = 60  # seconds by which a partner's clock may differ before a person should know; 300 are refused


@click.command(short_help="How the exchange stands, partner by partner.")
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
def status(as_json: bool) -> None:
    """Say whether this node may sign, what runs out soon, and of each partner when it was met and what is missing.

    Nothing is changed, and nobody is called.
    """
    found = _found()
    if as_json:
        click.echo(json.dumps(asdict(found), default=_plain, indent=1))
        return
    for line in _lines(found):
        click.echo(line)


def _found() -> "Standing":
    from tocsin.exchange.key_files import BadKey
    from tocsin.exchange.standing import standing

    try:
        return standing(opened_node(sealing=True))
    except BadKey as problem:  # a key that cannot be read is a reason not to sign, and none to say nothing else
        return replace(standing(opened_node()), may_sign=False, why_not=str(problem))


def _plain(value: object) -> object:
    from tocsin.exchange.moments import moment

    return moment(value) if isinstance(value, datetime) else str(value)


def _lines(found: "Standing") -> Iterator[str]:
    yield (
        f"{found.node} in {found.alliance}{', an exercise' if found.exercise else ''}: epoch {found.epoch}, "
        f"trust list {found.root_version}.{found.list_version}{', STALE' if found.stale else ''}"
    )
    yield "signs" if found.may_sign else f"DOES NOT SIGN: {found.why_not}"
    if found.recovering is not None:
        yield f"recovering since {_at(found.recovering)}; still to be asked: {', '.join(found.unasked) or 'nobody'}"
    if found.waiting:
        yield f"{found.waiting}{' or more' if found.waiting >= 1_000 else ''} documents wait to be signed"
    for one in found.expiries:
        if one.urgency:
            left = "HAS EXPIRED" if one.days < 0 else f"{one.days} days left"
            yield f"  {'!' * one.urgency:<4} {one.what} {left}, {_at(one.at)}"
    for partner in found.partners:
        yield from _partner(partner, found)
    for source, count in found.files_refused.items():
        yield f"{count} refused of what came as {source}"


def _partner(one: "Partner", found: "Standing") -> Iterator[str]:
    met = f"met {_ago(found.at - one.met_at)} ago" if one.met_at else "never met"
    yield f"{one.node}: {one.kind}, {one.tier}, {one.status}{', relay' if one.relay else ''}; {met}"
    for line in _about(one, found):
        yield f"  {line}"


def _about(one: "Partner", found: "Standing") -> Iterator[str]:
    if one.stopped:
        yield f"STOPPED: it has signed two histories; see `tocsin exchange settle {one.node}`"
    if one.problem:
        yield f"not reached, {one.failures} times in a row: {one.problem}"
    if not one.callable:
        yield "cannot be called; it comes by itself"
    if one.behind:
        yield f"{one.behind} of its documents are still to come"
    if one.lacking:
        since = f", the first sealed {_ago(found.at - one.lacking_since)} ago" if one.lacking_since else ""
        yield f"is not known to have {one.lacking} of ours{since}"
    yield f"last receipt {_at(one.receipt_at)}" if one.receipt_at else "no receipt yet"
    if one.met_at and one.list_version != found.list_version:
        yield f"had trust list {one.list_version} when met, here it is {found.list_version}"
    if abs(one.clock_ahead) >= CLOCK:
        yield f"its clock is {abs(one.clock_ahead)} s {'ahead of' if one.clock_ahead > 0 else 'behind'} ours"
    kept = {"quarantined": one.quarantined, "held": one.held, "locked": one.locked}
    if any(kept.values()):
        yield ", ".join(f"{count} {what}" for what, count in kept.items() if count)
    if one.refusal is not None:
        last = one.refusal
        yield f"{one.refused} refused; the last at {_at(last.at)}: {last.what}: {last.detail} ({last.code})"


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}Z"


def _ago(span: timedelta) -> str:
    seconds: Any = max(0, round(span.total_seconds()))
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} seconds"
