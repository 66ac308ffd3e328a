"""What partners share, from the signed document to this node's series."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given
from hypothesis import settings as settings_
from hypothesis import strategies as st
from tests.exchange.world import World
from tests.node.indicators.incoming import bring, document, monday, other_nodes, row, standing

from tocsin.counts.packing import unpack
from tocsin.exchange.deciding import release
from tocsin.exchange.restoring import begin_recovery, open_epoch
from tocsin.node.indicators import tasks
from tocsin.node.indicators.intake import settling
from tocsin.node.indicators.intake.cells import Here, told
from tocsin.node.indicators.models import PartnerDocument, PartnerSource
from tocsin.node.surveillance.intake import generations
from tocsin.node.surveillance.intake.generations import archive_of
from tocsin.node.surveillance.intake.recovery import sweep_uploads
from tocsin.node.surveillance.models import SeriesCounts, Source, Upload

PLACE = ("cholera", "BO-01", "")
BEGAN = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=10)


def at(hours: int) -> datetime:
    """A moment of today or yesterday."""
    return BEGAN + timedelta(hours=hours)


def entry_of(here, given):
    return here.store.known(given.origin, [given.id])[given.id]


def entry_and_document(here, world, rows, audience, moment):
    made = document(world, rows, audience=audience, recorded_at=moment)
    bring(world, here, made)
    return made, entry_of(here, made)


def weeks_of(given):
    """{weeks ago: count} of a document of one place."""
    ago = {str(monday(week)): week for week in range(10)}
    return {ago[one[3]]: one[6] for one in given.body["rows"]}


@pytest.fixture
def partner(joined, alliance_list) -> World:
    return other_nodes(joined, alliance_list)


@pytest.fixture
def known(diseases):
    """This node knows diseases; places of partners it has from the alliance's file when it first needs them."""


def test_a_document_becomes_a_source_of_the_partner_with_its_series(joined, partner, known, work):
    bring(partner, joined, document(partner, [row("BO-01", monday(1), 12), row("BO-01", monday(0), None)]))
    work()
    source = Source.objects.get()
    assert standing(source) == {
        ("cholera", "BO-01", "", monday(1)): 12,
        ("cholera", "BO-01", "", monday(0)): "withheld",
    }
    assert (source.shared_by_id, source.place.code, source.counts_by, source.zero_reports) == (
        "BO",
        "BO",
        "onset",
        False,
    )
    assert str(source) == "Borenia, shared: cases, probable and confirmed; date of onset"
    assert (source.classification, source.may_be_exported, source.is_exercise) == ("MEMBERS", True, True)
    assert Upload.objects.get().via == "exchange"


def test_a_document_told_twice_is_taken_once(joined, partner, known, work):
    given = document(partner, [row("BO-01", monday(0), 12)])
    bring(partner, joined, given)
    entry = next(iter(joined.store.known("BO", [given.id]).values()))
    joined.reader.accepted([(given, entry)])
    work()
    joined.reader.accepted([(given, entry)])
    work()
    assert PartnerDocument.objects.get().told == 1
    assert Upload.objects.count() == 1
    assert Source.objects.get().generation == 1


def test_a_later_document_overwrites_the_weeks_that_it_names_and_no_others(joined, partner, known, work):
    first = [row("BO-01", monday(at), 10 + at) for at in (0, 1, 2)]
    later = [row("BO-01", monday(0), 30), row("BO-01", monday(2), None)]
    earlier, after = document(partner, first, recorded_at=at(1)), document(partner, later, recorded_at=at(2))
    bring(partner, joined, earlier, after)
    told_first = entry_of(joined, earlier)
    # However they come: one may have been locked until a key came.
    joined.reader.withdrawn([told_first])
    work()
    joined.reader.accepted([(earlier, told_first)])
    work()
    assert standing(Source.objects.get()) == {
        (*PLACE, monday(0)): 30, (*PLACE, monday(1)): 11, (*PLACE, monday(2)): "withheld"
    }  # fmt: skip
    assert PartnerSource.objects.count() == 1


