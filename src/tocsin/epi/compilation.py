"""Compiled kernels: one decorator, and a place where compiled code is kept.

Numba decides where to cache when it is first imported, so every kernel is made by `kernel`
here and nothing else in the package imports numba on its own. Numba looks at the file a
kernel stands in, not at the files of the functions it calls: the folder's name therefore
carries a digest of all the engine's sources, and an edit anywhere compiles anew.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import platformdirs

__all__ = ["CACHE_FOLDER", "bits_of", "float_of", "inner_kernel", "kernel", "on_compilation"]

F = TypeVar("F", bound=Callable[..., Any])


def _digest_of_sources() -> str:
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _cache_folder() -> Path | None:
    """Where compiled kernels are kept; None where nothing can be written, and nothing is kept."""
    if chosen := os.environ.get("NUMBA_CACHE_DIR"):
        return Path(chosen) if _writable(Path(chosen)) else None
    folder = platformdirs.user_cache_path("tocsin") / f"kernels-{_digest_of_sources()}"
    return folder if _writable(folder) else None


CACHE_FOLDER = _cache_folder()
if CACHE_FOLDER is not None:
    os.environ["NUMBA_CACHE_DIR"] = str(CACHE_FOLDER)

import numba  # noqa: E402  (must follow NUMBA_CACHE_DIR)
import numba.extending  # noqa: E402
from numba.core import event  # noqa: E402

_OPTIONS: dict[str, Any] = {
    "nogil": True,
    "cache": CACHE_FOLDER is not None,
    # Division follows IEEE 754 as in NumPy: a check for a zero divisor keeps loops from being vectorised.
    "error_model": "numpy",
    # A product and a sum may become one instruction, which rounds once instead of twice; nothing else changes.
    "fastmath": {"contract"},
}


_NO_WRAPPERS: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def kernel(function: F) -> F:
    """Compile `function` on its first call, without the GIL, and keep the result if possible.

    Threads are laid over chunks of series by the callers, never by Numba, whose own thread pools
    do not survive a web server's forks.
    """
    return cast(F, numba.njit(**_OPTIONS)(function))


def inner_kernel(function: F) -> F:
    """A kernel that only kernels call: without the wrappers for Python it compiles in half the time."""
    return cast(F, numba.njit(**_OPTIONS, **_NO_WRAPPERS)(function))


class _Listener(event.Listener):
    def __init__(self, tell: Callable[[str], None]) -> None:
        self.tell = tell

    def on_start(self, event: Any) -> None:
        self.tell(event.data["dispatcher"].py_func.__name__)

    def on_end(self, event: Any) -> None:
        pass


def on_compilation(tell: Callable[[str], None]) -> None:
    """Have `tell(name)` called whenever a kernel is compiled because no cached one was found."""
    event.register("numba:compile", _Listener(tell))  # type: ignore[no-untyped-call]


def _bits_of(context: Any, x: Any) -> Any:
    """The 64 bits of a float as an integer, inside kernels."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(numba.int64))

    return numba.int64(numba.float64), build


def _float_of(context: Any, bits: Any) -> Any:
    """The float that has these 64 bits, inside kernels."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(numba.float64))

    return numba.float64(numba.int64), build


bits_of = cast(Callable[[float], int], numba.extending.intrinsic(_bits_of))
float_of = cast(Callable[[int], float], numba.extending.intrinsic(_float_of))
