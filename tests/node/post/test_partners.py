"""How the exchange stands, through the pages: partners, one of them, what runs out, and acts that take two people."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.exchange.alliances import ExerciseAlliance
from tests.exchange.world import World
from tests.node.asking import questions
from tests.node.post.test_messages import GIVEN as MESSAGE

from tocsin.exchange.intake import take, take_or_note
from tocsin.exchange.restoring import begin_recovery
from tocsin.exchange.sealing import seal
from tocsin.exchange.store import Peer, Refusal, State
from tocsin.exchange.streams import Stream
from tocsin.node.alliance.models import AuditEntry, Notice
from tocsin.node.alliance.notices import sentence
from tocsin.node.post import models, warning
from tocsin.node.post.courier import Courier
from tocsin.node.post.models import Proposal, Sealer
from tocsin.node.post.pages.wording import PROBLEMS, WHY, problem_named, why_named


@pytest.fixture
def awake(joined):
    """The process that signs has just looked, and found nothing wrong."""
    return Sealer.objects.create(at=timezone.now())


def met(joined, node="BO", **said):
    joined.store.put_peer(replace(Peer(node, met_at=joined.now(), trust_version=joined.trust().version), **said))


def shown(browser, name="partners", **given):
    answer = browser.get(reverse(name, kwargs=given))
    assert answer.status_code == 200
    return answer.text


def test_partners_are_shown_with_what_is_missing_in_both_directions(joined, awake, vera, signed_in):
    signed_in(vera).post(reverse("write_message"), {**MESSAGE, "addressees": ["BO"]})
    seal(joined)
    for node in ("BO", "CE", "SEC"):
        met(joined, node)
    met(joined, behind=7, clock_ahead=90)
    page = shown(signed_in(vera))
    assert "1 of 3 partners needs a look" in page
    row = page[page.index("Borenia") : page.index("Cetara")]
    assert 'data-label="still to come">7' in row
    assert 'data-label="not there yet">1' in row
    assert "its clock is 90 s ahead" in row
    assert "this node signs" in page


def test_all_is_well_is_said_when_it_is(joined, awake, vera, signed_in):
    for node in ("BO", "CE", "SEC"):
        met(joined, node, clock_ahead=60)
    assert "3 partners, and all is well" in shown(signed_in(vera))


def test_whoever_is_not_reached_says_so_in_words_and_first(joined, awake, vera, signed_in):
    for node in ("BO", "CE", "SEC"):
        met(joined, node)
    met(
        joined,
        "SEC",
        tried_at=joined.now(),
        failures=4,
        problem="SEC was not reached. https://x: no connection within 5 seconds",
    )
    page = shown(signed_in(vera))
    assert page.index("Secretariat") < page.index("Borenia"), "those that need somebody stand first"
    assert "it does not answer" in page
    assert "4 meetings in a row failed" in shown(signed_in(vera), "partner", code="SEC")


def test_a_suspended_partner_and_one_that_left_are_marked(joined, awake, alliance_list, vera, signed_in):
    alliance_list.change("BO", status="suspended")
    alliance_list.change("CE", status="left")
    joined.store.put_trust_files(alliance_list.files)
    page = shown(signed_in(vera))
    assert "suspended" in page
    assert "has left" in page


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("this node was put back from a copy, and its partners have not been asked yet", "put back from a copy"),
        ("restored from a copy", "put back from a copy"),
        ("BO holds documents of this node that it does not know", "BO holds documents of this node"),
        ("two histories are signed by this node's key", "two histories are signed"),
        ("a fuse blew", "in the words of the exchange: a fuse blew"),
    ],
)
def test_why_nothing_is_signed_is_said_in_words(joined, awake, vera, signed_in, why, said):
    begin_recovery(joined, why=why)
    page = shown(signed_in(vera))
    assert "This node signs nothing now: its documents wait" in page
    assert said in page
    assert "Still to say: Borenia, Cetara and Secretariat" in page


def test_what_the_process_that_signs_says_of_its_keys_reaches_the_pages(joined, vera, signed_in):
    courier = Courier(joined)
    joined.keys = replace(joined.keys, seal=())
    courier.seal()
    assert "keys in its folder are not those" in shown(signed_in(vera))
    assert "keys in its folder are not those" in signed_in(vera).get(reverse("account")).text


def test_a_process_that_signs_and_is_not_heard_of_is_missed(joined, awake, vera, signed_in):
    assert "last heard of" not in shown(signed_in(vera))
    Sealer.objects.update(at=timezone.now() - timedelta(minutes=6))
    assert "last heard of" in shown(signed_in(vera))
    Sealer.objects.all().delete()
    assert "has not been heard of yet" in shown(signed_in(vera))


def test_every_page_warns_whoever_sees_the_exchange_while_the_list_has_run_out(
    joined, awake, alliance_list, vera, person, signed_in, monkeypatch
):
    later = timezone.now() + timedelta(days=8)
    assert "has run out" not in signed_in(vera).get(reverse("account")).text
    monkeypatch.setattr(timezone, "now", lambda: later)
    warning.forget()
    assert "The trust list has run out" in signed_in(vera).get(reverse("account")).text
    assert "has run out" not in signed_in(person("clinician")).get(reverse("account")).text


def test_the_warning_costs_a_page_nothing_once_it_is_known(joined, awake, vera, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(warning, "KEPT", 60)
    list(warning.tell(vera))
    with django_assert_num_queries(0):
        list(warning.tell(vera))


def test_a_node_that_takes_no_part_says_so_and_warns_of_nothing(state, vera, signed_in):
    assert "takes no part" in shown(signed_in(vera))
    assert list(warning.tell(vera)) == []


def test_a_partners_page_tells_cursors_keys_and_refusals(joined, awake, partner, alliance_list, vera, signed_in):
    partner.post("BO", "to all", "members")
    for manifest in seal(partner.nodes["BO"]):
        take(joined, partner.nodes["BO"].store.batch_of(manifest.digest), via="BO")
    head = partner.nodes["BO"].store.head(Stream("BO", 1, "members"))
    alliance_list.end_key("BO", "seal", heads={head.first_manifest: (head.last, head.manifest)}, reason="stolen")
    joined.store.put_trust_files(alliance_list.files)
    joined.store.put_refusal(Refusal(joined.now(), "BO", "meeting", "clock-skew", "the clocks differ"))
    page = shown(signed_in(vera), "partner", code="BO")
    assert "BO/1/members" in page
    assert "stolen" in page
    assert "the two clocks differ by more than five minutes" in page
    assert "https://bo.example" in page
    assert signed_in(vera).get(reverse("partner", args=["AL"])).status_code == 404
    assert signed_in(vera).get(reverse("partner", args=["ZZ"])).status_code == 404


def test_what_partners_refuse_is_noted_under_their_name(joined, partner, vera, signed_in):
    joined.store.set_own(replace(joined.store.own()))
    batch = partner.nodes["BO"]
    partner.post("BO", "x", "to:CE")
    (manifest,) = seal(batch)
    take_or_note(joined, batch.store.batch_of(manifest.digest), via="BO")
    assert "not written for this node" in shown(signed_in(vera), "partner", code="BO")


# Acts of two people


def test_two_people_erase_a_message_and_nobody_alone_does(joined, vera, igor, signed_in):
    signed_in(vera).post(reverse("write_message"), {**MESSAGE, "addressees": ["BO"]})
    seal(joined)
    message = models.Message.objects.get()
    entry = models.Entry.objects.get(document_id=str(message.pk))
    link = reverse("erase_document", args=[entry.pk])
    assert link in shown(signed_in(vera), "message", pk=message.pk)
    given = {"code": "identifies-a-person", "reason": "a name stands in it"}
    assert signed_in(vera).post(link, {**given, "code": "because"}).status_code == 422
    signed_in(vera).post(link, given)
    proposal = Proposal.objects.get()
    signed_in(vera).post(reverse("confirm_proposal", args=[proposal.pk]))
    message.refresh_from_db()
    assert message.erased_at is None
    signed_in(igor).post(reverse("confirm_proposal", args=[proposal.pk]))
    message.refresh_from_db()
    assert message.erased_at is not None
    said = AuditEntry.objects.get(act="documents.erased")
    assert (said.by, said.details["proposed_by"], said.details["code"]) == (igor, "Vera", "identifies-a-person")
    assert models.Outgoing.objects.count() == 1, "whoever has it is asked to"


def two_histories(joined, partner):
    """Evidence that BO signed two histories, as a partner would show it."""
    bo = partner.nodes["BO"]
    copy = bo.store.copy()
    partner.post("BO", "to AL")
    for manifest in seal(bo):
        take(joined, bo.store.batch_of(manifest.digest), via="BO")
    bo.store = copy
    partner.post("BO", "to CE")
    (manifest,) = seal(bo)
    take_or_note(joined, bo.store.batch_of(manifest.digest), via="BO")
    assert joined.store.stopped() == {"BO"}


def test_two_people_settle_evidence_and_see_both_statements(joined, awake, partner, vera, igor, signed_in):
    two_histories(joined, partner)
    assert "signed two histories: stopped" in shown(signed_in(vera))
    page = shown(signed_in(igor), "evidence", code="BO")
    assert "Two lists of documents for the same place" in page
    assert page.count("BO/1/members") >= 2
    signed_in(vera).post(reverse("evidence", args=["BO"]), {"reason": "put back from a copy"})
    proposal = Proposal.objects.get()
    signed_in(vera).post(reverse("confirm_proposal", args=[proposal.pk]))
    assert joined.store.stopped() == {"BO"}
    signed_in(igor).post(reverse("confirm_proposal", args=[proposal.pk]))
    assert joined.store.stopped() == set()
    assert AuditEntry.objects.get(act="evidence.settled").details["proposed_by"] == "Vera"
    assert "settled" in shown(signed_in(vera), "evidence", code="BO")
    assert signed_in(vera).get(reverse("evidence", args=["CE"])).status_code == 404


def test_two_people_open_the_next_epoch_while_a_node_recovers_and_only_then(joined, awake, vera, igor, signed_in):
    link = reverse("next_epoch")
    assert signed_in(vera).get(link).url == reverse("partners")
    signed_in(vera).post(link, {"reason": "why not"})
    assert not Proposal.objects.exists()
    begin_recovery(joined, why="restored from a copy")
    assert "Not asked yet: Borenia, Cetara and Secretariat" in signed_in(vera).get(link).text
    signed_in(vera).post(link, {"reason": "Cetara burned down"})
    proposal = Proposal.objects.get()
    assert [sentence(one) for one in Notice.objects.filter(person=igor)] == [
        "Vera proposes, for a second person to confirm: to open epoch 2"
    ]
    signed_in(igor).post(reverse("confirm_proposal", args=[proposal.pk]))
    assert joined.store.own().epoch == 2
    assert AuditEntry.objects.get(act="epoch.opened").details["epoch"] == 2


def test_a_proposal_to_open_an_epoch_lapses_once_the_node_signs_again(joined, awake, vera, igor, signed_in):
    begin_recovery(joined, why="restored from a copy")
    signed_in(vera).post(reverse("next_epoch"), {"reason": "Cetara burned down"})
    joined.store.set_own(replace(joined.store.own(), confirmed=True, why="", recovering=None))
    signed_in(igor).post(reverse("confirm_proposal", args=[Proposal.objects.get().pk]))
    assert (joined.store.own().epoch, Proposal.objects.get().state) == (1, "lapsed")


@pytest.mark.parametrize("role", ["epidemiologist", "council_delegate", "secretariat"])
def test_whoever_may_not_manage_the_exchange_sees_and_does_nothing(joined, partner, person, vera, signed_in, role):
    two_histories(joined, partner)
    browser = signed_in(person(role))
    assert "Propose" not in shown(browser, "evidence", code="BO")
    assert browser.post(reverse("evidence", args=["BO"]), {"reason": "x"}).status_code == 403
    signed_in(vera).post(reverse("evidence", args=["BO"]), {"reason": "x"})
    proposal = Proposal.objects.get()
    assert browser.post(reverse("confirm_proposal", args=[proposal.pk])).status_code == 403
    assert joined.store.stopped() == {"BO"}


# Words


def test_reasons_of_the_exchange_that_are_told_in_words_are_those_it_gives():
    assert why_named("") == problem_named("") == ""
    assert all(why_named(sample) and "in the words of" not in why_named(sample) for sample in WHY_SAMPLES)
    assert len(WHY_SAMPLES) >= len(WHY) - 1
    assert problem_named("something new") == "the meeting failed"
    assert len({problem_named(sample) for sample in PROBLEM_SAMPLES}) == len(PROBLEM_SAMPLES) == len(PROBLEMS)


WHY_SAMPLES = (
    "two histories are signed by this node's key",
    "BO holds documents of this node that it does not know",
    "this node was put back from a copy, and its partners have not been asked yet",
    "this node may not sign before it has asked what BO holds of it; its documents wait",
    "AL/1/members goes beyond what its ended key may have signed, and nobody takes what follows there",
    "this node has 0 keys that the trust list lets sign now, and 1 must; list its new keys, or put them in place",
    "this node may not sign: AL is suspended; its documents wait",
    "this node may not sign: AL has left the alliance; its documents wait",
    "this node may not sign: the trust list has no node 'AL'; its documents wait",
)
PROBLEM_SAMPLES = (
    "the clocks differ",
    "BO was not reached. https://bo: its TLS certificate is not accepted: expired",
    "BO lists no address: it calls others and cannot be called",
    "BO is suspended",
    "https://bo: the outbound proxy did not open a way to it",
    "https://bo: no connection within 5 seconds",
    "https://bo: nothing came or went for 20 seconds, or all of it too slowly",
    "https://bo: the connection broke in the middle of the answer",
    "https://bo: it answered with a redirect (302), and none is followed",
    "the answer has no signature of BO",
    "the node could not answer; ask again later",
    "https://bo: 10.0.0.1 is a private address",
)


# However many


def test_the_list_of_partners_asks_the_same_number_of_questions_however_many_there_are(
    state, settings, tmp_path, monkeypatch, vera, signed_in, joined_with
):
    counts = []
    for many in (3, 25):
        node = joined_with(["AL", *(f"N{number}" for number in range(many))])
        for number in range(many):
            met(node, f"N{number}", holds={"1/members": (1, "x" * 43)})
        counts.append(questions(signed_in(vera), reverse("partners")))
    assert counts[0] == counts[1] <= 45


@pytest.fixture
def joined_with(state, settings, tmp_path, monkeypatch):
    """joined_with(names): this node in an alliance of these, with a document of its own for all."""
    from datetime import UTC, datetime

    from tocsin.exchange import key_files
    from tocsin.node.post import here as post_here
    from tocsin.node.post.store import DjangoStore

    def join(names):
        settings.HOME = tmp_path / str(len(names))
        monkeypatch.setattr(post_here, "_made", {})
        made = ExerciseAlliance(names, now=datetime.now(UTC), relays=())
        for use, key in made.keys["AL"].items():
            key_files.write(key, key_files.folder(settings.HOME, use) / "2026-03-09.pem")
        DjangoStore().put_trust_files(made.files)
        node = post_here.local_node(sealing=True)
        world = World(names[:2], made=made)
        world.post("AL", "to all")
        from tocsin.exchange.sealing import post

        post(node, world.said["AL"][0])
        seal(node)
        assert node.store.entries(state=State.OWN)
        return node

    return join


# For programs


def test_programs_are_told_how_the_exchange_stands(joined, awake, partner, vera, person):
    from django.test import Client
    from tests.node.access_world import secret_of

    met(joined, behind=7)
    admin = person("administrator")
    program = Client(headers={"Authorization": f"Bearer {secret_of(admin, ['read_exchange'])}"})
    said = program.get("/api/v1/partners").json()
    assert (said["node"], said["may_sign"], said["stale"]) == ("AL", True, False)
    assert {one["node"]: one["behind"] for one in said["partners"]} == {"BO": 7, "CE": 0, "SEC": 0}
    assert {"root", "timestamp"} <= {one["what"] for one in said["expiries"]}


def test_programs_are_told_what_waits_page_by_page_and_not_what_it_says(joined, partner, person):
    from django.test import Client
    from tests.node.access_world import secret_of
    from tests.node.post.apart import kept_apart

    rows = [kept_apart(partner, joined, note="our secret") for _ in range(3)]
    admin = person("administrator")
    program = Client(headers={"Authorization": f"Bearer {secret_of(admin, ['read_exchange'])}"})
    first = program.get("/api/v1/kept-apart?limit=2").json()
    rest = program.get("/api/v1/kept-apart", {"after": first["next"]}).json()
    assert [one["id"] for one in first["items"] + rest["items"]] == [row.pk for row in reversed(rows)]
    assert first["items"][0]["reasons"][0]["code"] == "future-period"
    assert rest["next"] is None
    assert "our secret" not in str(first)
