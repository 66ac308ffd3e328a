"""The rules of the layout, read from the sources: who may import whom, and what must be documented."""

import ast
import re
from pathlib import Path

import click
import pytest

from tocsin.cli.main import COMMANDS, tocsin
from tocsin.epi.detect.registry import METHODS

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "src" / "tocsin"
DOCS = ROOT / "docs"

MAY_NOT_IMPORT = {
    "epi": {"tocsin.counts", "tocsin.exchange", "tocsin.node", "tocsin.cli", "tocsin.pictures", "polars", "django"},
    "exchange": {
        "tocsin.epi",
        "tocsin.counts",
        "tocsin.joint",
        "tocsin.node",
        "tocsin.cli",
        "tocsin.pictures",
        "django",
    },
    "joint": {"tocsin.epi", "tocsin.counts", "tocsin.node", "tocsin.cli", "tocsin.pictures", "django"},
    "clinical": {
        "tocsin.epi",
        "tocsin.counts",
        "tocsin.exchange",
        "tocsin.joint",
        "tocsin.node",
        "tocsin.cli",
        "tocsin.pictures",
        "django",
    },
    "fhir": {
        "tocsin.epi",
        "tocsin.counts",
        "tocsin.exchange",
        "tocsin.joint",
        "tocsin.node",
        "tocsin.cli",
        "tocsin.pictures",
        "django",
    },
    "counts": {"tocsin.exchange", "tocsin.node", "tocsin.cli", "tocsin.pictures", "django"},
    "pictures": {"tocsin.exchange", "tocsin.node", "tocsin.cli", "django"},
    "node": {"tocsin.cli"},
}
READS_NO_CLOCK_OR_FILE = ("time", "datetime", "random")


def imported(path: Path) -> set[str]:
    """Every module that a source names in an import, wherever in it, relative ones resolved."""
    package = ("tocsin", *path.relative_to(SOURCES).parent.parts)
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            names.update(f"{module}.{alias.name}" for alias in node.names)
    return names


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def sources(package: str) -> list[Path]:
    return sorted((SOURCES / package).rglob("*.py"))


@pytest.mark.parametrize("package", MAY_NOT_IMPORT)
def test_packages_import_only_inwards(package):
    for path in sources(package):
        for name in imported(path):
            outside = [other for other in MAY_NOT_IMPORT[package] if within(name, other)]
            assert not outside, f"{path.relative_to(ROOT)} imports {name}"


def test_the_rule_sees_imports_of_every_form(tmp_path, monkeypatch):
    (tmp_path / "epi").mkdir()
    source = tmp_path / "epi" / "x.py"
    source.write_text("import polars as pl\nfrom tocsin import cli\ndef f():\n    from ..counts import series\n")
    monkeypatch.setattr(f"{__name__}.SOURCES", tmp_path)
    assert imported(source) == {"polars", "tocsin.cli", "tocsin.counts.series"}


@pytest.mark.parametrize("package", ["models", "intake", "runs", "threads", "actions"])
def test_what_a_node_does_knows_nothing_of_how_it_is_shown(package):
    shown = [f"tocsin.node.surveillance.{name}" for name in ("pages", "views", "forms", "api")]
    found = sources(f"node/surveillance/{package}")
    assert found
    for path in found:
        outside = [name for name in imported(path) for other in shown if within(name, other)]
        assert not outside, f"{path.relative_to(ROOT)} imports {', '.join(outside)}"


# Apps of the node that speak of events: whom each may know. docs/decisions/0011
KNOWS = {
    "estimates": {"surveillance"},
    "events": {"surveillance", "estimates"},
    "duty": {"post"},
    "notifications": {"events", "duty", "post", "surveillance"},
    "travellers": {"events", "duty", "post", "surveillance"},
    "exercises": {"events", "duty", "notifications", "surveillance"},
    "joint": {"post"},
    "council": {"joint", "assistance", "events", "duty", "notifications", "post", "surveillance", "estimates"},
    "assistance": {"joint", "events", "duty", "notifications", "post", "surveillance", "estimates"},
    "clinical": set(),
    "search": set(),
    "files": {"post"},
    "hospitals": {"post"},
    "consultations": {"joint", "post", "hospitals", "clinical", "files", "search", "notifications", "events"},
    "transfers": {"joint", "post", "hospitals", "clinical", "consultations", "events"},
    "correspondence": {"post", "hospitals", "files", "search", "consultations", "notifications", "events"},
}
APPS = {"surveillance", "post", "indicators", *KNOWS}


