"""Making a node's folder and its node.toml, before there are any settings."""

import json
import os
from datetime import time
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from tocsin.node.alliances.entries import DataFileError
from tocsin.node.alliances.reading import AllianceFile, StateEntry, read_alliance
from tocsin.node.home import BadConfiguration, Configuration, home, secret_key

__all__ = ["NoNode", "enter", "make"]

FILE = "node.toml"
TEXT = """\
# The node of one state. docs/operations.md tells what else can be set here.
alliance = {alliance}
state = {state}
# Where people reach it; links in e-mails begin with it. https: behind a server that speaks TLS.
base_url = {base_url}
time_zone = {time_zone}
# When the night's work begins, in that time zone.
nightly = {nightly}
"""


class NoNode(BadConfiguration):
    """There is no node in the folder that was named."""


def enter(folder: Path | None = None) -> Path:
    """Name the node's folder to this process and its children. Raises NoNode."""
    folder = (folder or home()).absolute()
    if not (folder / FILE).is_file():
        raise NoNode(f"there is no node in {folder}; `tocsin node init` makes one, --home or TOCSIN_HOME names another")
    os.environ["TOCSIN_HOME"] = str(folder)
    Configuration.read(folder)
    return folder


def make(folder: Path, **given: str | None) -> bool:
    """Write node.toml and the secret. Returns False where that had been done before, with the same values.

    given    alliance, state, base_url, time_zone, nightly; None is left to what the alliance's file says
    raises   BadConfiguration where a value cannot be, or differs from what node.toml says already
    """
    said = {name: value for name, value in given.items() if value is not None}
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ["TOCSIN_HOME"] = str(folder.absolute())
    if (folder / FILE).exists():
        _agree(Configuration.read(folder), said)
        return False
    values = _complete(said)
    secret_key(folder)
    unfinished = folder / f".{FILE}"
    text = TEXT.format(**{name: json.dumps(value, ensure_ascii=False) for name, value in values.items()})
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(folder / FILE)
    return True


def _agree(there: Configuration, said: dict[str, str]) -> None:
    for name, value in said.items():
        if (before := getattr(there, name)) != value:
            raise BadConfiguration(
                f"{FILE} says {name} = {before!r}, not {value!r}; edit it there, or leave it out here"
            )


def _complete(said: dict[str, str]) -> dict[str, str]:
    name = said.get("alliance", "exercise")
    try:
        alliance = read_alliance(name)
    except DataFileError as error:
        raise BadConfiguration(str(error)) from error
    state = _state(alliance, said.get("state"))
    defaults = Configuration(alliance=name, state=state.code, time_zone=state.time_zone)
    fields = ("alliance", "state", "base_url", "time_zone", "nightly")
    values = {field: said.get(field) or getattr(defaults, field) for field in fields}
    _check(values)
    return values


def _state(alliance: AllianceFile, code: str | None) -> StateEntry:
    codes = {seat.code: seat for seat in alliance.seats}
    if code is None and alliance.exercise:
        return alliance.states[0]
    if code not in codes:
        said = "no state is named" if code is None else f"{alliance.code} has no state {code!r}"
        raise BadConfiguration(f"{said}; give --state, one of {', '.join(codes)}")
    return codes[code]


def _check(values: dict[str, str]) -> None:
    address = urlsplit(values["base_url"])
    if address.scheme not in {"http", "https"} or not address.hostname or address.path.strip("/") or address.query:
        raise BadConfiguration(
            f"the address {values['base_url']!r} cannot be; it must be like https://tocsin.example, without a path"
        )
    values["base_url"] = values["base_url"].rstrip("/")
    try:
        time.fromisoformat(values["nightly"])
    except ValueError as error:
        raise BadConfiguration(f"nightly is {values['nightly']!r}; it must be a time like 02:00") from error
    try:
        ZoneInfo(values["time_zone"])
    except (KeyError, ValueError, OSError) as error:
        raise BadConfiguration(f"there is no time zone {values['time_zone']!r}; give one like Asia/Almaty") from error
