"""What all tests share."""

import gc
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tocsin.node.running.first_tables import rendered_alone

# On a person's machine every run tries other examples; a run that decides whether a change lands must be repeatable,
# and tries the same every time, so that fewer will do. `make prove` tries many.
settings.register_profile("repeatable", derandomize=True, max_examples=50)
settings.register_profile("many", max_examples=1_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
if os.environ.get("PROVE"):
    settings.load_profile("many")
elif os.environ.get("CI"):
    settings.load_profile("repeatable")

# Fixtures by one of which a test asks a database, whatever else it asks for.
DATABASE = {"db", "transactional_db", "django_db_setup", "django_db_blocker", "live_server"}
ALL_OF_IT = re.compile(r"^pytestmark = .*mark\.verify", re.MULTILINE)
SHARED = Path(__file__).resolve().parents[2] / "shared"


# Twelve thousand tests, and the models of every migration, stay until the end: to look through them again and again
# for garbage took a tenth of a run.
gc.disable()


def keep_nothing_from_a_power_cut() -> None:
    """No test cuts the power: what a killed process has written is there all the same, and waiting for the disk costs.

    Tests that ask whether it was waited for put a function of their own in its place.
    """
    os.fsync = lambda file: None


keep_nothing_from_a_power_cut()


def keep_what_there_is() -> None:
    """What is there now is there for good; garbage is what comes after it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
    gc.enable()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Files of which nothing is asked for are not read: each worker would read all of them."""
    if not collection_path.name.startswith("test_"):
        return None
    asked, said = config.option.markexpr, collection_path.read_text(encoding="utf-8")
    if asked == "verify":
        return "mark.verify" not in said or None
    return (asked.startswith("not verify") and ALL_OF_IT.search(said) is not None) or None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is long is begun first. On another database, only what asks it something is run once more.

    EACH_ONCE: of a test that is given several examples the first alone, where all of them are run elsewhere.
    """
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    if os.environ.get("TEST_DATABASE_URL"):
        _leave(config, items, [item for item in items if _asks_a_database(item)])
    if os.environ.get("EACH_ONCE"):
        first = {item.nodeid.partition("[")[0]: item for item in reversed(items)}
        _leave(config, items, [item for item in items if first[item.nodeid.partition("[")[0]] is item])


def _leave(config: pytest.Config, items: list[pytest.Item], wanted: list[pytest.Item]) -> None:
    kept = set(wanted)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = wanted


def _asks_a_database(item: pytest.Item) -> bool:
    return bool(DATABASE.intersection(item.fixturenames)) or item.get_closest_marker("django_db") is not None


def pytest_collection_finish() -> None:
    keep_what_there_is()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> Iterator[ExitStack]:
    """Asked for before the database of the tests is made."""
    gc.disable()
    with ExitStack() as until_it_is_made:
        until_it_is_made.enter_context(rendered_alone())
        yield until_it_is_made


@pytest.fixture(scope="session")
def django_db_setup(django_db_modify_db_settings: ExitStack, django_db_setup: None) -> None:
    """Django's, then what is left of it is kept."""
    django_db_modify_db_settings.close()
    keep_what_there_is()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data and R's results beside the project; tests that need it skip without it."""
    if not (SHARED / "data").is_dir():
        pytest.skip("needs the folder ../shared of real data and reference results")
    return SHARED
