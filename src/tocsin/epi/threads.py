"""Threads over chunks of series: the kernels release the GIL, so plain threads suffice."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tocsin.epi.errors import InvalidOption

__all__ = ["over_chunks"]


def over_chunks(work: Callable[[slice], None], count: int, *, jobs: int | None, chunk: int) -> None:
    """Call `work(slice)` for consecutive slices of at most `chunk` out of `count` series.

    jobs    threads; None is one for each core this process may use
    raises  what `work` raises, the first of them
    """
    if jobs is not None and jobs < 1:
        raise InvalidOption(f"jobs is {jobs}; give the number of threads, at least 1, or None for all cores")
    slices = [slice(i, min(i + chunk, count)) for i in range(0, count, chunk)]
    threads = min(jobs or _usable_cores(), len(slices))
    if threads <= 1:
        for part in slices:
            work(part)
        return
    with ThreadPoolExecutor(threads, thread_name_prefix="tocsin") as pool:
        try:
            for done in [pool.submit(work, part) for part in slices]:
                done.result()
        except BaseException:
            # Ctrl-C or an error: what has not begun is not worth finishing.
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _usable_cores() -> int:
    """Cores this process may run on: fewer than the machine has under a container's limit."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
