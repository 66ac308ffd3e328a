"""Who writes at a node, a process that may be killed like any other: `python -m scripts.chaos.writer JOURNAL SEED`.

Does the node's own acts, one after another, and notes each on another disk, written through: what it is about to commit
({"try": id, "audience", "type", "digest"}), and that the act has returned ({"done": id}) or was refused ({"no": id}).
What is done, the node has accepted. What was only tried may be or not be, but the same everywhere.
"""

import json
import os
import random
import re
import signal
import sys
import time
from pathlib import Path
from typing import Any

import django

PAUSE = 1.0, 4.0  # seconds between two acts
SENTENCES = (
    "три случая в районе источник устанавливается просим сообщить о прибывших после первого марта "
    "三 例 病例 来源 正在 调查 请 通报 入境 人员 three cases in the district the source is being looked for"
)
WORDS = re.findall(r"\w+", SENTENCES)


class Journal:
    """The oracle of the study, a line at a time."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self.tried = ""

    def note(self, **said: Any) -> None:
        """On disk when this returns."""
        os.write(self._file, json.dumps({**said, "at": round(time.time(), 3)}).encode() + b"\n")
        os.fsync(self._file)

    def trying(self, document: bytes, audience: str) -> None:
        """What is about to be committed."""
        from tocsin.exchange import suite
        from tocsin.exchange.documents import Document

        one = Document.read(document)
        self.tried = one.id
        self.note(**{"try": one.id}, audience=audience, type=one.type, digest=suite.digest(document))


def main() -> None:
    journal, chance = Journal(Path(sys.argv[1])), random.Random(int(sys.argv[2]))
    ending: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: ending.append(number))
    django.setup()
    from django.db import close_old_connections

    _listen_to_the_outbox(journal)
    while not ending:
        journal.tried = ""
        close_old_connections()
        try:
            _act(chance)
        except Exception as problem:  # whatever a full disk or a lock makes of it: it was not accepted
            journal.note(no=journal.tried or None, why=f"{type(problem).__name__}: {problem}"[:200])
        else:
            journal.note(done=journal.tried)
        time.sleep(chance.uniform(*PAUSE))


def _listen_to_the_outbox(journal: Journal) -> None:
    from tocsin.node.post.store import DjangoStore

    put_out = DjangoStore.put_out

    def noted(store: DjangoStore, document: bytes, audience: str) -> None:
        journal.trying(document, audience)
        put_out(store, document, audience)

    DjangoStore.put_out = noted  # type: ignore[method-assign]


def _act(chance: random.Random) -> None:
    from tocsin.node.alliance.alliance_file import here

    if here().code != "SEC" and chance.random() < 0.2:
        _publish(chance)
    else:
        _write(chance)


def _write(chance: random.Random) -> None:
    from tocsin.node.alliance.models import Person
    from tocsin.node.post.actions.messages import write
    from tocsin.node.post.here import local_node
    from tocsin.node.post.models import Message

    here = local_node()
    others = [entry.node for entry in here.trust().active() if entry.node != here.node]
    answered = Message.objects.received().order_by("-came_at").first() if chance.random() < 0.2 else None
    write(
        subject=" ".join(chance.choices(WORDS, k=5)),
        text=" ".join(chance.choices(WORDS, k=min(2_000, round(chance.lognormvariate(3.5, 1.2)) + 1))),
        language="ru",
        addressees=chance.sample(others, chance.choice((0, 0, 0, 1, 1, 2))),
        by=Person.objects.get(email__startswith="duty.officer@"),
        in_reply_to=answered.pk if answered else None,
    )


def _publish(chance: random.Random) -> None:
    """Public counts, queued as an act queues them: in the transaction of what it tells of."""
    from django.db import transaction

    from tocsin.exchange.documents import Document
    from tocsin.exchange.identifiers import new_id
    from tocsin.exchange.sealing import post
    from tocsin.node.alliance import audit
    from tocsin.node.post.here import local_node

    here = local_node()
    trust, at = here.trust(), here.now()
    counts = [["cases", "cholera", f"{here.node}-01", "2026-03-02", "all", "all", chance.randrange(5, 90)]]
    body = {
        "case_definition": "WHO 2023", "case_status": ["confirmed"], "date_type": "onset", "first_day": "monday",
        "columns": ["indicator", "disease", "place", "week", "age", "sex", "value", "flag"],
        "reported_until": "2026-03-08", "rows": counts, "suppression": None,
    }  # fmt: skip
    document = Document(
        id=new_id(at), alliance=trust.alliance, origin=here.node, recorded_at=at, classification="PUBLIC",
        type="weekly-indicators", body=body, exercise=trust.exercise,
    )  # fmt: skip
    with transaction.atomic():
        post(here, document)
        audit.record("message.written", by=None, to=["public"])


if __name__ == "__main__":
    main()
