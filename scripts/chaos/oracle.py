"""What must hold of an alliance at rest: what nodes had accepted, against what nodes hold. No clock, no files."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Accepted", "Fault", "Held", "Place", "faults", "read_journal"]

Place = tuple[str, int, str]  # origin, epoch, audience
OWN, TAKEN = "own", "accepted"


@dataclass(frozen=True)
class Accepted:
    """A document as its writer knows it. `sure` if the act returned; otherwise its writer was killed on the way."""

    id: str
    origin: str
    audience: str
    type: str
    digest: str
    sure: bool


@dataclass(frozen=True)
class Held:
    """What one node holds.

    documents  origin, epoch, audience, number, state, type, id, digest of the text
    told       by message, how many notices say that it came; `readers` how many people are told of one
    receipts   by, origin, epoch, audience, through, how many documents it names as not taken
    """

    documents: Sequence[Sequence[Any]]
    messages: Mapping[str, bool] = field(default_factory=dict)
    told: Mapping[str, int] = field(default_factory=dict)
    readers: int = 1
    receipts: Sequence[Sequence[Any]] = ()
    heads: Sequence[Sequence[Any]] = ()
    waiting: int = 0
    evidence: int = 0
    may_sign: bool = True
    epoch: int = 1
    refused: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Fault:
    """Something that must not be.

    kind   lost, doubled, altered, invented, disorder, gap, fork, apart, receipt, rest; audit, database
    """

    kind: str
    node: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind:<9} {self.node:<4} {self.what}"


def read_journal(lines: Sequence[Mapping[str, Any]], origin: str) -> list[Accepted]:
    """What a writer noted, in the order in which it wrote. What was refused is left out."""
    done = {line["done"] for line in lines if "done" in line}
    refused = {line["no"] for line in lines if "no" in line}
    return [
        Accepted(line["try"], origin, line["audience"], line["type"], line["digest"], line["try"] in done)
        for line in lines
        if "try" in line and line["try"] not in refused
    ]


def faults(written: Sequence[Accepted], held: Mapping[str, Held]) -> list[Fault]:
    """All there are."""
    found: list[Fault] = []
    by_id = {one.id: one for one in written}
    for node, holds in held.items():
        found += _documents(node, holds, written, held)
        found += _strangers(node, holds, by_id)
        found += _order(node, holds, by_id, written)
        found += _told(node, holds)
        found += _rest(node, holds)
    found += _same_history(held)
    found += _receipts(held)
    return found


def readers_of(one: Accepted, nodes: Mapping[str, Held]) -> set[str]:
    """Nodes that must have a document, its origin among them."""
    named = set(one.audience[3:].split("+")) if one.audience.startswith("to:") else set(nodes)
    return (named | {one.origin}) & set(nodes)


def _documents(node: str, holds: Held, written: Sequence[Accepted], held: Mapping[str, Held]) -> Iterator[Fault]:
    """Every accepted document is here once, as it was written, if this node is to have it."""
    places = defaultdict(list)
    for row in holds.documents:
        places[row[6]].append(row)
    at_home = {row[6] for row in held[node].documents}
    for one in written:
        if node not in readers_of(one, held):
            if places[one.id]:
                yield Fault("invented", node, f"has {one.id}, which is for {one.audience}")
            continue
        rows = places[one.id]
        state = OWN if node == one.origin else TAKEN
        if not rows:
            others = [other for other in held if any(row[6] == one.id for row in held[other].documents)]
            if one.sure or (others and one.id not in at_home):
                yield Fault("lost", node, f"{one.type} {one.id} of {one.origin} to {one.audience}; held by {others}")
        elif len(rows) > 1:
            yield Fault("doubled", node, f"{one.type} {one.id} of {one.origin} stands {len(rows)} times")
        elif rows[0][4] != state:
            yield Fault("lost", node, f"{one.type} {one.id} of {one.origin} is {rows[0][4]}, and should be {state}")
        elif rows[0][7] != one.digest or rows[0][2] != one.audience:
            yield Fault("altered", node, f"{one.type} {one.id} of {one.origin} is not as it was written")


def _strangers(node: str, holds: Held, by_id: Mapping[str, Accepted]) -> Iterator[Fault]:
    """Nothing is held that nobody wrote; receipts nodes write themselves."""
    for row in holds.documents:
        if row[5] != "receipt" and row[6] not in by_id:
            yield Fault("invented", node, f"{row[5]} {row[6]} of {row[0]}, {row[4]}, which nobody wrote")
        elif row[5] == "receipt" and row[4] not in (OWN, TAKEN):
            yield Fault("lost", node, f"a receipt of {row[0]} is {row[4]}")


def _order(node: str, holds: Held, by_id: Mapping[str, Accepted], written: Sequence[Accepted]) -> Iterator[Fault]:
    """Numbers of a stream have no gap, and documents stand in the order in which they were written."""
    rank = {one.id: at for at, one in enumerate(written)}
    streams = defaultdict(list)
    for row in holds.documents:
        streams[tuple(row[:3])].append((row[3], row[6]))
    for place, rows in streams.items():
        rows.sort()
        numbers = [number for number, _ in rows]
        if numbers != list(range(1, len(numbers) + 1)):
            yield Fault("gap", node, f"{place} has {len(numbers)} documents, and the last is {numbers[-1]}")
        ranks = [rank[document] for _, document in rows if document in rank]
        if ranks != sorted(ranks):
            yield Fault("disorder", node, f"documents of {place} are not in the order in which they were written")


def _told(node: str, holds: Held) -> Iterator[Fault]:
    """Each message is shown once, as received or sent, and each person was told once of what came."""
    here = {row[6]: row[4] for row in holds.documents if row[5] == "message"}
    for document, state in here.items():
        if document not in holds.messages:
            yield Fault("lost", node, f"message {document} is {state}, and nobody is shown it")
        elif holds.messages[document] != (state == OWN):
            yield Fault("altered", node, f"message {document} is {state}, and is not shown so")
        times = holds.told.get(document, 0)
        expected = holds.readers if state == TAKEN else 0
        if times != expected:
            kind = "lost" if times < expected else "doubled"
            yield Fault(kind, node, f"message {document}: {times} notices to {expected} people")
    for document in holds.messages.keys() - here.keys():
        yield Fault("invented", node, f"message {document} is shown, and no document carries it")


def _rest(node: str, holds: Held) -> Iterator[Fault]:
    for what, said in (
        (holds.waiting, f"{holds.waiting} documents wait to be sealed"),
        (holds.evidence, f"evidence of two histories: {holds.evidence}"),
        (not holds.may_sign, "may not sign"),
    ):
        if what:
            yield Fault("rest", node, said)


def _same_history(held: Mapping[str, Held]) -> Iterator[Fault]:
    """Who has a stream has the same: as far, and under the same manifest."""
    for place, heads in _heads(held).items():
        if len(set(heads.values())) > 1:
            furthest = max(last for last, _ in heads.values())
            alike = len({manifest for last, manifest in heads.values() if last == furthest}) == 1
            kind = "apart" if alike and len({last for last, _ in heads.values()}) > 1 else "fork"
            yield Fault(kind, "all", f"{place}: " + ", ".join(f"{node} {last}" for node, (last, _) in heads.items()))


def _heads(held: Mapping[str, Held]) -> dict[Place, dict[str, tuple[int, str]]]:
    found: dict[Place, dict[str, tuple[int, str]]] = defaultdict(dict)
    for node, holds in held.items():
        for origin, epoch, audience, last, manifest in holds.heads:
            found[origin, epoch, audience][node] = (last, manifest)
    return found


def _receipts(held: Mapping[str, Held]) -> Iterator[Fault]:
    """Each reader has signed for each stream, up to the last document that is no receipt, and for all of it."""
    for node, holds in held.items():
        through = {
            (by, origin, epoch, audience): (far, named) for by, origin, epoch, audience, far, named in holds.receipts
        }
        last: Counter[Place] = Counter()
        for origin, epoch, audience, number, _, kind, *_ in holds.documents:
            if origin == node and kind != "receipt":
                last[origin, epoch, audience] = max(last[origin, epoch, audience], number)
        for (origin, epoch, audience), number in last.items():
            readers = audience[3:].split("+") if audience.startswith("to:") else [one for one in held if one != node]
            for reader in readers:
                far, named = through.get((reader, origin, epoch, audience), (0, 0))
                if far < number:
                    yield Fault("receipt", node, f"{reader} signed for {audience} through {far} of {number}")
                elif named:
                    yield Fault("receipt", node, f"{reader} says it did not take {named} documents of {audience}")
