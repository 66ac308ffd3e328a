"""Every sub-command of the exchange and each of its options has its place in docs/command.md."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
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
