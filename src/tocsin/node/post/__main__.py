"""`python -m tocsin.node.post PARENT`: the courier as a child process that ends with its parent."""

import os
import signal
import sys
import threading

from django.db import close_old_connections

from tocsin.node.work.processes import die_with_parent

LOOK_FOR_A_LIST = 5.0  # seconds; a node that has joined no alliance yet has nobody to meet


def main() -> None:
    """Run until told to end."""
    die_with_parent(int(sys.argv[1]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.node.settings")
    import django

    django.setup()
    from tocsin.node.post.courier import Courier
    from tocsin.node.post.here import local_node, takes_part

    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    while not stopping.is_set() and not takes_part():
        close_old_connections()
        stopping.wait(LOOK_FOR_A_LIST)
    if not stopping.is_set():
        Courier(local_node(sealing=True), stopping).run()


if __name__ == "__main__":
    main()
