"""Cases at random: the usual course, with steps left out and repeated, and anything that a document may say between."""

from copy import deepcopy
from typing import Any

from hypothesis import strategies as st
from tests.exchange.types.consulting import A2, CONSULTATION_ACTS
from tests.joint.consultations.scene import (
    A1,
    AIDA,
    ALIM,
    ANNA,
    AT_HOME,
    B1,
    B2,
    BAO,
    BORENIA,
    C1,
    CARA,
    CERANIA,
    CERANIAN,
    COLLEAGUE,
    DOCTOR,
    EXPERT,
    LIN,
    SECOND,
    WEI,
    Said,
    Scene,
    as_of,
    note,
)

from tocsin.joint.consultations.folding import ACTS

Told = tuple[str, str, Said, float, bool]  # which state, what kind of act, its words, hours after the last, waits
VOICES = [
    DOCTOR, COLLEAGUE, AT_HOME, BORENIA, EXPERT, SECOND, CERANIA, CERANIAN, as_of(B2, BAO), as_of(B2), as_of(A2, AIDA),
    as_of(A2), as_of(B1, CARA),
]  # fmt: skip
CLINICIANS = [ANNA, ALIM, AIDA, LIN, WEI, BAO, CARA]
DAYS = ["2026-02-30", "2026-03-01", "2026-03-12", "2026-03-23", "2026-05-01", "2026-09-09"]
voices = st.sampled_from(VOICES)
hours = st.sampled_from([0, 0, 0, 1, 1, 5, 24, 24, 200, 800, -30])
few = st.lists(st.sampled_from(CLINICIANS), min_size=1, max_size=3, unique_by=lambda one: one["id"])


@st.composite
def said(draw: st.DrawFn, kind: str) -> Said:
    """What an act of this kind may say: it follows the schema, and is often nonsense."""
    given = deepcopy(CONSULTATION_ACTS[kind])
    chosen: dict[str, Any] = {
        "experts": few,
        "clinicians": few,
        "members": st.lists(st.sampled_from(CLINICIANS), min_size=2, max_size=4, unique_by=lambda one: one["id"]),
        "chair": st.sampled_from([LIN, WEI, ANNA]),
        "quorum": st.integers(2, 4),
        "asked": st.lists(
            st.sampled_from([A1, A2, B1, B2, C1]), min_size=1, max_size=3, unique_by=lambda one: one["id"]
        ),
        "urgency": st.sampled_from(["emergency", "urgent", "routine"]),
        "kind": st.sampled_from(["care", "registry", "registry", "teaching"]),
        "given": st.booleans(),
        "id": st.sampled_from(["o1", "o2"] if kind == "sign" else ["q1", "q2"]),
        "question": st.sampled_from(["q1", "q2"]),
        "opinion": st.sampled_from(["o1", "o2"]),
        "draft": st.integers(1, 2),
        "stance": st.sampled_from(["agrees", "agrees", "disagrees"]),
        "after": st.integers(0 if kind == "draft_outcome" else 1, 2),
        "follow_up_on": st.sampled_from(DAYS),
        "note": st.sampled_from([None, note("4e")]),
    }
    return given | {name: draw(chosen[name]) for name in given if name in chosen}


@st.composite
def acts(draw: st.DrawFn, kinds: Any = None) -> Told:
    """An act of any kind by anybody; one time in ten a state speaks in another's name."""
    kind = draw(kinds or st.sampled_from(sorted(set(ACTS) - {"order"})))
    given = draw(said(kind))
    origin = draw(st.sampled_from(["AL", "AL", "BO"]))
    if "as" in given:
        voice = draw(voices)
        given["as"] = voice
        origin = voice["hospital"]["origin"] if draw(st.integers(0, 9)) else draw(st.sampled_from(["AL", "BO", "CE"]))
    return origin, kind, given, draw(hours), draw(st.integers(0, 4)) == 0


def step(voice: Said, kind: str, after: float = 1, **said: Any) -> Told:
    """What somebody says in the usual course."""
    return voice["hospital"]["origin"], kind, deepcopy(CONSULTATION_ACTS[kind]) | {"as": voice} | said, after, False


PANEL = [
    step(EXPERT, "convene"), step(EXPERT, "join"), step(SECOND, "join"), step(SECOND, "position"),
    step(EXPERT, "draft_outcome"), step(EXPERT, "stand"), step(SECOND, "stand", stance="disagrees"),
    step(SECOND, "stand"), step(EXPERT, "sign_off"),
]  # fmt: skip
ROUND = [
    step(BORENIA, "allocate", experts=[LIN, WEI]), step(EXPERT, "take"), step(EXPERT, "ask"), step(DOCTOR, "reply"),
    step(EXPERT, "sign"), step(SECOND, "sign", id="o2"), step(EXPERT, "amend"), step(DOCTOR, "acknowledge"),
    step(DOCTOR, "supplement", 400), step(DOCTOR, "follow_up"), step(DOCTOR, "close"), step(DOCTOR, "reopen"),
]  # fmt: skip
GIVEN_BACK = [step(BORENIA, "allocate"), step(BORENIA, "return"), step(DOCTOR, "resubmit", asked=[B1, C1])]


@st.composite
def stories(draw: st.DrawFn) -> Scene:
    """A case that is asked, answered and followed up, more or less."""
    scene = Scene(
        urgency=draw(st.sampled_from(["emergency", "routine"])), asked=draw(st.sampled_from([[B1, C1], [B1]]))
    )
    told = [*draw(st.sampled_from([[], GIVEN_BACK])), *ROUND]
    at = draw(st.integers(0, 5))
    told[at:at] = draw(st.sampled_from([[], PANEL]))
    told = [one for one in told if draw(st.integers(0, 9)) < 9]
    for at, one in draw(st.lists(st.tuples(st.integers(0, len(told)), acts()), max_size=12)):
        told.insert(at, one)
    for at in draw(st.lists(st.integers(0, max(len(told) - 1, 0)), max_size=3)):
        told[at : at + 1] = told[at : at + 1] * 2
    for origin, kind, words, after, waits in told:
        scene.tells(origin, kind, words, at=scene.at + after, waits=waits)
    return scene
