"""What the rules of a joint object do not allow: kept, with its reason, and without effect."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from tocsin.joint.acts import Applied

__all__ = ["NotAllowed", "Refused"]


class NotAllowed(Exception):
    """An act that the rules do not allow where it stands. It never leaves the package: the fold keeps it as refused."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code, self.values = code, values


@dataclass(frozen=True)
class Refused:
    """An act that changed nothing. `code` and `values` are worded in the reader's language by whoever shows it."""

    applied: Applied
    code: str
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
