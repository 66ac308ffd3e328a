"""Files of an event: kept once, handed back as nothing that runs, taken away for good, and never half kept."""

import io
import os
import threading
import time
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.node.events.files.bad_files import BAD, GOOD, pdf, png
from tests.node.events.scenes import an_event

from tocsin.node.alliance.models import AuditEntry
from tocsin.node.events.actions import files as acts
from tocsin.node.events.actions.files import add_file, hand_back, remove_file
from tocsin.node.events.actions.linking import merge
from tocsin.node.events.files import keeping
from tocsin.node.events.models import EventFile
from tocsin.node.events.refusals import ActRefused
from tocsin.node.events.timeline import sentence
from tocsin.node.surveillance.intake import receiving
from tocsin.node.work.tasks import keep_house

DAY = 25 * 3600


def added(event, by, name="report.pdf", content=None, **said) -> EventFile:
    return add_file(event, [content if content is not None else pdf()], name=name, by=by, **said)


def on_disk(settings) -> set[str]:
    """Digests of what lies there."""
    return {path.name for path in Path(settings.UPLOADS).glob("events/??/*")}


def left_behind(settings) -> list[Path]:
    return list(Path(settings.UPLOADS).glob("arriving/*"))


def test_a_file_is_kept_under_its_digest_and_told_of_by_its_kind(event, amina, settings):
    made = added(event, amina, "Иванов.pdf", note_text="From the hospital")
    assert (made.kind, made.size, made.note) == ("pdf", len(pdf()), "From the hospital")
    assert on_disk(settings) == {made.digest}
    assert left_behind(settings) == []
    assert hand_back(made, by=amina).read_bytes() == pdf()
    # Its name may name a person, and more people read the timeline than files.
    entry = event.timeline.get(act="file_added")
    assert (sentence(entry), "Иванов" in str(entry.values)) == ("added a file: PDF", False)
    assert AuditEntry.objects.filter(act="event-file.downloaded", by=amina).count() == 1


@pytest.mark.parametrize("name", BAD)
def test_nothing_of_a_bad_file_stays(event, amina, settings, name):
    with pytest.raises(ActRefused):
        added(event, amina, name, BAD[name][0])
    assert on_disk(settings) == set()
    assert left_behind(settings) == []
    assert not EventFile.objects.exists()


@pytest.mark.parametrize(
    "name",
    [
        "a\u202efdp.pdf",
        "a\u200b.pdf",
        "../a.pdf",
        "a/b.pdf",
        "a\\b.pdf",
        "a\n.pdf",
        "a\x00.pdf",
        "C:a.pdf",
        "<b>.pdf",
        " .pdf",
        ".pdf",
        "a.pdf.",
        "a" * 200 + ".pdf",
        "",
        "con|a.pdf",
    ],
)
def test_a_name_that_deceives_is_refused(event, amina, settings, name):
    with pytest.raises(ActRefused):
        added(event, amina, name)
    assert on_disk(settings) == set()


def test_a_file_above_the_limit_is_refused_as_soon_as_it_is(event, amina, settings):
    settings.LARGEST_EVENT_FILE = 1 << 20
    taken = []

    def chunks():
        for number in range(100):
            taken.append(number)
            yield b"%PDF-" + b"0" * (1 << 18)

    with pytest.raises(ActRefused, match="larger than 1 MB"):
        add_file(event, chunks(), name="a.pdf", by=amina)
    assert len(taken) == 4
    assert left_behind(settings) == []


def test_twenty_five_megabytes_are_taken(event, amina, settings):
    assert settings.LARGEST_EVENT_FILE == 25 << 20
    content = pdf(b"0" * ((25 << 20) - len(pdf())))
    assert added(event, amina, content=content).size == 25 << 20


def test_the_same_bytes_lie_once_and_go_with_the_last_file_that_has_them(
    event, amina, settings, diseases, places, django_capture_on_commit_callbacks
):
    other = an_event(diseases["plague"], places["XX-12"], amina)
    first, second = added(event, amina), added(other, amina, "the same.pdf")
    with pytest.raises(ActRefused, match=r"here already, as “report\.pdf”"):
        added(event, amina, "again.pdf")
    assert on_disk(settings) == {first.digest}
    with django_capture_on_commit_callbacks(execute=True):
        remove_file(first, reason="Wrong event", by=amina)
    assert hand_back(second, by=amina).is_file()
    with django_capture_on_commit_callbacks(execute=True):
        remove_file(second, reason="Wrong event too", by=amina)
    assert on_disk(settings) == set()
    first.refresh_from_db()
    assert (first.removed_by, first.name) == (amina, "report.pdf")
    with pytest.raises(ActRefused, match="was removed"):
        hand_back(first, by=amina)
    assert added(event, amina).digest == first.digest  # it may come back, as another file


