"""`tocsin node serve`: pages and background work, kept alive."""

import logging

import click

from tocsin.cli.node import opened

__all__ = ["serve"]


@click.command(short_help="Serve the node's pages and do its work.")
@click.option("--host", default="127.0.0.1", help="Address to listen at; 127.0.0.1, this machine alone, unless said.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=8000, help="Port; 8000 unless said, 0 for any that is free."
)
@click.option("--web-workers", type=click.IntRange(1, 64), help="Web processes; one a core, at most 4, unless said.")
@click.option("--threads", type=click.IntRange(1, 64), default=4, help="Threads of each; 4 unless said.")
@click.option("--workers", type=click.IntRange(1, 32), default=2, help="Processes for background work; 2 unless said.")
@click.option("--no-work", is_flag=True, help="No background work here; tocsin node work does it elsewhere.")
def serve(host: str, port: int, web_workers: int | None, threads: int, workers: int, no_work: bool) -> None:
    """Serve the node until Ctrl-C or SIGTERM.

    Brings the database to this release first. A child that dies is started again; all end with this process.
    """
    home = opened()
    logging.getLogger("tocsin").setLevel(logging.INFO)
    from tocsin.node.running import serving

    serving.serve(
        home,
        host=host,
        port=port,
        web_workers=web_workers or serving.default_processes(),
        threads=threads,
        workers=0 if no_work else workers,
        say=lambda line: click.echo(line, err=True),
    )
