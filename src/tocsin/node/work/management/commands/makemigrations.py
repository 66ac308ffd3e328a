"""Django's own, for tables made whole: with their keys, indexes and constraints, and not changed afterwards.

Each change of a table makes all models anew that know of it, and SQLite copies the table: a new node took twice as
long to set up, and so did every run of the tests.
"""

from collections.abc import Iterable

from django.core.management.commands.makemigrations import Command as DjangosCommand
from django.db.migrations import Migration
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation

__all__ = ["Command", "tables_made_whole"]


def tables_made_whole(operations: Iterable[Operation], app_label: str) -> list[Operation]:
    """The same with what is added to a table stated where it is made, and tables before those that point at them.

    Of tables that point at each other one is made without, and changed at the end. A migration that does anything
    else stays as it is.
    """
    operations = list(operations)
    if not all(isinstance(one, CreateModel | AddField | AddIndex | AddConstraint) for one in operations):
        return operations
    lean = {one.name_lower: one for one in operations if isinstance(one, CreateModel)}
    whole, later = dict(lean), {name: [] for name in lean}
    for one in operations:
        if isinstance(one, CreateModel):
            continue
        name = one.model_name_lower
        if name not in lean:
            return operations
        whole[name] = whole[name].reduce(one, app_label)[0]
        later[name].append(one)
    done, changes = [], []
    while whole:
        made = {one.name_lower for one in done}
        name = next((name for name, one in whole.items() if not _points_at(one, app_label) - made), None)
        if name is not None:
            done.append(whole.pop(name))
        else:
            name = next(name for name in whole if later[name] and not _points_at(lean[name], app_label) - made)
            del whole[name]
            done.append(lean[name])
            changes += later[name]
    return done + changes


def _points_at(table: CreateModel, app_label: str) -> set[str]:
    """The other tables of its app that it needs."""
    targets = {field.remote_field.model for _, field in table.fields if field.remote_field}
    named = {str(getattr(target, "_meta", target)).lower() for target in targets}
    return {name.removeprefix(f"{app_label}.") for name in named if name.startswith(f"{app_label}.")} - {
        table.name_lower
    }


class Command(DjangosCommand):
    """python -m django makemigrations APP."""

    def write_migration_files(self, changes: dict[str, list[Migration]], *arguments: object) -> None:
        for app_label, migrations in changes.items():
            for migration in migrations:
                migration.operations = tables_made_whole(migration.operations, app_label)
        super().write_migration_files(changes, *arguments)
