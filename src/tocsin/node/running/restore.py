"""A node from its copy, in an empty place. Everything is looked at before anything is written."""

import os
import tempfile
from pathlib import Path
from typing import Any

import dj_database_url

from tocsin.node.running import postgresql
from tocsin.node.running.bundle import DATABASE, unpack, verified
from tocsin.node.running.refusals import CannotRestore

__all__ = ["RESTORED", "restore"]

RESTORED = "restored"  # a file that tells the courier to ask partners before anything is signed again

SQLITE = "tocsin.sqlite3"


def restore(path: Path, home: Path) -> dict[str, Any]:
    """Unpack a copy into an empty or absent folder, and for PostgreSQL into the empty database of DATABASE_URL.

    Returns the manifest. Raises CannotRestore. The folder appears whole or not at all.
    """
    home = home.absolute()
    if home.exists() and any(home.iterdir()):
        raise CannotRestore(f"{home} is not empty; a copy is restored into an empty folder: name another with --home")
    manifest = verified(path)
    database = _database(manifest)
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{home.name}-", dir=home.parent) as folder:
        made = Path(folder)
        unpack(path, manifest, made)
        new = made / "home"
        new.mkdir(exist_ok=True, mode=0o700)
        if database is None:
            (made / DATABASE).rename(new / SQLITE)
        else:
            postgresql.restore(database, made / DATABASE)
        (new / RESTORED).write_text("", encoding="ascii")
        if home.exists():
            home.rmdir()
        new.rename(home)
    return manifest


def _database(manifest: dict[str, Any]) -> dict[str, Any] | None:
    """Where the copied database goes; None for SQLite, which goes into the folder."""
    url = os.environ.get("DATABASE_URL", "")
    kind = manifest["database"]
    if (kind == "postgresql") != url.startswith("postgres"):
        need = "names an empty PostgreSQL" if kind == "postgresql" else "is not set"
        raise CannotRestore(f"the copy is of a node on {kind}; see that DATABASE_URL {need}")
    if kind != "postgresql":
        return None
    database = dict(dj_database_url.parse(url))
    _must_be_empty(database)
    return database


def _must_be_empty(database: dict[str, Any]) -> None:
    import psycopg

    known = {"dbname": "NAME", "host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    given = {name: database[key] for name, key in known.items() if database.get(key)}
    try:
        with psycopg.connect(**given, connect_timeout=10) as connection:
            tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    except psycopg.OperationalError as error:
        raise CannotRestore(f"the database of DATABASE_URL cannot be reached: {str(error).strip()}") from error
    if tables and tables[0]:
        raise CannotRestore(f"the database {database['NAME']!r} has {tables[0]} tables; make an empty one")
