"""The door for partners as a child process: gunicorn on a socket that its parent keeps open, with TLS if it is told to.

A node behind a web server that speaks TLS needs none here; the demonstration, and a node that stands alone, do.
"""

import argparse
import os
from typing import Any

from gunicorn.app.base import BaseApplication

from tocsin.node.work.processes import die_with_parent

__all__ = ["main"]

PATIENCE = 120  # seconds that a process may be silent; a page over a slow line takes its time in other threads
TO_FINISH = 20


class Door(BaseApplication):
    def __init__(self, **options: Any) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from tocsin.node.post.door import application

        return application


def main(arguments: list[str] | None = None) -> None:
    given = _arguments(arguments)
    die_with_parent(given.parent)
    server = os.getpid()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.node.settings")
    os.environ["TOCSIN_WEB"] = "1"
    tls = {"certfile": given.certificate, "keyfile": given.key} if given.certificate else {}
    Door(
        bind=f"fd://{given.socket}",
        workers=given.workers,
        threads=given.threads,
        worker_class="gthread",
        preload_app=False,
        timeout=PATIENCE,
        graceful_timeout=TO_FINISH,
        keepalive=75,  # longer than partners keep a connection, who meet more often than that
        limit_request_line=4_094,
        limit_request_fields=40,
        control_socket_disable=True,
        loglevel="warning",
        proc_name="tocsin-door",
        post_fork=lambda _server, _worker: die_with_parent(server),
        **tls,
    ).run()


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tocsin.node.post.listening", description=__doc__)
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--socket", type=int, required=True)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--certificate", default="")
    parser.add_argument("--key", default="")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
