"""A translation machine: off by default, never given what the state keeps narrow, always said to be a machine."""

import json
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from django.utils import timezone
from tests.node.notifications.scenes import bring, notified, said, told

from tocsin.node.alliance.models import AuditEntry
from tocsin.node.events.refusals import ActRefused
from tocsin.node.notifications import machine as calling
from tocsin.node.notifications.actions.machine_translating import translate_by_machine, why_no_machine
from tocsin.node.notifications.actions.translating import add_translation
from tocsin.node.notifications.models import Notification, Translation, VerificationRequest
from tocsin.node.notifications.texts import source_of
from tocsin.node.notifications.translation_settings import BadTranslations, Machine, machine, working_languages


@pytest.fixture
def configured(settings, monkeypatch):
    """configured(…): a node with such a [translations]."""

    def configure(**table):
        from dataclasses import replace

        settings.CONFIGURATION = replace(django_settings.CONFIGURATION, translations=table)

    return configure


@pytest.fixture
def calls(monkeypatch):
    """What the machine was sent; it answers each text with “EN:” before it."""
    sent = []

    def answered(there, body):
        asked = json.loads(body)
        sent.append(asked)
        return 200, json.dumps({"translatedText": [f"EN:{text}" for text in asked["q"]]}).encode()

    monkeypatch.setattr(calling, "_posted", answered)
    return sent


@pytest.fixture
def came(joined, partner, diseases):
    document = notified(partner)
    bring(partner, joined, document)
    return Notification.objects.get(pk=document.id)


@pytest.fixture
def tara(person):
    return person("translator", name="Tara")


def test_without_a_machine_in_node_toml_no_text_leaves(came, tara, calls, configured):
    configured()
    assert machine() is None
    with pytest.raises(ActRefused, match="no translation machine"):
        translate_by_machine(came, language="en", by=tara)
    assert calls == []


def test_a_machines_texts_are_kept_and_marked_as_a_machines(came, tara, calls, configured):
    configured(machine={"url": "https://t.example/translate"})
    made = translate_by_machine(came, language="en", by=tara)
    assert {(row.field, row.standing, row.by, row.shared_as) for row in made} == {
        ("summary", "machine", None, None), ("measures", "machine", None, None),
    }  # fmt: skip
    assert made[-1].text.startswith("EN:")
    entry = AuditEntry.objects.get(act="translation.machine_asked")
    assert (entry.by, entry.details["language"]) == (tara, "en")


def test_the_machine_is_given_texts_and_not_whose_they_are(came, tara, calls, configured):
    configured(machine={"url": "https://t.example/translate"})
    translate_by_machine(came, language="en", by=tara)
    (asked,) = calls
    assert set(asked) == {"q", "source", "target", "format"}
    assert (asked["source"], asked["target"]) == ("ru", "en")
    assert not any("BO" in text for text in asked["q"])


