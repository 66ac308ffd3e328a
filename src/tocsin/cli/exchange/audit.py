"""`tocsin exchange audit`: all that this node holds of the exchange, verified anew."""

import json

import click

from tocsin.cli.exchange.here import opened_node

__all__ = ["audit"]


@click.command(short_help="Verify anew all that this node holds.")
@click.option("--deep", is_flag=True, help="Open every document again, too.")
@click.option("--json", "as_json", is_flag=True, help="Print a line of JSON for each finding, and one with the counts.")
@click.option("--quiet", is_flag=True, help="Say nothing but findings.")
@click.pass_context
def audit(ctx: click.Context, deep: bool, as_json: bool, quiet: bool) -> None:
    """Verify anew signatures and chains, items' digests, logs and checkpoints, receipts and evidence, of all streams.

    The exit status is 0 if nothing is wrong, 1 if something is. Nothing is changed, memory does not grow with what is
    held, and the node may run meanwhile.
    """
    from tocsin.exchange.auditing import Audit

    one = Audit(opened_node(), deep=deep, told=lambda line: None if quiet else click.echo(f"  {line}", err=True))
    wrong = 0
    for finding in one.findings():
        wrong += finding.wrong
        if as_json:
            click.echo(json.dumps({"where": finding.where, "what": finding.what, "wrong": finding.wrong}))
        else:
            click.echo(f"{' WRONG' if finding.wrong else '  note'}  {finding.where}: {finding.what}")
    if as_json:
        click.echo(json.dumps({"counts": dict(one.counts), "wrong": wrong}))
    elif not quiet:
        looked = ", ".join(f"{count:,} {what}" for what, count in one.counts.items())
        click.echo(f"{looked or 'nothing held'}; {f'{wrong} WRONG' if wrong else 'nothing wrong'}", err=True)
    ctx.exit(1 if wrong else 0)
