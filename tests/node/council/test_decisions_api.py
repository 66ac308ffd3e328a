"""Decisions for programs: what they are, how states stand, every act in order."""

import pytest
from tests.node.api.conftest import api, caller, no_calls_yet, secret
from tests.node.council.scenes import MEASURE, a_proposal, consent, say
from tests.node.joint.scenes import TheirObject
from tests.node.notifications.scenes import bring

from tocsin.node.council.actions import answering, keeping
from tocsin.node.joint.models import JointObject

__all__ = ["api", "caller", "no_calls_yet", "secret"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def adopted(joined, partner, dara, clock):
    """By AL and BO; CE stays out; with a measure for BO."""
    of = a_proposal(dara, measures=[MEASURE])
    keeping.consider(of, by=dara)
    answering.consent(of, version=1, by=dara)
    consent(partner, joined, "BO", of)
    say(partner, joined, "CE", of, "stay_out", version=1, reason="")
    keeping.adopt(of, by=dara)
    return of


def test_decisions_are_listed_with_what_they_wait_for(adopted, proposal, api):
    listed = api.get("decisions").json()["items"]
    assert [(one["id"], one["status"]) for one in listed] == [
        (str(proposal.pk), "proposed"), (str(adopted.pk), "in_force"),
    ]  # fmt: skip
    assert [one["id"] for one in api.get("decisions", status="in_force").json()["items"]] == [str(adopted.pk)]
    assert api.get("decisions", needs_us=True).json()["items"] == []


def test_one_says_its_text_and_how_each_state_stands(adopted, api):
    said = api.get(f"decisions/{adopted.pk}").json()
    assert [(one["state"], one["standing"]) for one in said["standings"]] == [
        ("AL", "consents"), ("BO", "consents"), ("CE", "stays_out"),
    ]  # fmt: skip
    assert said["text"]["paragraphs"][0]["texts"]["ru"]["text"].startswith("Усилить")


def test_acts_stand_in_their_order_and_what_no_order_has_comes_last(joined, partner, dara, clock, api):
    their = TheirObject(partner)
    bring(partner, joined, *their.documents, their.order("consider", {"until": None}))
    (row,) = api.get("decisions").json()["items"]
    assert row["needs_us"]
    answering.consent(JointObject.objects.get(), version=1, by=dara)
    first = api.get(f"decisions/{row['id']}/acts", limit=2).json()
    rest = api.get(f"decisions/{row['id']}/acts", after=first["next"]).json()
    acts = [*first["items"], *rest["items"]]
    assert [(one["origin"], one["act"], one["number"]) for one in acts] == [
        ("BO", "propose", 1), ("BO", "consider", 2), ("AL", "consent", None),
    ]  # fmt: skip
    assert rest["next"] is None
    assert api.get(f"decisions/{row['id']}/acts", after="x").status_code == 422


def test_measures_are_on_one_list(adopted, api):
    assert [(one["measure"], one["state"]) for one in api.get("measures").json()["items"]] == [("m1", "BO")]
    assert api.get("measures", state="CE").json() == {"items": [], "next": None}


def test_measures_come_page_by_page_each_once(joined, partner, dara, clock, api):
    of = a_proposal(dara, measures=[MEASURE | {"id": f"m{n}", "deadline": f"2099-04-0{5 - n // 2}"} for n in range(5)])
    keeping.consider(of, by=dara)
    answering.consent(of, version=1, by=dara)
    for name in ("BO", "CE"):
        consent(partner, joined, name, of)
    keeping.adopt(of, by=dara)
    found, after = [], None
    while True:
        page = api.get("measures", limit=2, **({"after": after} if after else {})).json()
        found += [one["measure"] for one in page["items"]]
        if (after := page["next"]) is None:
            break
    assert found == ["m4", "m2", "m3", "m0", "m1"]


def test_what_is_not_there_is_not_found(api, joined):
    answer = api.get("decisions/0197c2aa-0000-7000-8000-000000000000")
    assert answer.status_code == 404