def test_a_clock_that_was_set_back_makes_no_older_count_hold(joined, partner, known, work):
    """What a stream says later is later: its numbers are signed, its origin's clock is only said."""
    bring(partner, joined, document(partner, [row("BO-01", monday(0), 10)], recorded_at=at(5)))
    work()
    bring(partner, joined, document(partner, [row("BO-01", monday(0), 20)], recorded_at=at(1)))
    work()
    assert standing(Source.objects.get()) == {(*PLACE, monday(0)): 20}


def test_the_next_epoch_is_later_than_the_one_before_though_its_numbers_begin_anew(joined, partner, known, work):
    first = [document(partner, [row("BO-01", monday(ago), 10)], recorded_at=at(5)) for ago in (2, 1, 0)]
    bring(partner, joined, *first)
    begin_recovery(partner.nodes["BO"], why="put back from a copy")
    open_epoch(partner.nodes["BO"])
    again = document(partner, [row("BO-01", monday(0), 20)], recorded_at=at(1), body_case_definition="WHO 2025")
    bring(partner, joined, again)
    work()
    source = Source.objects.get()
    assert (entry_of(joined, again).stream.epoch, entry_of(joined, again).number) == (2, 1)
    assert standing(source)[*PLACE, monday(0)] == 20
    assert source.case_definition == "WHO 2025", "the last to say how cases are defined is this one, too"
    assert [(one.starts_on, one.what) for one in source.breaks.all()] == [(monday(0), "WHO 2023 → WHO 2025")]


def test_between_audiences_the_clock_decides_and_a_stream_is_never_older_than_it_was(joined, partner, known, work):
    bring(partner, joined, document(partner, [row("BO-01", monday(0), 10)], audience="to:AL", recorded_at=at(1)))
    bring(partner, joined, document(partner, [row("BO-01", monday(0), 20)], recorded_at=at(2)))
    work()
    assert standing(Source.objects.get()) == {(*PLACE, monday(0)): 20}
    bring(partner, joined, document(partner, [row("BO-01", monday(0), 30)], audience="to:AL", recorded_at=at(6)))
    bring(partner, joined, document(partner, [row("BO-01", monday(0), 40)], audience="to:AL", recorded_at=at(3)))
    bring(partner, joined, document(partner, [row("BO-01", monday(0), 50)], recorded_at=at(5)))
    work()
    assert standing(Source.objects.get()) == {(*PLACE, monday(0)): 40}


def test_what_one_audience_is_not_told_another_may_be(joined, partner, known, work):
    bring(partner, joined, document(partner, [row("BO-01", monday(0), 30)], audience="to:AL", recorded_at=at(1)))
    work()
    bring(partner, joined, document(partner, [row("BO-01", monday(0), None)], recorded_at=at(2)))
    work()
    source = Source.objects.get()
    assert standing(source) == {(*PLACE, monday(0)): 30}
    assert (source.classification, source.may_be_exported) == ("SELECTIVE", False)


def test_a_document_that_takes_the_place_of_another_takes_it_wholly(joined, partner, known, work):
    first = document(partner, [row("BO-01", monday(0), 10), row("BO-01", monday(1), 11)], recorded_at=at(1))
    bring(partner, joined, first)
    work()
    second = document(partner, [row("BO-01", monday(0), 12)], recorded_at=at(2), version=2, supersedes=first.id)
    bring(partner, joined, second)
    work()
    assert standing(Source.objects.get()) == {(*PLACE, monday(0)): 12}
    joined.reader.withdrawn([entry_of(joined, second)])
    work()
    assert standing(Source.objects.get()) == {(*PLACE, monday(0)): 10, (*PLACE, monday(1)): 11}


