"""The archive against a plain replay of its history, and what it refuses."""

import fcntl
import os
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable, write_deltalake
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.counts.archive import ROWS, Archive, merging
from tocsin.counts.errors import (
    ArchiveBusy,
    ArchiveUnreadable,
    InvalidQuery,
    InvalidRows,
    UploadUnknown,
    VersionMissing,
)

DAY = datetime(2026, 6, 1, tzinfo=UTC)
WEEK = date(2026, 1, 5)


def rows(*cells):
    """Rows to append, of (series, week, count, day of report)."""
    return pl.DataFrame(
        [
            (series, "Cholera", f"District {series}", "all", WEEK + timedelta(weeks=week), count, DAY + timedelta(day))
            for series, week, count, day in cells
        ],
        schema=ROWS,
        orient="row",
    )


def cells(frame):
    """{(series, week): count} of a view."""
    return {
        (series, (period - WEEK).days // 7): count
        for series, period, count in frame.select("series", "period", "count").iter_rows()
    }


@pytest.fixture
def archive(tmp_path):
    return Archive(tmp_path / "cholera")


class Replay:
    """What the archive should say: every appended row kept in a list and gone through from the start."""

    def __init__(self):
        self.commits = {}  # version: (upload, rows)

    def held(self, version, when=None):
        best = {}
        for commit in sorted(self.commits):
            for series, week, count, day in self.commits[commit][1] if commit <= version else ():
                if when is not None and day > when:
                    continue
                if (series, week) not in best or best[series, week][0] <= day:
                    best[series, week] = (day, count)
        return {cell: count for cell, (_, count) in best.items()}

    def view(self, version, when=None):
        return {cell: count for cell, count in self.held(version, when).items() if count is not None}

    def before(self, mine, version):
        later = {row[:2] for commit in self.commits if mine < commit <= version for row in self.commits[commit][1]}
        earlier = self.held(mine - 1)
        return {row[:2]: earlier.get(row[:2]) for row in self.commits[mine][1] if row[:2] not in later}


ROW = st.tuples(st.integers(0, 3), st.integers(0, 2), st.none() | st.integers(0, 9), st.integers(0, 3))
UPLOAD = st.lists(ROW, max_size=6, unique_by=lambda row: (row[0], row[1], row[3]))
ACT = st.one_of(UPLOAD, UPLOAD, UPLOAD, st.sampled_from(["compact", "checkpoint", "forget", "forget the last"]))


@settings(deadline=None, max_examples=20)
@given(acts=st.lists(ACT, max_size=8), day=st.integers(0, 3), chosen=st.sets(st.integers(0, 4)), data=st.data())
def test_any_history_reads_as_a_plain_replay_of_it(acts, day, chosen, data):
    with tempfile.TemporaryDirectory() as folder:
        archive, replay = Archive(folder), Replay()
        for number, act in enumerate(acts):
            if isinstance(act, list):
                version = archive.append(rows(*act), upload=f"upload-{number}", generation=1)
                replay.commits[version] = (f"upload-{number}", act)
            elif act == "compact":
                archive.compact()
            elif act == "checkpoint":
                archive.checkpoint()
            elif replay.commits:
                gone = (
                    max(replay.commits) if act == "forget the last" else data.draw(st.sampled_from([*replay.commits]))
                )
                upload, _ = replay.commits.pop(gone)
                if act == "forget":
                    archive.forget(upload)
                else:
                    archive.forget_after(max(replay.commits, default=-1))
                assert archive.version_of(upload) is None
        for version in {*replay.commits, archive.head()}:
            assert cells(archive.view(version=version)) == replay.view(version)
            when = DAY + timedelta(day)
            assert cells(archive.view(version=version, when=when)) == replay.view(version, day)
            wanted = {cell: count for cell, count in replay.view(version).items() if cell[0] in chosen}
            assert cells(archive.view(version=version, series=sorted(chosen))) == wanted
            stored = sum(len(given) for commit, (_, given) in replay.commits.items() if commit <= version)
            assert archive.revisions(version=version).height == stored
        for commit, (upload, given) in replay.commits.items():
            assert archive.version_of(upload) == commit
            assert (
                archive.changed_by(upload, version=commit)
                .select(list(ROWS))
                .equals(rows(*given).sort("series", "period", "reported"))
            )
            assert cells(archive.before(upload, version=archive.head())) == replay.before(commit, archive.head())


def test_a_new_archive_knows_nothing(archive):
    assert archive.head() == -1
    assert archive.version_of("u1") is None
    assert archive.view(version=-1).to_dict(as_series=False) == {
        "series": [],
        "period": [],
        "count": [],
        "reported": [],
    }
    assert archive.vacuum() == 0
    archive.checkpoint()
    archive.forget_after(-1)
    assert archive.head() == -1


def test_an_upload_is_committed_once(archive):
    first = archive.append(rows((1, 0, 5, 0)), upload="u1", generation=7)
    archive.append(rows((1, 0, 6, 1)), upload="u2", generation=8)
    assert archive.append(rows((1, 0, 99, 2)), upload="u1", generation=9) == first
    assert cells(archive.view(version=archive.head())) == {(1, 0): 6}
    assert DeltaTable(archive.folder).transaction_version("u1") == 7


def test_the_disk_has_the_rows_before_the_commit_and_the_commit_before_the_caller(archive, monkeypatch):
    archive.append(rows((1, 0, 5, 0)), upload="u1", generation=1)
    log = archive.folder / "_delta_log"
    fsync, synced = os.fsync, []

    def noted(handle):
        synced.append((Path(f"/proc/self/fd/{handle}").readlink(), len(list(log.glob("*.json")))))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", noted)
    version = archive.append(rows((1, 0, 6, 0)), upload="u2", generation=1)
    part = next(file for file in archive.folder.glob("*.parquet") if pl.read_parquet(file)["upload"][0] == "u2")
    entry = log / f"{version:020}.json"
    assert synced == [(part, version), (archive.folder, version), (entry, version + 1), (log, version + 1)]


def test_an_upload_that_changes_nothing_has_a_version_too(archive):
    version = archive.append(rows(), upload="u1", generation=1)
    assert archive.version_of("u1") == version == archive.head()
    archive.forget_after(version - 1)
    assert archive.version_of("u1") is None


def test_a_withdrawn_report_is_not_a_zero(archive):
    archive.append(rows((1, 0, 5, 0), (1, 1, 0, 0)), upload="u1", generation=1)
    version = archive.append(rows((1, 0, None, 1)), upload="u2", generation=1)
    assert cells(archive.view(version=version)) == {(1, 1): 0}
    assert cells(archive.view(version=version, when=DAY)) == {(1, 0): 5, (1, 1): 0}


def test_a_report_brought_late_does_not_replace_a_newer_one(archive):
    archive.append(rows((1, 0, 8, 5)), upload="u1", generation=1)
    version = archive.append(rows((1, 0, 3, 2)), upload="old", generation=1)
    assert cells(archive.view(version=version)) == {(1, 0): 8}
    assert cells(archive.view(version=version, when=DAY + timedelta(3))) == {(1, 0): 3}


def test_a_history_of_several_reports_may_come_in_one_upload(archive):
    version = archive.append(rows((1, 0, 3, 0), (1, 0, 9, 2), (1, 0, 7, 1)), upload="u1", generation=1)
    assert cells(archive.view(version=version)) == {(1, 0): 9}
    assert archive.changed_by("u1", version=version)["count"].to_list() == [3, 7, 9]


def test_the_history_of_a_cell_gives_the_delays(archive):
    archive.append(rows((1, 0, 3, 0)), upload="u1", generation=1)
    archive.append(rows((1, 0, None, 1)), upload="u2", generation=1)
    version = archive.append(rows((1, 0, 5, 2), (2, 0, 1, 2)), upload="u3", generation=1)
    history = archive.revisions(version=version, series=[1])
    since = (DAY.date() - WEEK).days
    assert history.select("count", "change", "revision", "days", "upload").rows() == [
        (3, None, 0, since, "u1"),
        (None, None, 1, since + 1, "u2"),
        (5, None, 2, since + 2, "u3"),
    ]


def test_an_undo_leaves_what_later_uploads_changed(archive):
    archive.append(rows((1, 0, 1, 0), (1, 1, 1, 0)), upload="good", generation=1)
    archive.append(rows((1, 0, 70, 1), (1, 1, 70, 1), (1, 2, 70, 1)), upload="wrong", generation=1)
    version = archive.append(rows((1, 1, 2, 2)), upload="later", generation=1)
    undo = archive.before("wrong", version=version)
    assert undo["disease"].to_list() == ["Cholera", "Cholera"]
    undone = undo.with_columns(reported=pl.lit(DAY + timedelta(3)).cast(ROWS["reported"]))
    version = archive.append(undone.select(list(ROWS)), upload="undo", generation=1)
    assert cells(archive.view(version=version)) == {(1, 0): 1, (1, 1): 2}


def test_a_forgotten_commit_is_in_no_view_of_any_later_version(archive):
    named = archive.append(rows((1, 0, 1, 0)), upload="named", generation=1)
    archive.append(rows((1, 0, 50, 1), (2, 0, 50, 1)), upload="orphan", generation=1)
    archive.compact()
    archive.forget_after(named)
    assert archive.version_of("orphan") is None
    later = archive.append(rows((1, 1, 3, 2)), upload="later", generation=1)
    assert cells(archive.view(version=named)) == {(1, 0): 1}
    assert cells(archive.view(version=later)) == {(1, 0): 1, (1, 1): 3}
    again = archive.append(rows((2, 0, 4, 3)), upload="orphan", generation=1)
    assert again > later
    assert cells(archive.view(version=again)) == {(1, 0): 1, (1, 1): 3, (2, 0): 4}


def test_an_orphan_between_versions_that_the_database_names_can_be_forgotten_alone(archive):
    archive.append(rows((1, 0, 1, 0)), upload="first", generation=1)
    archive.append(rows((1, 0, 50, 1)), upload="orphan", generation=1)
    named = archive.append(rows((1, 1, 3, 2)), upload="second", generation=1)
    archive.forget("orphan")
    archive.forget("orphan")
    assert cells(archive.view(version=named)) == {(1, 0): 1, (1, 1): 3}
    with pytest.raises(UploadUnknown):
        archive.changed_by("orphan", version=archive.head())


def test_recovery_at_every_start_adds_nothing_to_the_log(archive):
    named = archive.append(rows((1, 0, 1, 0)), upload="u1", generation=1)
    archive.append(rows((1, 0, 2, 1)), upload="u2", generation=1)
    archive.forget_after(named)
    archive.compact()
    archive.vacuum(keep=timedelta(hours=1))
    head = archive.head()
    archive.forget_after(named)
    assert archive.head() == head
    assert cells(archive.view(version=named)) == {(1, 0): 1}


@pytest.mark.parametrize("torn", ["", '{"commitInfo":{"time', "\0\0\0\0"])
def test_an_entry_that_a_loss_of_power_left_torn_is_set_aside(archive, torn):
    named = archive.append(rows((1, 0, 1, 0)), upload="u1", generation=1)
    lost = archive.append(rows((1, 0, 2, 1)), upload="u2", generation=1)
    (archive.folder / "_delta_log" / f"{lost:020}.json").write_text(torn)
    archive.forget_after(named)
    assert archive.version_of("u2") is None
    again = archive.append(rows((1, 0, 3, 1)), upload="u2", generation=1)
    assert cells(archive.view(version=again)) == {(1, 0): 3}


def test_a_damaged_log_is_named(archive):
    version = archive.append(rows((1, 0, 1, 0)), upload="u1", generation=1)
    (archive.folder / "_delta_log" / f"{version:020}.json").write_text('{"torn')
    with pytest.raises(ArchiveUnreadable, match="forget_after"):
        archive.view(version=version)


def test_another_table_is_not_taken_for_an_archive(tmp_path):
    write_deltalake(tmp_path, pl.DataFrame({"a": [1]}))
    with pytest.raises(ArchiveUnreadable, match="not an archive of counts"):
        Archive(tmp_path).head()


def test_merging_keeps_every_row_and_every_pinned_view(archive, monkeypatch):
    monkeypatch.setattr(merging, "ROWS_A_FILE", 7)
    versions = []
    for upload in range(30):
        changed = rows(*((series, upload % 3, upload, upload) for series in range(5)))
        versions.append(archive.append(changed, upload=f"u{upload}", generation=upload))
    views = [archive.view(version=version) for version in versions]
    history = archive.revisions(version=versions[-1])
    head = archive.compact()
    assert len(DeltaTable(archive.folder).file_uris()) < 30
    assert archive.revisions(version=head).equals(history)
    assert archive.revisions(version=versions[10]).height == 55
    assert all(archive.view(version=version).equals(view) for version, view in zip(versions, views, strict=True))
    assert archive.compact() == head


def test_merged_files_hold_ranges_of_series_that_do_not_overlap(archive, monkeypatch):
    monkeypatch.setattr(merging, "ROWS_A_FILE", 10)
    for upload in range(4):
        archive.append(rows(*((s, upload, 1, upload) for s in range(20))), upload=f"u{upload}", generation=1)
    archive.compact()
    files = pl.DataFrame(DeltaTable(archive.folder).get_add_actions(flatten=True)).sort("min.series")
    assert files.height > 4
    assert (files["min.series"].shift(-1) > files["max.series"]).drop_nulls().all()


def test_a_few_new_cells_do_not_rewrite_the_old_ones(archive):
    archive.append(rows(*((s, 0, 1, 0) for s in range(100))), upload="history", generation=1)
    history = set(DeltaTable(archive.folder).file_uris())
    archive.append(rows((1, 0, 2, 1)), upload="u1", generation=1)
    archive.append(rows((1, 0, 3, 2)), upload="u2", generation=1)
    archive.compact()
    merged = set(DeltaTable(archive.folder).file_uris())
    assert history < merged
    assert len(merged) == 2


def test_files_that_no_version_needs_go_after_the_retention_only(archive):
    archive.append(rows((1, 0, 1, 0)), upload="u1", generation=1)
    archive.append(rows((1, 0, 2, 1)), upload="u2", generation=1)
    archive.compact()
    left_by_a_crash = archive.folder / f"part-{'0' * 32}-{'0' * 12}.zstd.parquet"
    left_by_a_crash.write_bytes(b"half a fi")
    held = set(archive.folder.glob("*.parquet"))
    assert archive.vacuum() == 0
    assert set(archive.folder.glob("*.parquet")) == held
    long_ago = time.time() - timedelta(days=8).total_seconds()
    os.utime(left_by_a_crash, (long_ago, long_ago))
    assert archive.vacuum() == 1
    assert set(archive.folder.glob("*.parquet")) == held - {left_by_a_crash}
    with pytest.raises(InvalidQuery, match="kept for"):
        archive.vacuum(keep=timedelta(0))


def test_a_foreign_writer_that_takes_the_version_is_survived(archive, monkeypatch):
    archive.append(rows((1, 0, 1, 0)), upload="u1", generation=1)
    write, rivals = merging.log.write, iter(range(2))

    def write_while_another_commits(folder, *arguments, **options):
        if next(rivals, None) is not None:
            write_deltalake(folder, DeltaTable(folder).schema().to_arrow().empty_table(), mode="append")
        return write(folder, *arguments, **options)

    monkeypatch.setattr(merging.log, "write", write_while_another_commits)
    version = archive.append(rows((1, 0, 2, 1)), upload="u2", generation=1)
    assert archive.changed_by("u2", version=version)["commit"].to_list() == [version]
    rivals = iter(range(99))
    with pytest.raises(ArchiveBusy, match="5 times"):
        archive.append(rows((1, 0, 3, 2)), upload="u3", generation=1)


def test_no_writer_is_at_work_while_the_folder_is_copied(archive):
    with archive.still() as folder, (folder / "_writing.lock").open() as rival, pytest.raises(BlockingIOError):
        fcntl.flock(rival, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_version_from_the_future_means_an_older_folder(archive):
    archive.append(rows((1, 0, 1, 0)), upload="u1", generation=1)
    with pytest.raises(VersionMissing, match=r"version 9 .* its newest is 1"):
        archive.view(version=9)


def test_an_upload_committed_after_the_pinned_version_is_unknown(archive):
    pinned = archive.append(rows((1, 0, 1, 0)), upload="u1", generation=1)
    archive.append(rows((1, 0, 2, 1)), upload="u2", generation=1)
    with pytest.raises(UploadUnknown, match="'u2'"):
        archive.before("u2", version=pinned)


def test_a_moment_needs_its_time_zone(archive):
    with pytest.raises(InvalidQuery, match="time zone"):
        archive.view(version=-1, when=datetime(2026, 1, 1))


GOOD = rows((1, 0, 5, 0), (2, 0, 6, 0))


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (GOOD.drop("place"), r"missing: \['place'\]"),
        (GOOD.with_columns(extra=1), r"unknown: \['extra'\]"),
        (GOOD.with_columns(pl.col("count").cast(pl.Int64)), "count is Int64"),
        (GOOD.with_columns(pl.col("reported").dt.replace_time_zone(None)), "reported is Datetime"),
        (GOOD.with_columns(pl.lit(None, pl.String).alias("place")), r"\['place'\] have empty cells"),
        (GOOD.with_columns(count=pl.lit(-1, pl.Int32)), "count is below 0"),
        (GOOD.with_columns(count=pl.lit(2**31 - 1, pl.Int32)), "or above 2147483646"),
        (GOOD.with_columns(series=pl.lit(-1, pl.Int64)), "series is below 0"),
        (GOOD.with_columns(period=date(1492, 10, 12)), "period is outside the years"),
        (GOOD.with_columns(upload=pl.lit("u2")), "names upload 'u2', but upload 'u1'"),
        (pl.concat([GOOD, GOOD]), "series 1, period 2026-01-05"),
    ],
)
def test_rows_that_could_not_be_given_back_are_refused_and_change_nothing(archive, bad, message):
    with pytest.raises(InvalidRows, match=message):
        archive.append(bad, upload="u1", generation=1)
    assert archive.head() == -1


@pytest.mark.parametrize("upload", ["", "a b", "../x", "ы", "x" * 65])
def test_an_upload_needs_a_plain_id(archive, upload):
    with pytest.raises(InvalidRows, match="upload is"):
        archive.append(GOOD, upload=upload, generation=1)
