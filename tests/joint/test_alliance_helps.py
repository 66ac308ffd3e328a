"""Whole alliances help one another, under everything that `at_any_time` can do to them.

Checked after every step, at every node, by adding up anew: delivered + on its way ≤ sent ≤ accepted ≤ offered, accepted
≤ asked for; and of the acts that had effect, none offers or accepts once the request has ended, and none is a step of
the other side.
"""

import os
from copy import deepcopy
from fractions import Fraction

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule
from tests.exchange.types.assisting import ACTS, REQUEST, item, line, typed
from tests.joint.at_any_time import STATES, AtAnyTime, anybody

from tocsin.joint.assistance.state import ON_ITS_WAY

ITEMS = [item("i1"), typed("i2", "vaccine-plague", 5_000, "dose", cold_chain="2_8")]
PACKS = {"i1": ("box", 100), "i2": ("vial", 10)}  # as offered; the request counts pieces and doses
OF_REQUESTERS = ["accept", "accept", "release", "decline_offer", "clear_shipment", "arrive", "amend_request", "renew"]
ENDS = ["cancel", "close", "lapse"]
OF_SENDERS = [
    "confirm_offer", "change_offer", "withdraw_offer", "plan_shipment", "call_off_shipment", "dispatch", "in_transit",
]  # fmt: skip
OF_EITHER = [
    "hand_over", "hand_over", "damage", "delay", "divert", "return_shipment", "donate", "demobilise", "cost",
    "after_action",
]  # fmt: skip
WAY = ["accept", "plan_shipment", "clear_shipment", "dispatch", "arrive", "hand_over"]  # what comes after what


