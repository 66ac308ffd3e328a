"""Threads through the API: filtered, paged, decided upon with the version that was seen."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tocsin.node.surveillance.actions import triage
from tocsin.node.surveillance.models import KnownCause, Signal, Thread, Verdict
from tocsin.node.surveillance.runs.publishing import merge
from tocsin.node.surveillance.threads.joining import Outcome


@pytest.fixture
def thread(diseases, places):
    return opened(diseases["plague"], places["XX-11"])


def opened(disease, place, **fields):
    monday = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
    shown = {"headline_place": place, "observed": 9, "expected": 1, "threshold": 3, "sparkline": [1, 9]}
    return Thread.objects.create(
        disease=disease, place=place, first_period=monday, last_period=monday, **{**shown, **fields}
    )


def keys(answer):
    return [one["id"] for one in answer["items"]]


def paged(api, **asked):
    found, after = [], {}
    while True:
        answer = api.get("threads", **asked, **after).json()
        found += keys(answer)
        if answer["next"] is None:
            return found
        after = {"after": answer["next"]}


@pytest.mark.parametrize("sort", ["opened", "priority"])
def test_pages_hold_every_thread_once_whatever_stands_level(api, diseases, places, sort):
    made = [
        opened(diseases["dengue"], places["XX-11"], priority=n % 3, last_signal_at=timezone.now()) for n in range(7)
    ]
    Thread.objects.filter(pk__in=[one.pk for one in made[:4]]).update(last_signal_at=made[0].last_signal_at)
    found = paged(api, limit=2, sort=sort)
    assert sorted(found) == sorted(str(one.pk) for one in made)
    order = ("-pk",) if sort == "opened" else ("-priority", "-last_signal_at", "pk")
    assert found == [str(key) for key in Thread.objects.order_by(*order).values_list("pk", flat=True)]


def test_what_is_opened_while_one_pages_disturbs_nothing(api, diseases, places):
    made = [opened(diseases["dengue"], places["XX-11"]) for _ in range(4)]
    first = api.get("threads", limit=2).json()
    opened(diseases["dengue"], places["XX-12"])
    Thread.objects.filter(pk=made[0].pk).update(priority=99)
    rest = api.get("threads", limit=2, after=first["next"]).json()
    assert keys(first) + keys(rest) == [str(one.pk) for one in reversed(made)]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, {"a", "b", "c"}),
        ({"status": ["watch", "discarded"]}, {"b"}),
        ({"disease": "dengue"}, {"b", "c"}),
        ({"place": "XX-1"}, {"a", "b"}),
        ({"place": "XX"}, {"a", "b", "c"}),
        ({"kind": "rule"}, {"a"}),
        ({"gravity": 3}, {"a"}),
        ({"assignee": "me"}, {"c"}),
        ({"assignee": "nobody"}, {"a", "b"}),
    ],
)
def test_filters(api, amina, diseases, places, asked, expected):
    made = {
        "a": opened(diseases["plague"], places["XX-11"], gravity=4, kinds=["rule", "model"]),
        "b": opened(diseases["dengue"], places["XX-12"], status="watch"),
        "c": opened(diseases["dengue"], places["XX-21"], assignee=amina),
    }
    opened(diseases["dengue"], places["XX-21"], is_published=False)
    names = {str(one.pk): name for name, one in made.items()}
    assert {names[key] for key in keys(api.get("threads", **asked).json())} == expected


@pytest.mark.parametrize("cursor", ["", "x", "W10", "WzFd", "ŭ", "WyIxIl0=", "bnVsbA", "A" * 500, "W251bGwsIDEsIDJd"])
@pytest.mark.parametrize("sort", ["opened", "priority"])
def test_what_is_no_cursor_is_refused(api, thread, cursor, sort):
    response = api.get("threads", after=cursor, sort=sort)
    assert (response.status_code, response.json()["error"]["where"][0]["field"]) == (422, "query.after")


def test_a_thread_is_told_with_its_signals_and_verdicts(api, thread, amina, places, diseases):
    signal = Signal.objects.create(
        kind="clinician", thread=thread, disease=diseases["plague"], place=places["XX-11"], period=thread.last_period,
        text="<b>=1+1", by=amina, organisation=amina.organisation,
    )  # fmt: skip
    triage.triage(thread, by=amina, version=0, text="looked at")
    told = api.get(f"threads/{thread.pk}").json()
    assert (told["disease"], told["headline_place"], told["observed"]) == ("plague", "XX-11", 9)
    assert [(one["id"], one["text"], one["by"]) for one in told["signals"]] == [(str(signal.pk), "<b>=1+1", "Amina")]
    (verdict,) = told["verdicts"]
    assert (verdict["act"], verdict["version"], verdict["by"]["name"]) == ("triage", 1, "Amina")


def test_who_has_the_present_answer_is_told_so_by_one_query_less(api, thread, amina):
    first = api.get(f"threads/{thread.pk}")
    tagged = {"If-None-Match": first["ETag"]}
    with CaptureQueriesContext(connection) as queries:
        again = api.get(f"threads/{thread.pk}", headers=tagged)
    assert (again.status_code, again.content) == (304, b"")
    assert not [query for query in queries if "surveillance_verdict" in query["sql"]]
    listed = api.get("threads", headers={"If-None-Match": api.get("threads")["ETag"]})
    assert listed.status_code == 304
    russian = api.get(f"threads/{thread.pk}", headers={**tagged, "Accept-Language": "ru"})
    assert russian.status_code == 200
    triage.triage(thread, by=amina, version=0)
    assert api.get(f"threads/{thread.pk}", headers=tagged).status_code == 200


def test_a_list_costs_the_same_however_long_it_is(api, diseases, places):
    def queries():
        with CaptureQueriesContext(connection) as counted:
            assert api.get("threads").status_code == 200
        return len(counted)

    opened(diseases["plague"], places["XX-11"])
    queries()  # the first call with a token keeps when it was used
    few = queries()
    for _ in range(20):
        opened(diseases["plague"], places["XX-12"])
    assert queries() == few


ACTS = [
    ("triage", {}, "new", "triaged"),
    ("watch", {"until": str(timezone.localdate() + timedelta(days=7))}, "new", "watch"),
    ("discard", {"reason": "chance"}, "new", "discarded"),
    ("verify", {}, "new", "under_verification"),
    ("conclude", {"status": "refuted", "text": "No such case"}, "under_verification", "refuted"),
    ("reopen", {"text": "Again"}, "discarded", "new"),
    ("assign", {"assignee": None}, "new", "new"),
]


@pytest.mark.parametrize(("act", "given", "before", "after"), ACTS, ids=[act[0] for act in ACTS])
def test_each_act_makes_its_verdict_and_a_late_one_is_told_of_it(api, thread, act, given, before, after):
    Thread.objects.update(status=before)
    done = api.post(f"threads/{thread.pk}/{act}", {"version": 0, **given})
    assert (done.status_code, done.json()["status"], done.json()["version"]) == (200, after, 1)
    late = api.post(f"threads/{thread.pk}/{act}", {"version": 0, **given})
    error = late.json()["error"]
    assert (late.status_code, error["code"]) == (409, "already_decided")
    (told,) = error["details"]["threads"]
    verdict = Verdict.objects.get()
    assert (told["thread"], told["version"], told["by"], told["act"]) == (str(thread.pk), 1, "Amina", verdict.act)
    assert told["at"][:19] == verdict.at.isoformat()[:19]


def test_an_act_that_the_status_does_not_allow_says_what_does(api, thread):
    response = api.post(f"threads/{thread.pk}/reopen", {"version": 0, "text": "x"})
    assert (response.status_code, response.json()["error"]["code"]) == (409, "refused")
    assert not Verdict.objects.exists()


def test_a_known_cause_leaves_the_baseline(api, thread):
    given = {"version": 0, "reason": "known_cause", "what": "Screening campaign"}
    assert api.post(f"threads/{thread.pk}/discard", given).status_code == 200
    assert KnownCause.objects.get().what == "Screening campaign"


def test_somebody_who_may_not_decide_is_made_responsible_for_nothing(api, thread, person, amina):
    clinician = person("clinician", name="Chen")
    assert api.post(f"threads/{thread.pk}/assign", {"version": 0, "assignee": str(clinician.pk)}).status_code == 409
    nobody = {"version": 0, "assignee": "00000000-0000-0000-0000-000000000000"}
    assert api.post(f"threads/{thread.pk}/assign", nobody).status_code == 422
    mine = api.post(f"threads/{thread.pk}/assign", {"version": 0, "assignee": str(amina.pk)})
    assert mine.json()["assignee"] == {"id": str(amina.pk), "name": "Amina"}


def test_a_thread_that_became_part_of_another_names_it(api, thread, diseases, places):
    target = opened(diseases["plague"], places["XX-12"])
    merge([Outcome(target, [], merged=[thread])], timezone.now())
    response = api.get(f"threads/{thread.pk}")
    assert (response.status_code, response.json()["error"]["details"]) == (404, {"merged_into": str(target.pk)})


def test_whoever_may_only_report_sees_their_own_without_counts(caller, lab, diseases, places, person):
    told = {"kind": "laboratory", "place": "XX-11", "day": str(timezone.localdate()), "text": "Yersinia in culture"}
    mine = caller(lab)
    made = mine.post("signals", {**told, "disease": "plague"}).json()
    assert keys(mine.get("threads").json()) == [made["thread"]]
    thread = Thread.objects.get(pk=made["thread"])
    Thread.objects.update(observed=9, sparkline=[1, 9])
    triage.triage(thread, by=person("epidemiologist", name="Bolot"), version=0, text="for our ears")
    seen = mine.get(f"threads/{thread.pk}").json()
    assert (seen["observed"], seen["sparkline"], seen["status"]) == (None, [], "triaged")
    assert [one["id"] for one in seen["signals"]] == [made["id"]]
    assert (seen["verdicts"][0]["text"], seen["verdicts"][0]["by"]) == ("", None)
    other = opened(diseases["cholera"], places["XX-21"])
    assert mine.get(f"threads/{other.pk}").status_code == 404
