"""Who the patient is, planted wherever a hospital keeps it, is found in nothing that leaves: searched byte by byte."""

import json
import logging
import zipfile
from base64 import urlsafe_b64decode
from io import BytesIO

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone, translation
from tests.node.consultations.draft_scenes import at, seen
from tests.node.consultations.planted import (
    IDENTITY,
    NAME_OF_FILE,
    PLANTED,
    docx_of_them,
    found_in_bytes,
    jpeg_of_them,
    pdf_of_them,
    png_of_them,
    text_of_them,
)
from tests.node.consultations.scenes import a_draft, closed, words
from tests.node.consultations.theirs import an_opinion, bring, said_to_be, their_clinician, their_hospital
from tests.node.files.scenes import a_file

from tocsin.exchange.bundles import write_bundle
from tocsin.exchange.documents import Document
from tocsin.exchange.intake import take
from tocsin.exchange.sealing import seal
from tocsin.node.alliance.models import AuditEntry, Notice
from tocsin.node.alliance.notices import mail_waiting, sentence
from tocsin.node.consultations.actions import answering, asking
from tocsin.node.consultations.actions.drafting import keep
from tocsin.node.consultations.api import consultations as api
from tocsin.node.consultations.finding import cases_with
from tocsin.node.consultations.models import Case, PatientIdentity
from tocsin.node.files.models import Attached, Upload

pytestmark = pytest.mark.django_db
FILES = {
    "jpg": jpeg_of_them, "png": png_of_them, "pdf": pdf_of_them, "docx": docx_of_them, "txt": text_of_them,
}  # fmt: skip


@pytest.fixture
def wei(partner):
    """An expert at Borvik, in another state."""
    return their_clinician(their_hospital())


@pytest.fixture
def draft(mira, river, wei, browser):
    """Written by its pages: who the patient is, in every field that asks for it, and five files that say so."""
    made = a_draft(mira, [river, wei.hospital], by=mira.person, identity={})
    typed = {name: "\n".join(IDENTITY[name]) for name in ("names", "numbers", "telephones", "addresses")}
    typed |= {"birth_date": IDENTITY["birth_date"].isoformat(), "age": "62", "age_unit": "a", "sex": "female"}
    assert browser.post(at(made, "patient"), seen(made, **typed)).status_code == 302
    assert PatientIdentity.objects.of_draft(made).names == IDENTITY["names"]
    made.refresh_from_db()
    uploads = [a_file(mira.person, make(), name=f"{NAME_OF_FILE}.{ending}") for ending, make in FILES.items()]
    return keep(made, {"files": [str(one.pk) for one in uploads]}, version=made.version, by=mira.person)


@pytest.fixture
def log(caplog):
    with caplog.at_level(logging.DEBUG):
        yield caplog


def a_whole_course(draft, joined, partner, browser, mira, lin, wei, rosa) -> tuple[Case, list[bytes]]:
    """Asked, answered here and abroad, followed up, opened again. With every batch as it goes over the wire."""
    browser.get(at(draft, "look"))
    sent = browser.post(at(draft, "submit"), seen(draft))
    assert sent.status_code == 302, sent.text
    case = Case.objects.get()
    wire = [leaves(joined, partner)]
    answering.allocate(case, [lin], by=rosa)
    answering.ask(case, words("Since when?"), by=lin.person)
    asking.reply(case, "q1", words("Since Monday."), by=mira.person)
    bring(partner, joined, said_to_be(partner, case, [wei]), *an_opinion(partner, case, wei, "Halve it.", id="o7"))
    answering.sign(case, words("Meropenem."), by=lin.person)
    answering.send_message(case, words("May we call at noon?"), by=mira.person)
    wire.append(leaves(joined, partner))
    asking.reopen(closed(Case.objects.get(), by=mira.person), words("It is back."), by=mira.person)
    wire.append(leaves(joined, partner))
    return Case.objects.get(), wire


def leaves(joined, partner) -> bytes:
    """All that waits, sealed: a bundle of batches, as a page over HTTP and a medium carry them. Borenia takes it in."""
    batches = []
    for manifest in seal(joined):
        batches.append(joined.store.batch_of(manifest.digest))
        if "BO" in manifest.stream.audience:
            take(partner.nodes["BO"], batches[-1], via="AL")
    file = BytesIO()
    write_bundle(file, batches, alliance="sco", sender="AL", made_at=timezone.now().replace(microsecond=0))
    return file.getvalue()


def asks(person):
    request = RequestFactory().get("/")
    request.user = person
    return request


def test_what_is_searched_for_is_found_where_it_stands(mira, draft):
    """Or the searches below would find nothing whatever left."""
    for make in FILES.values():
        assert found_in_bytes(make()), make
    assert found_in_bytes(jpeg_of_them()) >= {"Забайкалов", "Zabaikalov", "欧阳", "7741902", "1963-08-27"}
    assert found_in_bytes(json.dumps(IDENTITY, default=str).encode()) == {*PLANTED} - {
        "27.08.1963", "1963:08:27", "6619035",
    }  # fmt: skip
    assert Upload.objects.filter(name__startswith=NAME_OF_FILE).count() == len(FILES)


