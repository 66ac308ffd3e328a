"""Tables put into a folder by another program."""

import pytest
from tests.node.surveillance.tables_given import shown, table

from tocsin.node.surveillance.actions import previewing
from tocsin.node.surveillance.intake import watched_folders
from tocsin.node.surveillance.models import Upload

W1, W2 = "2026-01-05", "2026-01-12"
GOOD = table([(W1, "Region 1", "District 11", "plague", 1), (W2, "Region 1", "District 11", "plague", 2)])


@pytest.fixture
def folder(source, diseases, settings):
    source.is_on, source.watched_folder = True, "service/weekly"
    source.save()
    path = settings.WATCHED / "service" / "weekly"
    path.mkdir(parents=True)
    return path


@pytest.fixture(autouse=True)
def unscreened(monkeypatch):
    monkeypatch.setattr("tocsin.node.surveillance.intake.generations._ask_for_screening", lambda source: None)


def names(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_table_is_taken_once_it_stands_still(folder, source, work):
    (folder / "week.csv").write_bytes(GOOD)
    watched_folders.look()
    assert not Upload.objects.exists()
    watched_folders.look()
    work()
    source.refresh_from_db()
    assert shown(source)["plague", "XX-11", ""] == [1, 2]
    assert Upload.objects.get().via == "folder"
    watched_folders.look()
    assert names(folder) == ["taken/week.csv"]


def test_a_file_that_still_grows_waits(folder):
    (folder / "week.csv").write_bytes(GOOD[:40])
    watched_folders.look()
    (folder / "week.csv").write_bytes(GOOD)
    watched_folders.look()
    assert not Upload.objects.exists()


def test_hidden_and_unfinished_files_and_links_are_left(folder, tmp_path):
    (tmp_path / "secret.csv").write_bytes(GOOD)
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    for name in (".week.csv", "week.csv.part", "~$week.xlsx", "week.csv.tmp"):
        (folder / name).write_bytes(GOOD)
    watched_folders.look()
    watched_folders.look()
    assert not Upload.objects.exists()


def test_what_cannot_be_read_is_put_aside_with_the_reason(folder, work):
    (folder / "week.csv").write_bytes(b"nothing,of\nthe,kind\n")
    (folder / "empty.csv").write_bytes(b"")
    for _ in range(3):
        watched_folders.look()
        work()
    assert names(folder) == [
        "refused/empty.csv", "refused/empty.csv.txt", "refused/week.csv", "refused/week.csv.txt",
    ]  # fmt: skip
    assert "is empty" in (folder / "refused" / "empty.csv.txt").read_text()
    assert "'week'" in (folder / "refused" / "week.csv.txt").read_text()


def test_a_table_with_something_to_ask_waits_for_a_person(folder, source, work, amina):
    (folder / "week.csv").write_bytes(GOOD.replace(b"District 11", b"Dist 11"))
    for _ in range(3):
        watched_folders.look()
        work()
    upload = Upload.objects.get()
    assert upload.status == "previewed"
    assert names(folder) == [f"waiting/{upload.pk}__week.csv"]
    previewing.cancel(upload, by=amina)
    watched_folders.look()
    assert names(folder) == ["refused/week.csv", "refused/week.csv.txt"]


def test_a_bad_row_or_an_unlikely_count_is_something_to_ask(folder, source, work):
    (folder / "a.csv").write_bytes(GOOD + b"2026-01-12,Region 1,District 12,plague,x\r\n")
    (folder / "b.csv").write_bytes(GOOD.replace(W2.encode(), b"2199-01-07"))
    for _ in range(2):
        watched_folders.look()
        work()
    assert set(Upload.objects.values_list("status", flat=True)) == {"previewed"}


@pytest.mark.parametrize("name", ["/etc", "../../etc", "", "."])
def test_no_source_watches_other_folders_of_the_machine(source, name):
    source.watched_folder = name
    assert watched_folders.folder_of(source) is None


def test_the_same_name_again_is_kept_beside(folder, work):
    for content in (GOOD, GOOD + b"\n"):
        (folder / "week.csv").write_bytes(content)
        for _ in range(3):
            watched_folders.look()
            work()
    assert names(folder) == ["taken/week-2.csv", "taken/week.csv"]
