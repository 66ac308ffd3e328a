"""Where a node keeps what is its own: one folder, chosen by TOCSIN_HOME.

node.toml      the alliance and the state it serves, its addresses, its hours; written by `tocsin node init`
secret         the key that signs sessions; made once, readable by the owner alone
tocsin.sqlite3 the database, unless DATABASE_URL names a PostgreSQL
archive/       one Delta Lake table a source
uploads/       files as they came, by day
boundaries/    boundary layers of this node's own choice
mail/          messages that would have been sent, where no mail server is named
"""

import os
import secrets
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs

from tocsin.node.duty.checking import check_table as check_duty

__all__ = ["BadConfiguration", "Configuration", "home", "secret_key"]


class BadConfiguration(ValueError):
    """The node's own configuration cannot be used; the message says which line and what to do."""


def home() -> Path:
    return Path(os.environ.get("TOCSIN_HOME") or platformdirs.user_data_path("tocsin") / "node").absolute()


def secret_key(folder: Path) -> str:
    """Read the node's key, or make it. Written with O_EXCL, so that two processes starting at once agree on one."""
    path = folder / "secret"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(64))
    return path.read_text(encoding="ascii").strip()


@dataclass(frozen=True, slots=True)
class Configuration:
    """node.toml, checked.

    alliance     name of a file of `tocsin.node.alliances`, or a path to one
    state        code of the state that runs this node
    base_url     where people reach it; links in e-mails begin with it
    time_zone    of the service
    boundaries   file in boundaries/ that maps may be drawn by; boundaries_key: its property that holds places' codes
    nightly      when the night's work begins, "HH:MM" in that zone
    sign_in      {"oidc": [{...}]} providers, if any
    exchange     how partners are met: {"host": …, "port": …, "certificate": …, "key": …, "proxy": …,
                 "every_seconds": …}; host and port are where the door for partners listens, none: it only calls out
    mail         {"host": …, "port": …, "user": …, "password_file": …, "from": …, "tls": …}; absent: kept in mail/
    duty         who is called when until a person acknowledges, and how: {"ladder": [{…}], "repeat": …, "contact": …,
                 "gateway": {…}} (duty/ladder.py, duty/channels)
    notifications  {"four_eyes": …, "small": …, "line": …, "telephone": …} (notifications/configuration.py)
    translations   {"languages": […], "machine": {…}}: into which languages texts of partners are put, and by which
                 machine, if any (notifications/translation_settings.py)
    """

    alliance: str = "exercise"
    state: str = ""
    base_url: str = "http://127.0.0.1:8000"
    time_zone: str = "UTC"
    nightly: str = "02:00"
    allowed_hosts: tuple[str, ...] = ()
    boundaries: str = ""
    boundaries_key: str = "id"
    sign_in: dict[str, Any] = field(default_factory=dict)
    exchange: dict[str, Any] = field(default_factory=dict)
    mail: dict[str, Any] = field(default_factory=dict)
    duty: dict[str, Any] = field(default_factory=dict)
    notifications: dict[str, Any] = field(default_factory=dict)
    translations: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> "Configuration":
        path = folder / "node.toml"
        if not path.is_file():
            return cls()
        try:
            given = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise BadConfiguration(f"{path.name}: {error}") from error
        unknown = set(given) - set(cls.__dataclass_fields__)
        if unknown:
            known = ", ".join(sorted(cls.__dataclass_fields__))
            raise BadConfiguration(f"{path.name} sets {', '.join(sorted(unknown))}; known are {known}")
        try:
            check_duty(given.get("duty", {}))
        except ValueError as error:
            raise BadConfiguration(f"{path.name}: {error}") from error
        if "allowed_hosts" in given:
            given["allowed_hosts"] = tuple(given["allowed_hosts"])
        return cls(**given)
