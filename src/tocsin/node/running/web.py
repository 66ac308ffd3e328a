"""The web server as a child process: gunicorn on a socket that its parent keeps open.

Processes of several threads: a page is short and mostly waits for the database, an upload or an export holds a thread
for minutes and must not hold a process. The application is loaded in each process after the fork and never before:
what this process has loaded is gunicorn alone, since Polars hangs in a fork of a process that used it.
"""

import argparse
import os
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

from tocsin.node.work.processes import die_with_parent

__all__ = ["main"]

PATIENCE = 60  # seconds that a process may be silent before it is replaced
TO_FINISH = 20  # seconds that requests have left when the server is told to end


class Web(BaseApplication):
    def __init__(self, **options: Any) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from tocsin.node.wsgi import application

        return application


def main(arguments: list[str] | None = None) -> None:
    given = _arguments(arguments)
    die_with_parent(given.parent)
    server = os.getpid()
    os.environ["TOCSIN_WEB"] = "1"  # read by the settings, which each process loads after the fork
    Web(
        bind=f"fd://{given.socket}",
        workers=given.workers,
        threads=given.threads,
        worker_class="gthread",
        preload_app=False,
        timeout=PATIENCE,
        graceful_timeout=TO_FINISH,
        keepalive=0,  # else a connection stays with a process that may be busy while another is free
        worker_tmp_dir="/dev/shm" if Path("/dev/shm").is_dir() else None,
        control_socket_disable=True,
        loglevel="warning",
        proc_name="tocsin",
        post_fork=lambda _server, _worker: die_with_parent(server),
        post_worker_init=_warm,
    ).run()


def _warm(worker: Any) -> None:
    from tocsin.node.surveillance.runs.warming import warm_later

    # `age` counts on with every process that takes the place of another.
    warm_later((worker.age - 1) % worker.cfg.workers + 1)


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tocsin.node.running.web")
    for name in ("socket", "parent", "workers", "threads"):
        parser.add_argument(f"--{name}", type=int, required=True)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
