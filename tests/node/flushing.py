"""Tests that commit end by emptying every table, the audit's too, which its triggers refuse: they are lifted for that.

The triggers themselves know of no exception, so that none can be used on a node.
"""

from django.db import connection
from django.test import TransactionTestCase

from tocsin.node.alliance import append_only

__all__ = ["allow_flushing"]


def allow_flushing() -> None:
    """Once a session: every flush after a test stands between lifting the triggers and putting them back."""
    teardown = TransactionTestCase._fixture_teardown

    def flush(case: TransactionTestCase) -> None:
        append_only.unguard(connection)
        try:
            teardown(case)
        finally:
            append_only.guard(connection)

    TransactionTestCase._fixture_teardown = flush
