"""The tables of a node that a scene begins with."""

from django.core.management import call_command
from django.db import connection

__all__ = ["make_tables"]


def make_tables() -> None:
    """Unless the node was given a database that has them."""
    if "django_migrations" not in connection.introspection.table_names():
        call_command("migrate", verbosity=0)
