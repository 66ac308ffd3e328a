"""Is this node as it should be? Everything that can be looked at from inside, each with what to do if it is not."""

import smtplib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core import checks as django_checks
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from tocsin.node.alliance import append_only, audit
from tocsin.node.alliance.models import AuditEntry
from tocsin.node.language.compiled import LOCALES
from tocsin.node.running.newcomers import has_administrator
from tocsin.node.work import leases
from tocsin.node.work.full_disk import LITTLE, least_room

__all__ = ["Finding", "check"]

OLDEST = {"postgresql": (15, 0), "sqlite": (3, 37)}
WRONG_CLOCK = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one thing. `advice` is empty where all is well."""

    name: str
    found: str
    advice: str = ""

    @property
    def well(self) -> bool:
        return not self.advice


def check() -> Iterator[Finding]:
    """Look at one thing after the other; what cannot be looked at is a finding, too."""
    for name, look in LOOKS:
        try:
            yield look(name)
        except (DatabaseError, OSError) as error:
            yield Finding(name, f"cannot be looked at: {error}", "see to the database and the folder first")


def _settings(name: str) -> Finding:
    wrong = [message for message in django_checks.run_checks() if message.level >= django_checks.WARNING]
    if wrong:
        return Finding(name, f"{wrong[0].id}: {wrong[0].msg}", wrong[0].hint or "see docs/operations.md")
    if settings.DEBUG:
        return Finding(name, "TOCSIN_DEBUG is 1", "unset it: error pages show what no stranger may see")
    zone = ZoneInfo(settings.TIME_ZONE)
    return Finding(name, f"{settings.BASE_URL}, {zone.key}, night at {settings.CONFIGURATION.nightly}")


def _secret(name: str) -> Finding:
    mode = (settings.HOME / "secret").stat().st_mode & 0o777
    advice = "others can read it: chmod 600 secret" if mode & 0o077 else ""
    return Finding(name, f"mode {mode:03o}", advice)


def _database(name: str) -> Finding:
    connection.ensure_connection()
    version = _version()
    said = f"{connection.display_name} {'.'.join(map(str, version))}"
    oldest = OLDEST.get(connection.vendor)
    if oldest is None or version < oldest:
        return Finding(name, said, "Tocsin runs on PostgreSQL from 15 and SQLite from 3.37")
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return Finding(name, said, f"{len(missing)} migrations are missing: tocsin node init" if missing else "")


def _version() -> tuple[int, ...]:
    if connection.vendor == "sqlite":
        return tuple(connection.Database.sqlite_version_info)
    return divmod(connection.connection.info.server_version, 10_000)


def _clock(name: str) -> Finding:
    """A clock that was set back makes entries in disorder; that of another machine must agree with this one."""
    now = timezone.now()
    last = AuditEntry.objects.order_by("-number").values_list("at", flat=True).first()
    if last and last - now > WRONG_CLOCK:
        return Finding(name, f"{now:%F %T}, but the last act was at {last:%F %T} UTC", "set the clock, or wait")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            apart = abs(cursor.fetchone()[0] - timezone.now())
        if apart > WRONG_CLOCK:
            return Finding(name, f"the database's differs by {apart.total_seconds():.0f} s", "synchronise both by NTP")
    return Finding(name, f"{now:%F %T} UTC")


def _folders(name: str) -> Finding:
    for folder in (settings.HOME, settings.ARCHIVE, settings.UPLOADS):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            return Finding(name, f"{folder}: {error.strerror}", "give the node's user the right to write there")
    return Finding(name, str(settings.HOME))


def _disk(name: str) -> Finding:
    folder, free = least_room()
    advice = "make room: uploads and the database may fail" if free < LITTLE else ""
    return Finding(name, f"{free / (1 << 30):.1f} GB free for {folder}", advice)


def _catalogues(name: str) -> Finding:
    [folder] = settings.LOCALE_PATHS
    sources = sorted(LOCALES.glob("*/LC_MESSAGES/*.po"))
    missing = [s for s in sources if not (folder / s.relative_to(LOCALES)).with_suffix(".mo").is_file()]
    advice = f"cannot be written to {folder}" if missing or not sources else ""
    return Finding(name, f"{len(sources) - len(missing)} of {len(sources)} compiled", advice)


def _static(name: str) -> Finding:
    missing = [file for file in ("look/look.css", "look/look.js", "look/charts.js") if finders.find(file) is None]
    advice = "run scripts/build-frontend.sh (make setup does)" if missing else ""
    return Finding(name, f"without {', '.join(missing)}" if missing else "built", advice)


def _archives(name: str) -> Finding:
    """An archive older than the database that names it is a mixture of two copies."""
    from tocsin.counts.archive import Archive
    from tocsin.counts.errors import CountsError
    from tocsin.node.surveillance.models import Source

    sources = list(Source.objects.all())
    for source in sources:
        try:
            head = Archive(settings.ARCHIVE / str(source.pk)).head()
        except CountsError as error:
            return Finding(name, str(error), "restore it from a copy")
        if head < source.archive_version:
            said = f"{source.name}: version {head} on disk, {source.archive_version} in the database"
            return Finding(name, said, "restore folder and database from one copy")
    return Finding(name, f"{len(sources)} agree with the database")


def _audit(name: str) -> Finding:
    if not append_only.is_guarded(connection):
        return Finding(name, "the database lets it be changed", "find out who lifted its triggers, and why")
    broken = audit.broken_at()
    if broken is not None:
        said = "its end is missing" if broken < 0 else f"entry {broken} does not follow from the one before"
        return Finding(name, said, "it was changed from outside: compare with a copy")
    return Finding(name, f"{AuditEntry.objects.count()} entries, unbroken")


def _workers(name: str) -> Finding:
    alive = leases.alive()
    return Finding(name, f"{len(alive)} alive", "" if alive else "tocsin node serve, or tocsin node work, starts one")


def _people(name: str) -> Finding:
    if has_administrator():
        return Finding(name, "an administrator can sign in")
    return Finding(name, "no administrator", "tocsin node add-person --role administrator …")


def _mail(name: str) -> Finding:
    """Whether the server takes us; nothing is sent."""
    if not settings.CONFIGURATION.mail.get("host"):
        return Finding(name, f"kept in {settings.HOME / 'mail'}: node.toml names no server")
    try:
        with get_connection(timeout=10):
            pass
    except (OSError, smtplib.SMTPException) as error:
        return Finding(name, f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}: {error}", "see [mail] in node.toml")
    return Finding(name, f"{settings.EMAIL_HOST} answers")


def _duty(name: str) -> Finding:
    """Whether somebody can be called tonight."""
    from tocsin.node.duty.configuration import duty_table
    from tocsin.node.duty.models import PushSubscription
    from tocsin.node.duty.people import standing

    people, gateway = standing(), duty_table().get("gateway", {})
    browsers = PushSubscription.objects.filter(person__in=people).values("person").distinct().count()
    said = f"{len(people)} stand duty, {browsers} of them called in a browser"
    if not people:
        return Finding(name, said, "give somebody the role of duty officer, or nobody is called")
    if not browsers and not gateway and not settings.CONFIGURATION.mail.get("host"):
        return Finding(name, said, "no browser, no mail server, no gateway: see [duty] and [mail] in node.toml")
    if secret := gateway.get("secret_file"):
        Path(secret).read_bytes()
    return Finding(name, said)


LOOKS: tuple[tuple[str, Callable[[str], Finding]], ...] = (
    ("settings", _settings),
    ("secret", _secret),
    ("database", _database),
    ("clock", _clock),
    ("folders", _folders),
    ("disk", _disk),
    ("languages", _catalogues),
    ("styles and scripts", _static),
    ("archives", _archives),
    ("audit", _audit),
    ("workers", _workers),
    ("people", _people),
    ("mail", _mail),
    ("duty", _duty),
)
