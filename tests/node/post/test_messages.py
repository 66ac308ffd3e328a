"""Messages between states, through the pages: who may, what leaves, what comes, what is void or erased."""

import re
import uuid

import pytest
from django.urls import reverse
from tests.exchange.world import World
from tests.node.asking import questions

from tocsin.exchange.documents import Document
from tocsin.exchange.erasing import erase
from tocsin.exchange.intake import take
from tocsin.exchange.restoring import begin_recovery
from tocsin.exchange.sealing import post, seal
from tocsin.exchange.store import State
from tocsin.node.alliance.models import AuditEntry, Notice
from tocsin.node.post.models import Message, MessageSeen, Outgoing

GIVEN = {"addressees": ["BO"], "subject": "Холера", "text": "Три случая.\r\n\r\nПросим проверить.", "language": "ru"}


@pytest.fixture
def vera(person):
    """A duty officer, who speaks for the state."""
    return person("duty_officer", name="Vera")


@pytest.fixture
def partner(joined, alliance_list) -> World:
    """BO and the others, in memory, under the same list and at the same moment."""
    world = World(["AL", "BO", "CE", "SEC"], made=alliance_list)
    alliance_list.now = joined.now()
    return world


def from_partner(world: World, joined, name: str = "BO", audience: str = "to:AL", text: str = "霍乱", **more):
    """A message of a partner, sealed there and taken in here. Its document."""
    document = world.post(name, text, audience, **more)
    for manifest in seal(world.nodes[name]):
        take(joined, world.nodes[name].store.batch_of(manifest.digest), via=name)
    return document


def test_a_message_is_queued_with_its_audit_and_read_by_its_addressee_alone(joined, partner, vera, signed_in):
    answer = signed_in(vera).post(reverse("write_message"), GIVEN)
    message = Message.objects.get()
    assert answer.url == reverse("message", args=[message.pk])
    assert (message.by, message.addressees, message.text) == (vera, ["BO"], "Три случая.\n\nПросим проверить.")
    assert Outgoing.objects.get().audience == "to:BO"
    assert AuditEntry.objects.get(act="message.written").details == {"to": ["BO"]}
    (manifest,) = seal(joined)
    batch = joined.store.batch_of(manifest.digest)
    take(partner.nodes["BO"], batch, via="AL")
    assert partner.accepted("BO") == [message.text]
    take(partner.nodes["SEC"], batch, via="AL")  # it carries what it cannot open
    assert partner.accepted("SEC") == []


def test_nothing_leaves_if_the_audit_cannot_be_written(joined, vera, signed_in, monkeypatch):
    browser = signed_in(vera, raise_request_exception=False)
    monkeypatch.setattr("tocsin.node.alliance.audit.record", lambda *a, **k: 1 / 0)
    assert browser.post(reverse("write_message"), GIVEN).status_code == 500
    assert not Message.objects.exists()
    assert not Outgoing.objects.exists()


def test_all_members_are_written_to_without_naming_them(joined, vera, signed_in):
    signed_in(vera).post(reverse("write_message"), {**GIVEN, "addressees": ["members"]})
    assert Outgoing.objects.get().audience == "members"
    assert Message.objects.get().addressees == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"addressees": []}, "This field is required"),
        ({"addressees": ["members", "BO"]}, "choose one or the other"),
        ({"addressees": ["AL"]}, "Select a valid choice"),
        ({"addressees": ["ZZ"]}, "Select a valid choice"),
        ({"subject": " "}, "This field is required"),
        ({"text": "x" * 20_001}, "at most 20000 characters"),
        ({"text": "pay \u202eexe.txt"}, "invisible characters"),
        ({"text": "<script>alert(1)</script>"}, "markup"),
        ({"language": "xx"}, "Select a valid choice"),
    ],
)
def test_what_partners_would_not_take_is_said_before_it_is_sent(joined, vera, signed_in, change, said):
    answer = signed_in(vera).post(reverse("write_message"), GIVEN | change)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Message.objects.exists()
    assert not Outgoing.objects.exists()


