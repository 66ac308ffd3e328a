"""Every sub-command of the node and each of its options has its place in docs/command.md."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

from tocsin.cli.node import COMMANDS, node

PAGE = (Path(__file__).parents[3] / "docs" / "command.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_sub_command_and_option_is_told_of(name):
    command = node.get_command(click.Context(node), name)
    assert command.name == name
    section = PAGE.split(f"### `tocsin node {name}`\n")[1].split("\n##")[0]
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert f"`{parameter.opts[0]}`" in section, (
                f"docs/command.md does not tell of node {name} {parameter.opts[0]}"
            )
            assert parameter.help


def test_help_needs_no_django():
    code = (
        "import sys; from click.testing import CliRunner; from tocsin.cli.main import tocsin\n"
        "for name in ['', *sys.argv[1:]]:\n"
        "    assert CliRunner().invoke(tocsin, ['node', *name.split(), '--help']).exit_code == 0\n"
        "assert 'django' not in sys.modules and 'polars' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code, *COMMANDS], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
