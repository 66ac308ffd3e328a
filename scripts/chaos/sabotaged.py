"""Settings of a node that is broken on purpose: it shows a message some seconds after it took it, if it still lives.

A study with such a node must end with documents lost: `chaos_study.py --sabotage AL`.
"""

import threading
from typing import Any

from tocsin.node.settings import *  # noqa: F403
from tocsin.node.settings import INSTALLED_APPS as SOUND

INSTALLED_APPS = [*SOUND, "scripts.chaos.sabotaged_app.SabotagedConfig"]
LATE = 4.0  # seconds


def break_the_reader() -> None:
    """Have the reader of messages act later, outside the transaction that it is called in."""
    from tocsin.node.post.message_reader import MessageReader

    accepted = MessageReader.accepted

    def later(reader: MessageReader, documents: Any) -> None:
        threading.Timer(LATE, accepted, (reader, documents)).start()

    MessageReader.accepted = later  # type: ignore[method-assign]
