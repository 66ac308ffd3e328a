"""Bringing a node's database to what this release and its files say; whatever is done already stays as it is."""

import hashlib
import json
from contextlib import nullcontext
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from whitenoise.compress import main as compress

from tocsin import __version__
from tocsin.node.alliance.actions.people import add_organisation
from tocsin.node.alliance.actions.setting_up import load_states
from tocsin.node.alliance.alliance_file import alliance, here
from tocsin.node.alliance.models import Organisation, State
from tocsin.node.running.first_tables import rendered_alone
from tocsin.node.surveillance.actions.setting_up import load_diseases, load_places
from tocsin.node.work.models import ScheduledRun
from tocsin.node.work.tasks import ONCE

__all__ = ["collect_static", "migrate", "service", "set_up"]

SERVICE = (
    "Sanitary and epidemiological service",
    "Санитарно-эпидемиологическая служба",
    "卫生流行病学监督机构",
)


def migrate() -> list[str]:
    """Apply what migrations are missing. Returns their names."""
    executor = MigrationExecutor(connection)
    missing = [str(migration) for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    if missing:
        with nullcontext() if executor.loader.applied_migrations else rendered_alone():
            call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    return missing


def set_up(*, again: bool = False, organisation: str = "") -> bool:
    """States, diseases and places as the files of this release say, and the service. Once a release, unless `again`."""
    key = f"{ONCE}files of release {__version__}"
    if not again and ScheduledRun.objects.filter(key=key).exists():
        return False
    with transaction.atomic():
        load_states(alliance(), here=here().code, by=None)
        load_diseases(by=None)
        load_places(next(seat for seat in alliance().seats if seat.code == here().code), by=None)
        service(organisation)
        ScheduledRun.objects.update_or_create(key=key)
    return True


def service(name: str = "") -> Organisation:
    """The state's own service: the first there is, or one of that name."""
    services = Organisation.objects.filter(kind=Organisation.Kind.SERVICE, state__is_here=True).order_by("pk")
    found = services.filter(name_en=name) if name else services
    if there := found.first():
        return there
    names = {"name_en": name} if name else dict(zip(("name_en", "name_ru", "name_zh"), SERVICE, strict=True))
    new = Organisation(kind=Organisation.Kind.SERVICE, state=State.objects.get(is_here=True), **names)
    return add_organisation(new, by=None)


def collect_static() -> bool:
    """Styles and scripts in one folder, compressed beside, for this server or for the one in front of it.

    Returns False where nothing had changed since the last time.
    """
    found = hashlib.sha256(json.dumps([__version__, _static_files()]).encode()).hexdigest()
    stamp = settings.STATIC_ROOT / ".collected"
    if stamp.is_file() and stamp.read_text(encoding="ascii") == found:
        return False
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    compress(["--quiet", str(settings.STATIC_ROOT)])
    stamp.write_text(found, encoding="ascii")
    return True


def _static_files() -> list[tuple[str, int, int]]:
    files = (storage.path(name) for finder in get_finders() for name, storage in finder.list([]))
    looked_at = ((name, Path(name).stat()) for name in files)
    return sorted((name, status.st_mtime_ns, status.st_size) for name, status in looked_at)
