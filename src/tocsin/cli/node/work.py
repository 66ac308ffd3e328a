"""`tocsin node work`: a worker alone, beside others or on another machine."""

import click

from tocsin.cli.node import opened

__all__ = ["work"]


@click.command(short_help="Do background work alone.")
@click.option(
    "--queue",
    "queues",
    multiple=True,
    type=click.Choice(["people", "default", "night"]),
    help="Take only this; may be repeated.",
)
@click.option("--no-schedule", is_flag=True, help="Start nothing by the clock; another worker does.")
def work(queues: tuple[str, ...], no_schedule: bool) -> None:
    """Do background work until Ctrl-C or SIGTERM. Several may run, on several machines with one PostgreSQL.

    Told once, it finishes what it is doing; told twice, it drops it, and another worker does it again.
    """
    opened()
    from tocsin.node.work import worker

    worker.run(*queues, scheduling=not no_schedule)
