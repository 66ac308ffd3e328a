"""Where the work of `tocsin detect` is done: on this machine, or shared among the workers of a Dask scheduler."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from tocsin.cli.main import BadInput
from tocsin.counts.partitions import Run

if TYPE_CHECKING:
    from tocsin.counts.series import SeriesTable
    from tocsin.epi.detect.screening import Screening

__all__ = ["here", "screen_in_groups", "workers"]

PATIENCE = 10.0  # seconds
GROUPS_A_THREAD = 4  # so that no worker waits long for the slowest
LEAST_IN_GROUP = 50


def here(function: Callable[..., Any], items: Sequence[Any], /, **same: Any) -> Iterator[Any]:
    """Each item on this machine."""
    return map(partial(function, **same), items)


@contextmanager
def workers(address: str) -> Iterator[tuple[Run, int]]:
    """A `Run` that shares its items among the workers of a scheduler, and the number of their threads."""
    try:
        from distributed import Client
    except ImportError:
        raise BadInput("--scheduler needs Dask; install it with pip install 'tocsin[scale]'") from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters of it becomes a sentence below
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as failure:
        raise BadInput(
            f"no Dask scheduler answers at {address} ({failure or type(failure).__name__}); start one with "
            "`dask scheduler`, or leave --scheduler out to work on this machine"
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise BadInput(
                f"the Dask scheduler at {address} has no workers; start some with `dask worker {address}`"
            ) from None

        def run(function: Callable[..., Any], items: Sequence[Any], /, **same: Any) -> list[Any]:
            return client.gather(client.map(partial(function, **same), items, pure=False))

        yield run, sum(client.nthreads().values())


def screen_in_groups(table: "SeriesTable", run: Run, threads: int, **options: Any) -> "Screening":
    """`screen` over groups of series wherever `run` has it done: no series' result depends on another."""
    from tocsin.epi.detect.screening import joined

    series = len(table.counts)
    size = max(LEAST_IN_GROUP, -(-series // (GROUPS_A_THREAD * threads)))
    groups = [table.counts[first : first + size] for first in range(0, series, size)]
    return joined(list(run(_screened, groups, dates=table.dates, incomplete=table.incomplete, **options)))


def _screened(counts: Any, **options: Any) -> "Screening":
    from tocsin.epi.detect.screening import screen

    return screen(counts, jobs=1, **options)