def test_in_what_goes_to_another_state(draft, joined, partner, browser, mira, lin, wei, rosa):
    case, wire = a_whole_course(draft, joined, partner, browser, mira, lin, wei, rosa)
    entries = [one for one in partner.nodes["BO"].store.entries(most=1_000) if one.stream.origin == "AL"]
    documents = [Document.read(one.document) for one in entries if one.document]
    parts = [one for one in documents if one.type == "file-part"]
    assert {one.type for one in documents} >= {"clinical-note", "consultation", "file-part"}
    assert len({one.body["file"] for one in parts}) == len(FILES)
    assert b"Haemoglobin falls" in b"".join(_inside(bytes_of(one)) for one in parts)
    for content in (*wire, *(one.document for one in entries), *(bytes_of(one) for one in parts)):
        assert found_in_bytes(content) == set()
    names = [one["name"] for one in documents[0].body.get("files", [])] + [row.name for row in Attached.objects.all()]
    assert sorted(set(names)) == ["document-3.pdf", "document-4.docx", "document-5.txt", "photo-1.jpg", "photo-2.png"]
    assert case.status == "submitted" or case.is_open


def test_in_what_whoever_has_the_case_takes_along(
    draft, joined, partner, browser, signed_in, mira, lin, wei, rosa
):  # fmt: skip
    case, _ = a_whole_course(draft, joined, partner, browser, mira, lin, wei, rosa)
    taken: dict[str, bytes] = {}
    for person in (lin.person, rosa):
        reader, name = signed_in(person), person.name
        addresses = [f"/consultations/{case.pk}/", f"/consultations/{case.pk}/fhir/", "/consultations/"]
        addresses += [f"/consultations/{case.pk}/outcome/{language}/docx/" for language, _name in settings.LANGUAGES]
        addresses += [f"/consultations/{case.pk}/outcome/ru/pdf/"]
        addresses += [f"/files/{one.pk}/{one.name}" for one in Attached.objects.all()]
        for address in addresses:
            response = reader.get(address)
            assert response.status_code == 200, address
            body = response.getvalue() if response.streaming else response.content
            taken[f"{name} {address}"] = body + str(response.headers).encode()
        said = api.ConsultationWhole(**api.consultation(asks(person), case.pk)).model_dump_json()
        taken[f"{name} API"] = said.encode()
    assert len(taken) == 2 * (3 + 3 + 1 + len(FILES) + 1)
    assert {name: found for name, one in taken.items() if (found := found_in_bytes(one))} == {}


def test_in_notices_letters_logs_and_the_audit(draft, joined, partner, browser, mira, lin, wei, rosa, log):
    case, _ = a_whole_course(draft, joined, partner, browser, mira, lin, wei, rosa)
    browser.get(f"/consultations/{case.pk}/identity/")
    assert Notice.objects.count() > 5
    said = [str(list(Notice.objects.values())), str(list(AuditEntry.objects.values()))]
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            said += [sentence(one) for one in Notice.objects.all()]
    Notice.objects.update(mailed_at=None, seen_at=None)
    assert mail_waiting() >= 3
    said += [f"{one.message().as_string()} {one.subject} {one.body}" for one in mail.outbox]
    said += [log.text, *(str(one.args) for one in log.records if not one.name.startswith("django.db"))]
    assert [found for one in said if (found := found_in_bytes(one.encode()))] == []


def test_in_the_index_by_which_cases_are_found(draft, joined, partner, browser, mira, lin, wei, rosa):
    case, _ = a_whole_course(draft, joined, partner, browser, mira, lin, wei, rosa)
    assert cases_with("meropenem", mira.person) == [case.pk]
    for planted in (*IDENTITY["names"], *IDENTITY["numbers"], "Zabaikalov", "欧阳", "zabaykalov"):
        for reader in (mira.person, lin.person, rosa):
            assert cases_with(planted, reader) == []
    with connection.cursor() as cursor:
        tables = [one for one in connection.introspection.table_names(cursor) if one.startswith("search_")]
        for table in tables:
            if connection.vendor == "sqlite" and table.startswith("search_shelf") and table[-1].isdecimal():
                continue  # what a shelf of words has stands in the tables behind it
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            assert found_in_bytes(repr(cursor.fetchall()).encode()) == set(), table


def bytes_of(part: Document) -> bytes:
    """What a part of a file carries."""
    said = part.body["bytes"]
    return urlsafe_b64decode(said + "=" * (-len(said) % 4))


def _inside(content: bytes) -> bytes:
    if not zipfile.is_zipfile(BytesIO(content)):
        return content
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return b"".join(archive.read(one) for one in archive.infolist())
