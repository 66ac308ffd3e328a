"""Who did what: appended with the act, read by the auditor."""

import pytest
from django.db import transaction
from django.urls import reverse

from tocsin.node.alliance import audit
from tocsin.node.alliance.models import AuditEntry, AuditHead


def test_an_entry_is_written_in_the_acts_own_transaction(amina):
    class Failed(Exception):
        pass

    @transaction.atomic
    def fail() -> None:
        audit.record("thing.done", amina, by=amina)
        raise Failed

    before = AuditEntry.objects.count()
    with pytest.raises(Failed):
        fail()
    assert AuditEntry.objects.count() == before
    assert audit.broken_at() is None


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_audited():
    with pytest.raises(transaction.TransactionManagementError):
        audit.record("thing.done", by=None)


def test_the_chain_shows_where_a_line_is_missing_or_changed(amina):
    entries = [audit.record("thing.done", amina, by=amina, n=n) for n in range(5)]
    assert audit.broken_at() is None
    changed = AuditEntry.objects.get(pk=entries[2].pk)
    changed.details = {"n": 7}
    assert audit._digest(changed) != changed.digest
    AuditHead.objects.update(digest="0" * 63 + "1")
    assert audit.broken_at() == -1


def test_the_auditor_reads_filters_and_exports(amina, person, signed_in):
    audit.record("place.changed", amina, by=amina, what="=cmd()")
    audit.record("other.done", amina, by=None)
    browser = signed_in(person("auditor"))
    shown = browser.get(reverse("audit")).text
    assert "changed a place" in shown
    assert '<option value="other.done">other.done</option>' in shown
    only = browser.get(reverse("audit"), {"act": "other.done"}).text.split("<tbody>")[1]
    assert "place.changed" not in only
    exported = b"".join(browser.get(reverse("audit_export", args=["csv"])).streaming_content).decode("utf-8-sig")
    assert "changed a place,place.changed" in exported
    assert "whole" in browser.get(reverse("audit_check")).text


def test_nobody_else_reads_it(people, signed_in):
    for role, somebody in people.items():
        if role != "auditor":
            assert signed_in(somebody).get(reverse("audit")).status_code == 403
