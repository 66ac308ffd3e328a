"""Notices: at once in the browser, in batches by e-mail, in the person's own language."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from tocsin.node.alliance.models import Notice
from tocsin.node.alliance.notices import mail_waiting, notify


def tell(person, n=3, **values):
    notify([person], "signals.new", link="/signals/", n=n, source={"en": "Weekly", "ru": "Еженедельно"}, **values)


def test_the_bell_counts_what_was_not_seen(amina, signed_in):
    browser = signed_in(amina)
    assert browser.get(reverse("waiting_notices")).text.strip() == ""
    tell(amina)
    tell(amina)
    assert ">2<" in browser.get(reverse("waiting_notices")).text
    assert "3 new threads of signals in Weekly" in browser.get(reverse("notices")).text
    assert browser.get(reverse("waiting_notices")).text.strip() == ""


def test_letters_are_batched_and_no_more_than_hourly(amina):
    tell(amina)
    tell(amina, n=5)
    assert mail_waiting() == 1
    [letter] = mail.outbox
    assert "3 new threads" in letter.body
    assert "5 new threads" in letter.body
    tell(amina)
    assert mail_waiting() == 0
    Notice.objects.update(mailed_at=timezone.now() - timedelta(hours=2))
    Notice.objects.filter(pk=Notice.objects.order_by("-made_at").first().pk).update(mailed_at=None)
    assert mail_waiting() == 1


def test_whoever_saw_it_or_wants_no_letters_gets_none(amina, person):
    tell(amina)
    Notice.objects.update(seen_at=timezone.now())
    tell(person("epidemiologist", name="Bek", notices_by_mail="never"))
    assert mail_waiting() == 0
    assert not mail.outbox


def test_a_notice_leads_only_within_the_node_and_only_its_person(amina, person, signed_in):
    tell(amina)
    notice = Notice.objects.get()
    assert signed_in(person("clinician")).get(reverse("open_notice", args=[notice.pk])).status_code == 404
    assert signed_in(amina).get(reverse("open_notice", args=[notice.pk])).url == "/signals/"
    Notice.objects.update(link="https://evil.example/")
    assert signed_in(amina).get(reverse("open_notice", args=[notice.pk])).url == reverse("notices")


def test_a_kind_without_a_sentence_is_refused(amina):
    with pytest.raises(ValueError, match="no notice"):
        notify([amina], "signals.nonsense")
