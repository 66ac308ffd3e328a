"""Whole alliances decide, under everything that networks, clocks, thieves and dishonest owners can do, in any order.

Beside what `at_any_time` asks of all that is done together: nothing is adopted but by true citations, and never over
what stood in a state's stream before its answer to the closing call.
"""

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule
from tests.joint.at_any_time import STATES, AtAnyTime, anybody
from tests.joint.judge import faults_of, hidden_objections
from tests.joint.proposals import DAY, amendment, proposal

from tocsin.joint.decisions.adopting import adoptable
from tocsin.joint.decisions.state import Adoption
from tocsin.joint.ordering import next_order

OF_STATES = [
    "consent", "object", "stay_out", "lift_objection", "received", "accede", "clear", "not_clear", "comment",
    "position", "amend",
]  # fmt: skip
OF_OWNERS = [
    "consider", "silence", "adopt", "reconsider", "amend", "leave_out", "bring_back", "enter_force", "lapse", "consent",
    "object", "withdraw", "call",
]  # fmt: skip
RARE = {"withdraw", "lapse"}  # they end a decision


class Deciding(AtAnyTime):
    machine_acts = frozenset({"order", "call", "received"})
    remark = ("comment", {"version": 1, "paragraph": None, "text": "!"})

    @initialize(secretariat=st.booleans(), come_to=st.sampled_from(["consideration", "silence", "consent"]))
    def begin(self, secretariat, come_to):
        self.found([*STATES, *(["SEC"] if secretariat else [])])
        for owner in ("AL", "BO"):
            self.propose(owner, audience="family", silence=True, concerned=["AL", "BO", "CE"], join=True)
        self.world.rest()
        for key in self.world.objects("AL"):
            if come_to == "silence":
                self.world.act(key.origin, key, "silence", version=1, hours=DAY)
            for name in ("AL", "BO", "CE") if come_to == "consent" else ():
                self.world.act(name, key, "consent", version=1, ad_referendum=False)
        self.world.rest()

    def propose(self, name, *, audience, silence, concerned, join):
        if audience == "some":
            audience = "to:" + "+".join(sorted({"AL", "BO", "CE"} - {name}))
        said = proposal(*concerned, silence=silence, may_join=["DO", "SEC"] if join else [])
        key = self.world.open(name, "decision", "propose", said, audience=audience)
        self.world.act(name, key, "consider", until=None)

    def draw_said(self, data, kind, name, key):
        decision, arrangement = self.world.state(name, key), self.world.arrangement(name, key)
        if kind == "adopt":
            return self.draw_adoption(data, decision, arrangement)
        current = decision.version.number if decision.versions else 1
        version = data.draw(st.sampled_from([current, current, current, 1, current + 1]))
        state = st.fixed_dictionaries({
            "state": st.sampled_from(decision.concerned or STATES), "reason": st.just("suspended"),
        })  # fmt: skip
        could_say = {
            "consent": st.fixed_dictionaries({"version": st.just(version), "ad_referendum": st.booleans()}),
            "object": st.just({"version": version, "paragraph": None, "reason": "нет"}),
            "stay_out": st.just({"version": version, "reason": ""}),
            "comment": st.just({"version": version, "paragraph": None, "text": "?"}),
            "position": st.just({"paragraph": None, "text": "!"}),
            "accede": st.just({"declaration": ""}),
            "amend": st.sampled_from(["12", "48", "[6]"]).map(lambda words: amendment(version, words=words)),
            "received": st.integers(-2, 1).map(lambda more: {"through": max(1, arrangement.through + more)}),
            "silence": st.sampled_from([DAY, DAY, 2 * DAY, 1]).map(lambda hours: {"version": version, "hours": hours}),
            "consider": st.just({"until": None}),
            "leave_out": state,
            "bring_back": state,
        }  # fmt: skip
        could_say |= dict.fromkeys(
            ["reconsider", "withdraw", "lapse", "clear", "not_clear"], st.just({"reason": "так"})
        )
        return data.draw(could_say.get(kind, st.just({})))

    def draw_adoption(self, data, decision, arrangement):
        """A true one, or one that cites anything of anybody."""
        found = adoptable(decision, arrangement.applied[-1].at)
        if isinstance(found, Adoption) and data.draw(st.integers(0, 3)):
            return found.as_said()
        ids = [one.act.id for one in arrangement.applied] + [act.id for act in arrangement.proposals]
        states = []
        for state in data.draw(st.just(decision.concerned) | st.just(STATES)):
            by = data.draw(st.sampled_from(["consent", "silence", "stays_out"]))
            count = 2 if by == "silence" else 1
            acts = data.draw(st.lists(st.sampled_from(ids), min_size=count, max_size=count, unique=True))
            states.append({"state": state, "by": by, "acts": acts})
        return {"version": decision.version.number if decision.versions else 1, "states": states}

    # What people do

    @rule(
        name=anybody, audience=st.sampled_from(["family", "family", "members", "some"]), silence=st.booleans(),
        concerned=st.lists(st.sampled_from(["AL", "BO", "CE"]), min_size=2, unique=True), join=st.booleans(),
    )  # fmt: skip
    def propose_another(self, name, **more):
        if name != "DO" and len(self.world.objects(name)) < 5:
            self.propose(name, **more)

    @rule(name=anybody, kind=st.sampled_from(OF_STATES + OF_OWNERS), data=st.data())
    def say(self, name, kind, data):
        """What a person says at their node, if that lets them."""
        key = self.draw_known(data, name)
        if key is None or kind in self.machine_acts or (kind in RARE and data.draw(st.integers(0, 5))):
            return
        if kind in OF_STATES or key.origin == name:
            self.world.act(name, key, kind, **self.draw_said(data, kind, name, key))

    @rule(data=st.data(), most=st.sampled_from(["consent", "nothing"]))
    def the_states_answer(self, data, most):
        """Each state concerned, as far as it knows of the decision; most say the same."""
        key = self.draw_known(data, data.draw(anybody))
        for name in self.world.state(key.origin, key).concerned if key else ():
            kind = data.draw(st.sampled_from([most, most, most, "object", "stay_out"]))
            if kind != "nothing" and self.knows_all(name, key):
                self.world.act(name, key, kind, **self.draw_said(data, kind, name, key))

    @rule(data=st.data())
    def the_owner_goes_on(self, data):
        """It adopts what can be adopted, and else begins a silence."""
        name = data.draw(anybody)
        key = self.draw_known(data, name)
        if key and key.origin == name:
            decision, found = self.world.state(name, key), self.adoptable(key)
            if found is not None:
                self.world.act(name, key, "adopt", **found.as_said())
            elif decision.versions:
                self.world.act(name, key, "silence", version=decision.version.number, hours=DAY)
        self.world.round()

    @rule(what=st.sampled_from(["act", "state", "version"]))
    def adopt_falsely(self, what):
        """All is there to adopt, and its owner cites another act, leaves a state out, or says another version."""
        for key in sorted({key for name in self.world.names for key in self.world.objects(name)}):
            owner = self.world.nodes[key.origin]
            found, arrangement = self.adoptable(key), self.world.arrangement(key.origin, key)
            if found is None:
                continue
            said = found.as_said()
            first, last = said["states"][0], said["states"][-1]
            if what == "act" and first["by"] == last["by"]:
                last["acts"] = first["acts"]
            elif what == "state":
                del said["states"][0]
            else:
                said["version"] += 1
            order = next_order(arrangement, now=owner.now())
            self.world.force(key.origin, key, "adopt", said, order=order)

    def adoptable(self, key):
        """What its owner could adopt now."""
        found = adoptable(self.world.state(key.origin, key), self.world.nodes[key.origin].now())
        return found if isinstance(found, Adoption) and self.knows_all(key.origin, key) else None

    @rule(name=anybody)
    def accede(self, name):
        for key in self.world.objects(name):
            if self.world.state(name, key).adopted and self.knows_all(name, key):
                self.world.act(name, key, "accede", declaration="")

    @rule(name=anybody, kind=st.sampled_from(OF_STATES), data=st.data(), astray=st.integers(0, 4))
    def say_unchecked(self, name, kind, data, astray):
        self.say_what_is_not_allowed(data, name, kind, astray=astray == 0)

    @rule(name=anybody, kind=st.sampled_from([*OF_OWNERS, "adopt", "adopt", "order"]), data=st.data())
    def order_dishonestly(self, name, kind, data):
        if kind not in RARE or data.draw(st.integers(0, 5)) == 0:
            self.order_what_is_not_so(data, name, kind)

    # What must hold

    def judge(self, arrangement, state, all_others):
        assert not (wrong := faults_of(arrangement.applied, state)), wrong
        assert not (hidden := hidden_objections(arrangement.applied, state, all_others)), hidden


RUNS = int(os.environ.get("TOCSIN_STATEFUL_RUNS", "6"))
TestAllianceDecides = Deciding.TestCase
TestAllianceDecides.settings = settings(
    max_examples=RUNS, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
)
