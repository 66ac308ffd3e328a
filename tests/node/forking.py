"""A process in which Django is ready, and which forks for each function that it is asked to run.

    python -m tests.node.forking SOCKET MODULE

Each function runs in a process of its own that nobody has used before, without the second that a start takes. Whoever
asks sends a line of JSON and is answered by two lines: the process's number when it runs, and its exit status when it
has ended. The process ends with its standard input.
"""

import importlib
import json
import os
import random
import select
import signal
import socket
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import django


def main() -> None:
    path, module = sys.argv[1:]
    django.setup()
    functions = importlib.import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who wait for functions
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()
        while True:
            ready, _, _ = select.select([listening, sys.stdin], [], [])
            if sys.stdin in ready:
                return
            asking, _ = listening.accept()
            with asking:
                if os.fork() == 0:
                    listening.close()
                    _wait_for(asking, functions)


def _wait_for(asking: socket.socket, functions: ModuleType) -> NoReturn:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    asked = json.loads(asking.makefile().readline())
    process = os.fork()
    if process == 0:
        asking.close()
        _run(asked, functions)
    asking.sendall(f"{process}\n".encode())
    _, status = os.waitpid(process, 0)
    asking.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _run(asked: dict[str, Any], functions: ModuleType) -> NoReturn:
    from django.db import connections

    status = 1
    with Path(asked["said"]).open("w", encoding="utf-8") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    try:
        os.environ.update(asked["environment"])
        random.seed()  # else all of them would draw the same
        told = getattr(functions, asked["function"])(**asked["arguments"])
        Path(asked["told"]).write_text(json.dumps(told), encoding="utf-8")
        connections.close_all()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main()
