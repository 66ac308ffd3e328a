"""A copy holds the node; what is damaged is refused before anything is written; a kill leaves no half of one."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from datetime import date, datetime
from io import BytesIO

import polars as pl
import pytest
from tests.node import serving

from tocsin.counts.archive import Archive
from tocsin.node.running import backup as module
from tocsin.node.running import bundle
from tocsin.node.running.refusals import CannotBackUp, CannotRestore
from tocsin.node.running.restore import RESTORED, restore

SOURCE = "0198c0de-0000-7000-8000-000000000001"


def rows(count):
    return pl.DataFrame(
        {
            "series": [1], "disease": ["dengue"], "place": ["1"], "stratum": [""], "period": [date(2026, 3, 2)],
            "count": [count], "reported": [datetime.fromisoformat("2026-03-10T02:00:00+00:00")],
        },
        schema_overrides={"count": pl.Int32, "reported": pl.Datetime("us", "UTC")},
    )  # fmt: skip


@pytest.fixture(scope="module")
def original(made, tmp_path_factory):
    """A node, to be read only, and its copy."""
    folder = tmp_path_factory.mktemp("original")
    fill(shutil.copytree(made, folder / "node"))
    done = serving.run(folder / "node", "backup", folder / "copy.tar")
    assert done.returncode == 0, done.stderr
    return folder / "node", folder / "copy.tar"


def fill(home):
    """A node with two uploads in an archive, a file as it came, a boundary layer, and what is no part of a copy."""
    archive = Archive(home / "archive" / SOURCE)
    for number, count in enumerate((3, 5), 1):
        archive.append(rows(count), upload=f"upload-{number}", generation=number)
    for name in ("uploads/2026-03-10/week.csv", "boundaries/here.geojson"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(os.urandom(5_000))
    (home / "uploads" / "half.part").write_bytes(b"half")
    (home / "static" / "left-out.js").write_text("")


@pytest.fixture
def filled(original, tmp_path):
    return shutil.copytree(original[0], tmp_path / "node")


@pytest.fixture
def copy(original, tmp_path):
    return shutil.copy(original[1], tmp_path / "copy.tar")


def contents(home):
    """Everything of a node that a copy keeps: rows of every table, and bytes of every file."""
    with closing(sqlite3.connect(home / "tocsin.sqlite3")) as database:
        # Not `iterdump`, which cannot read the virtual tables of the search; what they hold lies in tables beside them.
        schema = database.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
        tables = [name for name, sql in schema if (sql or "").startswith("CREATE TABLE")]
        dump = [schema, *((name, database.execute(f'SELECT * FROM "{name}"').fetchall()) for name in tables)]
    kept = ("node.toml", "secret", "archive/**/*", "uploads/**/*", "boundaries/**/*")
    files = {path for pattern in kept for path in home.glob(pattern) if path.is_file()}
    return dump, {str(path.relative_to(home)): path.read_bytes() for path in files if path.suffix != ".part"}


def members(copy):
    with tarfile.open(copy) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}


def rewritten(copy, files):
    with tarfile.open(copy, "w") as tar:
        for name, content in files:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, BytesIO(content))
    return copy


def test_there_and_back(filled, copy, tmp_path):
    done = serving.run(tmp_path / "new", "restore", copy)
    assert done.returncode == 0, done.stderr
    dump, files = contents(filled)
    dump_back, files_back = contents(tmp_path / "new")
    assert dump_back == dump
    # What Delta and Tocsin make anew where it is missing.
    made_anew = {name for name in files if name.endswith(("_last_checkpoint", "_writing.lock"))}
    assert files_back == {name: content for name, content in files.items() if name not in made_anew}
    back = Archive(tmp_path / "new" / "archive" / SOURCE)
    assert back.view(version=back.head())["count"].to_list() == [5]
    assert oct((tmp_path / "new" / "secret").stat().st_mode) == "0o100600"
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_a_node_put_back_is_told_to_ask_its_partners_before_it_signs(copy, tmp_path):
    restore(copy, tmp_path / "new")
    assert (tmp_path / "new" / RESTORED).is_file()


def test_a_copy_is_for_its_owner_alone(copy):
    assert oct(copy.stat().st_mode) == "0o100600"


def test_a_copy_says_which_versions_it_holds(filled, copy):
    manifest = json.loads(members(copy)["manifest.json"])
    assert manifest["archives"] == {SOURCE: Archive(filled / "archive" / SOURCE).head()}
    assert ["alliance", "0001_initial"] in manifest["migrations"]


def test_a_copy_never_replaces_another(filled, copy):
    before = copy.read_bytes()
    done = serving.run(filled, "backup", copy)
    assert done.returncode == 2
    assert "is there already" in done.stderr
    assert copy.read_bytes() == before


def test_a_folder_that_is_not_empty_is_left_alone(copy, tmp_path):
    there = tmp_path / "there"
    there.mkdir()
    (there / "letter.txt").write_text("keep me")
    with pytest.raises(CannotRestore, match="is not empty"):
        restore(copy, there)
    assert [path.name for path in there.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("where", [0.02, 0.5, 0.9])
def test_one_wrong_byte_is_noticed(copy, tmp_path, where):
    """In the database, in a file, in the manifest: at a place of content, not of padding."""
    content = bytearray(copy.read_bytes())
    at = int(len(content) * where)
    at = next(place for place in range(at, len(content)) if content[place])
    content[at] ^= 0x01
    copy.write_bytes(content)
    with pytest.raises(CannotRestore, match=r"is damaged|which no copy of a node does"):
        restore(copy, tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("kept", [0, 511, 0.3, 0.999])
def test_a_copy_that_is_cut_short_is_refused(copy, tmp_path, kept):
    content = copy.read_bytes()
    end = max(name for name in (content.rfind(b"}"),))
    copy.write_bytes(content[: kept if isinstance(kept, int) else int(end * kept)])
    with pytest.raises(CannotRestore):
        restore(copy, tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["home/../../escaped", "/etc/escaped", "home/a//b", "other"])
def test_a_file_that_would_leave_the_folder_is_refused(copy, tmp_path, name):
    files = [*members(copy).items()]
    files.insert(1, (name, b"x"))
    with pytest.raises(CannotRestore, match="which no copy of a node does"):
        restore(rewritten(copy, files), tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_file_twice_or_missing_or_more_is_refused(copy, tmp_path):
    files = members(copy)
    for altered in (
        [*files.items(), ("home/secret", b"another")],
        [(name, content) for name, content in files.items() if name != "home/secret"],
        [("home/more", b"x"), *files.items()],
        [(name, b"another" if name == "home/secret" else content) for name, content in files.items()],
    ):
        with pytest.raises(CannotRestore):
            restore(rewritten(tmp_path / "altered.tar", altered), tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_link_is_refused(copy, tmp_path):
    with tarfile.open(tmp_path / "link.tar", "w") as tar:
        member = tarfile.TarInfo("home/secret")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(member)
    with pytest.raises(CannotRestore, match="home/secret"):
        restore(tmp_path / "link.tar", tmp_path / "new")


def test_a_copy_of_another_format_names_what_reads_it(copy, tmp_path):
    files = members(copy)
    manifest = {**json.loads(files["manifest.json"]), "format": 99}
    rewritten(
        copy,
        [*((n, c) for n, c in files.items() if n != "manifest.json"), ("manifest.json", json.dumps(manifest).encode())],
    )
    with pytest.raises(CannotRestore, match="format 99; this release reads 1"):
        restore(copy, tmp_path / "new")


def test_a_copy_of_sqlite_does_not_go_into_postgresql(copy, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(CannotRestore, match="see that DATABASE_URL is not set"):
        restore(copy, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_what_was_written_while_it_was_copied_does_not_matter(filled, tmp_path):
    """A writer that never stops: the copy is of one moment, and every row of it is whole."""
    loop = (
        "import sqlite3, sys\n"
        "database = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)\n"
        "database.execute('CREATE TABLE pairs (a, b)')\n"
        "print(1, flush=True)\n"
        "while True:\n"
        "    database.execute('BEGIN IMMEDIATE')\n"
        "    database.execute('INSERT INTO pairs VALUES (1, 0)')\n"
        "    database.execute('UPDATE pairs SET b = 1 WHERE b = 0')\n"
        "    database.execute('COMMIT')\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", loop, str(filled / "tocsin.sqlite3")], stdout=subprocess.PIPE)
    try:
        writer.stdout.readline()
        done = serving.run(filled, "backup", tmp_path / "copy.tar")
    finally:
        writer.kill()
        writer.communicate()
    assert done.returncode == 0, done.stderr
    restore(tmp_path / "copy.tar", tmp_path / "new")
    with closing(sqlite3.connect(tmp_path / "new" / "tocsin.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("SELECT count(*) FROM pairs WHERE b = 0").fetchone() == (0,)


@pytest.mark.verify
def test_a_kill_leaves_no_half_of_a_copy(filled, tmp_path):
    """Killed while it writes; the next attempt also clears away what the first left beside the database."""
    target = tmp_path / "copies"
    target.mkdir()
    script = (
        "import os, signal, sys\n"
        "from tocsin.node.running import folder; folder.enter()\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'tocsin.node.settings'\n"
        "import django; django.setup()\n"
        "from pathlib import Path\n"
        "from tocsin.node.running import backup, bundle\n"
        "add, end = bundle.Writer.add, int(sys.argv[2])\n"
        "def dying(self, path, name):\n"
        "    add(self, path, name)\n"
        "    if len(self.files) == end: os.kill(os.getpid(), signal.SIGKILL)\n"
        "bundle.Writer.add = dying\n"
        "backup.back_up(Path(sys.argv[1]))\n"
    )
    environment = {**os.environ, "TOCSIN_HOME": str(filled), "DATABASE_URL": ""}
    for end in (6, 3, 1):
        arguments = [sys.executable, "-c", script, str(target / "copy.tar"), str(end)]
        done = subprocess.run(arguments, env=environment, check=False)
        assert done.returncode == -signal.SIGKILL
        assert not list(target.iterdir())
    assert list(filled.glob(".copying-*"))
    assert serving.run(filled, "backup", target / "copy.tar").returncode == 0
    assert not list(filled.glob(".copying-*"))
    bundle.verified(target / "copy.tar")


def test_where_no_nameless_file_can_be_made_there_is_one_under_another_name(tmp_path, monkeypatch):
    monkeypatch.delattr(os, "O_TMPFILE")
    names = []

    def fail():
        names.extend(path.name for path in tmp_path.iterdir())
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"), bundle.new_file(tmp_path / "copy.tar"):
        fail()
    assert names == [".copy.tar.unfinished"]
    assert not list(tmp_path.iterdir())
    with bundle.new_file(tmp_path / "copy.tar") as file:
        file.write(b"whole")
    assert [path.name for path in tmp_path.iterdir()] == ["copy.tar"]


def test_an_archive_that_keeps_changing_is_refused(filled, monkeypatch, settings):
    settings.HOME, settings.ARCHIVE = filled, filled / "archive"
    monkeypatch.setattr(module, "_data", lambda table: ["deleted-meanwhile.parquet"])
    [folder] = module.archives()
    with tarfile.open(fileobj=BytesIO(), mode="w") as tar, pytest.raises(CannotBackUp, match="changed 3 times"):
        module._add_archive(bundle.Writer(tar), folder)


def test_an_archive_with_a_checkpoint_and_merged_files_is_whole(filled, tmp_path):
    archive = Archive(filled / "archive" / SOURCE)
    for number in range(3, 8):
        archive.append(rows(number), upload=f"upload-{number}", generation=number)
    archive.compact()
    shutil.rmtree(tmp_path / "new", ignore_errors=True)
    assert serving.run(filled, "backup", tmp_path / "copy.tar").returncode == 0
    restore(tmp_path / "copy.tar", tmp_path / "new")
    back = Archive(tmp_path / "new" / "archive" / SOURCE)
    assert back.head() == archive.head()
    assert back.view(version=back.head()).equals(archive.view(version=archive.head()))
    assert back.append(rows(9), upload="upload-9", generation=9) == archive.head() + 1
