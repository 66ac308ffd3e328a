"""A web application as a child process: gunicorn on a socket that its parent keeps open.

The application is loaded in each process after the fork and never before: what this process has loaded is gunicorn
alone, since Polars hangs in a fork of a process that used it.
"""

import argparse
import os
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication

from tocsin.node.work.processes import die_with_parent

__all__ = ["arguments", "serve"]

TO_FINISH = 20  # seconds that requests have left when the server is told to end


class _Application(BaseApplication):
    """What each process loads, with these options and nothing from gunicorn's own files or variables."""

    def __init__(self, load: Callable[[], Any], options: dict[str, Any]) -> None:
        self._load, self._options = load, options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self._load()


def arguments(prog: str) -> argparse.ArgumentParser:
    """What every such child is told."""
    parser = argparse.ArgumentParser(prog=f"python -m {prog}")
    for name in ("parent", "socket"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=8)
    return parser


def serve(load: Callable[[], Any], given: argparse.Namespace, **options: Any) -> None:
    """Serve until told to end, or until the parent ends in whatever way.

    load      gives the WSGI application; called in each process
    options   of gunicorn, beside those that all children have
    """
    die_with_parent(given.parent)
    server = os.getpid()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.node.settings")
    os.environ["TOCSIN_WEB"] = "1"  # read by the settings, which each process loads after the fork
    common = {
        "bind": f"fd://{given.socket}",
        "workers": given.workers,
        "threads": given.threads,
        "worker_class": "gthread",
        "preload_app": False,
        "graceful_timeout": TO_FINISH,
        "control_socket_disable": True,
        "loglevel": "warning",
        "post_fork": lambda _server, _worker: die_with_parent(server),
    }
    _Application(load, {**common, **options}).run()