def test_a_removal_says_why_and_happens_once(event, amina, django_capture_on_commit_callbacks):
    made = added(event, amina)
    with pytest.raises(ActRefused, match="why"):
        remove_file(made, reason=" ", by=amina)
    remove_file(made, reason="Names in it", by=amina)
    with pytest.raises(ActRefused, match="already"):
        remove_file(made, reason="Again", by=amina)
    assert event.timeline.get(act="file_removed").text == "Names in it"


def test_files_may_hold_line_lists_and_are_for_those_who_read_these(event, amina, person, signed_in):
    made = added(event, amina)
    delegate = person("council_delegate")
    assert not EventFile.objects.visible_to(delegate).exists()
    with pytest.raises(EventFile.DoesNotExist):
        hand_back(made, by=delegate)
    with pytest.raises(PermissionDenied):
        added(event, delegate, "b.pdf", pdf(b"b"))
    assert signed_in(delegate).get(reverse("download_event_file", args=[event.pk, made.pk])).status_code == 403


def test_files_go_with_an_event_that_goes_into_another(event, amina, diseases, places):
    made = added(event, amina)
    into = an_event(diseases["cholera"], places["XX-12"], amina)
    merge(event, into, text="One source", by=amina, version=event.version)
    made.refresh_from_db()
    assert (made.event, hand_back(made, by=amina).is_file()) == (into, True)
    with pytest.raises(ActRefused, match="went into"):
        added(event, amina, "b.pdf", pdf(b"b"))


