"""Pages of acts: each says what will happen and to whom, does it once, and loses nothing that was typed."""

import pytest
from django.urls import reverse
from tests.node.council.page_scenes import karsu
from tests.node.council.scenes import consent, decision, received, say
from tests.node.joint.scenes import TheirObject
from tests.node.notifications.scenes import bring

from tocsin.node.alliance.models import AuditEntry
from tocsin.node.council.actions import answering, keeping
from tocsin.node.council.pages.decision_offers import ACTS
from tocsin.node.joint.actions.acting import token
from tocsin.node.joint.models import JointAct, JointObject

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(joined, dara, signed_in):
    """Of a delegate."""
    return signed_in(dara)


@pytest.fixture
def of(joined, partner, dara, clock):
    """Put to the states; nobody has answered."""
    made = karsu(dara)
    keeping.consider(made, by=dara)
    return made


def address(of, kind):
    return reverse("decision_act", args=[of.pk, kind])


def post(browser, of, kind, *, version=1, **typed):
    return browser.post(address(of, kind), {"seen": token(of), "version": version, **typed})


def said(answer) -> str:
    return " ".join(answer.content.decode().split())


def kinds(of) -> list[str]:
    return [row.kind for row in JointAct.objects.filter(of=of, is_ours=True).exclude(kind="order")]


@pytest.mark.parametrize("kind", ACTS)
def test_every_act_has_a_page_that_says_what_it_does_and_who_reads_it(browser, of, kind):
    text = said(browser.get(address(of, kind)))
    assert str(ACTS[kind].button) in text
    assert "3 nodes will read it. It cannot be called back." in text
    assert kinds(of) == ["propose", "consider"], "to look is to do nothing"


def test_to_agree_names_the_state_and_the_version(browser, of):
    assert "Agrees in the name of Altania to version 1 of the text." in said(browser.get(address(of, "consent")))
    answer = post(browser, of, "consent", ad_referendum="on")
    assert answer.url == reverse("decision", args=[of.pk])
    standing = decision(of).standing("AL")
    assert (standing.kind, standing.ad_referendum) == ("consents", True)
    page = said(browser.get(answer.url))
    assert "agrees ad referendum" in page
    assert "waits for its capital" in page
    assert address(of, "clear") in page.partition("page-act")[2].partition("<details")[0], "the capital is waited for"


def test_an_objection_needs_a_reason_and_keeps_its_paragraph(browser, of):
    refused = post(browser, of, "object", paragraph="p3", reason="  ")
    assert refused.status_code == 422
    assert '<option value="p3" selected' in said(refused)
    assert kinds(of) == ["propose", "consider"]
    post(browser, of, "object", paragraph="p3", reason="Too early.")
    act = decision(of).standing("AL").applied.act
    assert (act.said, act.language) == ({"version": 1, "paragraph": "p3", "reason": "Too early."}, "en")


def test_who_acts_upon_what_another_has_meanwhile_said_is_told_and_loses_nothing(browser, of, nodira):
    seen = token(of)
    answering.consent(of, version=1, by=nodira)
    answer = browser.post(address(of, "object"), {"seen": seen, "version": 1, "reason": "Not in April."})
    assert answer.status_code == 409
    assert "Nodira (Altania) acted at" in said(answer)
    assert "Not in April." in said(answer)
    assert decision(of).standing("AL").kind == "consents"
    again = answer.context["form"]
    browser.post(address(of, "object"), {"seen": again.data["seen"], "version": 1, "reason": again.data["reason"]})
    assert decision(of).standing("AL").kind == "objects"


def test_what_the_rules_refuse_is_said_on_the_form(browser, of, partner, joined):
    answer = post(browser, of, "consent", version=7)
    assert answer.status_code == 422
    assert "The text is in version 1 now, and this speaks of version 7." in said(answer)
    refused = post(browser, of, "adopt")
    assert refused.status_code == 422
    assert "It cannot be adopted yet." in said(refused)


def test_a_silence_shorter_than_the_rules_is_not_sent(browser, of):
    answer = post(browser, of, "silence", hours="2")
    assert answer.status_code == 422
    assert "2 h is too short: the rules of this body ask for 24 h at least." in said(answer)
    post(browser, of, "silence", hours="48")
    assert decision(of).silence.hours == 48


