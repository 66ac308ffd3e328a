"""Alarms before keys and lists run out: people are told once at each step, and the page shows it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tocsin.node.alliance.models import Notice
from tocsin.node.alliance.notices import sentence
from tocsin.node.post import expiring
from tocsin.node.post.here import local_node
from tocsin.node.post.models import Sealer


@pytest.fixture
def awake(joined):
    """The process that signs has just looked, and found nothing wrong."""
    return Sealer.objects.create(at=timezone.now())


def test_people_are_told_of_an_end_once_at_each_step(joined, alliance_list, vera, amina):
    root = joined.trust().expiring["root"]
    for left, told in ((91, 0), (90, 1), (60, 0), (30, 1), (7, 1), (6, 0), (-1, 1), (-2, 0)):
        Notice.objects.all().delete()
        expiring.tell(root - timedelta(days=left))
        of_root = [one for one in Notice.objects.filter(person=vera) if "root" in sentence(one)]
        assert len(of_root) == told, left
    assert not Notice.objects.filter(person=amina).exists(), "she does not manage the exchange"


def test_an_end_that_was_put_off_is_told_of_anew(joined, alliance_list, vera):
    root = joined.trust().expiring["root"]
    assert expiring.tell(root - timedelta(days=80)) >= 1
    alliance_list.pass_time(days=3)
    alliance_list.rotate_root()
    alliance_list.renew()
    joined.store.put_trust_files(alliance_list.files)
    later = joined.trust().expiring["root"]
    assert later > root
    Notice.objects.all().delete()
    expiring.tell(later - timedelta(days=80))
    assert any("root" in sentence(one) for one in Notice.objects.filter(person=vera))


def test_an_alarm_row_stands_on_the_page_from_the_first_step_on(joined, awake, vera, signed_in, monkeypatch):
    end = joined.trust().expiring["timestamp"]
    page = signed_in(vera).get(reverse("partners")).text
    assert "What runs out" in page
    assert "Runs out in" not in page
    monkeypatch.setattr(local_node(), "clock", lambda: end - timedelta(days=2))
    assert "Runs out in 2 days" in signed_in(vera).get(reverse("partners")).text


def test_a_node_that_takes_no_part_has_nothing_that_runs_out(state):
    assert expiring.tell() == 0
