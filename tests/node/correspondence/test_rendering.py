"""The operator's machine: asked by a reader, only where the state lets it have letters, kept here alone."""

import pytest
from tests.node.correspondence.scenes import write

from tocsin.node.alliance.models import AuditEntry
from tocsin.node.correspondence.actions import rendering
from tocsin.node.correspondence.actions.rendering import render_letter
from tocsin.node.correspondence.models import Letter, MachineRendering
from tocsin.node.correspondence.refusals import ActRefused
from tocsin.node.notifications.translation_settings import Machine

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(monkeypatch):
    """What the machine was asked; it may have letters."""
    calls = []

    def by_machine(machine, texts, *, source, target):
        calls.append((list(texts), source, target))
        return [f"{target}: {text}" for text in texts]

    allow(monkeypatch, "NATIONAL", "SELECTIVE")
    monkeypatch.setattr(rendering, "by_machine", by_machine)
    return calls


def allow(monkeypatch, *classifications: str, onward: bool = True):
    machine = Machine("https://t.example", "", None, 5, frozenset(classifications), onward)
    monkeypatch.setattr(rendering, "machine", lambda: machine)


def test_a_reader_has_a_letter_translated_once_and_it_is_marked(mira, lin, asked, signed_in):
    letter = write(mira.person, lin, subject="Beds", text="How many?", language="zh-hans")
    browser = signed_in(lin.person)
    assert "Have the machine translate it" in browser.get(f"/letters/{letter.thread_id}/").content.decode()
    browser.post(f"/letters/of/{letter.pk}/machine/")
    browser.post(f"/letters/of/{letter.pk}/machine/")
    assert asked == [(["Beds", "How many?"], "zh", "en")]
    page = browser.get(f"/letters/{letter.thread_id}/").content.decode()
    assert page.index("translated by a machine") < page.index("en: How many?") < page.index("<p>How many?</p>")
    assert "Have the machine translate it" not in page
    assert AuditEntry.objects.filter(act="letter.machine_translated", by=lin.person).count() == 1


def test_a_machine_that_may_not_have_letters_gets_none(mira, lin, asked, monkeypatch, signed_in):
    letter = write(mira.person, lin, language="ru")
    for classifications, onward in ((("MEMBERS",), True), (("NATIONAL",), False)):
        allow(monkeypatch, *classifications, onward=onward)
        with pytest.raises(ActRefused, match="must not be given"):
            render_letter(letter, language="en", by=lin.person)
        page = signed_in(lin.person).get(f"/letters/{letter.thread_id}/").content.decode()
        assert "Have the machine" not in page
    assert asked == []


def test_nobody_has_a_letter_translated_that_they_do_not_read(mira, lin, omar, asked):
    letter = write(mira.person, lin, language="ru")
    with pytest.raises(ActRefused, match="no such letter"):
        render_letter(letter, language="en", by=omar.person)
    assert asked == []


def test_of_a_letter_that_is_erased_meanwhile_nothing_is_kept(mira, lin, asked, monkeypatch):
    letter = write(mira.person, lin, language="ru")

    def slowly(machine, texts, *, source, target):
        Letter.objects.update(erased_at=letter.recorded_at, **Letter.WITHOUT_WORDS)
        return list(texts)

    monkeypatch.setattr(rendering, "by_machine", slowly)
    with pytest.raises(ActRefused, match="erased"):
        render_letter(letter, language="en", by=lin.person)
    assert not MachineRendering.objects.exists()
