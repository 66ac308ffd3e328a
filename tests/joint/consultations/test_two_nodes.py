"""Two nodes and one case: what one has not heard of yet is a proposal, and both agree once it is ordered."""

from copy import deepcopy
from datetime import timedelta
from typing import Any

from tests.exchange.types.consulting import CONSULTATION_ACTS
from tests.joint.acting import BEGIN, Acting
from tests.joint.consultations.scene import BORENIA, EXPERT, LIN, SECOND, WEI, Said, ids

from tocsin.joint.acts import Act
from tocsin.joint.consultations import Case, case_of, try_act
from tocsin.joint.ordering import Arrangement, arranged, next_order


class Node:
    """What one node has of the case."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.acts: dict[str, Act] = {}

    @property
    def arrangement(self) -> Arrangement:
        owned = [one for one in self.acts.values() if one.is_owners]
        others = {(one.origin, one.id): one for one in self.acts.values() if not one.is_owners}
        return arranged(owned, others)

    @property
    def case(self) -> Case:
        return case_of(self.arrangement.applied)


class Two:
    """Altania asks, Borenia is asked; the line between them may be down for a while."""

    def __init__(self) -> None:
        self.acting = Acting("AL", noun="consultation")
        self.altania, self.borenia = Node("AL"), Node("BO")
        self.at = 0.0
        self.asks("submit", urgency="routine", follows=None)
        self.meet()

    def asks(self, kind: str = "order", **said: Any) -> None:
        """Altania's node says something, and takes in what has come."""
        self.at += 1
        arrangement = self.altania.arrangement
        order = None
        if arrangement.last is not None:
            order = next_order(arrangement, now=BEGIN + timedelta(hours=self.at))
        given = deepcopy(CONSULTATION_ACTS[kind]) | said
        made = self.acting.say("AL", kind, given, order=order) if order else self.acting.order(kind, given)
        self.altania.acts[made.id] = made

    def answers(self, voice: Said, kind: str, **said: Any) -> None:
        """Borenia's node says something."""
        made = self.acting.say("BO", kind, deepcopy(CONSULTATION_ACTS[kind]) | {"as": voice} | said)
        self.borenia.acts[made.id] = made

    def meet(self) -> None:
        """Each has what the other had."""
        everything = self.altania.acts | self.borenia.acts
        self.altania.acts, self.borenia.acts = dict(everything), dict(everything)

    def kinds_proposed(self, node: Node) -> list[str]:
        return [one.kind for one in node.arrangement.proposals]

    def agree(self) -> Case:
        """Both have the same case: this one."""
        assert self.altania.case == self.borenia.case
        assert not self.altania.arrangement.proposals
        return self.altania.case


def test_what_the_hospital_that_is_asked_says_has_no_effect_until_it_is_ordered():
    two = Two()
    two.answers(BORENIA, "allocate")
    two.answers(EXPERT, "take")
    assert two.kinds_proposed(two.borenia) == ["allocate", "take"]
    assert two.borenia.case.status == "submitted"
    two.meet()
    assert two.altania.case == two.borenia.case
    assert two.altania.case.status == "submitted"
    two.asks()
    assert two.altania.case.status == "in_review"
    assert two.borenia.case.status == "submitted", "it has not heard that it was taken in"
    two.meet()
    assert two.agree().status == "in_review"


def test_what_will_be_refused_is_known_before_it_is_sent():
    two = Two()
    two.answers(BORENIA, "allocate")
    arrangement = two.borenia.arrangement
    ahead = (*arrangement.applied, *case_ahead(arrangement))
    sign = two.acting.say("BO", "sign", CONSULTATION_ACTS["sign"])
    assert try_act(ahead, sign, at=BEGIN + timedelta(hours=2)) is None
    assert try_act(arrangement.applied, sign, at=BEGIN + timedelta(hours=2)).code == "not-on-the-case"


def case_ahead(arrangement):
    """Proposals as the next order would take them in."""
    last = arrangement.applied[-1]
    return [type(last)(one, last.number + 1, last.at) for one in arrangement.proposals]