def test_a_row_that_is_kept_apart_is_in_no_series_until_people_release_it(joined, partner, known, work):
    rows = [row("BO-01", monday(0), 12), row("BO-01", monday(-3), 5), row("BO-02", monday(0), 3)]
    given = document(partner, rows)
    bring(partner, joined, given)
    work()
    apart = entry_of(joined, given)
    assert [(reason.code, reason.row) for reason in apart.reasons] == [("future-period", 1), ("small-cell", 2)]
    assert standing(Source.objects.get()) == {(*PLACE, monday(0)): 12}
    assert PartnerDocument.objects.get().left_out == [1, 2]
    release(joined, apart)
    work()
    assert standing(Source.objects.get()) == {(*PLACE, monday(0)): 12, ("cholera", "BO-02", "", monday(0)): 3}
    document_here = PartnerDocument.objects.get()
    assert (document_here.rows, document_here.left_out) == (3, [])
    assert document_here.not_usable == 1, "no series can hold a week that has not begun"


def test_rows_of_any_form_that_were_kept_apart_harm_nothing(joined, partner, known, work):
    odd = [[], 5, {"a": 1}, [1] * 8, row("BO-01", monday(0), 1, age="0-4\n"), row("BO-01", monday(0), 2**40)]
    given = document(partner, [row("BO-01", monday(0), 12)])
    bring(partner, joined, given)
    (entry,) = joined.store.known("BO", [given.id]).values()
    poisoned = replace(given, body={**given.body, "rows": [*given.body["rows"], *odd]})
    joined.reader.accepted([(poisoned, entry)])
    here = Here({"cholera"}, {"BO-01"})
    assert told(poisoned.body, recorded=given.recorded_at.date(), left_out=(), here=here).not_usable == len(odd)


@pytest.mark.parametrize("member", ["case_definition", "case_status", "date_type", "first_day", "rows"])
def test_a_document_that_does_not_follow_the_schema_is_kept_apart_for_that(joined, partner, known, work, member):
    made = document(partner, [row("BO-01", monday(0), 12)])
    given = replace(made, body={**made.body, member: 7})
    bring(partner, joined, given)
    [apart] = [one for one in joined.store.entries() if one.stream.origin == "BO"]
    assert (apart.state, {reason.code for reason in apart.reasons}) == ("quarantined", {"schema"})


def test_a_withdrawn_document_is_undone_and_one_before_it_holds_again(joined, partner, known, work):
    first = document(partner, [row("BO-01", monday(0), 10)], recorded_at=at(1))
    second = document(partner, [row("BO-01", monday(0), 20), row("BO-01", monday(1), 21)], recorded_at=at(2))
    third = document(partner, [row("BO-01", monday(1), 31)], recorded_at=at(3))
    bring(partner, joined, first, second, third)
    work()
    entry = entry_of(joined, second)
    joined.reader.withdrawn([entry])
    work()
    assert standing(Source.objects.get()) == {(*PLACE, monday(0)): 10, (*PLACE, monday(1)): 31}
    joined.reader.accepted([(second, entry)])  # by the true branch of its stream
    work()
    assert standing(Source.objects.get()) == {(*PLACE, monday(0)): 20, (*PLACE, monday(1)): 31}


def test_an_erased_documents_counts_are_nowhere_any_more(joined, partner, known, work, settings):
    rows = [row("BO-01", monday(0), 10), row("BO-01", monday(1), 4_711)]
    first = document(partner, rows[:1], recorded_at=at(1))
    second = document(partner, [row("BO-01", monday(0), 9_173), rows[1]], recorded_at=at(2))
    bring(partner, joined, first)
    work()
    bring(partner, joined, second)
    work()
    source = Source.objects.get()
    joined.reader.erased([entry_of(joined, second)])
    work()
    assert standing(source) == {(*PLACE, monday(0)): 10}
    archived = archive_of(source).revisions(version=source.archive_version)
    assert not {9_173, 4_711} & set(archived["count"].drop_nulls())
    kept = b"".join(file.read_bytes() for file in Path(settings.UPLOADS).glob("2*/*/*"))
    assert b"9173" not in kept
    assert b"4711" not in kept
    unpacked = [unpack(bytes(one.packed)) for one in SeriesCounts.objects.filter(source=source)]
    assert not {9_173, 4_711} & {count for counts in unpacked for count in counts[np.isfinite(counts)]}
    assert PartnerDocument.objects.get(pk=second.id).rows == 0
    # The next table of the source is taken as ever.
    bring(partner, joined, document(partner, [row("BO-01", monday(0), 11)], recorded_at=at(3)))
    work()
    assert standing(source) == {(*PLACE, monday(0)): 11}