@pytest.mark.parametrize("app", KNOWS)
def test_what_is_said_of_events_is_known_one_way(app):
    strange = {f"tocsin.node.{other}" for other in APPS - KNOWS[app] - {app}}
    found = sources(f"node/{app}")
    assert found
    for path in found:
        outside = [name for name in imported(path) for other in strange if within(name, other)]
        assert not outside, f"{path.relative_to(ROOT)} imports {', '.join(outside)}"


@pytest.mark.parametrize("app", ["surveillance", "post", "indicators", "alliance"])
def test_what_was_there_before_knows_nothing_of_events(app):
    for path in sources(f"node/{app}"):
        outside = [name for name in imported(path) for other in KNOWS if within(name, f"tocsin.node.{other}")]
        assert not outside, f"{path.relative_to(ROOT)} imports {', '.join(outside)}"


def test_instruments_have_no_models():
    for path in sources("node/events/instruments"):
        assert not any(
            within(name, "django.db") or within(name, "tocsin.node.events.models") for name in imported(path)
        )


def test_numba_is_imported_in_one_place():
    users = {
        path.relative_to(SOURCES).as_posix() for path in sources("") if any(within(n, "numba") for n in imported(path))
    }
    assert users == {"epi/compilation.py"}


def test_the_engine_reads_no_clock():
    for path in sources("epi"):
        read = {name for name in imported(path) for module in READS_NO_CLOCK_OR_FILE if within(name, module)}
        assert not read, f"{path.relative_to(ROOT)} imports {', '.join(read)}"


@pytest.mark.parametrize("name", METHODS)
def test_a_method_is_one_file_with_its_paper_and_its_page(name):
    method = METHODS[name]
    module = SOURCES / "epi" / "detect" / f"{name}.py"
    assert module.is_file()
    assert callable(method.function)
    page = DOCS / "methods" / f"{name}.md"
    assert page.is_file(), f"docs/methods has no page {name}.md"
    text = page.read_text(encoding="utf-8")
    for other in re.findall(r"\((\w+\.md)\)", text):  # a page may leave shared options to the page it builds upon
        text += (page.parent / other).read_text(encoding="utf-8")
    if method.doi:
        assert method.doi in text, f"{page.name} does not give the paper's DOI"
    for option in method.defaults:
        assert re.search(rf"[`(, ]{option}[`=,]", text), f"{page.name} says nothing of the option {option}"


def headings(page: Path) -> set[str]:
    found = re.findall(r"^#+ +(.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {heading.replace("`", "").strip() for heading in found}


def commands() -> list[tuple[str, click.Command]]:
    context = click.Context(tocsin)
    return [(name, tocsin.get_command(context, name)) for name in COMMANDS]


@pytest.mark.parametrize(("name", "command"), commands(), ids=list(COMMANDS))
def test_every_command_and_option_has_its_heading(name, command):
    told = headings(DOCS / "command.md")
    assert f"tocsin {name}" in told
    text = (DOCS / "command.md").read_text(encoding="utf-8")
    section = text.split(f"## `tocsin {name}`")[1].split("\n## ")[0]
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            assert f"`{parameter.opts[-1]}" in section, f"docs/command.md does not tell of {name} {parameter.opts[-1]}"


def test_every_method_has_its_heading():
    assert {f"{name}" for name in METHODS} <= headings(DOCS / "command.md")


def test_no_file_has_outgrown_one_subject():
    for path in [*sources(""), *sorted((ROOT / "tests").rglob("*.py"))]:
        lines = path.read_text(encoding="utf-8").count("\n")
        assert lines <= 600, f"{path.relative_to(ROOT)} has {lines} lines; a second subject in one of them?"
