"""A request and an answer as both sides see them, whatever framework or client carries them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

__all__ = ["Answer", "Headers", "Request"]


class Headers(Mapping[str, str]):
    """Header fields, named in any case. Several lines of one name are one value, joined by `, ` (RFC 9110, 5.3)."""

    __slots__ = ("_values",)

    def __init__(self, fields: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        self._values: dict[str, str] = {}
        for name, value in fields.items() if isinstance(fields, Mapping) else fields:
            before = self._values.get(name.lower())
            self._values[name.lower()] = value if before is None else f"{before}, {value}"

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Headers({self._values!r})"

    def replaced(self, fields: Mapping[str, str]) -> "Headers":
        """These, with `fields` in place of what stood under their names."""
        return Headers({**self._values, **{name.lower(): value for name, value in fields.items()}})


@dataclass(frozen=True)
class Request:
    """A request. `target` is the path with its query exactly as on the request line: `/exchange/v1/log?origin=AL`."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=Headers)
    body: bytes = b""

    def __post_init__(self) -> None:
        _with_headers(self, self.headers)


@dataclass(frozen=True)
class Answer:
    """An answer, its body as carried."""

    status: int
    headers: Mapping[str, str] = field(default_factory=Headers)
    body: bytes = b""

    def __post_init__(self) -> None:
        _with_headers(self, self.headers)


def _with_headers(message: Request | Answer, headers: Mapping[str, str]) -> None:
    if not isinstance(headers, Headers):
        object.__setattr__(message, "headers", Headers(headers))