def test_what_is_counted_otherwise_is_another_source_and_another_definition_a_break(joined, partner, known, work):
    for number, more in enumerate(
        (
            {},
            {"body_case_status": ["confirmed"]},
            {"body_date_type": "diagnosis"},
            {"body_case_definition": "WHO 2025", "body_case_status": ["probable", "confirmed"]},
        )
    ):
        bring(partner, joined, document(partner, [row("BO-01", monday(3 - number), 9)], recorded_at=at(number), **more))
        work()
    assert sorted(one.source.counts_by for one in PartnerSource.objects.all()) == ["diagnosis", "onset", "onset"]
    first = PartnerSource.objects.get(date_type="onset", case_status="probable+confirmed").source
    assert [(one.starts_on, one.what) for one in first.breaks.all()] == [(monday(0), "WHO 2023 → WHO 2025")]


SEQUENCES = st.lists(
    st.one_of(
        st.tuples(st.just("comes"), st.integers(0, 5), st.sampled_from(("members", "to:AL", "public")),
                  st.dictionaries(st.integers(0, 3), st.none() | st.integers(5, 99), min_size=1)),
        st.tuples(st.just("withdrawn"), st.integers(0, 5)),
        st.tuples(st.just("again"), st.integers(0, 5)),
        st.tuples(st.just("erased"), st.integers(0, 5)),
        st.just(("work",)),
    ),
    max_size=9,
)  # fmt: skip


