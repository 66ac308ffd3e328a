"""The web server for people as a child process.

Processes of several threads: a page is short and mostly waits for the database, an upload or an export holds a thread
for minutes and must not hold a process.
"""

from pathlib import Path
from typing import Any

from tocsin.node.running import wsgi_child

__all__ = ["main"]

PATIENCE = 60  # seconds that a process may be silent before it is replaced


def main(arguments: list[str] | None = None) -> None:
    wsgi_child.serve(
        _application,
        wsgi_child.arguments("tocsin.node.running.web").parse_args(arguments),
        timeout=PATIENCE,
        keepalive=0,  # else a connection stays with a process that may be busy while another is free
        worker_tmp_dir="/dev/shm" if Path("/dev/shm").is_dir() else None,
        proc_name="tocsin",
        post_worker_init=_warm,
    )


def _application() -> Any:
    from tocsin.node.wsgi import application

    return application


def _warm(worker: Any) -> None:
    from tocsin.node.surveillance.runs.warming import warm_later

    # `age` counts on with every process that takes the place of another.
    warm_later((worker.age - 1) % worker.cfg.workers + 1)


if __name__ == "__main__":
    main()