def test_an_opinion_that_is_signed_while_the_node_that_asks_is_away_counts_once_it_is_ordered():
    two = Two()
    two.answers(BORENIA, "allocate")
    two.answers(EXPERT, "sign")
    for _ in range(3):
        two.asks("supplement")  # Altania says more and hears nothing
    assert two.altania.case.status == "submitted"
    two.meet()
    assert two.kinds_proposed(two.altania) == ["allocate", "sign"]
    two.asks()
    two.meet()
    case = two.agree()
    assert case.status == "answered"
    assert case.first_answer.at == BEGIN + timedelta(hours=two.at), "by the clock of those who ask"


def test_an_opinion_that_comes_after_the_case_was_withdrawn_is_on_record_and_without_effect():
    two = Two()
    two.answers(BORENIA, "allocate")
    two.answers(EXPERT, "sign")
    two.asks("withdraw")
    two.meet()
    two.asks()
    two.meet()
    case = two.agree()
    assert (case.status, case.opinions) == ("withdrawn", ())
    assert [(one.applied.act.kind, one.code) for one in case.refused] == [
        ("allocate", "case-ended"), ("sign", "not-on-the-case"),
    ]  # fmt: skip


def test_an_opinion_of_somebody_from_whom_the_case_was_taken_before_does_not_count():
    """Borenia's node says both: in the order of its own stream, which no order of Altania changes."""
    two = Two()
    two.answers(BORENIA, "allocate")
    two.answers(BORENIA, "allocate", experts=[WEI])
    two.answers(EXPERT, "sign")
    two.answers(SECOND, "sign", id="o2")
    two.meet()
    two.asks()
    two.meet()
    case = two.agree()
    assert [one.id for one in case.opinions] == ["o2"]
    assert not ids(LIN) & case.readers


def test_what_was_signed_between_reading_and_its_order_makes_the_case_answered_again():
    two = Two()
    two.answers(BORENIA, "allocate")
    two.answers(EXPERT, "sign")
    two.meet()
    two.asks()
    two.answers(EXPERT, "amend")  # and those who ask read the first revision
    two.asks("acknowledge")
    assert two.altania.case.status == "acknowledged"
    two.meet()
    two.asks()
    two.meet()
    assert two.agree().status == "answered"


def test_of_two_changes_at_once_by_one_author_the_second_is_refused():
    """An expert at two desks: each says how many revisions they saw."""
    two = Two()
    two.answers(BORENIA, "allocate")
    two.answers(EXPERT, "sign")
    two.answers(EXPERT, "amend", reason="a")
    two.answers(EXPERT, "amend", reason="b")
    two.meet()
    two.asks()
    two.meet()
    case = two.agree()
    assert case.opinion("o1").last.reason == "a"
    assert case.refused[-1].code == "changed-meanwhile"


def test_an_owner_that_takes_in_the_last_takes_in_what_came_before():
    """Who takes in an opinion cannot leave out that the hospital had declined before."""
    two = Two()
    two.answers(BORENIA, "allocate")
    two.answers(BORENIA, "decline")
    two.answers(EXPERT, "sign")
    last = two.acting.others["BO", list(two.borenia.acts)[-1]]
    made = two.acting.order(includes=[last], at=5)
    two.borenia.acts[made.id] = made
    two.meet()
    case = two.agree()
    assert case.opinions == ()
    assert [one.act.kind for one in case.history if one.act.origin == "BO"] == ["allocate", "decline"]


def test_a_message_may_be_erased_and_everybody_passes_over_it():
    two = Two()
    two.answers(BORENIA, "message")
    two.answers(BORENIA, "allocate")
    two.meet()
    two.asks()
    two.meet()
    whole = two.agree()
    owned = [one for one in two.altania.acts.values() if one.is_owners]
    others = {(one.origin, one.id): one for one in two.altania.acts.values() if not one.is_owners}
    (erased,) = [key for key, one in others.items() if one.is_passing]
    without = {key: one for key, one in others.items() if key != erased}
    case = case_of(arranged(owned, without, void={erased}).applied)
    assert (case.status, case.readers) == (whole.status, whole.readers)
