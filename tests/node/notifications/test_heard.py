"""The log of an event of ours tells what partners said of it, where it happened."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from tests.node.notifications.page_scenes import fresh, shown, text_of
from tests.node.notifications.scenes import bring, delivered, said, told

from tocsin.exchange.moments import moment
from tocsin.exchange.sealing import seal
from tocsin.node.duty.models import Acknowledgement
from tocsin.node.events.actions.axes import add_note
from tocsin.node.events.pages.log import Heard, Said, piece
from tocsin.node.notifications.actions.verifying import answer_verification
from tocsin.node.notifications.models import Relevance, VerificationRequest


def acknowledged(partner, joined, made, *, name="BO", role="duty_officer"):
    of = {"id": str(made.document_id), "origin": "AL", "type": "notification"}
    bring(
        partner, joined, said(partner, "acknowledgement", name=name, audience="to:AL", of=of, by_role=role), name=name
    )


def judged(partner, joined, made, event, verdict="affects_us"):
    of = {"id": str(made.document_id), "origin": "AL"}
    bring(
        partner, joined, said(partner, "relevance", audience="to:AL", of=of, event=str(event.pk), verdict=verdict)
    )  # fmt: skip


def test_who_has_seen_it_whether_it_concerns_them_and_what_they_ask(browser, event, vera, joined, partner):
    made = told(event, vera)
    delivered(joined, partner)
    acknowledged(partner, joined, made)
    judged(partner, joined, made, event)
    soon = moment((timezone.now() + timedelta(hours=24)).replace(microsecond=0))
    about = {"origin": "AL", "id": str(made.document_id)}
    asked = said(partner, "verification-request", audience="to:AL", about=about, event=str(event.pk), answer_by=soon)
    bring(partner, joined, asked)
    page = shown(browser, "event_log", event.pk)
    assert "A person there has acknowledged version 1 (duty officer, focal point)" in page
    assert "Whether it concerns them: affects us" in page
    assert "Asks whether what it has heard is true" in page
    assert page.index("A person there") > page.index("Whether it") > page.index("Asks whether"), "newest first"
    assert page.index("Partners were told") > page.index("A person there")
    answer_verification(VerificationRequest.objects.get(), standing="verified", language="en", by=vera)
    page = shown(browser, "event_log", event.pk)
    assert page.index("Asks whether") > page.index("Answered Borenia, which had asked: verified")


def test_what_is_void_is_not_said(event, vera, joined, partner):
    made = told(event, vera)
    delivered(joined, partner)
    acknowledged(partner, joined, made)
    judged(partner, joined, made, event)
    assert sum(isinstance(one, Heard) for one in piece(event, vera)[0]) == 2
    for model in (Acknowledgement, Relevance):
        model.objects.update(withdrawn_at=timezone.now())
    assert sum(isinstance(one, Heard) for one in piece(event, vera)[0]) == 0


def test_an_earlier_version_that_was_acknowledged_is_named_beside_the_last(browser, event, vera, joined, partner):
    first = told(event, vera)
    delivered(joined, partner)
    acknowledged(partner, joined, first)
    add_note(fresh(event), text="Wells are closed.", by=vera)
    told(fresh(event), vera, status="updated")
    seal(joined)
    page = shown(browser, "event_partners", event.pk)
    assert page.count("outstanding for") == 3, "the last version is acknowledged by nobody"
    assert page.count("version 1: ") == 1


def test_pieces_of_a_long_log_tell_each_thing_once(event, vera, joined, partner):
    made = told(event, vera)
    delivered(joined, partner)
    for at in range(9):
        add_note(event, text=f"Day {at}", happened_at=timezone.now() - timedelta(days=9 - at), by=vera)
    for name in ("BO", "CE"):
        acknowledged(partner, joined, made, name=name)
    judged(partner, joined, made, event)
    moments = [timezone.now() - timedelta(days=ago) for ago in (8.5, 3.2)]
    for one, at in zip(Acknowledgement.objects.filter(is_ours=False), moments, strict=True):
        Acknowledgement.objects.filter(pk=one.pk).update(came_at=at)
    whole, _none = piece(event, vera, most=1000)
    seen, more = piece(event, vera, most=3)
    while more is not None:
        older, more = piece(event, vera, more, most=3)
        seen += older
    assert [_key(one) for one in seen] == [_key(one) for one in whole]
    assert sum(isinstance(one, Heard) for one in whole) == 3
    assert [one.at for one in whole] == sorted((one.at for one in whole), reverse=True)


def test_whoever_may_not_read_events_hears_nothing_of_them(event, vera, joined, partner, person):
    made = told(event, vera)
    delivered(joined, partner)
    acknowledged(partner, joined, made)
    stranger = person("author")
    assert not any(isinstance(one, Heard) for one in piece(event, stranger)[0])


def test_an_event_that_nobody_was_told_of_asks_for_no_documents(browser, event, django_assert_max_num_queries):
    browser.get(reverse("event_log", args=[event.pk]))
    with django_assert_max_num_queries(24):
        assert "A person there" not in text_of(browser.get(reverse("event_log", args=[event.pk])))


def _key(one):
    return one.entry.pk if isinstance(one, Said) else (one.at, one.who, one.sentence)
