"""The engine, loaded before somebody waits for it.

A process that computes its first series spends some two seconds on loading compiled code, and makes no other page
meanwhile. A web process does so by itself soon after it began.
"""

import gc
import logging
import threading

__all__ = ["warm", "warm_later"]

log = logging.getLogger(__name__)

AFTER, APART = 6.0, 3.0  # seconds after which the first process begins, and each of the others
YEARS = 7


def warm_later(number: int) -> threading.Timer:
    """Have process `number`, from 1, load the engine in a thread: one process after the other, so that pages go on."""
    later = threading.Timer(AFTER + APART * (number - 1), _settle)
    later.daemon = True
    later.start()
    return later


def _settle() -> None:
    """The engine loaded, and what is loaded for good not looked through again by each collection of all objects."""
    warm()
    gc.collect()
    gc.freeze()


def warm() -> None:
    """Screen a series that is made up, by the method that sources have unless they say otherwise."""
    try:
        _screen()
    except Exception:
        log.exception("the engine could not be loaded ahead; the first picture of a series will take longer")


def _screen() -> None:
    import numpy as np

    from tocsin.epi.detect.screening import screen

    weeks = np.datetime64("2019-01-07") + 7 * np.arange(52 * YEARS)
    counts = np.random.default_rng(1).poisson(5.0, (1, weeks.size)).astype(float)
    screen(counts, dates=weeks, evaluate=52)
