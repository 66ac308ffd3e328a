"""People at their terminals."""

import shutil

import pytest
from tests.cli.exchange.people import People

FOUNDED, WHOLE = ("SEC", "AL"), ("SEC", "AL", "BO", "CE")


@pytest.fixture
def people(tmp_path, monkeypatch) -> People:
    """Nobody has made anything yet."""
    return People(tmp_path, monkeypatch)


@pytest.fixture(scope="session")
def _made(tmp_path_factory):
    """An alliance by its nodes, made by commands once; whoever works with it has a copy."""
    made = {}

    def make(nodes):
        if nodes not in made:
            with pytest.MonkeyPatch.context() as patch:
                made[nodes] = People(tmp_path_factory.mktemp("alliance"), patch)
                made[nodes].make_alliance()
                for node in nodes:
                    made[nodes].admit(node, *(("--kind", "secretariat", "--relay") if node == "SEC" else ()))
                made[nodes].round()
        return made[nodes]

    return make


def _copy(original: People, folder, monkeypatch) -> People:
    shutil.copytree(original.folder, folder, dirs_exist_ok=True)
    copy = People(folder, monkeypatch)
    for name, node in original.nodes.items():
        copy.run_on(name, node.store.copy())
    return copy


@pytest.fixture
def founded(_made, tmp_path, monkeypatch) -> People:
    """Three states that hold the root; the Secretariat and AL with a node."""
    return _copy(_made(FOUNDED), tmp_path, monkeypatch)


@pytest.fixture
def alliance(_made, tmp_path, monkeypatch) -> People:
    """Three states and the Secretariat, with a node each that has the list."""
    return _copy(_made(WHOLE), tmp_path, monkeypatch)