def test_a_state_that_the_list_here_has_suspended_is_left_out_without_more(browser, of, joined, alliance_list):
    assert "it is active by it" in said(browser.get(address(of, "leave_out")))
    alliance_list.change("CE", status="suspended")
    joined.store.put_trust_files(alliance_list.files)
    assert post(browser, of, "leave_out", state="CE", reason="suspended").status_code == 302
    assert decision(of).waited_for == ("AL", "BO")
    assert not AuditEntry.objects.filter(act="decision.left_out_active").exists()


def test_an_answer_can_be_asked_for_until_a_moment_to_come(browser, of):
    past = post(browser, of, "consider", until="2020-01-01T10:00")
    assert past.status_code == 422
    assert "This moment has passed." in said(past)
    assert post(browser, of, "consider", until="2099-01-01T10:00").status_code == 302
    assert decision(of).until.year == 2099


def test_a_state_is_left_out_and_brought_back(browser, of):
    refused = post(browser, of, "leave_out", state="CE", reason="left")
    assert refused.status_code == 422
    assert "has Cetara as active" in said(refused)
    assert decision(of).waited_for == ("AL", "BO", "CE")
    post(browser, of, "leave_out", state="CE", reason="left", although_active="on")
    assert decision(of).waited_for == ("AL", "BO")
    assert AuditEntry.objects.filter(act="decision.left_out_active", target_id=str(of.pk)).count() == 1
    assert post(browser, of, "leave_out", state="AL", reason="left").status_code == 422, "not the owner"
    post(browser, of, "bring_back", state="CE", reason="left")
    assert decision(of).waited_for == ("AL", "BO", "CE")


def test_adoption_shows_what_it_counts_and_what_follows_it_is_offered(browser, of, joined, partner, dara):
    answering.consent(of, version=1, by=dara)
    consent(partner, joined, "BO", of)
    say(partner, joined, "CE", of, "stay_out", version=1, reason="")
    text = said(browser.get(address(of, "adopt")))
    assert "stays out" in text
    assert "citing of every state what it is counted by" in text
    assert post(browser, of, "adopt").status_code == 302
    page = said(browser.get(reverse("decision", args=[of.pk])))
    for kind in ("implement", "lapse", "revoke"):
        assert address(of, kind) in page
    for kind in ("consent", "object", "adopt", "withdraw", "silence"):
        assert address(of, kind) not in page


def test_a_decision_is_revoked_by_another(browser, of, joined, partner, dara):
    later = karsu(dara, amends=of.key.as_json(), concerned=["AL"])
    for one in (of, later):
        keeping.consider(later, by=dara) if one is later else None
        answering.consent(one, version=1, by=dara)
    for name in ("BO", "CE"):
        consent(partner, joined, name, of)
    for one in (of, later):
        keeping.adopt(one, by=dara)
    assert post(browser, of, "revoke", by_decision="", reason="").status_code == 422
    post(browser, of, "revoke", by_decision=f"AL {later.object_id}", reason="New measures.")
    assert decision(of).status == "REVOKED"
    page = said(browser.get(reverse("decision", args=[of.pk])))
    assert reverse("decision", args=[later.pk]) in page.partition("Revoked by")[2]


def test_a_comment_is_no_decision_and_others_may_write_it(of, person, signed_in):
    officer = signed_in(person("duty_officer"))
    assert post(officer, of, "comment", paragraph="p1", text="Clear.").status_code == 302
    assert [one.text for one in decision(of).comments] == ["Clear."]
    assert officer.get(address(of, "consent")).status_code == 403
    assert post(officer, of, "consent").status_code == 403
    assert officer.get(reverse("decision_act", args=[of.pk, "received"])).status_code == 404, "a machine's"
    assert address(of, "consent") not in said(officer.get(reverse("decision", args=[of.pk])))


def test_on_another_states_decision_it_is_said_that_its_order_is_waited_for(browser, joined, partner):
    their = TheirObject(partner, body="coordination-council", concerned=["AL", "BO"])
    their.order("consider", {"until": None})
    bring(partner, joined, *their.documents)
    of = JointObject.objects.get()
    assert "It counts once Borenia, which keeps the decision, has it in its order." in said(
        browser.get(address(of, "consent"))
    )
    answer = browser.post(address(of, "consent"), {"seen": token(of), "version": 1}, follow=True)
    assert "on its way to Borenia, whose order it waits for" in said(answer)


