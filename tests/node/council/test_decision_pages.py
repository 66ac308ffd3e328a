"""Pages that read decisions: the list, one of them in every situation, its record, its versions compared."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.node.council.page_scenes import agreed_text, karsu, paragraph, text
from tests.node.council.scenes import a_proposal, consent, received, say
from tests.node.events.scenes import an_event
from tests.node.joint.scenes import TheirObject, theirs
from tests.node.notifications.scenes import bring

from tocsin.exchange.suite import digest
from tocsin.node.council import decision_waiting
from tocsin.node.council.actions import answering, keeping, texts
from tocsin.node.council.actions.drafting import begin
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.joint.tending import tend_open
from tocsin.node.post.models import Peer

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(joined, dara, signed_in):
    """Of a delegate."""
    return signed_in(dara)


@pytest.fixture
def karsu_crossing(joined, partner, dara, clock):
    """Put to the states; nobody has answered."""
    of = karsu(dara)
    keeping.consider(of, by=dara)
    return of


def shown(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


def page(browser, of, **asked) -> str:
    return shown(browser.get(reverse("decision", args=[of.pk]), asked))


def title(text: str) -> str:
    return text.partition("<h1>")[2].partition("</h1>")[0]


def line_of(text: str, state: str) -> str:
    """What the table says of a state."""
    rows = text.partition("standings")[2].partition("</table>")[0].split("<tr")
    return next(row for row in rows if f'class="lead">{state}' in row)


def adopted(of, joined, partner, dara):
    """By AL and BO; CE stays out."""
    answering.consent(of, version=1, by=dara)
    consent(partner, joined, "BO", of)
    say(partner, joined, "CE", of, "stay_out", version=1, reason="")
    keeping.adopt(of, by=dara)
    return of


def their_decision(partner, joined, **said) -> JointObject:
    """One that BO keeps, and has put to the states."""
    their = TheirObject(partner, body="coordination-council", concerned=["AL", "BO"], **said)
    their.order("consider", {"until": None})
    bring(partner, joined, *their.documents)
    return JointObject.objects.get(object_id=their.key["id"])


def test_an_empty_list_teaches_the_first_step(browser):
    text = shown(browser.get(reverse("council")))
    assert "No decision yet" in text
    assert reverse("begin_council_draft") in text


def test_what_waits_for_us_stands_first_and_the_title_says_how_many(browser, karsu_crossing, dara):
    later = a_proposal(dara)
    text = shown(browser.get(reverse("council")))
    assert title(text) == "1 decision waits for us"
    assert text.index(str(karsu_crossing.pk)) < text.index(str(later.pk)), "though the other was changed later"
    assert "3 of 3 outstanding" in text
    assert "not in your language" in text, "the title of the other is Russian and Chinese alone"


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ({"show": "us"}, True), ({"show": "open"}, True), ({"show": "ours"}, True), ({"status": "adopted"}, False),
        ({"status": "under_consideration"}, True), ({"kind": "plan"}, False), ({"body": "coordination-council"}, True),
        ({"body": "plague-experts"}, False), ({"q": "карсу"}, True), ({"q": "卡尔苏"}, True), ({"q": "zebra"}, False),
        ({"kind": "nonsense"}, True),
    ],
)  # fmt: skip
def test_filters_stand_in_the_address(browser, karsu_crossing, asked, there):
    assert (str(karsu_crossing.pk) in shown(browser.get(reverse("council"), asked))) is there


def test_lists_ask_the_same_however_long_they_are(browser, karsu_crossing, dara):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            shown(browser.get(reverse("council")))
        return len(asked)

    queries()
    before = queries()
    for _ in range(4):
        keeping.consider(a_proposal(dara), by=dara)
    assert queries() == before


def test_drafts_are_listed_for_those_who_write_and_for_nobody_else(browser, dara, person, signed_in):
    draft = begin(body="coordination-council", kind="plan", title={"en": "Secret plan"}, by=dara)
    assert str(draft.pk) in shown(browser.get(reverse("council")))
    assert "Secret plan" not in shown(signed_in(person("epidemiologist")).get(reverse("council")))


def test_the_title_is_the_answer(browser, karsu_crossing, joined, partner, dara):
    assert title(page(browser, karsu_crossing)) == (
        "Measures at the Karsu crossing: consensus pending, 3 of 3 outstanding"
    )
    answering.consent(karsu_crossing, version=1, by=dara)
    consent(partner, joined, "BO", karsu_crossing)
    assert "1 of 3 outstanding" in title(page(browser, karsu_crossing))
    consent(partner, joined, "CE", karsu_crossing)
    text = page(browser, karsu_crossing)
    assert "every state has answered, to be adopted" in title(text)
    assert reverse("decision_act", args=[karsu_crossing.pk, "adopt"]) in text.partition("page-act")[2][:400]
    keeping.adopt(karsu_crossing, by=dara)
    assert "in force since" in title(page(browser, karsu_crossing))
    assert "for 3 states" in title(page(browser, karsu_crossing))


def test_an_objection_is_named_with_its_reason_and_its_paragraph(browser, karsu_crossing, joined, partner):
    say(partner, joined, "BO", karsu_crossing, "object", version=1, paragraph="p3", reason="Рано: 5 & 6 < 7")
    text = page(browser, karsu_crossing)
    assert "consensus pending, Borenia objects" in title(text)
    line = line_of(text, "Borenia")
    assert "paragraph 3" in line
    assert "Рано: 5 &amp; 6 &lt; 7" in line
    beside = text.partition('id="p-p3"')[2].partition('id="p-p4"')[0]
    assert "remark-object" in beside


def test_the_event_that_it_is_about_is_named_and_led_to(browser, joined, partner, dara, amina, diseases, places):
    ours = an_event(diseases["cholera"], places["XX-11"], amina)
    text = page(browser, karsu(dara, event={"origin": "AL", "id": str(ours.pk)}))
    assert f'<a href="{reverse("event", args=[ours.pk])}">Cholera, District 11' in text
    unknown = {"origin": "BO", "id": "0197c2aa-0000-7000-8000-0000000000e1"}
    assert "An event of Borenia that was not notified to this state" in page(browser, karsu(dara, event=unknown))


def test_whoever_keeps_a_text_that_a_state_objects_to_is_led_to_amending_it(browser, karsu_crossing, joined, partner):
    primary = f'<a class="btn btn-primary" href="{reverse("amend_decision", args=[karsu_crossing.pk])}">'
    assert primary not in page(browser, karsu_crossing)
    say(partner, joined, "BO", karsu_crossing, "object", version=1, paragraph="p2", reason="Мало.")
    assert primary in page(browser, karsu_crossing)


def test_a_state_that_objected_is_asked_anew_once_the_text_is_another(browser, karsu_crossing, dara):
    answering.object_to(karsu_crossing, version=1, paragraph="p2", reason="Мало.", language="ru", by=dara)
    consent = reverse("decision_act", args=[karsu_crossing.pk, "consent"])
    primary = f'<a class="btn btn-primary" href="{consent}">'
    assert primary not in page(browser, karsu_crossing)
    assert "none waits for us" in shown(browser.get(reverse("council")))
    changed = {"paragraph": "p2", "after": None, "to": agreed_text()["paragraphs"][1] | {"rev": 2}}
    for said in changed["to"]["texts"].values():
        said |= {"text": f"{said['text']} (60)", "rev": 2}
    texts.amend(karsu_crossing, base=1, changes=[changed], note="", language="ru", by=dara)
    assert primary in page(browser, karsu_crossing)
    assert "1 decision waits for us" in shown(browser.get(reverse("council")))


def test_positions_and_comments_stand_beside_what_they_are_about(browser, karsu_crossing, joined, partner):
    say(partner, joined, "CE", karsu_crossing, "position", paragraph="p5", text="Расходы свои.")
    say(partner, joined, "SEC", karsu_crossing, "comment", version=1, paragraph=None, text="Перевод завтра.")
    text = page(browser, karsu_crossing)
    assert "Расходы свои." in text.partition('id="p-p5"')[2].partition("</div></div>")[2][:700]
    assert "Перевод завтра." in text.partition("On the whole text")[2]


def test_an_objection_said_too_late_is_on_record_and_stops_nothing(browser, joined, partner, dara, clock):
    of = karsu(dara)
    keeping.open_silence(of, version=1, hours=24, by=dara)
    for name in ("BO", "CE"):
        received(partner, joined, name, of)
    clock.forward(hours=25)
    tend_open()
    say(partner, joined, "BO", of, "object", version=1, paragraph=None, reason="Против.")
    text = page(browser, of)
    assert "too late, and without effect" in line_of(text, "Borenia")
    assert "The machine adopts nothing now" in text
    record = shown(browser.get(reverse("decision_record", args=[of.pk])))
    assert "said too late" in record
    assert "Против." in record


def test_who_agreed_to_an_earlier_version_has_to_say_again(browser, karsu_crossing, joined, partner, dara):
    consent(partner, joined, "CE", karsu_crossing)
    to = paragraph("p5", "operative", "2. Провести обследование в мае.", "2. 五月开展调查。")
    to |= {"rev": 2, "texts": {one: said | {"rev": 2} for one, said in to["texts"].items()}}
    changes = [{"paragraph": "p5", "after": None, "to": to}]
    texts.amend(karsu_crossing, base=1, changes=changes, note="Срок.", language="ru", by=dara)
    text = page(browser, karsu_crossing)
    assert "agreed to version 1; the text is another now, and it has to say again" in line_of(text, "Cetara")
    assert "3 of 3 outstanding" in title(text)
    assert reverse("compare_decision", args=[karsu_crossing.pk]) in text


def test_a_state_that_is_cut_off_is_named_with_since_when(browser, joined, partner, dara, clock):
    of = karsu(dara)
    keeping.open_silence(of, version=1, hours=24, by=dara)
    received(partner, joined, "BO", of)
    now = timezone.now()
    Peer.objects.create(node="BO", met_at=now, speaks=b"[]", holds=b"{}")
    Peer.objects.create(node="CE", met_at=now - timedelta(days=4), speaks=b"[]", holds=b"{}")
    text = page(browser, of)
    assert "silence procedure, not received by Cetara" in title(text)
    assert "nothing was heard of its node since" in line_of(text, "Cetara")
    assert "4 days ago" in line_of(text, "Cetara")
    assert "nothing was heard" not in line_of(text, "Borenia")
    assert "h left of 24 h" in line_of(text, "Borenia")


def test_a_state_accedes_years_later(browser, karsu_crossing, joined, partner, dara, clock):
    adopted(karsu_crossing, joined, partner, dara)
    assert "stays out" in line_of(page(browser, karsu_crossing), "Cetara")
    clock.forward(days=800)
    say(partner, joined, "CE", karsu_crossing, "accede", declaration="Присоединяемся.")
    text = page(browser, karsu_crossing)
    assert "acceded" in line_of(text, "Cetara")
    assert "Присоединяемся." in line_of(text, "Cetara")
    assert "for 3 states" in title(text)


def test_the_page_says_who_acted_and_as_what_when_a_delegate_was_replaced(
    browser, karsu_crossing, dara, nodira, person
):  # fmt: skip
    answering.consent(karsu_crossing, version=1, by=dara)
    assert "Dara, council delegate" in line_of(page(browser, karsu_crossing), "Altania")
    answering.stay_out(karsu_crossing, version=1, reason="", language="en", by=nodira)
    line = line_of(page(browser, karsu_crossing), "Altania")
    assert "Nodira, council delegate" in line
    assert "Dara" not in line
    record = shown(browser.get(reverse("decision_record", args=[karsu_crossing.pk])))
    assert record.index("Dara, council delegate") < record.index("Nodira, council delegate")


def test_a_state_left_out_in_the_middle_is_said_and_doubted_where_the_list_has_it_active(
    browser, karsu_crossing, joined, partner, dara
):
    keeping.leave_out(karsu_crossing, state="CE", reason="suspended", although_active=True, by=dara)
    text = page(browser, karsu_crossing)
    assert "left out" in line_of(text, "Cetara")
    assert "suspended; not waited for since" in line_of(text, "Cetara")
    assert "2 of 2 outstanding" in title(text)
    assert "the list of nodes here has it as active" in text


def test_other_rules_than_the_alliances_are_warned_of(browser, joined, partner):
    of = their_decision(partner, joined, rules={"silence": True, "silence_hours": 1, "may_join": []})
    assert "It carries other rules than the alliance’s file here: it may pass by silence" in page(browser, of)
    same = their_decision(partner, joined, rules={"silence": True, "silence_hours": 24, "may_join": []})
    assert "It carries other rules" not in page(browser, same)


def test_what_we_say_of_anothers_is_shown_as_sent_until_its_order_has_it(browser, joined, partner, dara):
    of = their_decision(partner, joined)
    asked = reverse("decision_act", args=[of.pk, "consent"])
    assert asked in page(browser, of).partition("page-act")[2].partition("<details")[0]
    answering.consent(of, version=1, by=dara)
    text = page(browser, of)
    assert "sent, not yet in the order" in text
    assert "It counts once it is in the order of Borenia." in text
    assert "outstanding" in line_of(text, "Altania"), "it does not count yet"
    assert asked not in text.partition("page-act")[2].partition("<details")[0], "and it is not asked for again"


def test_an_order_that_waits_is_said_and_nothing_is_offered(browser, joined, partner):
    their = TheirObject(partner, body="coordination-council", concerned=["AL", "BO"])
    early = theirs(partner, "CE", their.key, "comment", {"version": 1, "paragraph": None, "text": "Позже."})
    included = {
        "origin": "CE",
        "id": early.id,
        "digest": digest(early.encode()),
        "epoch": 1,
        "number": 1,
        "act": early.body["act"],
    }
    their.order(includes=[included])
    bring(partner, joined, *their.documents)
    of = JointObject.objects.get()
    text = page(browser, of)
    assert "something that Cetara has said is still to come" in text
    assert "act 1 of 2" in text
    assert "/act/" not in text


def test_the_text_in_one_language_or_side_by_side_with_what_is_not_agreed_marked(browser, joined, dara):
    of = karsu(dara, text=text())
    russian = page(browser, of, text="ru")
    assert '<mark class="bracketed">[с 1 апреля]</mark>' in russian
    assert "加强" not in russian
    both = page(browser, of, text="all")
    assert '<mark class="bracketed">[自4月1日起]</mark>' in both
    assert "not translated" in both, "English lacks it"
    assert "machine translation, not checked" in both
    odd = page(browser, of, text="xx")
    assert odd.partition('id="text"')[2] == page(browser, of).partition('id="text"')[2], "no such language"


def test_words_of_others_are_never_markup(browser, joined, dara):
    odd = {"paragraphs": [paragraph("p1", "operative", "А & Б < 5 [если 4 < 5]", "1")]}
    text = page(browser, karsu(dara, text=odd), text="ru")
    assert 'А &amp; Б &lt; 5 <mark class="bracketed">[если 4 &lt; 5]</mark>' in text


def test_a_title_in_no_language_of_the_reader_is_shown_in_an_official_one_and_said_to_be(browser, joined, dara):
    text = page(browser, a_proposal(dara))
    assert title(text).startswith("О мерах в Карсу")
    assert "The title is not there in your language" in text


def test_the_record_has_every_act_and_says_what_counts_for_nothing(browser, karsu_crossing, joined, partner, dara):
    say(partner, joined, "BO", karsu_crossing, "lift_objection")
    say(partner, joined, "CE", karsu_crossing, "comment", version=1, paragraph=None, text="Слово.")
    astray = theirs(partner, "CE", karsu_crossing, "stay_out", {"version": 1, "reason": ""}, audience="to:AL")
    bring(partner, joined, astray, name="CE")
    text = shown(browser.get(reverse("decision_record", args=[karsu_crossing.pk])))
    assert "This state does not object, so that there is nothing to lift." in text
    assert "Addressed to other readers than the decision" in text
    assert "acts taken into the order" not in text, "what machines say is left away"
    every = shown(browser.get(reverse("decision_record", args=[karsu_crossing.pk]), {"all": "1"}))
    assert "acts taken into the order" in every
    row = JointAct.objects.get(kind="comment")
    joined.reader.withdrawn(list(joined.store.known("CE", [str(row.document_id)]).values()))
    void = shown(browser.get(reverse("decision_record", args=[karsu_crossing.pk])))
    assert "Signed with a key that had ended by then." in void


def test_versions_are_compared_with_more_than_colour(browser, karsu_crossing, dara):
    to = paragraph("p5", "operative", "2. Провести обследование.", "2. 联合调查自然疫源地。")
    to["rev"] = to["texts"]["ru"]["rev"] = 2
    changes = [{"paragraph": "p5", "after": None, "to": to}, {"paragraph": "p4", "after": None, "to": None}]
    texts.amend(karsu_crossing, base=1, changes=changes, note="Короче.", language="ru", by=dara)
    text = shown(browser.get(reverse("compare_decision", args=[karsu_crossing.pk]), {"text": "ru"}))
    assert title(text) == "2 paragraphs changed from version 1 to 2"
    assert "<del><span" in text
    assert "taken out: </span>совместное " in text
    assert "Решение о мерах" not in text, "what reads as before is left away"
    assert "3 paragraphs read as before" in text
    every = shown(browser.get(reverse("compare_decision", args=[karsu_crossing.pk]), {"text": "all", "show": "all"}))
    assert "Решение о мерах" in every
    chinese = shown(browser.get(reverse("compare_decision", args=[karsu_crossing.pk]), {"text": "zh-hans"}))
    assert title(chinese).startswith("1 paragraph changed"), "in Chinese only the one was taken out"
    odd = browser.get(reverse("compare_decision", args=[karsu_crossing.pk]), {"from": "99", "to": "x", "text": "x"})
    assert title(shown(odd)).endswith("from version 1 to 2")


def test_a_page_asks_the_same_however_much_was_said(browser, karsu_crossing, joined, partner):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            page(browser, karsu_crossing)
        return len(asked)

    say(partner, joined, "CE", karsu_crossing, "comment", version=1, paragraph="p1", text="1")
    queries()
    before = queries()
    for n in range(4):
        say(partner, joined, "CE", karsu_crossing, "comment", version=1, paragraph="p2", text=str(n))
        say(partner, joined, "BO", karsu_crossing, "position", paragraph="p3", text=str(n))
    assert queries() <= before + 1


def test_what_is_not_there_or_not_opened_yet_is_not_found(browser, joined, partner):
    their = TheirObject(partner)
    bring(partner, joined, theirs(partner, "CE", their.key, "stay_out", {"version": 1, "reason": ""}), name="CE")
    for name in ("decision", "decision_record", "compare_decision"):
        assert browser.get(reverse(name, args=[their.key["id"]])).status_code == 404


def test_the_text_of_an_adopted_decision_is_kept_as_it_was(browser, karsu_crossing, joined, partner, dara):
    adopted(karsu_crossing, joined, partner, dara)
    text = page(browser, karsu_crossing)
    assert reverse("amend_decision", args=[karsu_crossing.pk]) not in text
    assert f"?amends=AL+{karsu_crossing.object_id}&amp;body=" in text, "another decision may"
    assert agreed_text()["paragraphs"][0]["texts"]["ru"]["text"] in text


def test_what_waits_for_us_is_handed_over_with_the_shift(karsu_crossing, joined, partner, dara, person):
    (item,) = decision_waiting.open_items(dara)
    assert "Measures at the Karsu crossing" in item.text
    assert item.link == reverse("decision", args=[karsu_crossing.pk])
    assert decision_waiting.count(dara) == 1
    assert list(decision_waiting.open_items(person("clinician"))) == []
    answering.consent(karsu_crossing, version=1, by=dara)
    assert decision_waiting.count(dara) == 0
