"""Entries of a TOML data file, read field by field; a refusal names the file, the entry and the rule."""

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["DataFileError", "Entry", "Names", "open_data_file"]


class DataFileError(ValueError):
    """A data file breaks a rule: which file, which entry, which rule, what to do."""


@dataclass(frozen=True)
class Names:
    """One name in the three languages. `zh` is Chinese in simplified characters (zh-hans)."""

    en: str
    ru: str
    zh: str

    def __iter__(self):
        return iter((self.en, self.ru, self.zh))

    def in_language(self, code: str) -> str:
        """The name in "en", "ru" or "zh-hans"; in English for any other code."""
        return {"ru": self.ru, "zh-hans": self.zh}.get(code, self.en)


@dataclass(frozen=True)
class Entry:
    """One table of a data file, which remembers where it stands so that a refusal can say so."""

    file: str
    label: str
    values: Mapping[str, Any]

    def error(self, rule: str) -> DataFileError:
        return DataFileError(f"{self.file}, {self.label}: {rule}")

    def only(self, known: Collection[str]) -> None:
        """Refuse a misspelt field, which would otherwise be left out in silence."""
        if unknown := sorted(set(self.values) - set(known)):
            raise self.error(f"unknown field {', '.join(unknown)}; known are {', '.join(sorted(known))}")

    def text(self, field: str) -> str:
        value = self._required(field)
        if not isinstance(value, str) or not value or value != value.strip():
            raise self.error(f"{field} is {value!r}; it must be a text, not empty, without spaces around it")
        return value

    def optional_text(self, field: str) -> str | None:
        return self.text(field) if field in self.values else None

    def slug(self, field: str) -> str:
        """A code as the exchange carries it: a small letter first, then letters, digits, hyphens or underscores."""
        value = self.text(field)
        if len(value) > 40 or not re.fullmatch(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*", value):
            raise self.error(
                f"{field} is {value!r}; it must begin with a small letter, go on with small letters and digits with "
                "hyphens or underscores between, and have forty characters at most"
            )
        return value

    def choice(self, field: str, choices: Collection[str]) -> str:
        value = self.text(field)
        if value not in choices:
            raise self.error(f"{field} is {value!r}; it must be one of {', '.join(sorted(choices))}")
        return value

    def whole(self, field: str, *, least: int) -> int:
        value = self._required(field)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise self.error(f"{field} is {value!r}; it must be a whole number of at least {least}")
        return value

    def optional_whole(self, field: str, *, least: int) -> int | None:
        return self.whole(field, least=least) if field in self.values else None

    def number(self, field: str, *, above: float) -> float:
        value = self._required(field)
        if not isinstance(value, int | float) or isinstance(value, bool) or not value > above:
            raise self.error(f"{field} is {value!r}; it must be a number above {above:g}")
        return float(value)

    def flag(self, field: str) -> bool:
        value = self._required(field)
        if not isinstance(value, bool):
            raise self.error(f"{field} is {value!r}; it must be true or false")
        return value

    def texts(self, field: str) -> tuple[str, ...]:
        """A list of texts; empty if the field is absent."""
        value = self.values.get(field, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise self.error(f"{field} is {value!r}; it must be a list of texts")
        if len(set(value)) != len(value):
            raise self.error(f"{field} names something twice: {', '.join(value)}")
        return tuple(value)

    def choices(self, field: str, choices: Collection[str], *, least: int = 1) -> tuple[str, ...]:
        """A list of `least` or more of the choices, each once; without any it may be absent."""
        value = self.texts(field)
        if len(value) < least or not set(value) <= set(choices):
            some = f"at least {least} of" if least > 1 else "at least one of" if least else "none or some of"
            raise self.error(f"{field} is {list(value)}; it must be {some} {', '.join(choices)}")
        return value

    def sequence(self, field: str, choices: Collection[str], *, length: int) -> tuple[str, ...]:
        """A list of `length` of the choices, in its order; one may come several times."""
        value = self._required(field)
        if not isinstance(value, list) or len(value) != length or not all(item in choices for item in value):
            raise self.error(f"{field} is {value!r}; it must be {length} of {', '.join(choices)}")
        return tuple(value)

    def groups(self, field: str, choices: Collection[str]) -> tuple[tuple[str, ...], ...]:
        """A list of lists, at least one, none of them empty; each of the choices stands in one of them at most."""
        value = self._required(field)
        lists = isinstance(value, list) and bool(value) and all(isinstance(group, list) and group for group in value)
        flat = [item for group in value for item in group] if lists else []
        if not lists or not all(item in choices for item in flat) or len(set(flat)) != len(flat):
            raise self.error(
                f"{field} is {value!r}; it must be lists of {', '.join(choices)}, each of these once at most"
            )
        return tuple(tuple(group) for group in value)

    def names(self, field: str) -> Names:
        value = self._required(field)
        if not isinstance(value, dict):
            raise self.error(f"{field} is {value!r}; it must be a table of en, ru and zh")
        inner = Entry(self.file, f"{self.label}, {field}", value)
        inner.only({"en", "ru", "zh"})
        return Names(*(inner.text(language) for language in ("en", "ru", "zh")))

    def tile(self, field: str = "tile") -> tuple[int, int]:
        """Row and column on the tile grid, from 0."""
        value = self._required(field)
        whole = isinstance(value, list) and all(isinstance(v, int) and not isinstance(v, bool) for v in value)
        if not whole or len(value) != 2 or min(value) < 0:
            raise self.error(f"{field} is {value!r}; it must be [row, column], whole numbers from 0")
        return value[0], value[1]

    def entry(self, field: str) -> "Entry":
        value = self._required(field)
        if not isinstance(value, dict):
            raise self.error(f"{field} is {value!r}; it must be a table")
        return Entry(self.file, field, value)

    def entries(self, field: str, label: str) -> tuple["Entry", ...]:
        """The tables of a list, each labelled by `label` and its code (or its number, where it has none)."""
        value = self.values.get(field, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.error(f"{field} must be a list of tables")
        return tuple(
            Entry(self.file, f"{label} {item.get('code', f'number {number}')}", item)
            for number, item in enumerate(value, start=1)
        )

    def once(self, noun: str, codes: Iterable[str]) -> None:
        """Refuse a code that two tables of a list have."""
        seen: set[str] = set()
        for code in codes:
            if code in seen:
                raise self.error(f"{noun} {code} is given twice; each has a code of its own")
            seen.add(code)

    def _required(self, field: str) -> Any:
        if field not in self.values:
            raise self.error(f"{field} is missing")
        return self.values[field]


def open_data_file(path: Path) -> Entry:
    """The whole file as an entry. Raises DataFileError where it cannot be read or is not TOML."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataFileError(f"{path.name}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DataFileError(f"{path.name}: is not UTF-8 (byte {error.start}); save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise DataFileError(f"{path.name}: is not TOML: {error}") from error
    return Entry(path.name, "the file", values)