class Helping(AtAnyTime):
    machine_acts = frozenset({"order", "lapse"})
    remark = ("after_action", ACTS["after_action"])

    @initialize(secretariat=st.booleans())
    def begin(self, secretariat):
        self.found([*STATES, *(["SEC"] if secretariat else [])])
        said = deepcopy(REQUEST) | {"items": ITEMS}
        for owner, lapses_on in (("AL", "2026-03-20"), ("BO", "2026-05-01")):
            self.world.open(owner, "assistance", "request", said | {"lapses_on": lapses_on}, audience="family")
        self.world.rest()
        for name, key in (("CE", key) for key in self.world.objects("CE")):
            self.world.act(name, key, "offer", **self.offer("o1", 120, 600))
        self.world.rest()

    def offer(self, id, boxes, vials, **more):
        lines = [line("i1", boxes, *PACKS["i1"]), line("i2", vials, *PACKS["i2"])]
        return deepcopy(ACTS["offer"]) | {
            "id": id,
            "lines": lines,
            "confirmed": True,
            "expires_on": "2026-04-01",
            **more,
        }

    def draw_lines(self, data, most=60):
        items = data.draw(st.lists(st.sampled_from(["i1", "i2"]), min_size=1, unique=True))
        return [{"item": one, "quantity": data.draw(st.sampled_from([1, 20, 30, most]))} for one in items]

    def draw_said(self, data, kind, name, key):
        request = self.world.state(name, key)
        said = deepcopy(ACTS[kind])
        named = [one.key for one in (*request.offers, *request.shipments)]
        if kind == "offer":
            return self.offer(data.draw(st.sampled_from(["o1", "o2"])), data.draw(st.sampled_from([10, 60])), 500,
                              confirmed=data.draw(st.booleans()))  # fmt: skip
        if kind == "change_offer":
            said |= {k: v for k, v in self.offer("", data.draw(st.sampled_from([10, 60])), 100).items() if k != "id"}
        for thing, known in (("offer", request.offers), ("shipment", request.shipments)):
            if isinstance(said.get(thing), dict):
                keys = [one.key for one in known] or named
                chosen = data.draw(st.sampled_from(keys)) if keys else None
                said[thing] = chosen.as_json() if chosen else {"origin": "CE", "id": "o1"}
        if kind == "plan_shipment":
            said["id"] = data.draw(st.sampled_from(["s1", "s2", "s3"]))
        if kind == "amend_request":
            quantity = data.draw(st.sampled_from([1_000, 6_000, 20_000]))
            said |= {"items": [ITEMS[0] | {"quantity": quantity}, ITEMS[1]]}
        if kind == "renew":
            said["lapses_on"] = data.draw(st.sampled_from(["2026-03-25", "2026-06-01", "2026-09-01"]))
        if kind in {"accept", "release", "plan_shipment", "damage", "hand_over"}:
            said["lines"] = self.draw_lines(data)
        if kind == "hand_over":
            said["lines"] = [one | {"condition": "good"} for one in said["lines"]]
        return said

    # What people do

    @rule(name=anybody, kind=st.sampled_from(["offer", *OF_REQUESTERS, *OF_SENDERS, *OF_EITHER, *OF_EITHER, *ENDS]),
          data=st.data())  # fmt: skip
    def say(self, name, kind, data):
        """What a person says at their node, if that lets them."""
        key = self.draw_known(data, name)
        if key is None or kind in self.machine_acts or (kind in ENDS and data.draw(st.integers(0, 3))):
            return
        if key.origin == name or kind not in [*OF_REQUESTERS, *ENDS]:
            self.world.act(name, key, kind, **self.draw_said(data, kind, name, key))

    @rule(data=st.data(), steps=st.integers(1, 6), lossy=st.booleans())
    def help_comes(self, data, steps, lossy):
        """An offer goes some of its way, from where it is: each step by whom it is of, the next once that is known."""
        key = self.draw_known(data, data.draw(anybody))
        if key is None or key.origin not in STATES:
            return
        lines = self.draw_lines(data)
        for kind in WAY[:steps]:
            sides = {"plan_shipment": ["CE"], "dispatch": ["CE"], "hand_over": [key.origin, "CE"]}
            for name in sides.get(kind, [key.origin]):
                if self.knows_all(name, key):
                    self.world.act(name, key, kind, **self.step(kind, lines, lossy and name == "CE"))
            self.world.round()

    def step(self, kind, lines, lossy):
        said = deepcopy(ACTS[kind])
        said |= {name: {"origin": "CE", "id": id} for name, id in (("offer", "o1"), ("shipment", "s1")) if name in said}
        if "lines" in said:
            said["lines"] = [dict(one) for one in lines]
        if kind == "hand_over":
            taken = [one | {"quantity": one["quantity"] - lossy} for one in lines]
            said["lines"] = [one | {"condition": "good"} for one in taken]
        return said

    @rule(name=anybody, kind=st.sampled_from(["offer", *OF_SENDERS, *OF_EITHER]), data=st.data(),
          astray=st.integers(0, 4))  # fmt: skip
    def say_unchecked(self, name, kind, data, astray):
        self.say_what_is_not_allowed(data, name, kind, astray=astray == 0)

    @rule(name=anybody, kind=st.sampled_from([*OF_REQUESTERS, *OF_EITHER, *ENDS, "order", "accept"]), data=st.data())
    def order_dishonestly(self, name, kind, data):
        if kind not in ENDS or data.draw(st.integers(0, 3)) == 0:
            self.order_what_is_not_so(data, name, kind)

    # What must hold

    def judge(self, arrangement, state, all_others):
        for one in state.items:
            self.judge_item(state, one)
        for shipment in state.shipments:
            assert state.offer(shipment.offer) is not None
            assert shipment.key.origin == shipment.offer.origin
            if shipment.handed is not None:
                by = {signed.by for signed in shipment.signed}
                assert by == {state.owner, shipment.key.origin}, "handed over without both hands"
        ids = [one.act.id for one in arrangement.applied]
        end = ids.index(state.ended.applied.act.id) if state.ended else len(ids)
        for applied in state.history:
            self.judge_step(state, applied.act, is_over=ids.index(applied.act.id) >= end)

    def judge_item(self, state, one):
        pieces = Fraction(PACKS[one.id][1])
        offered = accepted = Fraction()
        for offer in state.offers:
            line = offer.line(one.id)
            if line is None:
                continue
            sent = [shipment for shipment in state.shipments if shipment.offer == offer.key]
            shipped = sum(shipment.counted(one.id) for shipment in sent)
            delivered = sum(shipment.handed.get(one.id, 0) for shipment in sent if shipment.handed is not None)
            on_its_way = sum(shipment.counted(one.id) for shipment in sent if shipment.status in ON_ITS_WAY)
            assert 0 <= delivered + on_its_way <= shipped <= line.accepted <= line.quantity
            accepted += pieces * line.accepted
            offered += pieces * line.quantity
        assert accepted <= one.quantity, "more was accepted than was asked for"
        assert accepted <= offered
        assert accepted == state.accepted(one.id), "it adds up otherwise"

    def judge_step(self, state, act, *, is_over):
        if act.kind in {*OF_REQUESTERS, *ENDS}:
            assert act.origin == state.owner, f"{act.origin} did {act.kind}"
        if act.kind in OF_SENDERS:
            named = act.said.get("shipment") or act.said["offer"]
            assert act.origin == named["origin"], f"{act.origin} did {act.kind} for {named}"
        if act.kind in {"offer", "confirm_offer", "change_offer", "accept", "amend_request", "renew"}:
            assert not is_over, f"{act.kind} after the end"


RUNS = int(os.environ.get("TOCSIN_STATEFUL_RUNS", "5"))
TestAllianceHelps = Helping.TestCase
TestAllianceHelps.settings = settings(
    max_examples=RUNS, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
)
