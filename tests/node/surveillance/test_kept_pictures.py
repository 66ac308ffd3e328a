"""Pictures kept as files: shared, and never in the way of a page."""

import os
import time
from pathlib import Path

import pytest

from tocsin.node.surveillance.kept_pictures import OLD, PictureCache, remove_old


@pytest.fixture
def folder(settings, tmp_path) -> Path:
    settings.HOME = tmp_path
    return tmp_path / "pictures"


def cache(folder: Path) -> PictureCache:
    return PictureCache(str(folder), {"KEY_PREFIX": "1"})


def test_what_one_process_keeps_another_is_given(folder):
    cache(folder).set("a", {"figure": [1, 2]}, 60)
    assert cache(folder).get("a") == {"figure": [1, 2]}
    assert PictureCache(str(folder), {"KEY_PREFIX": "2"}).get("a") is None  # another release


@pytest.mark.parametrize("damage", [b"", b"\0" * 400, b"half"])
def test_a_damaged_file_is_a_picture_to_be_computed_anew(folder, damage, caplog):
    cache(folder).set("a", {"figure": [1, 2]}, 60)
    [file] = folder.iterdir()
    file.write_bytes(file.read_bytes()[:20] if damage == b"half" else damage)
    assert cache(folder).get("a") is None
    assert not file.exists()
    cache(folder).set("a", "again", 60)
    assert cache(folder).get("a") == "again"


def test_a_full_disk_keeps_nothing_and_fails_nothing(folder, monkeypatch, caplog):
    def full(*_given, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("django.core.cache.backends.filebased.tempfile.mkstemp", full)
    cache(folder).set("a", "picture", 60)
    assert "could not be kept" in caplog.text
    assert cache(folder).get("a") is None


def test_old_pictures_go_by_night_and_fresh_ones_stay(folder):
    kept = cache(folder)
    kept.set("old", 1, 60)
    [old] = folder.iterdir()
    left = folder / "tmpleft"
    left.write_bytes(b"of a killed process")
    kept.set("fresh", 2, 60)
    for file in (old, left):
        os.utime(file, (time.time() - OLD - 60,) * 2)
    assert remove_old() == 2
    assert kept.get("fresh") == 2
    assert not old.exists()


def test_where_nothing_was_kept_there_is_nothing_to_remove(folder):
    assert remove_old() == 0
