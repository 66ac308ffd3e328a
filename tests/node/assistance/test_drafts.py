"""Requests and offers before anybody is told: nothing typed is lost, two people, and every bad value is named."""

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.node.assistance.scenes import ask, asked, day, item, place, seen

from tocsin.node.alliance.models import Notice
from tocsin.node.assistance.actions.drafting import (
    change_draft,
    discard_draft,
    make_request_draft,
    send_back,
    submit,
)
from tocsin.node.assistance.actions.releasing import release_request
from tocsin.node.assistance.building.shapes import REQUEST, shaped
from tocsin.node.assistance.models import Request, RequestDraft
from tocsin.node.assistance.refusals import ActRefused, DraftChanged, InvalidInput, SecondPerson
from tocsin.node.joint.models import JointObject
from tocsin.node.joint.refusals import Changed, NotAllowed

pytestmark = pytest.mark.django_db


def test_an_unfinished_request_is_kept_as_it_was_typed(joined, lin):
    draft = make_request_draft(said={"title": {"en": "Masks"}, "needed_by": "soon"}, by=lin)
    draft = change_draft(draft, version=1, said={"note": "Ask Anna"}, by=lin)
    kept = RequestDraft.objects.get()
    assert (kept.said["title"], kept.said["needed_by"], kept.said["note"]) == ({"en": "Masks"}, "soon", "Ask Anna")
    assert (kept.version, kept.status) == (2, "draft")


def test_of_two_who_write_at_once_the_second_is_told_and_overwrites_nothing(joined, lin, dara):
    draft = make_request_draft(said=asked(), by=lin)
    change_draft(draft, version=1, said={"note": "By Lin"}, by=lin)
    with pytest.raises(DraftChanged, match="Lin changed this"):
        change_draft(draft, version=1, said={"note": "By Dara"}, by=dara)
    assert RequestDraft.objects.get().said["note"] == "By Lin"


def test_one_person_submits_and_another_releases(joined, lin, dara, nodira):
    draft = make_request_draft(said=asked(), by=dara)
    with pytest.raises(SecondPerson, match="Submit it first"):
        release_request(draft, version=1, by=dara)
    draft = submit(draft, version=1, by=dara)
    assert draft.status == "submitted"
    assert {one.person for one in Notice.objects.filter(kind="assistance.confirm")} == {nodira}
    with pytest.raises(SecondPerson, match="another person"):
        release_request(draft, version=1, by=dara)
    with pytest.raises(PermissionDenied):
        release_request(draft, version=1, by=lin)
    assert not JointObject.objects.exists()
    release_request(draft, version=1, by=nodira)
    assert RequestDraft.objects.get().status == "released"
    with pytest.raises(DraftChanged, match="Nodira sent this"):
        release_request(draft, version=1, by=nodira)
    assert Request.objects.count() == 1


def test_whatever_is_changed_after_it_was_submitted_is_submitted_anew(joined, lin, dara):
    draft = submit(make_request_draft(said=asked(), by=lin), version=1, by=lin)
    change_draft(draft, version=1, said={"needed_by": day(2)}, by=lin)
    with pytest.raises(DraftChanged):
        release_request(draft, version=1, by=dara)
    with pytest.raises(SecondPerson, match="Submit it first"):
        release_request(draft, version=2, by=dara)


def test_what_is_given_back_says_why(joined, lin, dara):
    draft = submit(make_request_draft(said=asked(), by=lin), version=1, by=lin)
    with pytest.raises(InvalidInput, match="Reason"):
        send_back(draft, version=1, reason=" ", by=dara)
    draft = send_back(draft, version=1, reason="Ask for fewer", by=dara)
    assert (draft.status, draft.sent_back_for, draft.version) == ("draft", "Ask for fewer", 2)
    assert Notice.objects.get(kind="assistance.sent_back").person == lin


def test_whoever_submitted_must_still_be_somebody_who_may(joined, lin, dara):
    draft = submit(make_request_draft(said=asked(), by=lin), version=1, by=lin)
    lin.roles = ["clinician"]
    lin.save()
    with pytest.raises(ActRefused, match="may not do that any more"):
        release_request(draft, version=1, by=dara)


def test_what_is_given_up_stays_and_goes_nowhere(joined, lin, dara):
    draft = submit(make_request_draft(said=asked(), by=lin), version=1, by=lin)
    discard_draft(draft, version=1, by=lin)
    with pytest.raises(DraftChanged, match="Lin gave this up"):
        release_request(draft, version=1, by=dara)
    assert not RequestDraft.objects.open().exists()


def test_people_of_other_roles_make_none_and_see_none(joined, person, lin):
    doctor = person("clinician")
    with pytest.raises(PermissionDenied):
        make_request_draft(by=doctor)
    make_request_draft(by=lin)
    assert not RequestDraft.objects.visible_to(doctor).exists()
    assert RequestDraft.objects.visible_to(lin).exists()


def test_lines_get_names_that_are_never_used_again(joined, lin):
    draft = make_request_draft(said=asked(items=[item(""), item("i4"), item("")]), by=lin)
    assert [one["id"] for one in draft.said["items"]] == ["i5", "i4", "i6"]


