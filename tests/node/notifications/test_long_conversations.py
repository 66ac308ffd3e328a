"""Pages of what goes between states ask no more of the database the more was said; a list is one order, in pieces."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.node.asking import questions
from tests.node.notifications.scenes import bring, chain, said

from tocsin.node.notifications.models import NotifiedEvent, VerificationRequest
from tocsin.node.notifications.pages.notified_list import notified_page
from tocsin.node.records import new_id


@pytest.fixture
def browser(signed_in, vera):
    return signed_in(vera)


def ask_us(partner, joined, times, name="BO"):
    """A partner asks us about something, so many times."""
    late = (timezone.now() + timedelta(hours=20)).strftime("%Y-%m-%dT%H:%M:%SZ")
    head, given = {"language": "ru"}, {"about": None, "answer_by": late, "places": []}
    asked = [
        said(partner, "verification-request", name=name, audience="to:AL", head=head, **given, event=None)
        for _ in range(times)
    ]
    bring(partner, joined, *asked, name=name)


def test_a_notified_event_asks_the_same_number_of_questions_however_many_versions(browser, joined, partner, diseases):
    bring(partner, joined, *chain(partner, "notified", "updated"))
    head = NotifiedEvent.objects.get()
    few = questions(browser, reverse("notified_event", args=[head.pk]))
    more = chain(partner, "notified", *["updated"] * 9)
    bring(partner, joined, *more)
    assert head.versions.count() == 12
    assert questions(browser, reverse("notified_event", args=[head.pk])) == few


@pytest.mark.parametrize("page", ["verifications", "translations", "duty", "shift_log", "alerts"])
def test_a_list_asks_the_same_number_of_questions_however_long_it_is(browser, joined, partner, diseases, page):
    ask_us(partner, joined, 2)
    few = questions(browser, reverse(page))
    ask_us(partner, joined, 12)
    assert VerificationRequest.objects.count() == 14
    assert questions(browser, reverse(page)) == few


def test_the_pages_of_the_list_are_its_order_cut_in_pieces(vera, joined):
    now = timezone.now()
    NotifiedEvent.objects.bulk_create(
        NotifiedEvent(
            origin=("BO", "CE")[at % 2],
            origin_event=new_id(),
            is_ours=False,
            changed_at=now - timedelta(minutes=at // 2),
        )
        for at in range(120)
    )
    for asked, number in (({}, 120), ({"state": "CE"}, 60)):
        pieces = [notified_page(vera, asked, str(at)) for at in (1, 2, 3)]
        listed = list(dict.fromkeys(one for piece in pieces for one in piece.object_list))
        assert len(listed) == number
        assert listed == sorted(listed, key=lambda one: (one.changed_at, one.pk), reverse=True)
