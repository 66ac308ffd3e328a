"""What states tell one another about events: what cannot be is found, what is unusual is taken."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.exchange.types.bodies import found, of_document, of_rows
from tests.exchange.types.consulting import OF_PATIENTS
from tests.exchange.types.nonsense import NONSENSE, ODD_ROWS, annex2, on
from tests.exchange.types.notified import FULL, HEADS, NOTIFICATION, full, notification, with_each_text_poisoned
from tests.exchange.types.unusual import UNUSUAL

from tocsin.exchange.saying import SENTENCES
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.registry import TYPES

ANSWERS = ["yes", "no", "unknown", None]


@pytest.mark.parametrize("name", NONSENSE)
def test_what_cannot_be_keeps_a_document_apart_for_that_alone(name):
    document, code, pointer = NONSENSE[name]
    assert of_document(found(document)) == [(code, pointer)]


@pytest.mark.parametrize("name", ODD_ROWS)
def test_rows_of_a_breakdown_that_cannot_be_are_kept_apart_and_the_warning_is_taken(name):
    document, rows = ODD_ROWS[name]
    findings = found(document)
    assert not findings.document
    assert of_rows(findings) == rows


@pytest.mark.parametrize("name", UNUSUAL)
def test_what_is_unusual_and_true_is_taken(name):
    findings = found(UNUSUAL[name])
    assert not findings, list(findings)


@pytest.mark.parametrize("name", FULL)
def test_no_text_of_a_document_may_hold_what_nobody_sees(name):
    for path, document in with_each_text_poisoned(name):
        assert found(document).codes & {"bidi-control", "schema"}, path


@pytest.mark.parametrize("name", [*NONSENSE, *ODD_ROWS])
def test_whatever_a_check_says_of_an_event_can_be_worded_in_other_languages(name):
    document, *_ = (NONSENSE | ODD_ROWS)[name]
    for finding in found(document):
        assert finding.code == "schema" or (finding.said and finding.said.name in SENTENCES)


@pytest.mark.parametrize("name", FULL)
def test_what_the_examining_node_does_not_know_is_not_checked(name):
    strange = {"disease": "dragon-pox"} if "disease" in FULL[name] else {}
    strange |= {"places": [NOTIFICATION["places"][0] | {"code": "ZZ-9"}], "rows": []} if name == "notification" else {}
    assert not found(full(name, **strange), context=Context())


@pytest.mark.parametrize("name", FULL)
def test_a_type_is_taken_under_its_classifications_and_no_other(name):
    kind, head = TYPES[name, 1], HEADS.get(name, {})
    for classification in ("PUBLIC", "FAMILY", "MEMBERS"):
        codes = found(full(name, head=head | {"classification": classification, "addressees": ()})).codes
        besides = {"contradiction"} if name in OF_PATIENTS else set()  # it names hospitals of states that it is not for
        assert codes - besides == (set() if classification in kind.classifications else {"classification"})
    alone = {"classification": "SELECTIVE", "addressees": ("BO",)}
    assert not found(full(name, head=head | alone))


def test_a_day_is_over_first_where_days_begin_first():
    ten = {"recorded_at": datetime(2026, 3, 9, 10, tzinfo=UTC)}  # the 10th has begun at UTC+14
    tomorrow = {"last_onset": on("2026-03-10")}
    assert not found(notification(head=ten, dates=tomorrow), now=None)
    before = {"recorded_at": datetime(2026, 3, 9, 9, 59, 59, tzinfo=UTC)}
    assert found(notification(head=before, dates=tomorrow), now=None).codes == {"future-period"}


def test_a_document_that_says_it_was_recorded_later_than_now_is_read_by_our_clock():
    head = {"recorded_at": datetime(2026, 4, 9, 6, tzinfo=UTC)}
    late = notification(head=head, dates={"last_onset": on("2026-04-01")})
    assert found(late).codes == {"future-period"}
    assert not found(late, now=None)


@given(st.tuples(*[st.sampled_from(ANSWERS)] * 4), st.sampled_from(["notify", "monitor", "not_notifiable", "pending"]))
def test_no_outcome_says_less_than_the_answers(answers, outcome):
    denied = bool(found(notification(annex2=annex2(*answers, outcome=outcome))))
    sure, possible = (sum(answer in those for answer in answers) for those in (["yes"], ["yes", "unknown", None]))
    assert denied == ({"monitor": sure, "not_notifiable": possible}.get(outcome, 0) >= 2)


counts = st.none() | st.integers(0, 40)


@given(st.tuples(*[counts] * 7))
def test_counts_are_impossible_only_where_some_are_more_than_those_they_are_among(given_counts):
    names = ("suspected", "probable", "confirmed", "deaths", "hospitalised", "intensive_care", "health_workers")
    said = dict(zip(names, given_counts, strict=True))
    cases = None if None in given_counts[:3] else sum(given_counts[:3])
    among = [(said[name], cases) for name in names[3:]] + [(said["intensive_care"], said["hospitalised"])]
    impossible = any(part is not None and whole is not None and part > whole for part, whole in among)
    assert bool(found(notification(counts=said, rows=[]))) == impossible
