"""Every sub-command of the exchange and each of its options has its place in docs/command.md."""

import ast
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest

from tocsin.cli.exchange import erase, exchange, keys
from tocsin.cli.exchange.trust import nodes
from tocsin.exchange import erasing, key_files
from tocsin.exchange.trust import list as trust_list

PAGE = (Path(__file__).parents[3] / "docs" / "command.md").read_text(encoding="utf-8")


def commands(group: click.Group, name: str) -> Iterator[tuple[str, click.Command]]:
    for one in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), one)
        assert command is not None
        yield f"{name} {one}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{name} {one}")


ALL = dict(commands(exchange, "exchange"))


@pytest.mark.parametrize("name", ALL)
def test_every_sub_command_and_option_is_told_of(name):
    command = ALL[name]
    assert command.name == name.split()[-1]
    assert command.short_help
    section = PAGE.split(f"### `tocsin {name}`\n")[1].split("\n##")[0]
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            for said in (parameter.opts[0], *parameter.secondary_opts):
                assert f"`{said}`" in section, f"docs/command.md does not tell of {name} {said}"
            assert parameter.help


def test_choices_that_are_told_without_importing_are_those_of_the_exchange():
    assert keys.USES == key_files.USES
    assert erase.REASONS == erasing.REASONS
    assert (nodes.TIERS, nodes.KINDS, nodes.STATUSES) == (trust_list.TIERS, trust_list.KINDS, trust_list.STATUSES)


def test_help_needs_neither_django_nor_cryptography():
    code = (
        "import sys; from click.testing import CliRunner; from tocsin.cli.main import tocsin\n"
        "for name in sys.argv[1:]:\n"
        "    assert CliRunner().invoke(tocsin, [*name.split(), '--help']).exit_code == 0\n"
        "slow = {'django', 'polars', 'cryptography', 'tuf', 'joserfc'} & set(sys.modules)\n"
        "assert not slow, slow"
    )
    done = subprocess.run([sys.executable, "-c", code, "exchange", *ALL], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


WALK = (Path(__file__).parents[3] / "docs" / "operations-exchange.md").read_text(encoding="utf-8")


def lines_of_commands() -> Iterator[str]:
    """Every command line of the operator's walk, in a block or in a sentence."""
    for line in WALK.replace("\\\n", " ").splitlines():
        if line.lstrip().startswith("tocsin exchange ") and line.startswith("    "):
            yield from (one.strip() for one in line.split("&&"))
    yield from re.findall(r"`(tocsin exchange [^`]+)`", WALK)


@pytest.mark.parametrize("line", sorted(set(lines_of_commands())))
def test_every_command_that_the_walk_tells_of_is_one_and_has_these_options(line):
    words = shlex.split(line, comments=True)[2:]
    at, command = 0, exchange
    while at < len(words):
        if words[at] == "--home" and command is exchange:
            at += 2
        elif isinstance(command, click.Group):
            command = command.get_command(click.Context(command), words[at])
            assert command is not None, words[at]
            at += 1
        else:
            break
    known = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
    for word in words[at:]:
        assert not word.startswith("--") or word in known, f"{command.name} has no option {word}"


# Walked


WALKED = [Path(__file__).parent / name for name in ("test_as_a_new_operator.py", "people.py")]
NOT_WALKED = {("trust", "own", "--signatures")}  # told of as what raises nothing; test_trust.py sees to that


def commands_told_of() -> Iterator[str]:
    """Every command line of the page, and what a sentence names of a command without repeating all of it."""
    yield from (line.removeprefix("tocsin exchange ") for line in lines_of_commands())
    names = "|".join(sorted({name.split()[-1] for name in ALL}))
    yield from re.findall(rf"`((?:{names}) [^`]+)`", WALK)


def told(line: str) -> tuple[tuple[str, ...], set[str]]:
    """The sub-command that a line is of, and the options that it gives."""
    words = shlex.split(line, comments=True)
    words = words[2:] if words[0] == "--home" else words
    found = next(
        tuple(name.split()[1:])
        for name in sorted(ALL, key=len, reverse=True)
        if name.split()[1:] in (words[: len(name.split()) - 1], ["trust", *words[:1]])
    )
    return found, {word for word in words if word.startswith("--")}


@cache
def walked() -> dict[tuple[str, ...], set[str]]:
    """The sub-commands that the walk runs, each with the options that stand in any chapter that runs it."""
    functions = [
        one for path in WALKED for one in ast.walk(ast.parse(path.read_text())) if isinstance(one, ast.FunctionDef)
    ]
    by_helper: dict[str, set[tuple[str, ...]]] = {}
    found: dict[tuple[str, ...], set[str]] = {}
    for function in functions:
        by_helper[function.name] = set(_run_in(function))
    for function in functions:
        called = {
            one.func.attr for one in ast.walk(function) if isinstance(one, ast.Call) and hasattr(one.func, "attr")
        }
        commands = by_helper[function.name].union(*(by_helper.get(name, set()) for name in called))
        for command in commands:
            found.setdefault(command, set()).update(text for text in _texts(function) if text.startswith("--"))
    return found


def _texts(within: ast.AST) -> list[str]:
    return [one.value for one in ast.walk(within) if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def _run_in(function: ast.FunctionDef) -> Iterator[tuple[str, ...]]:
    """The sub-commands of a function: neighbouring texts that are one, wherever they are put together."""
    texts = _texts(function)
    for name in ALL:
        command = name.split()[1:]
        if any(texts[at : at + len(command)] == command for at in range(len(texts))):
            yield tuple(command)


@pytest.mark.parametrize("line", sorted(set(commands_told_of())))
def test_every_command_that_the_page_tells_of_is_walked_with_its_options(line):
    command, options = told(line)
    options -= {one for *of, one in NOT_WALKED if tuple(of) == command}
    assert command in walked(), "the walk does not run it"
    two = {"--first", "--second"}  # stand in a constant of the walk
    assert options - two <= walked()[command], f"the walk does not give {options - walked()[command]}"
