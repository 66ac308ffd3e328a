"""Counts leave by a rule that two people agreed to, after somebody looked, small ones withheld; never otherwise."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as st
from tests.exchange.world import World
from tests.node.indicators.sharing_given import (
    FIELDS,
    confirmed,
    counts,
    districts,
    posted,
    prepared,
    rows_of,
    sent,
    value_of,
)
from tests.node.surveillance.screened import MONDAY, given

from tocsin.exchange.intake import take
from tocsin.exchange.restoring import begin_recovery
from tocsin.exchange.sealing import post, seal
from tocsin.exchange.store import Own
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.registry import examine
from tocsin.node.alliance.models import AuditEntry, Notice
from tocsin.node.indicators.actions import preparing, rules, sharing, weekly
from tocsin.node.indicators.building.documents import unpacked
from tocsin.node.indicators.building.tables import known_diseases, our_places
from tocsin.node.indicators.models import Preparation, Shared, SharingRule
from tocsin.node.indicators.refusals import NotShared
from tocsin.node.post.models import Outgoing

QUIET = (10.0, 20.0, 30.0)
WEEK = [(MONDAY - timedelta(weeks=12 - n)).isoformat() for n in range(12)]


@pytest.fixture
def counted(source, diseases, joined):
    """Twelve weeks of cholera in three districts; the last has a small count."""
    counts(source, districts(*[QUIET] * 11, (10.0, 2.0, 30.0)))
    return source


@pytest.fixture
def rule(counted, vera, yan) -> SharingRule:
    return confirmed(counted, vera, yan)


# Two people


def test_nothing_leaves_under_a_rule_that_nobody_else_confirmed(counted, vera):
    rule = rules.add_rule({**FIELDS, "source": counted}, by=vera)
    with pytest.raises(NotShared, match="second person"):
        sharing.share(rule, preparation=prepared(rule, vera).pk, by=vera)
    assert not Outgoing.objects.exists()
    assert not Shared.objects.exists()


def test_whoever_changed_a_rule_last_cannot_confirm_it(counted, vera):
    rule = rules.add_rule({**FIELDS, "source": counted}, by=vera)
    with pytest.raises(NotShared, match="second person does"):
        rules.confirm_rule(rule, version=1, by=vera)
    with pytest.raises(IntegrityError), transaction.atomic():
        SharingRule.objects.filter(pk=rule.pk).update(confirmed_by=vera, confirmed_at=timezone.now())


def test_a_changed_rule_is_confirmed_again_by_somebody_else(rule, vera, yan):
    ready = prepared(rule, yan)
    rules.change_rule(rule, {"depth": "state"}, version=1, by=yan)
    rule.refresh_from_db()
    assert (rule.version, rule.is_confirmed, rule.changed_by) == (2, False, yan)
    with pytest.raises(NotShared, match="second person"):
        sharing.share(rule, preparation=ready.pk, by=vera)
    rules.confirm_rule(rule, version=2, by=vera)
    with pytest.raises(NotShared, match="changed meanwhile"):
        sharing.share(rule, preparation=ready.pk, by=vera)


def test_one_confirms_what_one_has_seen(rule, vera, yan):
    with pytest.raises(NotShared, match="changed meanwhile"):
        rules.change_rule(rule, {"depth": "state"}, version=7, by=vera)
    rules.change_rule(rule, {"depth": "state"}, version=1, by=vera)
    with pytest.raises(NotShared, match="changed meanwhile"):
        rules.confirm_rule(rule, version=1, by=yan)


def test_a_rule_that_is_off_sends_nothing_and_back_in_use_is_confirmed_again(rule, vera, yan):
    ready = prepared(rule, vera)
    rules.switch_rule(rule, on=False, by=vera)
    with pytest.raises(NotShared, match="not in use"):
        sharing.share(rule, preparation=ready.pk, by=vera)
    rules.switch_rule(rule, on=True, by=vera)
    rule.refresh_from_db()
    assert not rule.is_confirmed


@pytest.mark.parametrize("act", ["add", "change", "confirm", "switch", "ask", "share"])
def test_only_who_may_share_counts_does(rule, amina, act):
    acts = {
        "add": lambda: rules.add_rule({**FIELDS, "source": rule.source}, by=amina),
        "change": lambda: rules.change_rule(rule, {"depth": "state"}, version=1, by=amina),
        "confirm": lambda: rules.confirm_rule(rule, version=1, by=amina),
        "switch": lambda: rules.switch_rule(rule, on=False, by=amina),
        "ask": lambda: preparing.ask(rule, by=amina),
        "share": lambda: sharing.share(rule, preparation=None, by=amina),
    }
    with pytest.raises(PermissionDenied):
        acts[act]()


def test_small_counts_leave_to_chosen_states_alone_and_with_a_reason(counted, vera):
    for wrong in (
        {"below": None, "unsuppressed_reason": "plague"},
        {"below": None, "classification": "SELECTIVE", "addressees": ["BO"]},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rules.add_rule({**FIELDS, "source": counted, **wrong}, by=vera)


def test_who_asks_for_confirmation_is_told_to_the_others(counted, vera, yan, amina):
    rules.add_rule({**FIELDS, "source": counted}, by=vera)
    assert [notice.person for notice in Notice.objects.filter(kind="sharing.confirm")] == [yan]


# What leaves


def test_counts_leave_with_their_audit_and_are_remembered(rule, vera):
    (one,) = sent(rule, vera)
    (document,) = posted()
    assert (document.id, document.type, document.classification) == (str(one.pk), "weekly-indicators", "MEMBERS")
    body = document.body
    assert (body["case_definition"], body["case_status"], body["date_type"]) == ("WHO 2023", ["confirmed"], "report")
    assert (body["first_day"], body["suppression"]["below"]) == ("monday", 5)
    assert sorted({row[3] for row in body["rows"]}) == WEEK, "all of history, the first time"
    assert {row[2] for row in body["rows"]} == {"AL", "XX-1", "XX-11", "XX-12", "XX-13"}
    entry = AuditEntry.objects.get(act="counts.shared")
    assert (entry.by, entry.details["rows"], entry.details["to"]) == (vera, 60, ["members"])
    assert not Preparation.objects.exists()


def test_nothing_leaves_if_the_audit_cannot_be_written(rule, vera, monkeypatch):
    ready = prepared(rule, vera)
    monkeypatch.setattr("tocsin.node.alliance.audit.record", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        sharing.share(rule, preparation=ready.pk, by=vera)
    assert not Outgoing.objects.exists()
    assert not Shared.objects.exists()


def test_a_small_count_leaves_neither_itself_nor_by_what_it_could_be_worked_out_from(rule, vera):
    (one,) = sent(rule, vera)
    rows = rows_of(posted())
    assert value_of(rows, "XX-12", WEEK[-1]) == "suppressed"
    others = [value_of(rows, place, WEEK[-1]) for place in ("XX-11", "XX-13", "XX-1", "AL")]
    assert others.count("suppressed") >= 1, "with all of the others 2 is 42 − 10 − 30"
    assert value_of(rows, "XX-12", WEEK[-2]) == 20
    assert set(one.withheld) == {WEEK[-1]}


def test_what_was_withheld_once_is_withheld_in_later_versions(rule, counted, vera):
    sent(rule, vera)
    hidden = {tuple(key) for key in Shared.objects.get().withheld[WEEK[-1]]}
    counts(counted, districts(*[QUIET] * 11, (10.0, 50.0, 30.0)))  # late reports: nothing is small any more
    Outgoing.objects.all().delete()
    sent(rule, vera)
    rows = rows_of(posted())
    assert {row[3] for row in rows} == {WEEK[-1]}
    for disease, place, age, sex in hidden:
        assert [row[7:] for row in rows if (row[1], row[2], row[4], row[5]) == (disease, place, age, sex)] == [
            ["suppressed"]
        ]


def test_what_one_rule_withheld_another_of_the_source_withholds_too(rule, counted, vera, yan):
    sent(rule, vera)
    hidden = {place for _disease, place, _age, _sex in Shared.objects.get().withheld[WEEK[-1]]}
    counts(counted, districts(*[QUIET] * 11, (10.0, 50.0, 30.0)))
    Outgoing.objects.all().delete()
    sent(confirmed(counted, vera, yan, classification="PUBLIC"), vera)
    rows = rows_of(posted())
    assert {row[2] for row in rows if row[3] == WEEK[-1] and row[6] is None} >= hidden


def test_a_week_that_is_as_it_was_sent_is_not_sent_again(rule, counted, vera):
    sent(rule, vera)
    assert prepared(rule, vera).problem == {"code": "unchanged"}
    counts(counted, districts(*[QUIET] * 10, (10.0, 21.0, 30.0), (10.0, 2.0, 30.0)))
    Outgoing.objects.all().delete()
    sent(rule, vera)
    assert {row[3] for row in rows_of(posted())} == {WEEK[-2]}


def test_a_later_version_is_recorded_later_even_within_a_second(rule, counted, vera, monkeypatch, joined):
    at = joined.now()
    monkeypatch.setattr(type(joined), "now", lambda self: at)
    for value in (2.0, 21.0, 22.0):
        counts(counted, districts(*[QUIET] * 11, (10.0, value, 30.0)))
        sent(rule, vera)
    moments = [document.recorded_at for document in posted()]
    assert moments == sorted(set(moments))
    assert moments[-1] - at == timedelta(seconds=2)


def test_only_the_last_weeks_are_looked_at_after_the_first_time(rule, counted, vera):
    sent(rule, vera)
    counts(counted, districts((11.0, 20.0, 30.0), *[QUIET] * 10, (10.0, 2.0, 30.0)))
    assert prepared(rule, vera).problem == {"code": "unchanged"}, "the corrected week is older than the last eight"
    assert prepared(rule, vera, all_weeks=True).figures["weeks"] == [WEEK[0]]


def test_another_audience_is_sent_all_of_history_again(rule, counted, vera, yan):
    sent(rule, vera)
    rules.change_rule(rule, {"classification": "SELECTIVE", "addressees": ["BO"]}, version=1, by=vera)
    rules.confirm_rule(rule, version=2, by=yan)
    rule.refresh_from_db()
    assert prepared(rule, vera).figures["weeks"] == WEEK


def test_a_week_that_has_not_ended_is_never_sent(source, diseases, joined, vera, yan):
    row = [20.0, 20.0, 99.0]
    given(source, {("cholera", "XX-11", ""): row}, first=MONDAY - timedelta(weeks=2))
    source.refresh_from_db()
    sent(confirmed(source, vera, yan), vera)
    assert {row[3] for row in rows_of(posted())} == set(WEEK[-2:])


def test_a_week_that_ended_after_the_last_table_was_taken_is_not_sent(counted, rule, vera):
    counted.last_taken_at -= timedelta(days=7)
    counted.save()
    assert prepared(rule, vera).figures["weeks"] == WEEK[:-1]


def test_missing_is_missing_zero_is_zero_and_nothing_is_said_of_weeks_before_the_first_report(
    source, diseases, joined, vera, yan
):
    counts(source, {"XX-11": [None, 9.0, None, 0.0]})
    sent(confirmed(source, vera, yan), vera)
    told = {row[3]: row[6:] for row in rows_of(posted())}
    assert told == {WEEK[-3]: [9], WEEK[-2]: [None, "missing"], WEEK[-1]: [0]}


def test_daily_counts_are_summed_to_whole_weeks_and_a_day_without_a_report_makes_one_missing(
    source, diseases, joined, vera, yan
):
    source.every = "day"
    source.save()
    days = [50.0] * 3 + [1.0] * 7 + [2.0] * 6 + [None] + [3.0] * 7
    given(source, {("cholera", "XX-11", ""): days}, first=MONDAY - timedelta(days=24))
    source.refresh_from_db()
    sent(confirmed(source, vera, yan), vera)
    told = {row[3]: row[6:] for row in rows_of(posted())}
    assert told == {WEEK[-3]: [7], WEEK[-2]: [None, "missing"], WEEK[-1]: [21]}


def test_counts_by_month_are_not_shared(counted, rule, vera):
    counted.every = "month"
    counted.save()
    assert prepared(rule, vera).problem == {"code": "monthly"}


def test_places_deeper_than_the_rule_says_stay_at_home(counted, vera, yan):
    sent(confirmed(counted, vera, yan, depth="regions"), vera)
    assert {row[2] for row in rows_of(posted())} == {"AL", "XX-1"}


def test_only_the_diseases_of_the_rule_leave(counted, vera, yan):
    counts(counted, {"XX-11": [9.0]}, disease="measles")
    sent(confirmed(counted, vera, yan, diseases=["measles"]), vera)
    assert {row[1] for row in rows_of(posted())} == {"measles"}


def test_groups_leave_in_the_words_of_partners_and_those_that_mean_no_age_or_sex_stay(
    source, diseases, joined, vera, yan
):
    source.columns = {**source.columns, "stratum": ["age"]}
    source.save()
    for stratum, value in (("00-04", 40.0), ("05+", 60.0), ("pilgrims", 7.0), ("", 107.0)):
        counts(source, {"XX-21": [value]}, stratum=stratum)
    ready = prepared(confirmed(source, vera, yan), vera)
    told = {(row[4], row[5]): row[6] for body in unpacked(ready.bodies) for row in body["rows"]}
    assert told == {("all", "all"): 107, ("0-4", "all"): 40, ("5+", "all"): 60}
    assert ready.figures["left_out"] == {"groups": {"pilgrims": 1}}


def test_totals_only_means_no_groups(counted, vera, yan):
    counted.columns = {**counted.columns, "stratum": ["age"]}
    counted.save()
    counts(counted, {"XX-21": [40.0]}, stratum="00-04")
    sent(confirmed(counted, vera, yan, with_groups=False), vera)
    assert {row[4] for row in rows_of(posted())} == {"all"}


def test_invented_counts_are_not_shared_where_it_is_no_exercise(counted, rule, vera, monkeypatch):
    counted.is_exercise = True
    counted.save()
    assert prepared(rule, vera).status == "ready", "this alliance is one of exercise"
    real = type("Alliance", (), {"exercise": False})()
    monkeypatch.setattr("tocsin.node.indicators.building.tables.alliance", lambda: real)
    assert prepared(rule, vera).problem == {"code": "invented"}


def test_what_a_partner_shares_is_not_passed_on(counted, rule, vera):
    counted.shared_by_id = "BO"
    counted.save()
    assert prepared(rule, vera).problem["code"] == "foreign-place"


def test_parts_above_their_total_stop_it_and_are_named(source, diseases, joined, vera, yan):
    counts(source, {**districts(QUIET, QUIET), "XX-1": [60.0, 40.0]})
    ready = prepared(confirmed(source, vera, yan), vera)
    assert (ready.status, ready.problem, bytes(ready.bodies)) == ("refused", {"code": "findings"}, b"")
    assert {(one["code"], one["week"]) for one in ready.findings} == {("impossible-count", WEEK[-1])}
    with pytest.raises(NotShared, match="not ready"):
        sharing.share(ready.rule, preparation=ready.pk, by=vera)


def test_a_switched_unit_stops_it(source, diseases, joined, vera, yan):
    rule = confirmed(source, vera, yan)
    counts(source, {"XX-11": [50.0] * 12})
    sent(rule, vera)
    counts(source, {"XX-11": [50.0] * 11 + [50_000.0]})
    ready = prepared(rule, vera)
    assert {one["code"] for one in ready.findings} == {"unit-switched"}


def test_many_rows_go_in_several_documents_that_no_week_is_split_over(counted, rule, vera, monkeypatch):
    monkeypatch.setattr("tocsin.node.indicators.building.documents.A_DOCUMENT", 12)
    made = sent(rule, vera)
    weeks = [{row[3] for row in document.body["rows"]} for document in posted()]
    assert [len(some) for some in weeks] == [2] * 6
    assert len(made) == 6
    assert sum(one.rows for one in made) == 60
    assert prepared(rule, vera).problem == {"code": "unchanged"}


# Counts that change between the look and the sending


def test_what_was_looked_at_is_sent_or_nothing(rule, counted, vera):
    ready = prepared(rule, vera)
    counts(counted, districts(*[QUIET] * 12))
    with pytest.raises(NotShared, match="since this was made ready"):
        sharing.share(rule, preparation=ready.pk, by=vera)


def test_another_sending_of_the_source_meanwhile_asks_for_another_look(rule, counted, vera, yan):
    other = confirmed(counted, vera, yan, classification="PUBLIC")
    ready = prepared(rule, vera)
    sent(other, vera)
    with pytest.raises(NotShared, match="since this was made ready"):
        sharing.share(rule, preparation=ready.pk, by=vera)


def test_a_preparation_that_was_done_stays_as_it_is(rule, vera):
    ready = prepared(rule, vera)
    assert preparing.prepare(ready.pk) is None
    assert Preparation.objects.get(pk=ready.pk).bodies == ready.bodies


def test_a_preparation_that_a_kill_ended_is_begun_anew(rule, vera):
    asked = preparing.ask(rule, by=vera)
    Preparation.objects.filter(pk=asked.pk).update(status="running", started_at=timezone.now() - timedelta(hours=1))
    made = preparing.prepare(asked.pk)
    assert made is not None
    assert made.status == "ready"


def test_a_suspended_partner_is_not_sent_to(counted, vera, yan, alliance_list, joined):
    rule = confirmed(counted, vera, yan, classification="SELECTIVE", addressees=["BO"])
    ready = prepared(rule, vera)
    alliance_list.change("BO", status="suspended")
    joined.store.put_trust_files(alliance_list.files)
    with pytest.raises(NotShared, match="BO takes no part"):
        sharing.share(rule, preparation=ready.pk, by=vera)


# By itself


@pytest.fixture
def by_itself(counted, vera, yan) -> SharingRule:
    return confirmed(counted, vera, yan, weekday=date.today().weekday())


def test_nothing_goes_by_itself_before_somebody_has_looked_and_sent(by_itself, vera):
    assert weekly.share_due() == 0
    sent(by_itself, vera)
    assert weekly.is_due(by_itself, timezone.localdate())


def test_a_changed_rule_waits_for_a_look_again(by_itself, vera, yan):
    sent(by_itself, vera)
    rules.change_rule(by_itself, {"note": "One hospital is closed."}, version=1, by=vera)
    rules.confirm_rule(by_itself, version=2, by=yan)
    by_itself.refresh_from_db()
    assert not weekly.is_due(by_itself, timezone.localdate())


def test_what_changed_goes_by_itself_once_a_week(by_itself, counted, vera):
    sent(by_itself, vera)
    counts(counted, districts(*[QUIET] * 12))
    assert weekly.share_due() == 1
    assert Shared.objects.first().by is None
    counts(counted, districts(*[QUIET] * 11, (10.0, 22.0, 30.0)))
    assert weekly.share_due() == 0, "the day is done"
    assert weekly.share_due(timezone.localdate() + timedelta(days=7)) == 1


def test_nothing_new_sends_nothing_and_tells_nobody(by_itself, vera):
    sent(by_itself, vera)
    assert weekly.share_due() == 0
    assert not Notice.objects.filter(kind="sharing.stopped").exists()
    by_itself.refresh_from_db()
    assert by_itself.looked_on == timezone.localdate()


def test_what_an_examination_finds_stops_it_and_people_are_told(by_itself, counted, vera, yan):
    sent(by_itself, vera)
    counts(counted, {**districts(*[QUIET] * 12), "XX-1": [40.0] * 12})
    Outgoing.objects.all().delete()
    assert weekly.share_due() == 0
    assert not Outgoing.objects.exists()
    assert {notice.person for notice in Notice.objects.filter(kind="sharing.stopped")} == {vera, yan}
    assert AuditEntry.objects.filter(act="sharing.stopped").count() == 1
    by_itself.refresh_from_db()
    assert (by_itself.state, by_itself.problem) == ("stopped", "findings")


def test_a_preview_that_somebody_looks_at_is_not_taken_from_them(by_itself, counted, vera):
    sent(by_itself, vera)
    counts(counted, districts(*[QUIET] * 12))
    ready = prepared(by_itself, vera)
    assert weekly.share_due() == 0
    assert Preparation.objects.filter(pk=ready.pk).exists()


# Whatever the counts are

few = st.sampled_from([0.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 9.0, 25.0, None])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@drawn(st.lists(st.lists(st.tuples(few, few, few), min_size=3, max_size=3), min_size=1, max_size=3))
def test_whatever_the_counts_what_is_posted_passes_examination_and_holds_no_small_count(
    source, diseases, joined, vera, yan, versions
):
    with transaction.atomic():
        rule, hidden = confirmed(source, vera, yan), set()
        for weeks in versions:
            counts(source, districts(*weeks))
            Outgoing.objects.all().delete()
            ready = prepared(rule, vera)
            if ready.status != Preparation.Status.READY:
                assert ready.problem["code"] in ("unchanged", "no-series")
                continue
            sharing.share(rule, preparation=ready.pk, by=vera)
            context = Context(now=joined.now(), exercise=True, diseases=known_diseases(), places=our_places())
            for document in posted():
                assert not examine(document, context=context)
                for row in document.body["rows"]:
                    assert row[6] is None or row[6] == 0 or row[6] >= 5
                    if tuple(row[:6]) in hidden:
                        assert row[6] in (None, 0), "it was withheld before"
                hidden |= {tuple(row[:6]) for row in document.body["rows"] if row[6] is None and row[7] == "suppressed"}
        transaction.set_rollback(True)


# After a restore


@pytest.fixture
def forgotten(rule, vera, joined, alliance_list):
    """What the rule sent is known to partners alone: its batch, and this node put back to a copy from before it."""
    twin = World(["AL", "BO", "CE", "SEC"], made=alliance_list).nodes["AL"]
    alliance_list.now = joined.now()
    sent(rule, vera)
    (document,) = posted()
    Shared.objects.all().delete()
    Outgoing.objects.all().delete()
    post(twin, document)
    (manifest,) = seal(twin)
    begin_recovery(joined, why="restored from a copy")
    return document, twin.store.batch_of(manifest.digest)


def test_a_restored_node_shares_nothing_before_it_knows_what_it_withheld(forgotten, rule, vera, joined):
    with pytest.raises(NotShared, match="may have forgotten"):
        sent(rule, vera)
    assert not Outgoing.objects.exists()


def test_what_was_withheld_before_a_restore_stays_withheld_and_its_weeks_are_sent_anew(
    forgotten, rule, counted, vera, yan, joined
):
    document, batch = forgotten
    take(joined, batch, via="BO")
    take(joined, batch, via="CE")
    back = Shared.objects.get()
    assert (str(back.pk), back.rule, back.source, back.rows) == (document.id, None, None, len(document.body["rows"]))
    hidden = {place for _disease, place, _age, _sex in back.withheld[WEEK[-1]]}
    assert len(hidden) >= 2
    joined.store.set_own(Own(epoch=1))
    counts(counted, districts(*[QUIET] * 11, (10.0, 50.0, 30.0)))  # nothing is small any more
    assert len(sent(rule, vera)) == 1
    rows = rows_of(posted())
    assert {row[3] for row in rows} == set(WEEK)
    assert {row[2] for row in rows if row[3] == WEEK[-1] and row[6] is None} >= hidden


def test_the_pages_show_what_came_back_without_the_rule_that_nobody_knows(forgotten, vera, joined, signed_in):
    document, batch = forgotten
    take(joined, batch, via="BO")
    page = signed_in(vera).get(reverse("sharing")).content.decode()
    assert "Sent before this node was put back from a copy" in page
    page = signed_in(vera).get(reverse("shared_document", args=[document.id])).content.decode()
    assert "came back from partners after the node was put back" in page
    assert "the machine" not in page
