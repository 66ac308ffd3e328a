"""Words of a transfer that could not be sent are kept whole, and told when they are kept."""

import pytest
from tests.node.transfers.scenes import ask

from tocsin.node.transfers.models import TransferNoteDraft

pytestmark = pytest.mark.django_db


def test_what_cannot_be_sent_is_kept_and_told(mira, with_beds, signed_in):
    sender, where = signed_in(mira.person), f"/transfers/{ask(mira, with_beds).pk}/supplement/"
    text = "a" * 60_000
    kept = sender.post(where, {"text": text, "version": "0"}, headers={"Accept": "application/json"}).json()
    assert "20,000 characters are the most, and it has 60,000" in kept["kept"]
    assert TransferNoteDraft.objects.get().text == text
    assert "it has 60,000" in sender.get(where).text
    assert 'maxlength="20000"' not in sender.get(where).text
    kept = sender.post(where, {"text": "A <b>", "version": "1"}, headers={"Accept": "application/json"}).json()
    assert "holds markup" in kept["kept"]
    kept = sender.post(where, {"text": "Sound.", "version": "2"}, headers={"Accept": "application/json"}).json()
    assert kept["kept"] == "Kept. Nobody else sees it before you send it."