def test_what_is_selective_is_given_to_no_machine_unless_the_state_says_so(
    joined, partner, diseases, tara, calls, configured
):
    late = (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    asked = {"about": None, "event": None, "answer_by": late, "places": [], "disease": "cholera"}
    document = said(partner, "verification-request", audience="to:AL", head={"language": "ru"}, **asked)
    bring(partner, joined, document)
    row = VerificationRequest.objects.get()
    configured(machine={"url": "https://t.example/translate"})
    with pytest.raises(ActRefused, match="must not be given to a machine"):
        translate_by_machine(row, language="en", by=tara)
    assert calls == []
    configured(machine={"url": "https://t.example/translate", "classifications": ["SELECTIVE"]})
    assert translate_by_machine(row, language="en", by=tara)


@pytest.mark.parametrize("classification", ["NATIONAL", "SELECTIVE", "MEMBERS", "FAMILY", "PUBLIC"])
@pytest.mark.parametrize("onward", [True, False])
def test_what_may_be_sent_is_what_node_toml_names(classification, onward):
    usual = Machine("https://t.example", "", None, 5, frozenset(("MEMBERS", "FAMILY", "PUBLIC")), onward)
    assert usual.may_have(classification, no_onward_sharing=False) == (classification not in ("NATIONAL", "SELECTIVE"))
    assert not usual.may_have("SELECTIVE", no_onward_sharing=True)
    assert usual.may_have("MEMBERS", no_onward_sharing=True) == onward


def test_what_must_not_be_passed_on_is_given_to_no_machine(joined, partner, diseases, tara, calls, configured):
    document = notified(partner, head={"no_onward_sharing": True})
    bring(partner, joined, document)
    configured(machine={"url": "https://t.example/translate"})
    row = Notification.objects.get(pk=document.id)
    assert why_no_machine(source_of(row))
    with pytest.raises(ActRefused):
        translate_by_machine(row, language="en", by=tara)
    assert calls == []


def test_what_a_person_wrote_is_not_written_over(came, tara, calls, configured):
    configured(machine={"url": "https://t.example/translate"})
    add_translation(came, language="en", texts={"measures": "Water is brought."}, by=tara)
    translate_by_machine(came, language="en", by=tara)
    assert calls[0]["q"] == [came.body["texts"]["summary"]]
    assert Translation.objects.get(field="measures", is_current=True).text == "Water is brought."
    with pytest.raises(ActRefused, match="already"):
        translate_by_machine(came, language="en", by=tara)


@pytest.mark.parametrize(
    "answer",
    [
        (500, b""), (200, b"<html>"), (200, b"[]"), (200, b"null"), (200, b'{"translatedText": ["one"]}'),
        (200, b'{"translatedText": [1, 2]}'), (200, b"[" * 100_000),
        (200, '{"translatedText": ["a\u202eb", "c"]}'.encode()),
        (200, b'{"translatedText": ["<script>x</script>", "c"]}'),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_used_keeps_nothing(came, tara, configured, monkeypatch, answer):
    configured(machine={"url": "https://t.example/translate"})
    monkeypatch.setattr(calling, "_posted", lambda there, body: answer)
    with pytest.raises(ActRefused):
        translate_by_machine(came, language="en", by=tara)
    assert not Translation.objects.exists()


def test_a_machine_that_cannot_be_reached_is_said_in_a_sentence(came, tara, configured):
    configured(machine={"url": "https://127.0.0.1:9/translate", "timeout": 1})
    with pytest.raises(ActRefused, match="does not answer"):
        translate_by_machine(came, language="en", by=tara)


@pytest.mark.parametrize(
    "table",
    [
        {"url": "http://t.example"}, {"url": "https://t.example", "key": "x"}, {"timeout": 5},
        {"url": "https://t.example", "timeout": 0}, {"url": "https://t.example", "classifications": ["SECRET"]},
    ],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused(configured, table):
    configured(machine=table)
    with pytest.raises(BadTranslations):
        machine()


def test_the_working_languages_are_the_states_own_unless_node_toml_says_others(configured, state):
    configured()
    assert working_languages() == ("ru", "en")
    configured(languages=["zh-hans", "zh", "en"])
    assert working_languages() == ("zh", "en")
    configured(languages="ru")
    with pytest.raises(BadTranslations):
        working_languages()


def test_a_release_waits_for_no_translator_and_no_machine(joined, event, vera, configured, monkeypatch):
    def hangs(there, body):
        raise AssertionError("nobody asked for a translation")

    configured(languages=["zh"], machine={"url": "https://t.example/translate"})
    monkeypatch.setattr(calling, "_posted", hangs)
    made = told(event, vera)
    assert made.pk is not None
    assert not Translation.objects.exists()


def test_the_button_of_the_page_asks_the_machine(came, tara, signed_in, calls, configured):
    configured(machine={"url": "https://t.example/translate"})
    browser = signed_in(tara)
    address = ["notification", came.pk, "en"]
    assert "Have the machine translate the rest" in browser.get(reverse("translation", args=address)).text
    answer = browser.post(reverse("machine_translation", args=address), follow=True)
    assert "EN:Вода подвозится." in answer.text
    assert "machine translation, not checked" in answer.text
    configured()
    assert "Have the machine" not in browser.get(reverse("translation", args=address)).text
