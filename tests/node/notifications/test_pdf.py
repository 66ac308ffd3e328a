"""A notification on paper: what must stand on every sheet, in each language, and who took it."""

import io
import re

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from pypdf import PdfReader
from tests.node.notifications.scenes import bring, notified, told

from tocsin.node.alliance.models import AuditEntry
from tocsin.node.notifications.models import Notification, Translation
from tocsin.node.notifications.pages.pdf import notification_pdf

pytestmark = pytest.mark.any_database

LANGUAGES = ("en", "ru", "zh-hans")


def sheets(made: bytes) -> list[str]:
    return [re.sub(r"\s+", " ", sheet.extract_text()) for sheet in PdfReader(io.BytesIO(made)).pages]


@pytest.fixture
def came(joined, partner, diseases):
    document = notified(partner, head={"no_onward_sharing": True})
    bring(partner, joined, document)
    return Notification.objects.get(pk=document.id)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_one_or_two_sheets_with_what_must_stand_on_each(came, language):
    with translation.override(language):
        made = sheets(notification_pdf(came))
        whom = gettext("all members")
    assert 1 <= len(made) <= 2
    for number, sheet in enumerate(made, 1):
        assert sheet.count(whom) >= 2, "classified at top and bottom"
        assert "BO-2026-3" in sheet
        assert {"en": f"Page {number} of {len(made)}", "ru": f"{number} из {len(made)}", "zh-hans": f"{number}"}[
            language
        ] in sheet
    whole = " ".join(made)
    assert str(came.document_id) in whole.replace(" ", "") or str(came.document_id) in whole
    assert {"en": "Dolin", "ru": "Долин", "zh-hans": "多林"}[language] in whole
    assert {"en": "Cholera", "ru": "Холера", "zh-hans": "霍乱"}[language].casefold() in whole.casefold()
    assert {"en": "unknown", "ru": "неизвестно", "zh-hans": "不详"}[language] in whole


def test_it_says_that_it_must_not_be_passed_on_and_what_it_does_not_replace(came):
    whole = " ".join(sheets(notification_pdf(came)))
    assert "Borenia forbids passing this on" in whole
    assert whole.count("not to be passed on") >= 2
    assert "does not take the place of what the National IHR Focal Point notifies to WHO" in whole
    assert "by the node of Borenia, recorded" in whole


def test_an_exercise_has_its_band_on_every_sheet(came):
    """The alliance of the tests is one of exercises."""
    Notification.objects.filter(pk=came.pk).update(is_exercise=True)
    came.refresh_from_db()
    assert all("EXERCISE · УЧЕНИЕ · 演练" in sheet for sheet in sheets(notification_pdf(came)))
    Notification.objects.filter(pk=came.pk).update(is_exercise=False)
    came.refresh_from_db()
    assert not any("УЧЕНИЕ" in sheet for sheet in sheets(notification_pdf(came)))


def test_the_same_document_in_the_same_language_is_the_same_file(came):
    assert notification_pdf(came) == notification_pdf(Notification.objects.get(pk=came.pk))
    with translation.override("ru"):
        russian = notification_pdf(came)
    assert russian != notification_pdf(came)


def test_a_machines_text_is_never_on_paper_without_the_original(came):
    Translation.objects.create(
        of_id=came.document_id, of_origin="BO", of_type="notification", field="measures", language="en",
        text="Water is being supplied.", standing="machine", node="AL",
    )  # fmt: skip
    whole = " ".join(sheets(notification_pdf(came)))
    assert "machine translation, not checked: Altania" in whole
    assert "Water is being supplied." in whole
    assert "Вода подвозится." in whole


def test_what_waits_to_be_signed_says_so(joined, event, vera):
    whole = " ".join(sheets(notification_pdf(told(event, vera))))
    assert "not yet: it waits to be signed" in whole


def test_a_void_version_says_so_on_paper(came):
    Notification.objects.filter(pk=came.pk).update(withdrawn_at=timezone.now())
    came.refresh_from_db()
    assert "This version is void" in " ".join(sheets(notification_pdf(came)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_reads_events_takes_it_and_the_audit_says_who(came, amina, signed_in, language):
    answer = signed_in(amina).get(reverse("notification_pdf", args=[came.pk, language]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert f"BO-2026-3-v1-{language}.pdf" in answer["Content-Disposition"]
    entry = AuditEntry.objects.get(act="notification.exported")
    assert (entry.by, entry.details["language"], entry.target_id) == (amina, language, str(came.pk))


def test_it_is_given_to_nobody_else_and_not_in_other_languages(came, person, amina, signed_in):
    address = reverse("notification_pdf", args=[came.pk, "en"])
    assert signed_in(person("translator")).get(address).status_code == 403
    assert signed_in(amina).get(reverse("notification_pdf", args=[came.pk, "fr"])).status_code == 404
    assert signed_in(amina).get(reverse("notification_pdf", args=[came.of_id, "en"])).status_code == 404
    Notification.objects.filter(pk=came.pk).update(body={}, erased_at=timezone.now())
    assert signed_in(amina).get(address).status_code == 404
    assert not AuditEntry.objects.filter(act="notification.exported").exists()
