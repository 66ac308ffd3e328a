"""A decision of a small alliance, taken for real: signed documents in sealed streams, carried from node to node."""

from dataclasses import replace

from tests.exchange.world import World

from tocsin.exchange.documents import Document
from tocsin.exchange.moments import moment
from tocsin.exchange.sealing import post
from tocsin.joint.acts import Act, ObjectId
from tocsin.joint.sealed.making import sealed_decision

RULES = {"silence": True, "silence_hours": 24, "may_join": ["DE"]}
TITLE = {
    "en": "On cholera at the border",
    "ru": "О холере у границы",
    "zh-hans": "关于边境霍乱",
}
WORDS = {
    "ru": "Стороны проверяют воду каждую неделю.",
    "zh-hans": "各方每周检查水质。",
}


def paragraph(id, texts, *, kind="operative", rev=1):
    """As documents have it, all languages authentic."""
    said = {language: {"text": text, "rev": rev, "standing": "authentic"} for language, text in texts.items()}
    return {"id": id, "kind": kind, "rev": rev, "texts": said}


class Deciding:
    """A decision that AL owns, and the world in which it is taken; acts are sealed as they are said.

    acts   by origin and identifier, all of them
    """

    def __init__(self, world: World | None = None, *, audience: str = "members") -> None:
        self.world, self.audience = world or World(("AL", "BO", "CE", "DE", "SEC")), audience
        self.object = None
        self.acts: dict[tuple[str, str], Act] = {}
        self.owned: list[Act] = []

    @property
    def now(self):
        return self.world.alliance.now

    @property
    def trust(self):
        return self.world.alliance.list

    def say(self, origin, kind, said=None, *, order=None, role="council_delegate"):
        """An act of a node, in its stream."""
        audience = self.audience
        if audience.startswith("to:"):  # the object's readers, but the one who writes
            audience = "to:" + "+".join(sorted({"AL", *audience[3:].split("+")} - {origin}))
        document = self.world.document(origin, "", audience)
        opened = self.object or ObjectId(origin, document.id)
        body = {
            "object": opened.as_json(), "act": kind, "order": order, "said": said or {},
            "by": {"role": role, "name": ""},
        }  # fmt: skip
        self.object = opened
        return self._sealed(replace(document, type="decision", body=body))

    def _sealed(self, document):
        origin, node = document.origin, self.world.nodes[document.origin]
        post(node, document)
        self.world.seal(origin, checkpoint=False)
        entry = node.store.known(origin, [document.id])[document.id]
        act = Act.of(Document.read(entry.document), place=(entry.stream.epoch, entry.number))
        self.acts[origin, act.id] = act
        return act

    def order(self, kind="order", said=None, *includes, role="council_delegate"):
        """The owner's next document, which takes in what is named."""
        last = self.owned[-1] if self.owned else None
        order = {
            "number": len(self.owned) + 1, "previous": last.digest if last else None, "at": moment(self.now),
            "includes": [one.reference.as_json() for one in includes],
        }  # fmt: skip
        made = self.say("AL", kind, said, order=order, role=role)
        self.owned.append(made)
        return made

    def propose(self, **more):
        """Open it, and begin to consider it."""
        text = {"paragraphs": [paragraph("p1", TITLE, kind="title"), paragraph("p2", WORDS)]}
        self.order("propose", {
            "body": "council", "kind": "plan", "concerned": ["AL", "BO", "CE"], "official": ["ru", "zh-hans"],
            "title": TITLE, "event": None, "session": None, "amends": None, "year": 2026, "text": text, "measures": [],
            "duties": [], "rules": RULES, "in_force": {"when": "adopted", "on": None}, **more,
        })  # fmt: skip
        self.order("consider", {"until": None})

    def adopt(self, **by):
        """The owner adopts version 1, on these acts: one of consent or staying out, or two of silence."""
        states = [
            {
                "state": state,
                "by": "silence" if len(acts) == 2 else "consent" if acts[0].kind == "consent" else "stays_out",
                "acts": [act.id for act in acts],
            }
            for state, acts in by.items()
        ]
        return self.order("adopt", {"version": 1, "states": states}, role="node")

    def spread(self, *nodes):
        """Everybody named, or everybody, has what there is."""
        for caller in nodes or self.world.names:
            for called in self.world.names:
                if caller != called:
                    self.world.meet(caller, called)

    def sealed(self, node="AL", **more):
        """The file as a node makes it."""
        return sealed_decision(
            self.world.nodes[node].store, self.world.nodes[node].trust(),
            **{"object": self.object, "documents": self.acts, "made_by": node, "now": self.now, **more},
        )  # fmt: skip


def consent(version=1, *, ad_referendum=False):
    return {"version": version, "ad_referendum": ad_referendum}


def adopted_by_all(deciding: Deciding) -> Deciding:
    """BO objects and lifts it and falls silent, CE consents ad referendum and is cleared, AL consents."""
    deciding.propose()
    objection = deciding.say("BO", "object", {"version": 1, "paragraph": "p2", "reason": "not every week"})
    deciding.order("order", None, objection, role="node")
    lifted = deciding.say("BO", "lift_objection")
    ours = deciding.order("consent", consent(), lifted)
    theirs = deciding.say("CE", "consent", consent(ad_referendum=True))
    silence = deciding.order("silence", {"version": 1, "hours": 24}, theirs)
    began = deciding.say("BO", "received", {"through": silence.order.number}, role="node")
    deciding.order("order", None, began, role="node")
    deciding.world.alliance.pass_time(hours=25)
    call = deciding.order("call", role="node")
    closed = deciding.say("BO", "received", {"through": call.order.number}, role="node")
    deciding.order("order", None, closed, role="node")
    deciding.adopt(AL=[ours], BO=[began, closed], CE=[theirs])
    cleared = deciding.say("CE", "clear", {"reason": ""})
    acceded = deciding.say("DE", "accede", {"declaration": "We join."})
    deciding.order("order", None, cleared, acceded, role="node")
    deciding.order("enter_force", role="node")
    return deciding


def adopted_by_two(deciding: Deciding) -> Deciding:
    """AL and BO consent; only AL has all of it."""
    deciding.propose(concerned=["AL", "BO"])
    theirs = deciding.say("BO", "consent", consent())
    ours = deciding.order("consent", consent(), theirs)
    deciding.adopt(AL=[ours], BO=[theirs])
    deciding.spread("AL")
    return deciding
