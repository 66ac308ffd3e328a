"""`tocsin methods`: the detection methods, their papers, options and names in R."""

from textwrap import fill
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tocsin.epi.detect.registry import Method

__all__ = ["methods"]


@click.command(short_help="List the detection methods with their papers.")
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="How to list."
)
def methods(form: str) -> None:
    """List the detection methods with their papers, their options and what R calls them."""
    from tocsin.epi.detect.registry import METHODS

    if form == "json":
        import json

        click.echo(json.dumps([_described(method) for method in METHODS.values()], ensure_ascii=False, indent=2))
        return
    for method in METHODS.values():
        click.echo(_paragraph(method))


def _described(method: "Method") -> dict[str, object]:
    return {
        "name": method.name,
        "summary": method.summary,
        "paper": method.paper,
        "doi": method.doi,
        "r": method.r_name,
        "options": dict(method.defaults),
    }


def _paragraph(method: "Method") -> str:
    options = ", ".join(f"{name}={value}" for name, value in method.defaults.items())
    paper = f"{method.paper}. doi:{method.doi}" if method.doi else f"{method.paper}."
    lines = [click.style(method.name, bold=True), _line(method.summary), _line(paper), _line(f"options: {options}")]
    if method.r_name:
        lines.append(_line(f"in R: surveillance::{method.r_name}"))
    return "\n".join(lines) + "\n"


def _line(text: str) -> str:
    return fill(
        text, 100, initial_indent="    ", subsequent_indent="      ", break_on_hyphens=False, break_long_words=False
    )