def test_a_silent_state_may_still_object_before_its_time_is_over(browser, of, joined, partner, dara, clock):
    keeping.open_silence(of, version=1, hours=24, by=dara)
    for name in ("BO", "CE"):
        received(partner, joined, name, of)
    clock.forward(hours=23)
    assert post(browser, of, "object", reason="No.").status_code == 302
    assert decision(of).status == "UNDER_CONSIDERATION"


def test_a_translation_makes_no_version_and_says_who_checked_it(browser, of, person, signed_in):
    translator = signed_in(person("translator", name="Tolmach"))
    where = reverse("translate_decision", args=[of.pk])
    text = said(translator.get(where))
    assert "Decision on measures at the Karsu crossing" in text, "the machine's, to be checked"
    nothing = translator.post(where, {"base": 1, "text-p3": " "})
    assert nothing.status_code == 422
    assert "Nothing was written." in said(nothing)
    sent = {
        "base": 1,
        "text-p1": "Decision on measures at the Karsu crossing",
        "checked-p1": "on",
        "text-p3": "1. Step up.",
        "text-p2": "Considering the cases of cholera in Karsu district,",
    }
    assert translator.post(where, sent).status_code == 302
    found = decision(of)
    assert found.version.number == 1
    assert found.text.paragraph("p1").texts["en"].standing == "human_checked"
    assert found.text.paragraph("p3").wording("en") == "1. Step up."
    assert found.text.paragraph("p2").texts["en"].standing == "machine", "nobody has checked that"
    assert translator.get(where, {"into": "ru"}).status_code == 404, "Russian is authentic"
    assert browser.get(where).status_code == 403


def test_a_state_that_is_not_concerned_adds_a_translation_and_changes_none_of_others(
    joined, partner, dara, person, signed_in
):
    """A secretariat's translators help where nobody has translated yet."""
    their = TheirObject(partner, concerned=["BO", "CE"])
    bring(partner, joined, *their.documents)
    of, translator = JointObject.objects.get(), signed_in(person("translator"))
    where = reverse("translate_decision", args=[of.pk])
    assert where in said(translator.get(reverse("decision", args=[of.pk])))
    words = {"base": 1, "text-p1": "Step up surveillance."}
    assert translator.post(where, words).status_code == 302
    assert JointAct.objects.filter(origin="AL", kind="translate").count() == 1

    say(partner, joined, "CE", of, "translate", base=1, language="fr", standing="human_checked", texts={"p1": "Non."})
    bring(partner, joined, their.order("translate", {
        "base": 1, "language": "en", "standing": "human_checked", "texts": {"p1": "Step it up."},
    }))  # fmt: skip
    assert decision(of).text.paragraph("p1").wording("en") == "Step it up."
    assert "only this state changes it" in said(translator.get(where))
    assert translator.post(where, words).status_code == 422


def test_a_translation_of_what_is_adopted_is_changed_by_the_state_that_wrote_it(
    browser, joined, partner, dara, person, signed_in, clock
):
    made = karsu(dara)
    keeping.consider(made, by=dara)
    texts = {"p3": "1. Tighten control.", "p5": "2. Survey the focus."}
    say(partner, joined, "BO", made, "translate", base=1, language="en", standing="human_checked", texts=texts)
    say(partner, joined, "SEC", made, "translate", base=1, language="en", standing="human_checked", texts={"p4": "X"})
    for name in ("BO", "CE"):
        consent(partner, joined, name, made)
    answering.consent(made, version=1, by=dara)
    keeping.adopt(made, by=dara)
    translator = signed_in(person("translator"))
    where = reverse("translate_decision", args=[made.pk])
    form = said(translator.get(where))
    assert "translated by Borenia" in form
    assert "only this state changes it" in form
    refused = translator.post(where, {"base": 1, "text-p3": "1. Weaken control."})
    assert refused.status_code == 422
    assert "this translation is by Borenia" in said(refused)
    assert translator.post(where, {"base": 1, "text-p1": "Decision"}).status_code == 302, "it came with our proposal"
    page = said(browser.get(reverse("decision", args=[made.pk]) + "?text=en"))
    assert "Tighten control" in page
    assert page.count("translated by Borenia") == 2
    say(partner, joined, "BO", made, "translate", base=1, language="en", standing="human_checked", texts={"p3": "New."})
    record = said(browser.get(reverse("decision_record", args=[made.pk])))
    assert "Tighten control" in record, "what stood before stays on record"
