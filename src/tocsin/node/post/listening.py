"""The door for partners as a child process, with TLS if it is told to.

A node behind a web server that speaks TLS needs none here; the demonstration, and a node that stands alone, do.
"""

from typing import Any

from tocsin.node.running import wsgi_child

__all__ = ["main"]

PATIENCE = 120  # seconds that a process may be silent; a page over a slow line takes its time in other threads


def main(arguments: list[str] | None = None) -> None:
    parser = wsgi_child.arguments("tocsin.node.post.listening")
    parser.add_argument("--certificate", default="")
    parser.add_argument("--key", default="")
    given = parser.parse_args(arguments)
    tls = {"certfile": given.certificate, "keyfile": given.key} if given.certificate else {}
    wsgi_child.serve(
        _application,
        given,
        timeout=PATIENCE,
        keepalive=75,  # longer than partners keep a connection, who meet more often than that
        limit_request_line=4_094,
        limit_request_fields=40,
        proc_name="tocsin-door",
        **tls,
    )


def _application() -> Any:
    from tocsin.node.post.door import application

    return application


if __name__ == "__main__":
    main()
