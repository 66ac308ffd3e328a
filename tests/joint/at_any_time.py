"""What befalls an alliance, whatever it does together: networks, clocks, thieves, dishonest owners.

A test of a noun adds what its people say. Checked after every step: each node knows a beginning of one history, of
which nothing is taken back; whoever has the same documents has the same state, whenever and by whatever clock. At the
end everything is healed: all agree on every object, and nothing is lost that was said to an owner who takes in what
comes.
"""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.joint.alliance import MACHINE, PERSON, Alliance

from tocsin.exchange import suite
from tocsin.exchange.erasing import erase
from tocsin.exchange.identifiers import new_id
from tocsin.exchange.restoring import open_epoch
from tocsin.exchange.store import State
from tocsin.exchange.void import stands_through
from tocsin.joint.acts import Order, Reference
from tocsin.joint.ordering import arranged, chain_of

STATES = ["AL", "BO", "CE", "DO"]
anybody = st.runner().flatmap(lambda machine: st.sampled_from(machine.world.names))


class AtAnyTime(RuleBasedStateMachine):
    """The rules of a noun stand in classes that follow this one.

    machine_acts  those that no person says; `remark`: an act that anybody may say at any time, and what it says
    """

    world: Alliance
    machine_acts: frozenset[str] = frozenset({"order"})
    remark: tuple[str, dict[str, Any]]

    def found(self, names):
        self.world = Alliance(names, tiers={"DO": "partner"})
        self.states, self.known, self.stolen = {}, {}, 0

    def draw_known(self, data, name, *, whole=True):
        """An object that `name` knows; `whole`: up to the end of its order."""
        known = [key for key in self.world.objects(name) if not whole or self.knows_all(name, key)]
        return data.draw(st.sampled_from(known)) if known else None

    def knows_all(self, name, key):
        """Whether a node knows an object, and can follow its order to the end."""
        return self.world.opened(name, key) is not None and self.world.arrangement(name, key).is_whole

    def draw_said(self, data, kind, name, key):
        """What an act could say: mostly what fits, as things are known there."""
        raise NotImplementedError

    def judge(self, arrangement, state, all_others):
        """Fail where the state is not true; `all_others`: acts of all but the owner, wherever they are."""
        raise NotImplementedError

    # What people do, whom no rule holds back

    def say_what_is_not_allowed(self, data, name, kind, *, astray):
        """Not entitled, twice, too late, or where others read it."""
        key = self.draw_known(data, name, whole=False)
        if key and key.origin != name:
            others = "to:" + min(one for one in self.world.names if one != name)
            audience = data.draw(st.sampled_from(["family", "members", others])) if astray else None
            said = self.draw_said(data, kind, name, key)
            role = MACHINE if kind in self.machine_acts else PERSON
            self.world.force(name, key, kind, said, audience=audience, role=role)

    def order_what_is_not_so(self, data, name, kind):
        """An owner that leaves out, takes in twice or in another order, says two things, or names what is not there."""
        own = [key for key in self.world.objects(name) if key.origin == name]
        if not own:
            return
        key = own[-1]
        self.world.idle.add(key)
        owned, others, _ = self.world.acts(name, key)
        chain = chain_of(owned)
        references = self._draw_references(data, name, [act for act in others.values() if act.place is not None])
        if kind == "order" and not references:
            return
        number = data.draw(st.sampled_from([len(chain) + 1] * 4 + [max(2, len(chain))]))
        at = self.world.nodes[name].now() + timedelta(hours=data.draw(st.sampled_from([0, 0, 25, 200, -200])))
        order = Order(number, chain[number - 2].digest, at, tuple(references))
        role = MACHINE if kind in self.machine_acts else PERSON
        self.world.force(name, key, kind, self.draw_said(data, kind, name, key), order=order, role=role)

    def _draw_references(self, data, name, known):
        acts = data.draw(st.lists(st.sampled_from(known), max_size=4, unique_by=lambda act: act.id)) if known else []
        references = [act.reference for act in acts]
        if data.draw(st.integers(0, 9)) == 0:
            origin, number = "CE" if name == "BO" else "BO", data.draw(st.integers(1, 6))
            references.append(
                Reference(origin, new_id(self.world.alliance.now), suite.digest(b"?"), 1, number, "object")
            )
        return references

    @rule(name=anybody, data=st.data())
    def have_a_remark_erased(self, name, data):
        """Here, and wherever it is or will come."""
        node = self.world.nodes[name]
        kept = [one.act for one in node.reader.kept.values() if one.act.origin == name and one.act.is_passing]
        known = node.store.known(name, [act.id for act in kept])
        entries = [entry for entry in known.values() if entry.state is State.OWN]
        if entries:
            erase(node, [data.draw(st.sampled_from(sorted(entries, key=lambda one: one.digest)))], reason="other")

    # What machines do

    @rule(name=anybody)
    def seal(self, name):
        self.world.seal(name, checkpoint=False)

    @rule(a=anybody, b=anybody)
    def meet(self, a, b):
        if a != b:
            self.world.seal(b, checkpoint=False)
            self.world.meet(a, b)

    @rule()
    def everybody_meets(self):
        self.world.round()

    @rule(hours=st.sampled_from([1, 12, 23, 25, 25, 49, 200]))
    def hours_pass(self, hours):
        self.world.hours_pass(hours)

    # What happens to them

    @rule(a=anybody, b=anybody)
    def cut_a_line(self, a, b):
        if a != b:
            self.world.cut.add(frozenset((a, b)))

    @rule(a=anybody, b=anybody, what=st.sampled_from(["lose_answer", "repeat"]))
    def spoil_a_line(self, a, b, what):
        getattr(self.world, what).add((a, b))

    @precondition(lambda self: self.world.cut or self.world.lose_answer or self.world.repeat)
    @rule()
    def mend_all_lines(self):
        self.world.cut.clear(), self.world.lose_answer.clear(), self.world.repeat.clear()

    @rule(name=anybody, hours=st.sampled_from([-72, 0, 0, 72]))
    def set_a_clock(self, name, hours):
        self.world.skews[name] = timedelta(hours=hours)

    @rule(name=anybody)
    def rotate_the_seal_key(self, name):
        if self.world.nodes[name].store.own().confirmed:
            self._end_key(name, {head.first_manifest: (head.last, head.manifest) for _, head in self._streams(name)})

    @precondition(lambda self: self.stolen < 2)
    @rule(name=anybody, data=st.data())
    def the_seal_key_is_stolen(self, name, data):
        """Its state ends it where it was last seen to be its own, and opens the next epoch. All behind is void."""
        heads = {}
        for stream, head in self._streams(name):
            lasts = [batch.manifest.last for batch in self.world.nodes[name].store.manifests(stream)]
            last = self.world.nodes[name].store.batch_at(stream, data.draw(st.sampled_from(lasts[-4:]))).manifest
            heads[head.first_manifest] = (last.last, last.digest)
        self.stolen += 1
        self._end_key(name, heads, reason="stolen")
        open_epoch(self.world.nodes[name])

    def _streams(self, name):
        return [
            (stream, head) for stream, head in self.world.nodes[name].store.heads().items() if stream.origin == name
        ]

    def _end_key(self, name, heads, reason="rotated"):
        self.world.alliance.end_key(name, "seal", heads=heads, reason=reason)
        self.world.put_keys(name)
        self.world.give_list(name)

    # What must hold

    @invariant()
    def what_stands_is_true(self):
        if not hasattr(self, "world"):
            return
        everything = self._everything()
        for name in self.world.names:
            held = self.world.nodes[name].store.entries(state=State.HELD, most=10)
            assert not held, f"the reader of {name} has a fault"
            for key in self.world.objects(name):
                self._check(name, key, *everything[key])

    def _everything(self):
        """All acts on each object, wherever they are: the owner's, and those of others; each at every place it has,
        since one may be sealed anew in a later epoch, of which somebody has not heard.
        """
        found = {key: ({}, {}) for name in self.world.names for key in self.world.objects(name)}
        for key, (owned, others) in found.items():
            for name in self.world.names:
                for act in self.world.about(name, key) if self.world.opened(name, key) else ():
                    table = owned if act.is_owners else others
                    if act.place is None and act.is_owners and key in self.world.idle:
                        continue  # a draft of an owner that tells several histories
                    table.setdefault((act.origin, act.id), {})[act.place or (0, 0)] = act
        return found

    def _standing(self, name, key, acts):
        """Those that stand by the trust list that a node holds, whether they are there or not."""
        trust, nodes = self.world.nodes[name].trust(), self.world.nodes

        def stands(act):
            if act.place is None:  # it will, if it is signed by a key that is known there
                return suite.thumbprint(nodes[act.origin].keys.seal[0]) in trust.nodes[act.origin].live("seal")
            stream = self.world.stream_of(name, key, act.origin, act.place[0])
            if act.place[1] > stands_through(nodes[act.origin], stream, trust):
                return False
            # A list older than the key, as after a theft that this node has not heard of, lets nobody take it.
            entry = nodes[act.origin].store.entry(stream, act.place[1])
            signers = nodes[act.origin].store.signers([entry.manifest])[entry.manifest] if entry else set()
            return entry is None or bool(signers & trust.nodes[act.origin].seal_keys().keys())

        found = {}
        for id, sealed in acts.items():
            places = [place for place in sorted(sealed, reverse=True) if stands(sealed[place])]
            if places:
                found[id] = sealed[places[0]]
        return found

    def _check(self, name, key, all_owned, all_others):
        owned, others, void = self.world.acts(name, key)
        arrangement = arranged(owned, others, void=void)
        all_owned, all_others = (self._standing(name, key, acts) for acts in (all_owned, all_others))
        whole = arranged(all_owned.values(), all_others, void=void)
        ids, of_all = ([(one.act.id, one.number, one.at) for one in of.applied] for of in (arrangement, whole))
        drafts = key in self.world.idle and (name == key.origin or self._has_begun_anew(key))
        assert drafts or ids == of_all[: len(ids)], f"{name} knows another history of {key} than there is"
        assert not self._is_taken_back(name, key, ids, void), f"{name} has taken back what stood of {key}"

        state = self.states.get((key, *ids))
        if state is None:
            state = self.states[(key, *ids)] = self.world.state(name, key)
            self.judge(arrangement, state, all_others)
        documents = (key, frozenset((act.id, act.place) for act in (*owned, *others.values())), frozenset(void))
        assert self.states.setdefault(documents, state) == state, "the same documents, and another state"

    def _is_taken_back(self, name, key, ids, void):
        """Whether less stands than did, though nothing has become void. A dishonest owner's own node knows its drafts,
        and of two histories that it tells the one of the later epoch counts.
        """
        before, void_before = self.known.get((name, key), ([], void))
        self.known[name, key] = (ids, void)
        if key in self.world.idle and (name == key.origin or self._has_begun_anew(key)):
            return False
        return void == void_before and ids[: len(before)] != before

    def _has_begun_anew(self, key):
        """Whether its owner is in a later epoch: who has not heard of that may know another history."""
        return self.world.nodes[key.origin].store.own().epoch > 1

    def teardown(self):
        if not hasattr(self, "world"):
            return
        world = self.world
        self.mend_all_lines()
        world.skews = dict.fromkeys(world.names, timedelta())
        world.alliance.now += timedelta(days=20)
        world.alliance.renew()
        for name in world.names:
            world.give_list(name)
            if world.nodes[name].store.own().epoch > 1:  # whoever was robbed is heard again
                for key in world.objects(name):
                    if key.origin != name:
                        world.force(name, key, *self.remark)
        world.rest(20)
        self.what_stands_is_true()
        for key in self._everything():
            states = [world.state(name, key) for name in world.names if world.opened(name, key)]
            assert all(state == states[0] for state in states), f"they do not agree on {key}"
            arrangement = world.arrangement(key.origin, key)
            if key not in world.idle:
                assert arrangement.is_whole
                assert not arrangement.proposals, f"said, and never taken in: {arrangement.proposals}"
