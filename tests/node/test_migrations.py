"""What the models say is what migrations make, and they make each table whole."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel, RunPython

from tocsin.node.work.management.commands.makemigrations import tables_made_whole

OURS = [
    app.label
    for app in apps.get_app_configs()
    if app.name.startswith("tocsin.node.") and (app.path and list(app.get_models()))
]


def test_no_model_has_changed_without_its_migration(db):
    try:
        call_command("makemigrations", check=True, dry_run=True)
    except SystemExit:
        pytest.fail("models have changed, see above: `python -m django makemigrations`")


@pytest.mark.verify
def test_the_tables_of_a_new_node_are_those_that_plain_migrations_make(empty_database, tmp_path):
    """A new node makes them in a way of its own, which is quicker; so do these tests."""
    if empty_database is None:
        pytest.skip("the tests are on another database")
    environment = os.environ | {"TOCSIN_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "tocsin.node.settings"}
    environment.pop("DATABASE_URL", None)
    subprocess.run([sys.executable, "-m", "django", "migrate", "-v", "0"], env=environment, check=True)
    of_tests = sqlite3.connect(":memory:")
    of_tests.deserialize(empty_database)
    with closing(sqlite3.connect(tmp_path / "tocsin.sqlite3")) as by_plain_migrations:
        assert tables_of(of_tests) == tables_of(by_plain_migrations)


def tables_of(database):
    """Every table, index and trigger, by the words that made it."""
    return sorted(database.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"))


def points_at(name):
    return models.ForeignKey(f"app.{name}", models.CASCADE)


def table(name, **fields):
    return CreateModel(name, [("id", models.BigAutoField(primary_key=True)), *fields.items()])


INDEX = AddIndex("Case", models.Index(fields=["id"], name="by_id"))
CHECK = AddConstraint("case", models.UniqueConstraint(fields=["place"], name="one_a_place"))


def said(operations):
    """Each operation as one line: what it makes or changes."""
    return [
        [one.name, *(name for name, _ in one.fields), *(made.name for made in options(one))]
        if isinstance(one, CreateModel)
        else one.describe()
        for one in operations
    ]


def options(one):
    return [*one.options.get("indexes", ()), *one.options.get("constraints", ())]


def test_a_table_is_made_with_its_indexes_after_those_that_it_points_at():
    apart = [table("Case"), table("Place"), AddField("case", "place", points_at("Place")), INDEX, CHECK]
    assert said(tables_made_whole(apart, "app")) == [
        ["Place", "id"],
        ["Case", "id", "place", "by_id", "one_a_place"],
    ]


def test_of_tables_that_point_at_each_other_one_is_changed_at_the_end():
    key = AddField("case", "first", points_at("Visit"))
    apart = [table("Case"), table("Visit", case=points_at("Case"), before=points_at("Visit")), key, INDEX]
    assert said(tables_made_whole(apart, "app")) == [
        ["Case", "id"],
        ["Visit", "id", "case", "before"],
        key.describe(),
        INDEX.describe(),
    ]


@pytest.mark.parametrize("other", [RunPython(RunPython.noop), AddIndex("elsewhere", models.Index("id", name="i"))])
def test_what_does_more_than_make_tables_stays_as_it_is(other):
    apart = [table("Case"), INDEX, other]
    assert tables_made_whole(apart, "app") == apart


@pytest.mark.parametrize("app", OURS)
def test_the_first_migration_of_an_app_makes_tables_whole(app):
    first = import_module(f"tocsin.node.{app}.migrations.0001_initial").Migration.operations
    assert said(first) == said(tables_made_whole(first, app))