def test_a_suspended_partner_is_not_offered(joined, alliance_list, vera, signed_in):
    alliance_list.change("BO", status="suspended")
    joined.store.put_trust_files(alliance_list.files)
    page = signed_in(vera).get(reverse("write_message")).content.decode()
    assert 'value="CE"' in page
    assert 'value="BO"' not in page


def test_a_node_that_has_not_joined_says_so(state, vera, signed_in, settings, tmp_path):
    answer = signed_in(vera).post(reverse("write_message"), {**GIVEN, "addressees": ["members"]})
    assert answer.status_code == 422
    assert "has not joined" in answer.content.decode()


def test_what_comes_is_shown_told_and_marked_as_seen_once_opened(joined, partner, vera, amina, signed_in):
    document = from_partner(partner, joined)
    message = Message.objects.get()
    assert (str(message.pk), message.origin, message.is_ours, message.by) == (document.id, "BO", False, None)
    notice = Notice.objects.get(person=vera)
    assert notice.values == {"state": {"en": "Borenia", "ru": "Борения", "zh-hans": "博雷尼亚"}}
    assert "霍乱" not in str(notice.values), "a notice goes by e-mail, and what was written stays here"
    browser = signed_in(amina)
    assert "1 message you have not opened" in browser.get(reverse("messages")).content.decode()
    page = browser.get(reverse("message", args=[message.pk])).content.decode()
    assert 'lang="en"' in page
    assert "霍乱" in page
    assert MessageSeen.objects.get().person == amina
    assert "nothing new" in browser.get(reverse("messages")).content.decode()


def test_the_same_document_told_again_changes_nothing(joined, partner):
    document = from_partner(partner, joined)
    entry = joined.store.entries(state=State.ACCEPTED)[0]
    joined.reader.accepted([(document, entry)])
    assert Message.objects.count() == 1


def test_answers_stand_in_one_conversation(joined, partner, vera, signed_in):
    browser = signed_in(vera)
    browser.post(reverse("write_message"), GIVEN)
    ours = Message.objects.get()
    from_partner(
        partner,
        joined,
        body={"subject": "Re", "text": "Проверили: один подтверждён.", "in_reply_to": str(ours.pk)},
    )
    theirs = Message.objects.get(is_ours=False)
    assert theirs.conversation == ours.conversation
    page = browser.get(reverse("write_message") + f"?reply={theirs.pk}").content.decode()
    assert "Answer to Borenia" in page
    assert re.search(r'<input[^>]*value="BO"[^>]*checked', page)
    browser.post(reverse("write_message") + f"?reply={theirs.pk}", {**GIVEN, "subject": "Re: Re"})
    assert set(Message.objects.values_list("conversation", flat=True)) == {ours.pk}
    shown = browser.get(reverse("message", args=[ours.pk])).content.decode()
    assert shown.index("Три случая") < shown.index("один подтверждён")


def test_an_answer_to_what_never_came_is_shown_by_itself(joined, partner):
    other = str(uuid.uuid4())
    from_partner(partner, joined, body={"subject": "Re", "text": "…", "in_reply_to": other})
    assert str(Message.objects.get().conversation) == other


def test_who_has_our_message_is_said_by_signed_receipts(joined, partner, vera, signed_in):
    browser = signed_in(vera)
    browser.post(reverse("write_message"), {**GIVEN, "addressees": ["BO", "CE"]})
    page = reverse("message", args=[Message.objects.get().pk])
    assert browser.get(page).content.decode().count("waits to be signed") == 2
    (manifest,) = seal(joined)
    assert browser.get(page).content.decode().count("under way") == 2
    bo = partner.nodes["BO"]
    take(bo, joined.store.batch_of(manifest.digest), via="AL")
    (receipt,) = seal(bo)
    take(joined, bo.store.batch_of(receipt.digest), via="BO")
    assert browser.get(page).content.decode().count("under way") == 1


def test_a_message_whose_key_had_ended_is_marked_void(joined, partner, vera, signed_in):
    from_partner(partner, joined)
    entries = joined.store.entries(state=State.ACCEPTED)
    joined.reader.withdrawn(entries)
    page = signed_in(vera).get(reverse("message", args=[Message.objects.get().pk])).content.decode()
    assert "ask them by another way" in page
    assert "void" in page


