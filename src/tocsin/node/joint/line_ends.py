"""Texts as acts hold them: browsers end a line with two characters, and documents take one."""

from typing import Any

__all__ = ["with_one_line_end"]


def with_one_line_end(said: Any) -> Any:
    """The same, of any shape, with every line ended as documents have it."""
    if isinstance(said, str):
        return said.replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(said, dict):
        return {name: with_one_line_end(value) for name, value in said.items()}
    if isinstance(said, (list, tuple)):
        return [with_one_line_end(one) for one in said]
    return said
