"""PostgreSQL's own programs for a consistent copy and its return, from the newest release that is installed."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tocsin.node.running.refusals import Refused

__all__ = ["dump", "program", "restore"]

DEBIAN = Path("/usr/lib/postgresql")


def program(name: str) -> str:
    """Path of pg_dump or pg_restore. Raises Refused where PostgreSQL's client programs are not installed."""
    releases = sorted(DEBIAN.glob(f"*/bin/{name}"), key=lambda path: [int(n) for n in re.findall(r"\d+", str(path))])
    found = str(releases[-1]) if releases else shutil.which(name)
    if found is None:
        raise Refused(f"{name} is not installed; Debian has it in the package postgresql-client")
    return found


def dump(database: Mapping[str, Any], into: Path) -> None:
    """One moment of the database, whatever goes on in it meanwhile."""
    _run([program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--file={into}"], database)


def restore(database: Mapping[str, Any], copy: Path) -> None:
    """Put a copy into an empty database, whole or not at all."""
    name = str(database["NAME"])
    options = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", f"--dbname={name}"]
    _run([program("pg_restore"), *options, str(copy)], database)


def _run(command: list[str], database: Mapping[str, Any]) -> None:
    # The password goes by the environment: a command line can be read by everybody on the machine.
    said = {"PGDATABASE": "NAME", "PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    known = {variable: str(database[key]) for variable, key in said.items() if database.get(key)}
    done = subprocess.run(command, env={**os.environ, **known}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"{Path(command[0]).name} failed: {done.stderr.strip().splitlines()[-1] if done.stderr else '?'}")