@example(acts=[("comes", 0, "members", {0: None, 1: None}), ("comes", 1, "members", {0: 5})])
@example(acts=[("comes", 1, "members", {0: 5}), ("work",), ("comes", 0, "members", {0: 6})])
@example(  # the first that came is known last, and moves another of its stream before what a third audience was told
    acts=[("comes", 5, "members", {0: 5}), ("withdrawn", 5), ("comes", 1, "members", {0: 6}),
          ("comes", 3, "to:AL", {0: 7}), ("work",), ("again", 5)],
)  # fmt: skip
@given(acts=SEQUENCES)
@settings_(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_documents_come_and_go_the_series_say_what_a_plain_table_would(
    acts, joined, alliance_list, known, work
):
    """The oracle: of those that stand, the last that each audience was told, and of these the last by the clock."""
    with transaction.atomic():
        holds: dict[int, tuple[str, dict[int, int | None]]] = {}
        documents, gone, partner = {}, set(), other_nodes(joined, alliance_list)
        for act, *given_ in acts:
            match act:
                case "comes" if given_[0] not in documents:
                    order, audience, weeks = given_
                    rows = [row("BO-01", monday(week), count) for week, count in weeks.items()]
                    documents[order] = entry_and_document(joined, partner, rows, audience, at(order))
                    holds[order] = audience, weeks
                case "withdrawn" if given_[0] in documents:
                    joined.reader.withdrawn([documents[given_[0]][1]])
                    holds.pop(given_[0], None)
                case "again" if given_[0] in documents and given_[0] not in gone:
                    joined.reader.accepted([documents[given_[0]]])
                    _, entry = documents[given_[0]]
                    holds[given_[0]] = entry.stream.audience, weeks_of(documents[given_[0]][0])
                case "erased" if given_[0] in documents:
                    joined.reader.erased([documents[given_[0]][1]])
                    holds.pop(given_[0], None)
                    gone.add(given_[0])
                case "work":
                    work()
        work()
        expected = {}
        for week in {week for _, weeks in holds.values() for week in weeks}:
            words = []
            for audience in {audience for audience, _ in holds.values()}:
                told_ = [
                    (documents[order][1].number, order, weeks[week])
                    for order, (of, weeks) in holds.items()
                    if of == audience and week in weeks
                ]
                if told_:
                    words.append((max(order for _, order, _ in told_), max(told_)[2]))
            counts = [count for _, count in sorted(words) if count is not None]
            expected[*PLACE, monday(week)] = counts[-1] if counts else "withheld"
        source = Source.objects.first()
        found = standing(source) if source else {}
        assert found == expected
        transaction.set_rollback(True)


def test_one_document_that_cannot_be_taken_keeps_no_other_from_it(joined, partner, known, work, monkeypatch, caplog):
    bad = document(partner, [row("BO-01", monday(0), 10)], recorded_at=at(1))
    good = document(partner, [row("BO-02", monday(0), 20)], recorded_at=at(2))
    bring(partner, joined, bad, good)
    settled = settling._settle
    monkeypatch.setattr(settling, "_settle", lambda one: 1 / 0 if str(one.pk) == bad.id else settled(one))
    with pytest.raises(settling.NotTaken, match="1 documents of BO"):
        settling.settle("BO")
    assert standing(Source.objects.get()) == {("cholera", "BO-02", "", monday(0)): 20}
    monkeypatch.undo()
    tasks.sweep()  # what a node does when it starts
    work()
    assert standing(Source.objects.get())[*PLACE, monday(0)] == 10


class Killed(BaseException):
    """A process that ended where nobody expected it to."""


@pytest.mark.parametrize(
    "window",
    ["indicators.written", "taking.intended", "taking.hidden", "taking.appended", "taking.flipped", "indicators.taken"],
)
def test_killed_in_between_it_goes_on_and_takes_nothing_twice(joined, partner, known, work, monkeypatch, window):
    bring(partner, joined, document(partner, [row("BO-01", monday(0), 10)], recorded_at=at(1)))

    def stop(name):
        if name == window:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(settling, "at", stop)
        patch.setattr(generations, "at", stop)
        with pytest.raises(Killed):
            settling.settle("BO")
    sweep_uploads()
    tasks.sweep()
    work()
    source = Source.objects.get()
    assert standing(source) == {(*PLACE, monday(0)): 10}
    assert (source.generation, Upload.objects.filter(status="taken").count(), Upload.objects.count()) == (1, 1, 1)


def test_past_counts_are_known_by_the_same_definition_and_a_switched_unit_is_kept_apart(joined, partner, known, work):
    for ago in range(10, 1, -1):
        rows = [row(f"BO-0{place}", monday(ago), 40 + place) for place in (1, 2, 3, 4)]
        bring(partner, joined, document(partner, rows, recorded_at=at(0) - timedelta(hours=ago)))
    work()
    rows = [row(f"BO-0{place}", monday(1), 41_000) for place in (1, 2, 3, 4)]
    thousands = document(partner, rows, recorded_at=at(1))
    bring(partner, joined, thousands)
    work()
    assert {reason.code for reason in entry_of(joined, thousands).reasons} == {"unit-switched"}
    assert (*PLACE, monday(1)) not in standing(Source.objects.get())
    defined = document(partner, rows, recorded_at=at(2), body_case_definition="all fevers")
    bring(partner, joined, defined)
    assert not entry_of(joined, defined).reasons, "by another definition nothing is known"


def test_what_a_partner_has_no_place_or_disease_for_is_kept_apart_alone(joined, partner, known, work):
    given = document(
        partner,
        [row("BO-99", monday(0), 9), row("AL-01", monday(0), 9), row("BO-01", monday(0), 9, disease="no-such"),
         row("BO", monday(0), 9)],
    )  # fmt: skip
    bring(partner, joined, given)
    work()
    codes = [(reason.code, reason.row) for reason in entry_of(joined, given).reasons]
    assert sorted(codes) == [("unknown-disease", 2), ("unknown-place", 0), ("unknown-place", 1)]
    assert standing(Source.objects.get()) == {("cholera", "BO", "", monday(0)): 9}