def test_what_a_killed_node_left_goes_after_a_day_and_what_is_named_never(event, amina, settings, monkeypatch):
    """Killed after the bytes were on the disk and before the row was: what lies there is named by nobody."""
    named = added(event, amina)
    with monkeypatch.context() as killed:
        killed.setattr(acts, "lock", lambda *_args, **_options: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            added(event, amina, "b.pdf", pdf(b"b"))
    orphans = on_disk(settings) - {named.digest}
    assert len(orphans) == 1
    assert keeping.sweep() == 0
    for path in Path(settings.UPLOADS).glob("events/??/*"):
        os.utime(path, (time.time() - DAY, time.time() - DAY))
    keep_house.call()
    assert on_disk(settings) == {named.digest}


def test_bytes_that_a_killed_removal_left_go_too(event, amina, settings, django_capture_on_commit_callbacks):
    made = added(event, amina)
    remove_file(made, reason="Killed before its bytes went", by=amina)
    path = keeping.path_of(made.digest)
    os.utime(path, (time.time() - DAY, time.time() - DAY))
    assert keeping.sweep() == 1
    assert not path.exists()


def test_what_a_kill_left_while_it_arrived_is_cleared_with_all_that_arrives(settings):
    folder = Path(settings.UPLOADS) / receiving.ARRIVING
    folder.mkdir(parents=True)
    (folder / "event-0").write_bytes(b"half")
    os.utime(folder / "event-0", (time.time() - DAY, time.time() - DAY))
    assert receiving.clear_left_behind(set()) == 1


@pytest.mark.django_db(transaction=True)
def test_bytes_are_not_taken_from_under_a_file_that_is_being_added(
    event, amina, settings, diseases, places, monkeypatch
):
    """One removes the last file that has the bytes while another adds the same: the other's lie there afterwards."""
    other = an_event(diseases["plague"], places["XX-12"], amina)
    first = added(event, amina)
    EventFile.objects.filter(pk=first.pk).update(removed_at=first.at)
    inside, done = threading.Event(), threading.Event()
    keep = keeping.keep

    def keeps_slowly(arrived):
        keep(arrived)
        inside.set()
        assert not done.wait(0.3), "the bytes were taken while somebody was adding them"

    def forgets():
        inside.wait(120)
        keeping.forget(first.digest)
        done.set()

    monkeypatch.setattr(keeping, "keep", keeps_slowly)
    thread = threading.Thread(target=lambda: (forgets(), __import__("django.db").db.connection.close()))
    thread.start()
    made = added(other, amina)
    thread.join()
    assert hand_back(made, by=amina).read_bytes() == pdf()


def test_a_download_runs_nowhere_and_is_put_on_record(event, amina, signed_in):
    made = added(event, amina, "Отчёт; 1.pdf")
    response = signed_in(amina).get(reverse("download_event_file", args=[event.pk, made.pk]))
    assert response.getvalue() == pdf()
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment;")
    assert "%D0%9E" in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox;")
    assert response["Cache-Control"] == "private, no-store"
    entry = AuditEntry.objects.get(act="event-file.downloaded")
    assert (entry.by, entry.details["digest"]) == (amina, made.digest)


@pytest.mark.parametrize("name", GOOD)
def test_every_kind_is_added_by_the_page_and_handed_back_as_it_is(event, amina, signed_in, name):
    browser, (content, kind) = signed_in(amina), GOOD[name]
    given = SimpleUploadedFile(name, content, content_type="text/html")
    response = browser.post(reverse("add_event_file", args=[event.pk]), {"file": given, "note_text": ""}, follow=True)
    assert response.status_code == 200
    made = EventFile.objects.get()
    assert made.kind == kind
    got = browser.get(reverse("download_event_file", args=[event.pk, made.pk]))
    assert got.getvalue() == content
    assert "html" not in got["Content-Type"]


def test_the_page_says_what_is_wrong_and_that_files_stay_here(event, amina, signed_in):
    browser, at = signed_in(amina), reverse("add_event_file", args=[event.pk])
    page = browser.get(reverse("event_files", args=[event.pk])).text
    assert "partners are sent none of them" in page
    bad = browser.post(at, {"file": io.BytesIO(b"")})
    assert bad.status_code == 422
    named = SimpleUploadedFile("photo.png", pdf())
    assert "By its bytes it is: PDF" in browser.post(at, {"file": named}).text
    assert "required" in browser.post(at, {}).text


def test_an_officer_may_send_as_much_as_a_file_may_have_and_no_more(event, officer, signed_in, settings):
    """The handler of uploads takes more than a form from those who send counts, and from those who keep events."""
    browser, at = signed_in(officer), reverse("add_event_file", args=[event.pk])
    large = png(b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + (2 << 20)))
    assert browser.post(at, {"file": SimpleUploadedFile("large.png", large)}).status_code == 302
    above = SimpleUploadedFile("above.png", png(b"x" * (settings.LARGEST_EVENT_FILE + (2 << 20))))
    refused = browser.post(at, {"file": above})
    assert (refused.status_code, "too large" in refused.text) == (413, True)


def test_a_full_disk_is_said_and_nothing_is_kept(event, amina, signed_in, settings, monkeypatch):
    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keeping.os, "fsync", full)
    at = reverse("add_event_file", args=[event.pk])
    response = signed_in(amina).post(at, {"file": SimpleUploadedFile("a.pdf", pdf())})
    assert response.status_code == 507
    assert "disk of this node is full" in response.text
    assert on_disk(settings) == set()
    assert [path for path in left_behind(settings) if path.name.startswith("event-")] == []


def test_bytes_that_are_missing_are_said_to_be(event, amina, signed_in):
    """A node put back from a copy that was made while a file was removed."""
    made = added(event, amina)
    keeping.path_of(made.digest).unlink()
    response = signed_in(amina).get(reverse("download_event_file", args=[event.pk, made.pk]))
    assert response.status_code == 410
    assert "missing" in response.text


def test_a_file_of_another_event_is_not_found_under_this_one(event, amina, signed_in, diseases, places):
    other = an_event(diseases["plague"], places["XX-12"], amina)
    made = added(other, amina)
    browser = signed_in(amina)
    assert browser.get(reverse("download_event_file", args=[event.pk, made.pk])).status_code == 404
    assert browser.post(reverse("remove_event_file", args=[event.pk, made.pk]), {"reason": "x"}).status_code == 404


def test_the_page_removes_a_file_with_its_reason(event, amina, signed_in):
    made = added(event, amina)
    browser, at = signed_in(amina), reverse("remove_event_file", args=[event.pk, made.pk])
    assert browser.post(at, {}).status_code == 422
    page = browser.post(at, {"reason": "Names in it"}, follow=True).text
    assert "Removed files" in page
    assert "removed by Amina" in page
