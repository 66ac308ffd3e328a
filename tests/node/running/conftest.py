"""One node made for all tests of this folder; each that changes it works on a copy."""

import shutil

import pytest
from tests.node import serving


@pytest.fixture(autouse=True)
def on_sqlite(monkeypatch):
    """These nodes are on SQLite, on whatever the other tests run."""
    monkeypatch.setenv("DATABASE_URL", "")


@pytest.fixture(scope="session")
def made(tmp_path_factory, empty_database):
    """A node's folder as `tocsin node init` leaves it, with tables that are there already. To be read only."""
    home = tmp_path_factory.mktemp("made") / "node"
    if empty_database is not None:
        home.mkdir(mode=0o700)
        (home / "tocsin.sqlite3").write_bytes(empty_database)
    return serving.make(home)


@pytest.fixture
def home(made, tmp_path):
    """A copy of it."""
    return shutil.copytree(made, tmp_path / "node")