@pytest.mark.parametrize(
    ("change", "field", "why"),
    [
        ({"title": {"en": " "}}, "title", "what is asked for"),
        ({"items": []}, "items", "at least one thing"),
        ({"items": [item(quantity=0)]}, "items.0.quantity", "“ventilator”: the quantity is 0"),
        ({"items": [item(quantity=-3)]}, "items.0.quantity", "-3"),
        ({"items": [item(quantity=10**11)]}, "items.0.quantity", "The most is"),
        ({"items": [item(), item("i2", "pcr-kit", 5, "kit")]}, "items.1.pack_size", "how many are in one"),
        ({"items": [item(code="unobtainium")]}, "items.0.item", "“unobtainium” is not in the catalogue"),
        ({"items": [item(unit="litre")]}, "items.0.unit", "“ventilator” cannot be asked for in litres"),
        ({"items": [item(unit="barrel")]}, "items.0.unit", "“barrel” is no unit"),
        ({"items": [item(code="other")]}, "items.0.called", "needs a name"),
        ({"items": [item(cold_chain="cool")]}, "items.0.cold_chain", "“cool”"),
        ({"needed_by": day(-1)}, "needed_by", "is over"),
        ({"needed_by": ""}, "needed_by", "give a day"),
        ({"needed_by": "2026-02-30"}, "needed_by", "2026-02-30 is no day of the calendar"),
        ({"lapses_on": day(91)}, "lapses_on", "90 days at most"),
        ({"lapses_on": day(-1)}, "lapses_on", "is over"),
        ({"place": place("")}, "place.names", "Name the place"),
        ({"place": {**place(), "latitude": 99_000_000}}, "place.latitude", "90 degrees"),
        ({"consignee": {"name": "", "address": "", "contact": ""}}, "consignee.name", "who receives it"),
        ({"import_permits": {"needed": True, "text": ""}}, "import_permits.text", "which import permits"),
        ({"note": "<script>alert(1)</script>"}, "note", "markup"),
        ({"title": {"en": "Masks\u202eksaM"}}, "title", "invisible characters"),
        ({"title": {"en": "x" * 301}}, "title.en", "too long"),
        ({"title": {"!!": "x"}}, "title", "form"),
        ({"items": [item("i1"), item("i1")]}, "items.1.id", "twice"),
    ],
)  # fmt: skip
def test_bad_requests_are_refused_by_line_value_and_rule(joined, lin, change, field, why):
    draft = make_request_draft(said=asked(**change), by=lin)
    with pytest.raises(InvalidInput) as refusal:
        submit(draft, version=1, by=lin)
    assert [problem.field for problem in refusal.value.problems] == [field]
    assert why in refusal.value.problems[0].message
    assert RequestDraft.objects.get().said["note"] == asked(**change)["note"], "what was typed is there still"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"quantity": 3}, "quantity"),
        ({"items": "masks"}, "items"),
        ({"items": [item(quantity="ten")]}, "items.0.quantity"),
        ({"items": [{**item(), "colour": "red"}]}, "items.0.colour"),
        ({"items": [item()] * 61}, "items"),
        ({"place": "here"}, "place"),
        ({"title": {"en": 7}}, "title"),
        ({"languages": [{}]}, "languages"),
        ({"note": "x" * 5001}, "note"),
    ],
)
def test_what_has_not_the_shape_of_a_request_is_not_kept(joined, lin, change, field):
    with pytest.raises(InvalidInput) as refusal:
        make_request_draft(said=asked(**change), by=lin)
    assert refusal.value.problems[0].field == field
    assert not RequestDraft.objects.exists()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


NUMBERS = st.none() | st.integers() | JSON
TYPED = st.fixed_dictionaries(
    {},
    optional={
        "items": st.lists(st.fixed_dictionaries({"quantity": NUMBERS, "pack_size": NUMBERS}), max_size=2) | JSON,
        "title": st.dictionaries(st.sampled_from(["en", "ru"]), st.text(max_size=5) | JSON) | JSON,
        "place": st.fixed_dictionaries({"latitude": NUMBERS}) | JSON,
        "event": JSON, "needed_by": st.text(max_size=10) | JSON, "languages": st.lists(st.text()) | JSON, "x": JSON,
    },
)  # fmt: skip


@given(TYPED)
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_typed_is_shaped_or_refused(said):
    try:
        found = shaped(said, REQUEST)
    except InvalidInput:
        return
    assert set(found) == set(REQUEST)
    assert shaped(found, REQUEST) == found
    assert [one["quantity"] for one in found["items"]] == [one.get("quantity") for one in said.get("items", [])]


def test_what_is_asked_for_changes_by_two_people_too(joined, lin, dara):
    of = ask(lin, dara)
    draft = make_request_draft(amends=of, by=lin)
    assert draft.said["items"][0]["quantity"] == 10, "what it says now is there"
    draft = change_draft(draft, version=1, said={"items": [item(quantity=4)], "reason": "Found six"}, by=lin)
    with pytest.raises(Changed):  # nobody says as what the person saw the request
        release_request(submit(draft, version=2, by=lin), version=2, by=dara)
    draft.refresh_from_db()
    release_request(draft, version=2, **seen(of), by=dara)
    row = Request.objects.get()
    assert (row.items_all, row.items.get().requested) == (1, 4)


def test_a_request_of_no_readers_and_of_readers_that_are_none_is_refused(joined, lin):
    with pytest.raises(InvalidInput, match="at least one other state"):
        make_request_draft(said=asked(), classification="SELECTIVE", by=lin)
    with pytest.raises(InvalidInput, match="no audience"):
        make_request_draft(said=asked(), classification="PUBLIC", by=lin)


def test_what_only_the_rules_know_is_refused_at_the_release(joined, lin, dara, monkeypatch):
    from tocsin.joint.assistance import asking

    draft = submit(make_request_draft(said=asked(lapses_on=day(60)), by=lin), version=1, by=lin)
    monkeypatch.setattr(asking, "MOST_DAYS", 30)
    with pytest.raises(NotAllowed, match="30 days at most"):
        release_request(draft, version=1, by=dara)
    assert RequestDraft.objects.get().status == "submitted"
