"""Hospitals of whole alliances pass patients on, under everything that `at_any_time` can do to their nodes.

Checked after every step, at every node, by a second judge: that a patient leaves for a bed alone, and is handed over by
both hospitals or by none.
"""

import os
from copy import deepcopy

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule
from tests.exchange.types.consulting import A1, ANNA, B1, C1, CARA, LIN, TRANSFER_ACTS, WEI, as_of
from tests.joint.at_any_time import STATES, AtAnyTime, anybody
from tests.joint.consultations.test_alliance_consults import Hospitals
from tests.joint.transfers.judging import OF_RECEIVER, OF_SENDER, Judge
from tests.joint.transfers.test_any_sequence import said

SAID_BY_PARTNERS = sorted({*OF_RECEIVER, "name_team", "sign", "message"})
SAID_BY_OWNERS = sorted({*OF_SENDER.intersection(TRANSFER_ACTS) - {"request"}, "name_team", "sign", "message"})
RARE = {"cancel", "decline", "consent"}  # after which nothing more can be tried
VOICES = {
    "AL": [as_of(A1, ANNA), as_of(A1)],
    "BO": [as_of(B1, LIN), as_of(B1, WEI), as_of(B1)],
    "CE": [as_of(C1, CARA), as_of(C1)],
}
# Of whom each step is: the one that sends, or the one that receives.
WAY = [("accept", False), ("depart", True), ("arrive", False), ("sign", True), ("sign", False), ("end", False)]


class Moving(AtAnyTime):
    machine_acts = frozenset({"order", "lapse"})
    remark = ("message", TRANSFER_ACTS["message"])

    def found(self, names):
        super().found(names)
        self.world = Hospitals(names, tiers={"DO": "partner"})

    @initialize(secretariat=st.booleans())
    def begin(self, secretariat):
        self.found([*STATES, *(["SEC"] if secretariat else [])])
        for owner, to in (("AL", B1), ("AL", C1), ("BO", A1)):
            words = {"as": VOICES[owner][0], "to": to, "case": None}
            self.world.open(
                owner, "transfer", "request", deepcopy(TRANSFER_ACTS["request"]) | words, audience=f"to:{to['origin']}"
            )
        self.world.rest()

    def draw_said(self, data, kind, name, key):
        given = data.draw(said(kind))
        if "as" in given:
            given["as"] = data.draw(st.sampled_from(VOICES.get(name, VOICES["AL"])))
        for moment in ("ready_at", "until"):
            if moment in given and given[moment].startswith("2026-02-30"):
                given[moment] = "2026-03-12T00:00:00Z"  # a day that there is not reaches nobody
        return given

    # What people do

    @rule(name=anybody, data=st.data())
    def say(self, name, data):
        """What a person says at their node, if that lets them."""
        key = self.draw_known(data, name)
        if key is None:
            return
        kind = data.draw(st.sampled_from(SAID_BY_OWNERS if key.origin == name else SAID_BY_PARTNERS))
        if kind not in RARE or data.draw(st.integers(0, 5)) == 0:
            self.world.act(name, key, kind, **self.draw_said(data, kind, name, key))

    @rule(data=st.data(), steps=st.integers(1, 6))
    def it_goes_its_way(self, data, steps):
        """It goes some of its way, from where it is: each step by whom it is of, the next once that is known."""
        at = data.draw(st.sampled_from(["BO", "CE", "AL"]))
        known = [key for key in self.world.objects(at) if key.origin != at and self.world.opened(at, key)]
        if not known:
            return
        key = data.draw(st.sampled_from(known))
        for kind, is_senders in WAY[:steps]:
            name = key.origin if is_senders else at
            if self.knows_all(name, key):
                self.world.act(name, key, kind, **deepcopy(TRANSFER_ACTS[kind]) | {"as": VOICES[name][0]})
            self.world.round()

    @rule(name=anybody, kind=st.sampled_from(SAID_BY_PARTNERS), data=st.data(), astray=st.integers(0, 4))
    def say_unchecked(self, name, kind, data, astray):
        """Not their patient, twice, too late, or where another has not what was said."""
        key = self.draw_known(data, name, whole=False)
        if key and key.origin != name:
            audience = f"to:{key.origin}" if astray == 0 else None
            self.world.force(name, key, kind, self.draw_said(data, kind, name, key), audience=audience)

    @rule(name=anybody, kind=st.sampled_from([*SAID_BY_OWNERS, "order", "order", "sign", "depart"]), data=st.data())
    def order_dishonestly(self, name, kind, data):
        if kind not in RARE or data.draw(st.integers(0, 5)) == 0:
            self.order_what_is_not_so(data, name, kind)

    # What must hold

    def judge(self, arrangement, state, all_others):
        judge = Judge()
        effects = {(one.act.origin, one.act.id) for one in state.history}
        for applied in arrangement.applied:
            judge.time_passes(applied.at)
            if (applied.act.origin, applied.act.id) in effects:
                judge.hears(applied)
        judge.agrees(state)


RUNS = int(os.environ.get("TOCSIN_STATEFUL_RUNS", "5"))
TestAllianceMoves = Moving.TestCase
TestAllianceMoves.settings = settings(
    max_examples=RUNS, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
)
