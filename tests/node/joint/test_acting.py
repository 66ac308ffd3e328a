"""Acts of people and of partners on joint objects: kept, ordered by their owner, and the same for everybody."""

import pytest
from django.core.exceptions import PermissionDenied
from tests.node.joint.scenes import TheirObject, an_object, theirs
from tests.node.notifications.scenes import bring

from tocsin.exchange.documents import Document
from tocsin.exchange.intake import take
from tocsin.exchange.sealing import seal
from tocsin.exchange.suite import digest
from tocsin.node.alliance.models import AuditEntry
from tocsin.node.alliance.roles import Ability
from tocsin.node.joint.actions.acting import act, token
from tocsin.node.joint.arranging import arrangement_of
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.joint.nouns import Due
from tocsin.node.joint.refusals import Changed, NotAllowed, Waiting

pytestmark = pytest.mark.django_db


def waiting(joined) -> list[Document]:
    """What this node is about to send."""
    return [Document.read(row.document) for row in joined.store.outbox(100)]


def test_opening_an_object_sends_its_first_document_and_is_audited(joined, counting, dara):
    of = an_object(dara)
    (document,) = waiting(joined)
    assert document.type == "decision"
    assert document.body["object"] == {"origin": "AL", "id": document.id} == of.key.as_json()
    assert document.body["order"] | {"at": None} == {"number": 1, "previous": None, "at": None, "includes": []}
    assert document.body["by"] == {"role": "council_delegate", "name": "Dara"}
    assert counting.settled[document.id] == [("AL", "propose")]
    assert AuditEntry.objects.filter(act="decision.propose", by=dara, target_id=str(of.pk)).exists()


def test_lines_that_a_browser_sends_leave_as_documents_have_them(joined, counting, partner, dara):
    of = an_object(dara)
    said = {"version": 1, "paragraph": None, "text": "Почему?\r\n\r\nЧетыре причины.\rОдна."}
    act(of, "comment", said, needs=Ability.PREPARE_COUNCIL, by=dara)
    (document,) = [one for one in waiting(joined) if one.body["act"] == "comment"]
    assert document.body["said"]["text"] == "Почему?\n\nЧетыре причины.\nОдна."


def test_whoever_may_not_decide_opens_nothing(joined, counting, person):
    with pytest.raises(PermissionDenied):
        an_object(person("epidemiologist"))
    assert not JointObject.objects.exists()


def test_what_a_partner_says_of_ours_is_taken_into_the_order_at_once(joined, counting, partner, dara):
    of = an_object(dara)
    bring(partner, joined, theirs(partner, "BO", of, "comment", {"version": 1, "paragraph": None, "text": "Почему?"}))
    said = [one for one in waiting(joined) if one.type == "decision"]
    assert [one.body["act"] for one in said] == ["propose", "order"]
    (included,) = said[-1].body["order"]["includes"]
    assert (included["origin"], included["epoch"], included["number"]) == ("BO", 1, 1)
    assert counting.settled[str(of.object_id)] == [("AL", "propose"), ("BO", "comment"), ("AL", "order")]
    of.refresh_from_db()
    assert (of.through, of.number, of.proposals) == (2, 2, 0)
    assert counting.told == ["comment"]


def test_what_we_say_of_theirs_waits_for_their_order(joined, counting, partner, dara):
    their = TheirObject(partner)
    bring(partner, joined, *their.documents)
    of = JointObject.objects.get()
    row = act(of, "comment", {"version": 1, "paragraph": None, "text": "Ясно."}, needs=Ability.DECIDE, by=dara)
    of.refresh_from_db()
    assert (of.is_ours, of.through, of.proposals) == (False, 1, 1)
    assert counting.settled[their.key["id"]] == [("BO", "propose")], "it counts for nothing yet"
    for manifest in seal(joined):
        take(partner.nodes["BO"], joined.store.batch_of(manifest.digest), via="AL")
    included = {
        "origin": "AL", "id": str(row.document_id), "digest": row.digest, "epoch": 1,
        "number": joined.store.known("AL", [str(row.document_id)])[str(row.document_id)].number, "act": "comment",
    }  # fmt: skip
    bring(partner, joined, their.order(includes=[included]))
    of.refresh_from_db()
    assert (of.through, of.proposals) == (2, 0)
    assert counting.settled[their.key["id"]] == [("BO", "propose"), ("AL", "comment"), ("BO", "order")]


