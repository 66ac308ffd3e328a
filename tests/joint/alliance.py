"""Nodes of a world that act on joint objects together. Everything is real but the database and HTTP.

    alliance = Alliance(["AL", "BO", "CE", "SEC"])
    key = alliance.open("AL", "decision", "propose", proposal("AL", "BO", "CE"))
    alliance.act("BO", key, "consent", version=1, ad_referendum=False)   # None, or why it was not sent
    alliance.round()                                                     # everybody seals and meets everybody
    alliance.state("CE", key)                                            # the decision as CE knows it

The machine of each node does what that of `tocsin.node.joint` does: it keeps acts as they come, in the transaction in
which they come; follows the order; takes in what came of its own objects; says what is owed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tests.exchange.world import World
from tests.joint.keeping import Keeper, Kept
from tests.joint.nouns import NOUNS, Noun

from tocsin.exchange.documents import Document
from tocsin.exchange.identifiers import new_id
from tocsin.exchange.memory import MemoryStore
from tocsin.exchange.sealing import post
from tocsin.exchange.streams import Stream, audience_of
from tocsin.exchange.void import is_gone, stands_through
from tocsin.joint.acts import PASSING, Act, Applied, ObjectId, Order, Reference
from tocsin.joint.ordering import Arrangement, arranged, next_order
from tocsin.joint.refusing import Refused

Key = tuple[str, str]
ROUNDS = 8  # that what is owed may lead to more that is owed
PERSON, MACHINE = "council_delegate", "node"


class Alliance(World):
    """See the module.

    idle   objects whose owner's machine says nothing: what is said of them, its people say
    """

    def __init__(self, names: Collection[str] = ("AL", "BO", "CE", "SEC"), **more: Any) -> None:
        self.idle: set[ObjectId] = set()
        super().__init__(names, **more)

    def _node(self, name: str, store: MemoryStore | None = None):
        node = super()._node(name, store)
        node.reader = Keeper(node.store, lambda key: self.tend(name, key))
        return node

    # What is known

    def objects(self, name: str, noun: str | None = None) -> list[ObjectId]:
        """Objects whose opening a node has."""
        kept = self.nodes[name].reader.kept.values()
        return sorted(
            one.act.object for one in kept if one.act.id == one.act.object.id and noun in (None, one.act.noun)
        )

    def opened(self, name: str, key: ObjectId) -> Kept | None:
        """The document that opened an object."""
        return self.nodes[name].reader.kept.get((key.origin, key.id))

    def arrangement(self, name: str, key: ObjectId) -> Arrangement:
        """The order of an object as far as a node can follow it."""
        owned, others, void = self.acts(name, key)
        return arranged(owned, others, void=void)

    def acts(self, name: str, key: ObjectId) -> tuple[list[Act], dict[Key, Act], set[Key]]:
        """What a node has of an object: the owner's, those of others, and which of all do not stand."""
        acts = self.about(name, key)
        void = set(self.nodes[name].reader.void) | self._void_of_ours(name, key, acts)
        owned = [act for act in acts if act.is_owners and (act.origin, act.id) not in void]
        others = {(act.origin, act.id): act for act in acts if not act.is_owners}
        wanted = [one for act in owned if act.order for one in act.order.includes]
        absent = [one for one in wanted if (one.origin, one.id) not in others]
        return owned, others, void | {(one.origin, one.id) for one in absent if self._is_gone(name, key, one)}

    def about(self, name: str, key: ObjectId) -> list[Act]:
        """All that a node has of an object, but what went astray."""
        opening = self.opened(name, key)
        kept = [one for one in self.nodes[name].reader.kept.values() if one.act.object == key]
        readers = (opening.act.noun, opening.readers) if opening else None
        return self._placed(name, [one.act for one in kept if (one.act.noun, one.readers) == readers])

    def _placed(self, name: str, acts: Sequence[Act]) -> list[Act]:
        """Our own with their places, once they are sealed."""
        waiting = [act.id for act in acts if act.place is None]
        found = self.nodes[name].store.known(name, waiting) if waiting else {}
        places = {id: (entry.stream.epoch, entry.number) for id, entry in found.items()}
        return [replace(act, place=places[act.id]) if act.id in places else act for act in acts]

    def _void_of_ours(self, name: str, key: ObjectId, acts: Sequence[Act]) -> set[Key]:
        """Acts of this node that nobody takes, for its key had ended."""
        void = set()
        for act in acts:
            if act.origin == name and act.place is not None:
                stream = self.stream_of(name, key, act.origin, act.place[0])
                if act.place[1] > stands_through(self.nodes[name], stream):
                    void.add((name, act.id))
        return void

    def _is_gone(self, name: str, key: ObjectId, reference: Reference) -> bool:
        stream = self.stream_of(name, key, reference.origin, reference.epoch)
        opening = self.opened(name, key)
        passing = opening is not None and reference.kind in PASSING[opening.act.noun]
        return is_gone(self.nodes[name], stream, reference.number, reference.id, may_be_erased=passing)

    def stream_of(self, name: str, key: ObjectId, origin: str, epoch: int) -> Stream:
        """In which acts of a node on an object travel."""
        opening = self.opened(name, key)
        assert opening is not None
        return Stream(origin, epoch, self._audience(opening, origin))

    def _audience(self, opening: Kept, origin: str) -> str:
        classification, named = opening.readers
        return audience_of(classification, tuple(sorted(named - {origin})))

    def state(self, name: str, key: ObjectId) -> Any:
        """What the object has come to, as far as a node can follow it."""
        applied = self.arrangement(name, key).applied
        return self.noun(name, key).fold(applied)

    def noun(self, name: str, key: ObjectId) -> Noun:
        opening = self.opened(name, key)
        assert opening is not None
        return NOUNS[opening.act.noun]

    # What people do

    def open(self, name: str, noun: str, kind: str, said: Mapping[str, Any], *, audience: str = "members") -> ObjectId:
        """Open an object. Fails where the rules would refuse it."""
        now = self.nodes[name].now()
        id = new_id(now)
        key, order = ObjectId(name, id), Order(1, None, now)
        document = self._document(name, key, kind, said, noun=noun, audience=audience, order=order, id=id)
        refused = NOUNS[noun].try_act((), Act.of(document), at=now)
        assert refused is None, refused
        self._send(name, document)
        return key

    def act(self, name: str, key: ObjectId, kind: str, **said: Any) -> Refused | None:
        """What a person says. It is not sent where it would change nothing as things are known at that node."""
        arrangement = self.arrangement(name, key)
        assert arrangement.last is not None, "nobody acts on what was not opened"
        assert arrangement.is_whole, "nor on what is not known to its end"
        document = self._next(name, key, arrangement, kind, said)
        at = self._now_in(name, arrangement)
        ahead = tuple(Applied(one, arrangement.through + 1, at) for one in arrangement.proposals)
        refused = self.noun(name, key).try_act((*arrangement.applied, *ahead), Act.of(document), at=at)
        if refused is None:
            self._send(name, document)
        return refused

    def force(
        self, name: str, key: ObjectId, kind: str, said: Mapping[str, Any], *, order: Order | None = None,
        audience: str | None = None, role: str = PERSON,
    ) -> Document:  # fmt: skip
        """What somebody says whom no rule of the node holds back, but those of the types, which all nodes hold to."""
        opening = self.opened(name, key)
        assert opening is not None
        document = self._document(
            name, key, kind, said, noun=opening.act.noun, audience=audience or self._audience(opening, name),
            order=order, role=role,
        )  # fmt: skip
        self._send(name, document)
        return document

    def _next(
        self, name: str, key: ObjectId, arrangement: Arrangement, kind: str, said: Mapping[str, Any], role: str = PERSON
    ) -> Document:
        opening = self.opened(name, key)
        assert opening is not None
        order = next_order(arrangement, now=self.nodes[name].now()) if name == key.origin else None
        return self._document(
            name, key, kind, said, noun=opening.act.noun, audience=self._audience(opening, name), order=order, role=role
        )

    def _document(
        self, name: str, key: ObjectId, kind: str, said: Mapping[str, Any], *, noun: str, audience: str,
        order: Order | None, role: str = PERSON, id: str | None = None,
    ) -> Document:  # fmt: skip
        body = {
            "object": key.as_json(), "act": kind, "said": dict(said), "order": order.as_json() if order else None,
            "by": {"role": role, "name": ""},
        }  # fmt: skip
        made = self.document(name, "", audience, type=noun, body=body)
        return replace(made, id=id) if id else made

    def _send(self, name: str, document: Document) -> None:
        node = self.nodes[name]
        found = self._examine(document)
        assert not found, (document.body, found)
        with node.store.atomic():
            post(node, document)
            node.reader.said(document)
            self.tend(name, ObjectId.of(document.body["object"]))

    # What machines do

    def tend(self, name: str, key: ObjectId) -> None:
        """Say what is owed of one object."""
        if self.opened(name, key) is None or (name == key.origin and key in self.idle):
            return
        for _ in range(ROUNDS):
            if not self._say_owed(name, key):
                return

    def tend_all(self) -> None:
        """Each node looks at what is its own: time has passed."""
        for name in self.names:
            for key in self.objects(name):
                if key.origin == name:
                    with self.alive(name), self.nodes[name].store.atomic():
                        self.tend(name, key)

    def _say_owed(self, name: str, key: ObjectId) -> bool:
        arrangement = self.arrangement(name, key)
        if not arrangement.is_whole:
            return False
        is_ours = name == key.origin
        if is_ours and any(act.place is not None for act in arrangement.proposals):
            owed: Sequence[tuple[str, Mapping[str, Any]]] = [("order", {})]
        else:
            at = self._now_in(name, arrangement)
            owed = self.noun(name, key).due(name, key, arrangement, at)[: 1 if is_ours else None]
        node = self.nodes[name]
        for kind, said in owed:
            document = self._next(name, key, arrangement, kind, said, role=MACHINE)
            post(node, document)
            node.reader.said(document)
        return bool(owed)

    def _now_in(self, name: str, arrangement: Arrangement) -> datetime:
        return max([self.nodes[name].now(), *(one.at for one in arrangement.applied)])

    def round(self) -> None:
        """Everybody seals, meets everybody, and seals what came of it."""
        for name in self.names:
            self.seal(name, checkpoint=False)
        super().round()

    def rest(self, rounds: int = 12) -> None:
        """Let everybody who can meet do so until nothing is new, machines among them. No time passes."""
        before = None
        for _ in range(rounds):
            self.tend_all()
            self.round()
            now = [(name, sorted(self.nodes[name].reader.kept), self._places(name)) for name in self.names]
            if now == before:
                return
            before = now
        raise AssertionError(f"not at rest after {rounds} rounds")

    def _places(self, name: str) -> list[Any]:
        store = self.nodes[name].store
        return [sorted(store.heads().items()), len(store.outbox(1_000)), sorted(self.nodes[name].reader.void)]

    def hours_pass(self, hours: float) -> None:
        """Time goes by, and machines look what that brings."""
        self.alliance.now += timedelta(hours=hours)
        self.tend_all()
