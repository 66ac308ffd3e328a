"""Hospitals of whole alliances consult one another, under everything that `at_any_time` can do to their nodes.

Checked after every step, at every node, by a second judge: who reads the case, that nobody signed for another, that it
was told how it went only after what was signed was read.
"""

import os
from copy import deepcopy
from dataclasses import replace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule
from tests.exchange.types.consulting import A1, ANNA, B1, C1, CARA, CONSULTATION_ACTS, LIN, OF_ASKED, WEI, as_of
from tests.joint.alliance import Alliance
from tests.joint.at_any_time import STATES, AtAnyTime, anybody
from tests.joint.consultations.judging import Judge
from tests.joint.consultations.stories import said

OF_ASKING = [
    "resubmit", "supplement", "reply", "name_team", "consent", "withdraw", "acknowledge", "acknowledge", "follow_up",
    "close", "reopen",
]  # fmt: skip
SAID_BY_ANY = [*sorted(OF_ASKED), "allocate", "take", "sign", "sign", "amend", "message"]
RARE = {"consent", "withdraw"}  # after which nothing more can be tried
VOICES = {
    "AL": [as_of(A1, ANNA), as_of(A1)],
    "BO": [as_of(B1, LIN), as_of(B1, WEI), as_of(B1)],
    "CE": [as_of(C1, CARA), as_of(C1)],
}
EXPERTS = {"AL": [ANNA], "BO": [LIN, WEI], "CE": [CARA]}
WAY = ["take", "sign", "acknowledge", "follow_up", "close", "reopen", "sign"]


class Hospitals(Alliance):
    """Documents of patients are passed on by nobody; a node speaks for hospitals of its own."""

    def _document(self, name, key, kind, said, **more):
        given = dict(said)
        if "as" in given and given["as"]["hospital"]["origin"] != name:
            given["as"] = VOICES[name][-1]
        return replace(super()._document(name, key, kind, given, **more), no_onward_sharing=True)


class Consulting(AtAnyTime):
    machine_acts = frozenset({"order", "expire", "ask_follow_up"})
    remark = ("message", CONSULTATION_ACTS["message"])

    def found(self, names):
        super().found(names)
        self.world = Hospitals(names, tiers={"DO": "partner"})

    @initialize(secretariat=st.booleans())
    def begin(self, secretariat):
        self.found([*STATES, *(["SEC"] if secretariat else [])])
        for owner, asked, others in (("AL", [B1, C1], "to:BO+CE"), ("BO", [A1, C1], "to:AL+CE")):
            voice = VOICES[owner][0]
            words = {"as": voice, "asked": asked, "team": [voice["clinician"]], "urgency": "routine", "follows": None}
            self.world.open(
                owner, "consultation", "submit", deepcopy(CONSULTATION_ACTS["submit"]) | words, audience=others
            )
        self.world.rest()
        for name, key in [(one, key) for one in VOICES for key in self.world.objects(one)]:
            if name != key.origin:
                words = {"as": VOICES[name][-1], "experts": EXPERTS[name], "by_rule": False}
                assert self.world.act(name, key, "allocate", **words) is None
        self.world.rest()

    def draw_said(self, data, kind, name, key):
        given = data.draw(said(kind))
        if "as" in given:
            given["as"] = data.draw(st.sampled_from(VOICES.get(name, VOICES["AL"])))
        if "follow_up_on" in given:
            given["follow_up_on"] = data.draw(st.sampled_from(["2026-03-10", "2026-03-23", "2026-09-01"]))
        if "asked" in given:
            given["asked"] = data.draw(st.sampled_from([[B1], [B1, C1], [A1, C1]]))
        return given

    # What people do

    @rule(name=anybody, kind=st.sampled_from([*OF_ASKING, *SAID_BY_ANY]), data=st.data())
    def say(self, name, kind, data):
        """What a person says at their node, if that lets them."""
        key = self.draw_known(data, name)
        if key is None or (kind in RARE and data.draw(st.integers(0, 5))):
            return
        if key.origin == name or kind not in OF_ASKING:
            self.world.act(name, key, kind, **self.draw_said(data, kind, name, key))

    @rule(data=st.data(), steps=st.integers(2, 7), by=st.sampled_from(["CE", "CE", "BO", "AL"]))
    def it_goes_its_way(self, data, steps, by):
        """A case goes some of its way, from where it is: each step by whom it is of, the next once that is known."""
        known = [key for key in self.world.objects(by) if key.origin != by]
        if not known:
            return
        key = data.draw(st.sampled_from(known))
        expert = as_of(VOICES[by][0]["hospital"], EXPERTS[by][0])
        for kind in WAY[:steps]:
            name = key.origin if kind in OF_ASKING else by
            if self.knows_all(name, key):
                words = deepcopy(CONSULTATION_ACTS[kind])
                words["as"] = VOICES[name][0] if name == key.origin else expert
                if kind == "sign":
                    words["id"] = f"o{len(self.world.state(name, key).opinions) + 1}"
                self.world.act(name, key, kind, **words)
            self.world.round()

    @rule(name=anybody, kind=st.sampled_from(SAID_BY_ANY), data=st.data(), astray=st.integers(0, 4))
    def say_unchecked(self, name, kind, data, astray):
        """Not on the case, twice, too late, or where another has not what was said."""
        key = self.draw_known(data, name, whole=False)
        if key and key.origin != name:
            audience = f"to:{key.origin}" if astray == 0 else None
            self.world.force(name, key, kind, self.draw_said(data, kind, name, key), audience=audience)

    @rule(name=anybody, kind=st.sampled_from([*OF_ASKING, "order", "order", "message", "sign"]), data=st.data())
    def order_dishonestly(self, name, kind, data):
        if kind not in RARE or data.draw(st.integers(0, 5)) == 0:
            self.order_what_is_not_so(data, name, kind)

    # What must hold

    def judge(self, arrangement, state, all_others):
        judge = Judge()
        for applied in state.history:
            judge.hears(applied.act)
        judge.agrees(state)
        for opinion in state.opinions:
            for revision in opinion.revisions:
                assert revision.applied.act.origin == opinion.by.origin
        if not state.may_be_told and state.opened:
            assert state.status == "withdrawn"


RUNS = int(os.environ.get("TOCSIN_STATEFUL_RUNS", "5"))
TestAllianceConsults = Consulting.TestCase
TestAllianceConsults.settings = settings(
    max_examples=RUNS, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
)
