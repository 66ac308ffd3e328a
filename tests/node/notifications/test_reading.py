"""What partners notify, ask and say: kept once, in any order, void and erased; people called for what is new."""

from dataclasses import replace
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_
from hypothesis import strategies as st
from tests.exchange.types.notified import FULL
from tests.node.notifications.scenes import EVENT, ask, bring, chain, entry, notified, said, told

from tocsin.exchange.deciding import release as take_as_it_is
from tocsin.exchange.documents import Document
from tocsin.exchange.erasing import erase
from tocsin.exchange.intake import take
from tocsin.exchange.restoring import begin_recovery
from tocsin.exchange.sealing import seal
from tocsin.exchange.store import Entry, Reason, State
from tocsin.exchange.streams import Stream
from tocsin.node.alliance.models import Notice
from tocsin.node.duty.actions.alerts import acknowledge
from tocsin.node.duty.kinds import sentence
from tocsin.node.duty.models import Alert
from tocsin.node.notifications import links
from tocsin.node.notifications.models import (
    Draft,
    Notification,
    NotifiedEvent,
    Relevance,
    Translation,
    VerificationAnswer,
    VerificationRequest,
)
from tocsin.node.notifications.readers import READERS

NOTIFICATIONS = READERS["notification"]
ORDER = settings_(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def accept(*documents, reader=NOTIFICATIONS):
    with transaction.atomic():
        reader.accepted([(document, entry(document, at)) for at, document in enumerate(documents, 1)])


def seen(head):
    """All of a row that follows from documents."""
    left_out = {"id", "came_at", "changed_at", "acknowledged_at", "_state"}
    return {name: value for name, value in vars(head).items() if name not in left_out}


def test_a_notification_is_kept_shown_and_calls_people(joined, partner, diseases, vera):
    document = notified(partner)
    bring(partner, joined, document)
    head = NotifiedEvent.objects.get()
    assert (head.origin, str(head.origin_event), head.is_ours, head.event) == ("BO", EVENT, False, None)
    assert (head.status, head.serial, head.disease, head.cases, head.deaths) == (
        "notified", "BO-2026-3", diseases["cholera"], 32, 1,
    )  # fmt: skip
    assert head.risk == "moderate"
    version = Notification.objects.get()
    assert (str(version.pk), version.by, version.body) == (document.id, None, document.body)
    alert = Alert.objects.get()
    assert (alert.kind, alert.subject_id, alert.link) == (
        "notification.came", str(version.pk), links.notified_event(head.pk),
    )  # fmt: skip
    assert sentence(alert) == "Borenia: Cholera, Dolin (notified)"
    assert NotifiedEvent.objects.visible_to(vera).exists()


def test_the_same_document_told_again_changes_nothing(joined, partner, diseases):
    document = notified(partner)
    accept(document, document)
    before = NotifiedEvent.objects.get()
    accept(document)
    assert (Notification.objects.count(), Alert.objects.count()) == (1, 1)
    assert NotifiedEvent.objects.get().changed_at == before.changed_at, "nothing new"


def test_later_versions_call_nobody_a_second_time_while_people_are_called(joined, partner, diseases, vera):
    first, second, third = chain(partner, "notified", "updated", "updated")
    accept(first)
    accept(second)
    acknowledge(Alert.objects.get(), by=vera)
    accept(third)
    assert [one.subject_id for one in Alert.objects.order_by("raised_at")] == [first.id, third.id]


def test_an_update_that_comes_after_a_withdrawal_and_is_older_leaves_it_withdrawn(joined, partner, diseases):
    first, second, third = chain(partner, "notified", "updated", "withdrawn")
    accept(third)
    head = NotifiedEvent.objects.get()
    assert (head.status, head.version, head.missing) == ("withdrawn", 3, 2)
    accept(second)
    accept(first)
    head.refresh_from_db()
    assert (head.status, head.version, head.missing) == ("withdrawn", 3, 0)
    assert Alert.objects.count() == 1, "what is no longer the last word calls nobody"


def test_what_was_withdrawn_stands_again_if_a_later_version_says_so(joined, partner, diseases):
    accept(*chain(partner, "notified", "withdrawn", "updated"))
    assert NotifiedEvent.objects.get().status == "updated"


def test_a_version_whose_predecessor_is_missing_counts_at_once(joined, partner, diseases):
    *_, third = chain(partner, "notified", "updated", "updated")
    accept(third)
    head = NotifiedEvent.objects.get()
    assert (head.version, head.missing, head.latest.document_id) == (3, 2, UUID(third.id))


def _row(partner, statuses):
    documents = chain(partner, *statuses)
    # A fork: its origin signed two versions of one number.
    documents.append(notified(partner, version=2, before=documents[0].id, verification="suspected"))
    return documents


@ORDER
@given(data=st.data())
def test_any_order_of_arrival_gives_the_same_row(joined, partner, diseases, data):
    statuses = data.draw(st.lists(st.sampled_from(["updated", "closed", "withdrawn"]), max_size=4))
    documents = _row(partner, ["notified", *statuses])
    places = st.integers(0, len(documents) - 1)
    come, void, erased = (data.draw(st.sets(places, min_size=least)) for least in (1, 0, 0))
    rows = []
    for _ in range(2):
        again = data.draw(st.lists(st.sampled_from(sorted(come)), max_size=3))
        order = [documents[at] for at in data.draw(st.permutations([*sorted(come), *again]))]
        cut = data.draw(st.integers(0, len(order)))
        with transaction.atomic():
            for batch in (order[:cut], order[cut:]):
                NOTIFICATIONS.accepted([(one, entry(one)) for one in batch])
            for act, some in data.draw(st.permutations([("withdrawn", void), ("erased", erased)])):
                getattr(NOTIFICATIONS, act)([entry(documents[at]) for at in some & come])
            rows.append(seen(NotifiedEvent.objects.get()))
            assert Notification.objects.count() == len(come)
            transaction.set_rollback(True)
    assert rows[0] == rows[1]
    stand = [documents[at] for at in come - void]
    latest = max(stand, key=lambda one: (one.version, one.recorded_at, one.id), default=None)
    assert rows[0]["status"] == (latest.body["status"] if latest else "")
    if not come - void - erased:
        assert (rows[0]["serial"], rows[0]["cases"], rows[0]["places"]) == ("", None, [])


def test_a_withdrawn_notification_that_is_erased_stays_withdrawn(joined, partner, diseases):
    first, second = chain(partner, "notified", "withdrawn")
    accept(first, second)
    with transaction.atomic():
        NOTIFICATIONS.erased([entry(second)])
    head = NotifiedEvent.objects.get()
    assert (head.status, head.shown.document_id, head.cases) == ("withdrawn", UUID(first.id), 32)


def test_void_versions_count_for_nothing_until_they_stand_again(joined, partner, diseases):
    first, second = chain(partner, "notified", "updated")
    accept(first, second)
    with transaction.atomic():
        NOTIFICATIONS.withdrawn([entry(second)])
    assert NotifiedEvent.objects.get().version == 1
    with transaction.atomic():
        NOTIFICATIONS.withdrawn([entry(first)])
    head = NotifiedEvent.objects.get()
    assert (head.status, head.latest, head.serial) == ("", None, "")
    accept(second)
    assert NotifiedEvent.objects.get().version == 2


def test_words_that_their_owner_has_erased_are_nowhere_here(joined, partner, diseases):
    texts = dict.fromkeys(FULL["notification"]["texts"], "") | {"summary": "Секрет колодца"}
    document = notified(partner, texts=texts)
    bring(partner, joined, document)
    translated = said(
        partner, "translation", of={"id": document.id, "origin": "BO", "version": 1}, texts={"summary": "Secret well"},
        head={"language": "en"},
    )  # fmt: skip
    bring(partner, joined, translated)
    bo = partner.nodes["BO"]
    (kept,) = [one for one in bo.store.entries(state=State.OWN) if one.document_id == document.id]
    erase(bo, [kept], reason="identifies-a-person")
    for manifest in seal(bo):
        take(joined, bo.store.batch_of(manifest.digest), via="BO")
    version = Notification.objects.get()
    assert (version.body, version.state) == ({}, "erased")
    assert Translation.objects.get().text == ""
    head = NotifiedEvent.objects.get()
    assert (head.status, head.serial, head.search_key.strip()) == ("notified", "", "bo")


def test_rows_that_are_kept_apart_are_not_kept_until_people_take_them(joined, partner, diseases):
    suppression = {"below": 5, "rule": "small-cells"}
    rows = [["cases", "BO", "all", "all", 32], ["cases", "BO", "0-4", "all", 3]]
    document = notified(partner, rows=rows, suppression=suppression)
    partner.nodes["BO"].examine = lambda document: []
    bring(partner, joined, document)
    version = Notification.objects.get()
    assert (version.body["rows"], version.rows_left_out) == (rows[:1], [1])
    (apart,) = [one for one in joined.store.entries(state=State.ACCEPTED) if one.reasons]
    take_as_it_is(joined, apart)
    version.refresh_from_db()
    assert (version.body["rows"], version.rows_left_out) == (rows, [])


def test_nobody_keeps_a_states_notification_out_by_using_its_identifier(joined, partner, diseases):
    true = notified(partner, name="CE")
    false = replace(notified(partner, name="BO"), id=true.id)
    accept(false)
    accept(true)
    assert {(one.origin, str(one.document_id)) for one in Notification.objects.all()} == {
        ("BO", true.id),
        ("CE", true.id),
    }
    assert NotifiedEvent.objects.count() == 2, "two states have an event of one identifier"
    with transaction.atomic():
        NOTIFICATIONS.withdrawn([entry(false)])
    assert Notification.objects.get(origin="CE").withdrawn_at is None
    accept(true, false)
    assert Notification.objects.count() == 2


def test_what_no_state_could_mean_is_kept_apart_and_people_are_not_called(joined, partner, diseases):
    partner.examining = False
    bad = [
        notified(partner, disease="no-such-disease"),
        notified(partner, texts=FULL["notification"]["texts"] | {"summary": "<script>alert(1)</script>"}),
        notified(partner, status="withdrawn"),
        notified(partner, counts=FULL["notification"]["counts"] | {"deaths": 1_000}),
        said(partner, "notification", serial="CE-2026-1"),
    ]
    bring(partner, joined, *bad)
    assert not Notification.objects.exists()
    assert not Alert.objects.exists()
    assert sum(one.state is State.QUARANTINED for one in joined.store.entries()) == len(bad)


def test_batches_ask_the_same_number_of_questions_however_many_they_bring(joined, partner, diseases):
    def count(number):
        documents = [notified(partner, event=f"0197c2aa-0000-7000-8000-{at:012x}") for at in range(number)]
        with CaptureQueriesContext(connection) as asked, transaction.atomic():
            NOTIFICATIONS.accepted([(document, entry(document)) for document in documents])
            transaction.set_rollback(True)
        return len(asked)

    few, more = count(30), count(120)
    # A database takes only so many values at once; beyond that nothing grows with the number.
    assert more <= few + 12, (few, more)


def test_thousands_that_come_at_once_are_one_call(joined, partner, diseases):
    documents = [notified(partner, event=f"0197c2aa-0000-7000-8000-{at:012x}") for at in range(25)]
    accept(*documents)
    alert = Alert.objects.get()
    assert (alert.kind, alert.values) == ("notifications.came", {"n": 25})
    assert sentence(alert) == "Notifications of partners that came at once: 25"


class TestRelevance:
    def test_a_verdict_is_shown_beside_the_event_and_told(self, event, joined, partner, vera):
        made = told(event, vera)
        of = {"id": str(made.pk), "origin": "AL"}
        bring(partner, joined, said(partner, "relevance", audience="to:AL", of=of, event=str(event.pk)))
        one = Relevance.objects.get()
        head = NotifiedEvent.objects.get()
        assert (one.of, one.origin, one.verdict, head.verdicts, head.verdict) == (head, "BO", "may_affect_us", 1, "")
        assert Notice.objects.get(person=vera).kind == "relevance.came"

    def test_one_on_an_event_that_is_not_known_yet_joins_it_later(self, event, joined, partner, vera):
        of = {"id": "0197c2aa-0000-7000-8000-000000000001", "origin": "AL"}
        accept(said(partner, "relevance", audience="to:AL", of=of, event=str(event.pk)), reader=READERS["relevance"])
        assert Relevance.objects.get().of is None
        told(event, vera)
        assert Relevance.objects.get().of == NotifiedEvent.objects.get()
        assert NotifiedEvent.objects.get().verdicts == 1


class TestVerification:
    def asked(self, world, **change):
        given = {"about": None, "event": None, "disease": "cholera", "answer_by": "2126-01-01T00:00:00Z"}
        return said(world, "verification-request", audience="to:AL", **(given | change))

    def test_a_question_calls_people(self, joined, partner, diseases):
        bring(partner, joined, self.asked(partner))
        one = VerificationRequest.objects.get()
        assert (one.origin, one.disease, one.standing, one.is_late) == ("BO", diseases["cholera"], "", False)
        alert = Alert.objects.get()
        assert (alert.kind, alert.link) == ("verification.asked", links.verification(one.pk))
        assert sentence(alert) == "Borenia asks whether something is true"

    def test_a_question_about_a_notification_of_ours_is_counted_there(self, event, joined, partner, vera):
        made = told(event, vera)
        about = {"id": str(made.pk), "origin": "AL"}
        bring(partner, joined, self.asked(partner, about=about, event=str(event.pk)))
        assert VerificationRequest.objects.get().about == NotifiedEvent.objects.get()
        assert NotifiedEvent.objects.get().open_questions == 1

    def test_answers_of_whoever_was_not_asked_count_for_nothing(self, joined, partner, diseases):
        request = ask(by=None, to="BO")
        of = {"id": str(request.pk), "origin": "AL"}
        for name in ("CE", "BO"):
            standing = "refuted" if name == "CE" else "verified"
            answer = said(
                partner, "verification-answer", name=name, audience="to:AL", of=of, standing=standing, notification=None
            )
            accept(answer, reader=READERS["verification-answer"])
            request.refresh_from_db()
            assert request.standing == ("" if name == "CE" else "verified")

    def test_an_answer_of_another_state_that_was_asked_too_is_not_ours(self, joined, partner, diseases):
        request = self.asked(partner)
        accept(request, reader=READERS["verification-request"])
        of = {"id": request.id, "origin": "BO"}
        answer = said(partner, "verification-answer", name="CE", audience="to:AL+BO", of=of, notification=None)
        accept(answer, reader=READERS["verification-answer"])
        assert VerificationRequest.objects.get().standing == ""

    def test_an_answer_may_come_before_the_question_that_this_node_had_forgotten(self, joined, partner, diseases, vera):
        request = ask(by=vera)
        (row,) = joined.store.outbox(9)
        asked = Document.read(row.document)
        request.delete()
        of = {"id": asked.id, "origin": "AL"}
        answer = said(partner, "verification-answer", audience="to:AL", of=of, standing="refuted", notification=None)
        accept(answer, reader=READERS["verification-answer"])
        assert VerificationAnswer.objects.get().request is None
        with transaction.atomic():
            READERS["verification-request"].returned([(asked, entry(asked))])
        back = VerificationRequest.objects.get()
        assert (back.is_ours, back.by, back.standing) == (True, None, "refuted")


class TestTranslations:
    def test_a_translation_is_kept_by_text_once_and_void_ones_are_not_shown(self, joined, partner, diseases):
        document = said(partner, "translation", head={"language": "en"})
        reader = READERS["translation"]
        accept(document, reader=reader)
        accept(document, reader=reader)
        assert dict(Translation.objects.values_list("field", "text")) == document.body["texts"]
        with transaction.atomic():
            reader.withdrawn([entry(document)])
        assert not Translation.objects.standing().exists()
        accept(document, reader=reader)
        assert Translation.objects.standing().count() == 2

    def test_erased_ones_lose_their_words(self, joined, partner, diseases):
        document = said(partner, "translation", head={"language": "en"})
        accept(document, reader=READERS["translation"])
        with transaction.atomic():
            READERS["translation"].erased([entry(document)])
        assert set(Translation.objects.values_list("text", flat=True)) == {""}


def test_what_was_sent_since_the_copy_that_a_node_was_put_back_from_comes_back_without_its_people(
    event, joined, partner, vera
):
    made = told(event, vera)
    seal(joined)
    (kept,) = [one for one in joined.store.entries(state=State.OWN) if one.document_id == str(made.pk)]
    NotifiedEvent.objects.update(latest=None, shown=None)
    for model in (Draft, Notification, NotifiedEvent):
        model.objects.all().delete()
    begin_recovery(joined, why="restored from a copy")
    with transaction.atomic():
        joined.reader.returned([(Document.read(kept.document), kept)])
    back, head = Notification.objects.get(), NotifiedEvent.objects.get()
    assert (back.pk, back.is_ours, back.by, back.body) == (made.pk, True, None, made.body)
    assert (head.event, head.status, head.is_ours) == (event, "notified", True)
    assert not Alert.objects.exists(), "nobody is called for what we said ourselves"


def test_reasons_of_rows_say_which_are_left_out(joined, partner, diseases):
    document = notified(partner, rows=[["cases", "BO", "all", "all", 32]])
    place = entry(document)
    with transaction.atomic():
        NOTIFICATIONS.accepted([(document, replace(place, reasons=(Reason("small-cell", "", 0),)))])
    assert Notification.objects.get().rows_left_out == [0]
    assert Notification.objects.get().body["rows"] == []


def test_partners_verdicts_answers_and_translations_are_seen_by_readers_of_events_alone(joined, vera, person):
    clinician, translator = person("clinician"), person("translator")
    for model in (NotifiedEvent, Notification, Relevance, VerificationRequest, VerificationAnswer, Translation):
        assert model.objects.visible_to(clinician).query.is_empty()
        assert not model.objects.visible_to(vera).query.is_empty()
    assert NotifiedEvent.objects.visible_to(translator).query.is_empty()
    assert not Translation.objects.visible_to(translator).query.is_empty()


@pytest.mark.parametrize("name", READERS)
def test_what_is_told_of_nothing_known_harms_nothing(name, joined):
    ghost = said_nothing(name)
    with transaction.atomic():
        READERS[name].withdrawn([ghost])
        READERS[name].erased([ghost])
        READERS[name].accepted([])
        READERS[name].returned([])


def said_nothing(name):
    ident = "0197c2aa-0000-7000-8000-00000000ffff"
    return Entry(Stream("BO", 1, "members"), 1, "m" * 43, "d" * 43, State.QUARANTINED, None, None, ident, name)
