"""A node killed in the middle of receiving, previewing, taking or undoing a table: all of it, or none."""

import os

import pytest
from tests.node.kills import KilledNode, in_order, kills_a_window, own_database, record
from tests.node.surveillance import upload_scenes as scenes

TAKING = ["taking.intended", "taking.chunk", "taking.chunk:3", "taking.hidden", "taking.appended", "taking.flipped"]
COMING = ["receiving.stored", "preview.reading", "preview.kept"]
ALL = [f"take {window}" for window in (*COMING, *TAKING)] + [f"undo {window}" for window in TAKING]
# Once round, a window is as good in a table as in an undo: each is then met in one of them.
IN_SHORT = [f"take {window}" for window in (*COMING, *TAKING[1::2])] + [f"undo {window}" for window in TAKING[::2]]
WINDOWS = ALL if kills_a_window() > 1 else IN_SHORT
Counts = dict[str, int]


@pytest.fixture
def node(tmp_path, empty_database):
    with own_database(os.environ.get("TEST_DATABASE_URL", "")) as url:
        made = KilledNode(tmp_path, "tests.node.surveillance.upload_scenes", url, tables=empty_database)
        made.run("prepare")
        yield made


def with_sums(given: Counts) -> Counts:
    """The counts by district, with those of regions and the country that follow."""
    counts = dict(given)
    for cell, count in given.items():
        week, place, disease = cell.split()
        for outer in (place[:4], "XX"):
            counts[f"{week} {outer} {disease}"] = counts.get(f"{week} {outer} {disease}", 0) + count
    return counts


def said(seed: int) -> Counts:
    """What a table says, by the codes of districts."""
    return {f"{week} XX-{name[-2:]} {disease}": n for (week, name, disease), n in scenes.cells(seed).items()}


@pytest.mark.verify
def test_a_kill_at_any_window_leaves_all_of_a_table_or_none(node):
    stands: Counts = {}
    for seed, one in enumerate(in_order(WINDOWS, seed=20260310)):
        act, window = one.split()
        before = dict(stands)
        if act == "undo":
            node.run("take", seed=seed)
            after = before
            before = stands | said(seed)
        else:
            after = stands | said(seed)
        node.kill(window, act, seed=seed)
        found = node.run("go_on")
        if window == "taking.flipped":
            assert found["before"]["counts"] == with_sums(after), one
        else:
            assert found["before"]["counts"] == with_sums(before), one
        assert found["before"]["same_in_archive"], one
        # Before the confirmation is kept, what goes on is the preview, and nothing is taken.
        kept = window.startswith("taking.")
        stands = after if kept else before
        assert found["after"]["counts"] == with_sums(stands), one
        assert found["after"]["same_in_archive"], one
        assert found["after"]["hidden"] == found["after"]["empty_series"] == found["after"]["ahead"] == 0, one
        assert set(found["after"]["uploads"].values()) <= {"taken", "previewed"}, one
        seen = "all" if window == "taking.flipped" else "nothing"
        record("undo" if act == "undo" else "upload", window, "one process", seen)
        if not kept:
            node.run("take", seed=seed)
            stands = stands | said(seed)


def test_windows_do_nothing_on_a_node_that_people_use(monkeypatch, tmp_path):
    from tocsin.node.work import windows

    monkeypatch.delenv("TOCSIN_STOP_AT", raising=False)
    windows.at("taking.chunk")
    monkeypatch.setenv("TOCSIN_STOP_AT", "another.window")
    monkeypatch.setenv("TOCSIN_STOP_MARKER", str(tmp_path / "reached"))
    windows.at("taking.chunk")
    assert not (tmp_path / "reached").exists()


def test_a_window_at_which_a_process_was_stopped_stops_no_other(monkeypatch, tmp_path):
    from tocsin.node.work import windows

    def stop(seconds):
        raise InterruptedError

    monkeypatch.setenv("TOCSIN_STOP_AT", "a.window:2 another.window")
    monkeypatch.setenv("TOCSIN_STOP_MARKER", str(tmp_path / "reached"))
    monkeypatch.setattr(windows.time, "sleep", stop)
    windows._passed.clear()
    windows.at("a.window")
    for window in ("a.window", "another.window"):
        with pytest.raises(InterruptedError):
            windows.at(window)
    windows._passed.clear()
    for window in ("a.window", "a.window", "another.window"):
        windows.at(window)
    mine = os.getpid()
    assert (tmp_path / "reached").read_text() == f"a.window:2 {mine}\nanother.window {mine}\n"
