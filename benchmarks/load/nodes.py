"""A node's folder and database for a measurement, and scripts that run on them."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

__all__ = ["ROOT", "database", "within"]

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def database(kind: str, folder: Path | None) -> Iterator[tuple[Path, dict[str, str]]]:
    """A folder for the node and, for PostgreSQL, a server that keeps what it is told, as one in use would."""
    with tempfile.TemporaryDirectory(prefix="tocsin-load-") as temporary:
        base = (folder or Path(temporary)) / kind
        base.mkdir(parents=True, exist_ok=True)
        if kind == "sqlite":
            yield base / "home", {"DATABASE_URL": ""}
            return
        # The server runs as a user of its own and must reach its folder.
        for each in (base, *list(base.parents)[:2]):
            each.chmod(0o755)
        script = str(ROOT / "scripts" / "postgres.sh")
        port = "54391"
        subprocess.run([script, "start", str(base / "server"), port, "durable"], check=True, capture_output=True)
        url = subprocess.run([script, "url", str(base / "server"), port], check=True, capture_output=True, text=True)
        try:
            yield base / "home", {"DATABASE_URL": url.stdout.strip()}
        finally:
            subprocess.run([script, "stop", str(base / "server")], check=True, capture_output=True)


def within(home: Path, environment: Mapping[str, str], script: str, *arguments: str) -> str:
    """Run a script of this folder on the node's database."""
    settings = {"TOCSIN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "tocsin.node.settings", **environment}
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name(script)), *arguments],
        env={**os.environ, **settings}, capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    return done.stdout
