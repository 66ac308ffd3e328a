"""What the front end is built from."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LOCKS = [path for path in ROOT.glob("**/package-lock.json") if "node_modules" not in path.parts]


def test_there_is_a_lock():
    assert ROOT / "frontend/package-lock.json" in LOCKS


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.parent.name)
def test_no_lock_names_a_registry(lock):
    text = lock.read_text("utf-8")
    assert '"resolved"' not in text
    assert not re.search(r"\w+://", text)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.parent.name)
def test_every_package_is_pinned_and_has_its_checksum(lock):
    packages = json.loads(lock.read_text("utf-8"))["packages"]
    asked = packages[""]["dependencies"] | packages[""].get("devDependencies", {})
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in asked.values()), asked
    assert [name for name, entry in packages.items() if name and "integrity" not in entry] == []


def test_icons_are_those_of_the_package():
    package = ROOT / "frontend/node_modules/@tabler/icons/icons"
    if not package.is_dir():
        pytest.skip("needs frontend/node_modules, made by scripts/build-frontend.sh")
    ours = json.loads((ROOT / "src/tocsin/node/look/icons.json").read_text("utf-8"))
    for kind, icons in ours.items():
        for name, paths in icons.items():
            original = (package / kind / f"{name.removesuffix('-filled')}.svg").read_text("utf-8")
            assert all(path in original for path in re.findall(r' d="[^"]+"', paths)), name


def test_no_page_asks_for_a_column_that_the_styles_are_without():
    # `trim.js` leaves Bootstrap's columns out for those of its grid (`g-col-…`), and nothing tells a browser of it.
    pages = (ROOT / "src/tocsin/node").glob("*/templates/**/*.html")
    assert [path.name for path in pages if re.search(r"(?<![-\w])col-\w+-\d", path.read_text("utf-8"))] == []
