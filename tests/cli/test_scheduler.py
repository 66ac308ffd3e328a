"""Past one machine: the rows are those of the plain run, wherever they were computed."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.cli.tables import MONDAY, seven_years

from tocsin.cli.scheduler import here
from tocsin.counts import read
from tocsin.counts.errors import CountsError
from tocsin.counts.partitions import CASES, Wanted, condensed, read_partitions


@pytest.fixture(scope="module")
def cluster():
    """Two worker processes on this machine."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        yield cluster.scheduler_address


def tidy() -> pl.DataFrame:
    """Seven years of 120 series, some of which start late; the first has an outbreak."""
    regions = seven_years(120)
    names = list(regions)
    regions[names[0]][-1] = 90
    for place, name in enumerate(names[5:25]):
        regions[name][: 40 + 15 * place] = np.nan
    parts = [
        pl.DataFrame(
            {"region": name, "date": MONDAY + np.timedelta64(7, "D") * np.arange(counts.size), "cases": counts}
        )
        for name, counts in regions.items()
    ]
    return pl.concat(parts).with_columns(pl.col("cases").fill_nan(None).cast(pl.Int32)).drop_nulls()


def line_list() -> pl.DataFrame:
    """A row a person, three years, seven districts, to a Thursday."""
    rng = np.random.default_rng(4)
    days = np.arange(np.datetime64("2021-01-04"), np.datetime64("2024-05-03"))
    person = np.repeat(np.arange(days.size), rng.poisson(9, days.size))
    return pl.DataFrame(
        {
            "onset_date": days[person].astype("datetime64[us]") + rng.integers(0, 86_000, person.size) * 1_000_000,
            "district": rng.choice(["Алатау", "Бостандык", "Медеу", "Турксиб", "东城", "西城", "北"], person.size),
            "sex": rng.choice(["F", "M"], person.size),
            "age": rng.integers(0, 90, person.size),
        }
    )


@pytest.fixture(params=[tidy, line_list])
def dataset(request, tmp_path):
    """The table as a folder of parts, over which each series is spread, and as one file."""
    table = request.param()
    shuffled = table.sample(fraction=1.0, shuffle=True, seed=1)
    (tmp_path / "cases").mkdir()
    for part in range(4):
        shuffled.gather_every(4, part).write_parquet(tmp_path / "cases" / f"part-{part}.parquet")
    shuffled.write_parquet(tmp_path / "one.parquet")
    return tmp_path / "cases", tmp_path / "one.parquet"


def signals(folder):
    return pl.read_parquet(Path(folder) / "signals.parquet")


@pytest.mark.verify
def test_two_workers_give_the_rows_of_the_plain_run(command, dataset, cluster):
    folder, one = dataset
    options = ("--evaluate", 8, "--no-report", "--format", "parquet", "--absent", "missing")
    for where, *more in ((one,), (folder,), (folder, "--scheduler", cluster)):
        result = command("detect", where, *options, "--out", f"out{len(more)}{where.suffix}", *more)
        assert result.exit_code == 0, result.stderr
    plain = signals("out0.parquet")
    assert plain.height >= 8
    assert signals("out0").equals(plain)
    assert signals("out2").equals(plain)


@pytest.mark.verify
def test_two_workers_give_the_summary_of_the_plain_run(command, dataset, cluster):
    folder, _ = dataset
    options = ("--evaluate", 60, "--no-report", "--only-signals", "--set", "years_back=4")
    plain = command("detect", folder, *options, "--out", "out")
    shared = command("detect", folder, *options, "--out", "out", "--scheduler", cluster)
    assert shared.exit_code == 0, shared.stderr
    assert "too little history for farrington_flexible (years_back=4)" in plain.stdout
    assert shared.stdout == plain.stdout
    guesses = [line for line in plain.stderr.splitlines() if line.endswith("changes it.")]
    assert guesses
    assert set(guesses) <= set(shared.stderr.splitlines())


def test_a_dataset_read_by_parts_is_the_one_read_whole(dataset):
    folder, _ = dataset
    whole, parts = read(folder), read_partitions(folder, here)
    assert parts.keys.equals(whole.keys)
    np.testing.assert_array_equal(parts.counts, whole.counts)
    np.testing.assert_array_equal(parts.dates, whole.dates)
    assert (parts.every, parts.week_start, parts.incomplete) == (whole.every, whole.week_start, whole.incomplete)


def test_a_part_of_a_line_list_comes_down_to_its_days_and_keys(tmp_path):
    line_list().write_parquet(tmp_path / "part.parquet")
    part = condensed(tmp_path / "part.parquet", wanted=Wanted(("onset_date", "district"), counted=False))
    assert part[CASES].sum() == line_list().height
    assert part.height == line_list().select(pl.col("onset_date").dt.date(), "district").n_unique()


def test_parts_that_differ_are_refused_by_name(tmp_path):
    (tmp_path / "d").mkdir()
    tidy().head(50).write_parquet(tmp_path / "d" / "a.parquet")
    tidy().head(50).rename({"cases": "deaths"}).write_parquet(tmp_path / "d" / "b.parquet")
    with pytest.raises(CountsError, match=r"parts of d differ: b\.parquet has the columns .*'deaths'"):
        read_partitions(tmp_path / "d", here)


def test_a_damaged_part_is_refused_by_name(command, tmp_path):
    (tmp_path / "d").mkdir()
    tidy().write_parquet(tmp_path / "d" / "a.parquet")
    (tmp_path / "d" / "b.parquet").write_bytes(b"PAR1 and nothing else")
    result = command("detect", tmp_path / "d", "--out", "out")
    assert result.exit_code == 2
    assert "b.parquet cannot be read as" in result.stderr


def test_a_scheduler_that_does_not_answer_is_named(command, tmp_path, monkeypatch):
    monkeypatch.setattr("tocsin.cli.scheduler.PATIENCE", 0.3)
    tidy().write_parquet(tmp_path / "one.parquet")
    result = command("detect", "one.parquet", "--out", "out", "--scheduler", "tcp://127.0.0.1:9")
    assert result.exit_code == 2
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in result.stderr
    assert "Traceback" not in result.output
