"""Files put with a request: what they are not, they are not taken for; and they stay in this state."""

import pytest
from django.core.exceptions import PermissionDenied
from tests.node.assistance.scenes import ask

from tocsin.node.alliance.models import AuditEntry
from tocsin.node.assistance.actions.attaching import attach, hand_back, remove
from tocsin.node.assistance.models import Attachment
from tocsin.node.assistance.refusals import ActRefused
from tocsin.node.events.files.refusals import RefusedContent

pytestmark = pytest.mark.django_db


def test_a_file_is_handed_back_as_it_came_and_leaves_in_no_document(joined, lin, dara):
    of = ask(lin, dara)
    before = len(joined.store.outbox(100))
    file = attach(of, b"item,quantity\nmask,5\n", name="list.csv", note="As asked", by=lin)
    assert hand_back(file, by=dara) == b"item,quantity\nmask,5\n"
    assert AuditEntry.objects.filter(act="attachment.downloaded", by=dara).exists()
    assert len(joined.store.outbox(100)) == before


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (b"item,quantity\n", "licence.pdf", "By its bytes it is"),
        (b"MZ\x90\x00" + b"\0" * 60, "licence.pdf", "."),
        (b"#!/bin/sh\nrm -rf /\n", "run.sh", "not taken"),
        (b"", "empty.txt", "empty"),
    ],
    ids=["text", "program", "script", "empty"],
)
def test_a_file_that_is_not_what_it_says_is_refused(joined, lin, dara, content, name, why):
    of = ask(lin, dara)
    with pytest.raises(RefusedContent, match=why):
        attach(of, content, name=name, by=lin)
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("name", ["../list.csv", "a/b.csv", ".csv", "list", "x\u202evsc.txt"])
def test_a_name_that_deceives_is_refused(joined, lin, dara, name):
    with pytest.raises(ActRefused):
        attach(ask(lin, dara), b"a,b\n", name=name, by=lin)


def test_the_same_file_twice_too_many_and_too_large_are_refused(joined, lin, dara, monkeypatch):
    of = ask(lin, dara)
    attach(of, b"a,b\n", name="list.csv", by=lin)
    with pytest.raises(ActRefused, match="as “list"):
        attach(of, b"a,b\n", name="other.csv", by=lin)
    monkeypatch.setattr("tocsin.node.assistance.actions.attaching.MOST", 1)
    with pytest.raises(ActRefused, match="at most 1"):
        attach(of, b"c,d\n", name="other.csv", by=lin)
    monkeypatch.setattr("tocsin.node.assistance.actions.attaching.LARGEST", 3)
    with pytest.raises(ActRefused, match="larger"):
        attach(of, b"c,d\n", name="other.csv", by=lin)


def test_what_is_removed_leaves_its_row_and_no_bytes(joined, lin, dara, person):
    file = attach(ask(lin, dara), b"a,b\n", name="list.csv", by=lin)
    with pytest.raises(PermissionDenied):
        remove(file, by=dara)
    remove(file, by=lin)
    file.refresh_from_db()
    assert (bytes(file.content), file.removed_by) == (b"", lin)
    with pytest.raises(ActRefused, match="was removed"):
        hand_back(file, by=lin)
    assert not Attachment.objects.visible_to(person("clinician")).exists()