def test_an_erased_message_keeps_its_place_and_loses_its_words(joined, partner, vera, signed_in):
    from_partner(partner, joined, text="имя больного")
    bo = partner.nodes["BO"]
    erase(bo, bo.store.entries(state=State.OWN), reason="identifies-a-person")
    for manifest in seal(bo):
        take(joined, bo.store.batch_of(manifest.digest), via="BO")
    message = Message.objects.get()
    assert (message.subject, message.text) == ("", "")
    assert message.erased_at is not None
    browser = signed_in(vera)
    assert "erased by its owner" in browser.get(reverse("messages")).content.decode()
    assert "had this message erased" in browser.get(reverse("message", args=[message.pk])).content.decode()


def test_whoever_may_not_read_messages_does_not_learn_that_there_are_any(joined, partner, person, signed_in):
    from_partner(partner, joined)
    browser = signed_in(person("clinician"))
    assert browser.get(reverse("messages")).status_code == 403
    assert browser.get(reverse("message", args=[Message.objects.get().pk])).status_code == 403


def test_readers_without_the_right_to_write_cannot(joined, amina, signed_in):
    browser = signed_in(amina)
    assert "Write to partners" not in browser.get(reverse("messages")).content.decode()
    assert browser.post(reverse("write_message"), GIVEN).status_code == 403


def test_the_list_asks_the_same_number_of_questions_however_long_it_is(joined, partner, vera, signed_in):
    browser, counts = signed_in(vera), []
    for many in (2, 12):
        for number in range(many):
            from_partner(partner, joined, text=str(number))
        counts.append(questions(browser, reverse("messages")))
    assert counts[0] == counts[1] <= 23


def test_what_was_written_since_the_copy_that_a_node_was_put_back_from_is_among_the_sent_again(
    joined, partner, vera, signed_in
):
    begin_recovery(joined, why="restored from a copy")
    told = Notice.objects.count()
    written = partner.post("AL", "Холера", "to:BO")  # before, and known to partners alone
    (manifest,) = seal(partner.nodes["AL"])
    batch = partner.nodes["AL"].store.batch_of(manifest.digest)
    take(joined, batch, via="BO")
    take(joined, batch, via="CE")
    back = Message.objects.get()
    assert (str(back.pk), back.is_ours, back.by, back.text) == (written.id, True, None, "Холера")
    assert Notice.objects.count() == told, "nobody is told that we wrote something"
    assert AuditEntry.objects.get(act="documents.returned").details == {"documents": [written.id], "types": ["message"]}
    page = signed_in(vera).get(reverse("message", args=[back.pk])).content.decode()
    assert "its writer is not known since the node was put back from a copy" in page
    assert "Холера" in signed_in(vera).get(reverse("messages") + "?box=sent").content.decode()


def test_a_message_that_was_in_the_copy_keeps_its_writer_when_its_document_comes_back(joined, partner, vera, signed_in):
    signed_in(vera).post(reverse("write_message"), GIVEN)
    (row,) = joined.store.outbox(9)
    post(partner.nodes["AL"], Document.read(row.document))
    (manifest,) = seal(partner.nodes["AL"])
    begin_recovery(joined, why="restored from a copy")
    take(joined, partner.nodes["AL"].store.batch_of(manifest.digest), via="BO")
    assert Message.objects.get().by == vera


def test_an_answer_that_was_here_before_what_it_answers_joins_its_conversation(joined, partner):
    first = from_partner(partner, joined, text="first")
    says = {"subject": "second", "text": "second", "in_reply_to": first.id}
    second = partner.document("BO", "second", "to:AL", body=says)
    from_partner(partner, joined, body={"subject": "third", "text": "third", "in_reply_to": second.id})
    post(partner.nodes["BO"], second)
    (manifest,) = seal(partner.nodes["BO"])
    take(joined, partner.nodes["BO"].store.batch_of(manifest.digest), via="BO")
    assert Message.objects.count() == 3
    assert {str(key) for key in Message.objects.values_list("conversation", flat=True)} == {first.id}