def test_acts_that_come_before_the_opening_are_kept_and_follow_it(joined, counting, partner, dara):
    their = TheirObject(partner)
    early = theirs(partner, "CE", their.key, "stay_out", {"version": 1, "reason": ""})
    bring(partner, joined, early, name="CE")
    assert JointObject.objects.get().classification == ""
    assert counting.settled == {}
    bring(partner, joined, *their.documents)
    of = JointObject.objects.get()
    assert (of.classification, of.through, of.proposals) == ("MEMBERS", 1, 1)


def test_an_order_that_names_what_is_not_here_stands_still_and_nobody_acts_on_a_guess(joined, counting, partner, dara):
    their = TheirObject(partner)
    objection = theirs(partner, "CE", their.key, "object", {"version": 1, "paragraph": None, "reason": "Рано."})
    included = {
        "origin": "CE",
        "id": objection.id,
        "digest": digest(objection.encode()),
        "epoch": 1,
        "number": 1,
        "act": "object",
    }
    bring(partner, joined, *their.documents, their.order(includes=[included]), their.order("consider", {"until": None}))
    of = JointObject.objects.get()
    assert (of.through, of.number) == (1, 3)
    assert of.waiting_for["origin"] == "CE"
    with pytest.raises(Waiting, match="Cetara"):
        act(of, "consent", {"version": 1, "ad_referendum": False}, needs=Ability.DECIDE, by=dara)


def test_an_act_for_other_readers_is_in_no_order(joined, counting, partner, dara):
    of = an_object(dara)
    astray = theirs(partner, "BO", of, "object", {"version": 1, "paragraph": None, "reason": "Нет."}, audience="to:AL")
    bring(partner, joined, astray)
    assert JointAct.objects.get(kind="object").is_astray
    assert [one.body["act"] for one in waiting(joined) if one.type == "decision"] == ["propose"]
    assert counting.settled[str(of.object_id)] == [("AL", "propose")]


def test_what_the_rules_refuse_is_not_sent(joined, counting, dara):
    of = an_object(dara)
    counting.forbidden = {"withdraw"}
    with pytest.raises(NotAllowed) as refused:
        act(of, "withdraw", {"reason": ""}, needs=Ability.DECIDE, by=dara)
    assert refused.value.code == "forbidden-here"
    assert [one.body["act"] for one in waiting(joined)] == ["propose"]


def test_of_two_delegates_at_once_the_second_sees_what_the_first_said(joined, counting, dara, nodira):
    of = an_object(dara)
    seen = token(of)
    act(of, "object", {"version": 1, "paragraph": None, "reason": "Рано."}, needs=Ability.DECIDE, seen=seen, by=dara)
    with pytest.raises(Changed, match="Dara"):
        act(of, "consent", {"version": 1, "ad_referendum": False}, needs=Ability.DECIDE, seen=seen, by=nodira)
    assert [row.kind for row in JointAct.objects.filter(of=of)] == ["propose", "object"]


def test_whoever_only_comments_or_translates_holds_nobody_up(joined, counting, partner, dara):
    of = an_object(dara)
    seen = token(of)
    translation = {"base": 1, "language": "en", "standing": "machine", "texts": {"p1": "X"}}
    bring(
        partner, joined,
        theirs(partner, "BO", of, "comment", {"version": 1, "paragraph": None, "text": "Ещё раз."}),
        theirs(partner, "BO", of, "position", {"paragraph": None, "text": "Мы против."}),
        theirs(partner, "BO", of, "translate", translation),
        theirs(partner, "BO", of, "object", {"version": 1, "paragraph": None, "reason": "Нет."}, audience="to:AL"),
    )  # fmt: skip
    assert JointAct.objects.filter(origin="BO").count() == 4
    assert token(of) == seen
    act(of, "consent", {"version": 1, "ad_referendum": False}, needs=Ability.DECIDE, seen=seen, by=dara)
    assert token(of) != seen


def test_an_act_in_the_place_of_one_that_is_void_is_another(joined, counting, partner, dara):
    of = an_object(dara)
    bring(partner, joined, theirs(partner, "BO", of, "stay_out", {"version": 1, "reason": ""}))
    seen = token(of)
    (entry,) = joined.store.known("BO", [str(JointAct.objects.get(kind="stay_out").document_id)]).values()
    joined.reader.withdrawn([entry])
    bring(partner, joined, theirs(partner, "BO", of, "lift_objection"))
    assert token(of) != seen, "as many acts, and not the same"


def test_it_is_signed_in_the_role_that_lets_the_person_do_it(joined, counting, partner, person):
    both = person("epidemiologist", "council_delegate", name="Both")
    of = an_object(both)
    assert JointAct.objects.get(kind="propose").role == "council_delegate"
    act(of, "consider", {"until": None}, needs=Ability.DECIDE, by=both)
    assert JointAct.objects.get(kind="consider").role == "council_delegate"


def test_what_the_machine_owes_is_said_after_what_led_to_it(joined, counting, partner, dara):
    of = an_object(dara)
    counting.owes = [Due("call"), Due("enter_force")]
    bring(partner, joined, theirs(partner, "BO", of, "received", {"through": 1}))
    said = [one.body["act"] for one in waiting(joined) if one.type == "decision"]
    assert said == ["propose", "order", "call", "enter_force"]
    numbers = [one.body["order"]["number"] for one in waiting(joined) if one.type == "decision"]
    assert numbers == [1, 2, 3, 4]


def test_a_void_act_is_passed_over_and_one_that_stands_again_counts_again(joined, counting, partner, dara):
    of = an_object(dara)
    bring(partner, joined, theirs(partner, "BO", of, "stay_out", {"version": 1, "reason": ""}))
    row = JointAct.objects.get(kind="stay_out")
    (entry,) = joined.store.known("BO", [str(row.document_id)]).values()
    joined.reader.withdrawn([entry])
    assert counting.settled[str(of.object_id)] == [("AL", "propose"), ("AL", "order")]
    joined.reader.accepted([(Document.read(entry.document), entry)])
    assert counting.settled[str(of.object_id)] == [("AL", "propose"), ("BO", "stay_out"), ("AL", "order")]


def test_an_erased_comment_has_no_words_left_and_is_passed_over(joined, counting, partner, dara):
    of = an_object(dara)
    document = theirs(partner, "BO", of, "comment", {"version": 1, "paragraph": None, "text": "Иванов."})
    bring(partner, joined, document)
    (entry,) = joined.store.known("BO", [document.id]).values()
    assert ("BO", "comment") in counting.settled[str(of.object_id)]
    joined.reader.erased([entry])
    row = JointAct.objects.get(kind="comment")
    assert (row.said, row.name, row.state) == ({}, "", "erased")
    assert ("BO", "comment") not in counting.settled[str(of.object_id)]

    joined.reader.accepted([(document, entry)])  # a thief had it erased, and its state brings it again
    row.refresh_from_db()
    assert (row.said["text"], row.state) == ("Иванов.", "")
    assert ("BO", "comment") in counting.settled[str(of.object_id)]


def test_a_restored_node_has_its_own_acts_back(joined, counting, partner, dara):
    of = an_object(dara)
    act(of, "consider", {"until": None}, needs=Ability.DECIDE, by=dara)
    seal(joined)
    rows = list(JointAct.objects.all())
    entries = [joined.store.known("AL", [str(row.document_id)])[str(row.document_id)] for row in rows]
    JointAct.objects.all().delete()
    JointObject.objects.all().delete()
    joined.reader.returned([(Document.read(entry.document), entry) for entry in entries])
    back = JointObject.objects.get()
    assert (back.pk, back.is_ours, back.through) == (of.pk, True, 2)
    assert counting.settled[str(of.object_id)] == [("AL", "propose"), ("AL", "consider")]


def test_what_a_stolen_key_of_ours_signed_counts_here_no_more_than_elsewhere(
    joined, counting, partner, alliance_list, dara
):
    """The list ends our key before what it signed last: others never took that, and we go on from before it."""
    of = an_object(dara)
    (manifest,) = seal(joined)
    act(of, "consider", {"until": None}, needs=Ability.DECIDE, by=dara)
    seal(joined)
    assert counting.settled[str(of.object_id)] == [("AL", "propose"), ("AL", "consider")]
    alliance_list.end_key("AL", reason="stolen", heads={manifest.digest: (manifest.last, manifest.digest)})
    joined.store.put_trust_files(alliance_list.files)
    arrangement = arrangement_of(of)
    assert [one.act.kind for one in arrangement.applied] == ["propose"]
    assert arrangement.through == 1
