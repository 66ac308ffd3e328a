"""Writing a decision: the editor, a pasted text, two at once, what would leave; and amending one."""

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.node.council.page_scenes import TITLE, agreed_text, karsu, text
from tests.node.council.scenes import decision, say
from tests.node.events.scenes import an_event

from tocsin.node.council.actions import keeping
from tocsin.node.council.actions.drafting import begin, change, discard
from tocsin.node.council.models import DecisionDraft
from tocsin.node.events.models import Event
from tocsin.node.joint.actions.acting import token
from tocsin.node.joint.models import JointObject

pytestmark = pytest.mark.django_db
BODY = "coordination-council"
ROWS = {"measures-TOTAL_FORMS": "0", "measures-INITIAL_FORMS": "0"}


@pytest.fixture
def browser(joined, dara, signed_in):
    """Of a delegate."""
    return signed_in(dara)


@pytest.fixture
def draft(joined, dara):
    return begin(body=BODY, kind="decision", title=TITLE, concerned=["AL", "BO", "CE"], text=agreed_text(), by=dara)


@pytest.fixture
def of(joined, partner, dara, clock):
    """Put to the states."""
    made = karsu(dara)
    keeping.consider(made, by=dara)
    return made


def address(draft, name="council_draft"):
    return reverse(name, args=[draft.pk])


def said(answer) -> str:
    return " ".join(answer.content.decode().split())


def typed(browser, where, **change):
    """What the page's form would send, changed; None: not sent."""
    context = browser.get(where).context
    data: dict[str, object] = dict(ROWS)
    for form in (context["form"],):
        for bound in form:
            value = bound.value()
            data[bound.html_name] = "" if value is None else value
    data["p"] = [row.id for row in context["editor"].rows]
    for row in context["editor"].rows:
        data[f"kind-{row.id}"] = row.kind
        data |= {cell.field: cell.text for cell in row.cells}
    for rows in (context["measures"], context["duties"]):
        if rows is not None:
            data |= {bound.html_name: bound.value() for bound in rows.management_form}
            data |= {bound.html_name: bound.value() or "" for row in rows for bound in row if bound.name != "DELETE"}
    data |= change
    return {name: value for name, value in data.items() if value is not None}


def words(draft, language="ru"):
    draft.refresh_from_db()
    return [one["texts"].get(language, {}).get("text") for one in draft.said["text"]["paragraphs"]]


def test_a_draft_is_begun_from_an_event_and_its_kind_must_be_the_bodys(browser):
    where = reverse("begin_council_draft") + "?event=AL+0197c2aa-0000-7000-8000-0000000000e1"
    text = said(browser.get(where))
    assert "AL 0197c2aa-0000-7000-8000-0000000000e1" in text
    refused = browser.post(where, {"body": "plague-experts", "kind": "agreement", "title": "X"})
    assert refused.status_code == 422
    assert "This body does not adopt this kind." in said(refused)
    event = "AL 0197c2aa-0000-7000-8000-0000000000e1"
    odd = {"body": BODY, "kind": "plan", "title": "Odd", "event": "AL <b>", "session": "AL", "amends": " "}
    browser.post(where, odd)
    begun = DecisionDraft.objects.get()
    assert (begun.said["event"], begun.said["session"], begun.said["amends"]) == (None, None, None)
    begun.delete()
    browser.post(where, {"body": BODY, "kind": "plan", "title": "Plan", "event": event})
    draft = DecisionDraft.objects.get()
    assert draft.said["title"] == {"en": "Plan"}
    assert draft.said["event"] == {"origin": "AL", "id": "0197c2aa-0000-7000-8000-0000000000e1"}


def test_events_of_ours_are_offered_by_their_names(browser, dara, amina, joined, places, diseases):
    ours, closed = (an_event(diseases["cholera"], places[place], amina) for place in ("XX-11", "XX-12"))
    Event.objects.filter(pk=closed.pk).update(response=Event.Response.CLOSED, closed_at=timezone.now())
    draft = begin(body=BODY, kind="plan", title=TITLE, event={"origin": "AL", "id": str(ours.pk)}, by=dara)
    offered = dict(browser.get(address(draft)).context["form"].fields["event"].choices)
    assert "Cholera" in offered[f"AL {ours.pk}"]
    assert f"AL {closed.pk}" not in offered
    unknown = "0197c2aa-0000-7000-8000-0000000000e1"
    draft = begin(body=BODY, kind="plan", title=TITLE, event={"origin": "BO", "id": unknown}, by=dara)
    offered = dict(browser.get(address(draft)).context["form"].fields["event"].choices)
    assert offered[f"BO {unknown}"] == "An event of Borenia that was not notified to this state"


def test_all_that_is_to_be_mended_is_counted(browser, dara, joined):
    empty = begin(body=BODY, kind="decision", title=TITLE, by=dara)
    page = browser.get(address(empty))
    against = page.context["blocks"] + page.context["findings"]
    assert against
    assert f"{len(against)} thing" in said(page)


def test_what_is_typed_is_kept_and_nothing_leaves(browser, draft, joined):
    sent = typed(browser, address(draft), **{"text-p4-ru": "а) обмениваться сведениями дважды в день;", "year": "2026"})
    assert browser.post(address(draft), sent).url == address(draft)
    assert words(draft)[3] == "а) обмениваться сведениями дважды в день;"
    assert (draft.said["year"], draft.version) == (2026, 2)
    assert joined.store.outbox(10) == []
    unchanged = [one for one in draft.said["text"]["paragraphs"] if one["id"] != "p4"]
    assert unchanged == [one for one in agreed_text()["paragraphs"] if one["id"] != "p4"]


def test_a_change_in_one_language_puts_the_others_out_of_date_until_they_are_said_to_be_right(browser, draft):
    browser.post(address(draft), typed(browser, address(draft), **{"text-p5-ru": "2. Провести."}))
    page = said(browser.get(address(draft)))
    assert "paragraph 5: out of date, Chinese" in page
    assert "out of date" in page.partition('id="p-p5"')[2]
    browser.post(address(draft), typed(browser, address(draft), **{"right-p5": "on"}))
    assert "paragraph 5: out of date" not in said(browser.get(address(draft)))
    draft.refresh_from_db()
    assert draft.said["text"]["paragraphs"][4]["rev"] == 1


def test_paragraphs_are_added_moved_and_taken_out_whole_without_script(browser, draft):
    where = address(draft)
    answer = browser.post(where, typed(browser, where, act="add:p1", **{"text-p2-ru": "Ещё не сохранено"}))
    assert answer.status_code == 200
    editor = answer.context["editor"]
    assert [row.id for row in editor.rows] == ["p1", "p6", "p2", "p3", "p4", "p5"]
    assert editor.focus == "p6"
    assert "Ещё не сохранено" in said(answer)
    assert words(draft)[1] != "Ещё не сохранено", "a button keeps nothing"
    moved = browser.post(where, typed(browser, where, act="up:p5")).context["editor"]
    assert [row.id for row in moved.rows] == ["p1", "p2", "p3", "p5", "p4"]
    gone = typed(browser, where, act="delete:p4")
    left = browser.post(where, gone).context["editor"]
    assert [row.id for row in left.rows] == ["p1", "p2", "p3", "p5"]
    browser.post(where, gone | {"p": ["p1", "p2", "p3", "p5"], "act": ""})
    assert len(words(draft)) == 4


def test_measures_are_rows_that_may_be_added_and_taken_out(browser, draft):
    where = address(draft)
    assert said(browser.post(where, typed(browser, where, act="more:measures"))).count('name="measures-0-state"') == 1
    row = {
        "measures-TOTAL_FORMS": "2", "measures-0-key": "", "measures-0-title_ru": "Обследование",
        "measures-0-state": "BO", "measures-0-deadline": "2099-04-01", "measures-0-verifier": "SEC",
        "measures-0-evidence": "Отчёт",
    }  # fmt: skip
    wrong = browser.post(where, typed(browser, where, **(row | {"measures-0-deadline": "April"})))
    assert wrong.status_code == 422
    assert "April" in said(wrong), "what was typed stays"
    browser.post(where, typed(browser, where, **row))
    draft.refresh_from_db()
    (measure,) = draft.said["measures"]
    assert measure == {
        "id": "m1", "title": {"ru": "Обследование"}, "state": "BO", "deadline": "2099-04-01", "evidence": "Отчёт",
        "verifier": "SEC", "paragraph": None, "links": [],
    }  # fmt: skip
    browser.post(where, typed(browser, where, **{"measures-0-DELETE": "on"}))
    draft.refresh_from_db()
    assert draft.said["measures"] == []


def test_an_agreement_has_duties_and_nothing_else_has(browser, dara, joined):
    draft = begin(body=BODY, kind="agreement", title=TITLE, text=agreed_text(), by=dara)
    where = address(draft)
    trigger = next(
        code for code, _name in browser.get(where).context["duties"].empty_form.fields["trigger"].choices if code
    )
    sent = typed(
        browser, where,
        **{
            "duties-TOTAL_FORMS": "1", "duties-0-key": "", "duties-0-title_ru": "Уведомить",
            "duties-0-trigger": trigger, "duties-0-owner": "affected", "duties-0-hours": "24",
        },
    )  # fmt: skip
    assert browser.post(where, sent).status_code == 302
    draft.refresh_from_db()
    assert draft.said["duties"] == [
        {"id": "d1", "title": {"ru": "Уведомить"}, "trigger": trigger, "owner": "affected", "hours": 24}
    ]
    plain = begin(body=BODY, kind="decision", title=TITLE, by=dara)
    assert "Duties that an event opens" not in said(browser.get(address(plain)))


def test_two_who_write_at_once_see_both_texts_and_lose_neither(browser, draft, nodira):
    mine = typed(browser, address(draft), **{"text-p5-ru": "2. Моё слово.", "title_en": "Mine"})
    theirs = agreed_text()
    theirs["paragraphs"][4]["texts"]["ru"]["text"] = "2. Её слово."
    change(draft, version=1, text=theirs, title={"en": "Hers"}, by=nodira)
    answer = browser.post(address(draft), mine)
    assert answer.status_code == 409
    page = said(answer)
    assert "Nodira changed this draft at" in page
    assert "2. Моё слово.</textarea>" in page
    assert "2. Её слово." in page
    assert "Hers" in page
    assert words(draft)[4] == "2. Её слово.", "hers stands"
    again = mine | {"version": answer.context["form"].data["version"]}
    browser.post(address(draft), again)
    assert words(draft)[4] == "2. Моё слово."


def test_a_whole_text_is_pasted_and_its_translation_set_beside_it(browser, dara, joined):
    draft = begin(body=BODY, kind="decision", title=TITLE, by=dara)
    where = address(draft, "paste_council_draft")
    russian = "Решение\n\n1. Усилить контроль.\n\n2. Доложить Совету."
    browser.post(where, {"version": 1, "language": "ru", "how": "anew", "text": russian})
    assert words(draft) == ["Решение", "1. Усилить контроль.", "2. Доложить Совету."]
    short = browser.post(
        where, {"version": 2, "language": "zh-hans", "how": "beside", "text": "决议\n\n一、加强管控。"}
    )
    assert short.status_code == 422
    assert "the text has 3 paragraphs and what was pasted has 2" in said(short)
    assert "一、加强管控。" in said(short)
    chinese = "决议\n\n一、加强管控。\n\n二、向委员会报告。"
    browser.post(where, {"version": 2, "language": "zh-hans", "how": "beside", "text": chinese})
    assert words(draft, "zh-hans") == ["决议", "一、加强管控。", "二、向委员会报告。"]
    assert words(draft)[0] == "Решение"
    assert "things to mend" not in said(browser.get(address(draft)))


def test_what_would_leave_is_shown_with_to_whom_and_what_it_lacks(browser, dara, joined):
    draft = begin(body=BODY, kind="decision", title=TITLE, concerned=["AL", "BO"], text=text(), by=dara)
    page = said(browser.get(address(draft, "propose_council_draft")))
    assert "It would go to: Borenia, Cetara and Secretariat." in page
    assert "paragraph 3: in square brackets, not agreed, Russian" in page
    assert "Propose to 3 nodes" in page
    answer = browser.post(address(draft, "propose_council_draft"), {"version": draft.version})
    of = JointObject.objects.get()
    assert answer.url == reverse("decision", args=[of.pk])
    assert decision(of).concerned == ("AL", "BO")
    assert browser.get(address(draft)).url == reverse("decision", args=[of.pk]), "the draft leads there"
    again = browser.post(address(draft, "propose_council_draft"), {"version": draft.version})
    assert again.url == reverse("decision", args=[of.pk])
    assert JointObject.objects.count() == 1


def test_what_no_document_could_be_without_stands_against_it(browser, dara, joined):
    draft = begin(body=BODY, kind="decision", by=dara, title={}, concerned=["AL", "SEC"])
    page = said(browser.get(address(draft, "propose_council_draft")))
    for against in ("It has no title.", "It has no text.", "Secretariat is no member of this body."):
        assert against in page
    assert "It cannot be proposed while something stands against it." in page
    assert "Propose to 3 nodes" not in page


def test_whoever_prepares_does_not_propose(draft, person, signed_in):
    officer = signed_in(person("duty_officer"))
    assert "People who decide in the Council propose it" in said(officer.get(address(draft, "propose_council_draft")))
    assert officer.post(address(draft, "propose_council_draft"), {"version": draft.version}).status_code == 403
    assert not JointObject.objects.exists()
    assert signed_in(person("epidemiologist")).get(address(draft)).status_code == 403


def test_a_proposal_is_not_sent_upon_what_somebody_else_has_changed(browser, draft, nodira):
    change(draft, version=1, title={"en": "Hers"}, by=nodira)
    answer = browser.post(address(draft, "propose_council_draft"), {"version": 1})
    assert answer.status_code == 409
    assert "Nodira changed this draft" in said(answer)
    assert "Propose: Hers" in said(answer), "what stands now"
    assert not JointObject.objects.exists()


def test_a_draft_that_was_given_up_is_written_no_more(browser, draft, nodira):
    mine = typed(browser, address(draft))
    discard(draft, version=1, by=nodira)
    answer = browser.post(address(draft), mine, follow=True)
    assert "This draft was given up meanwhile." in said(answer)
    assert browser.post(address(draft, "give_up_council_draft"), {"version": 1}).status_code == 302


def test_only_the_states_concerned_read_it_where_that_is_chosen(browser, draft):
    browser.post(address(draft), typed(browser, address(draft), read_by="SELECTIVE", concerned=["AL", "BO"]))
    draft.refresh_from_db()
    assert (draft.classification, draft.addressees) == ("SELECTIVE", ["BO"])
    assert "It would go to: Borenia." in said(browser.get(address(draft, "propose_council_draft")))


def test_an_amendment_sends_only_what_was_changed(browser, of):
    where = reverse("amend_decision", args=[of.pk])
    assert "What states have agreed to before counts no more" in said(browser.get(where))
    sent = typed(browser, where, note="Короче.", **{"text-p5-ru": "2. Провести обследование."})
    assert browser.post(where, sent).url == reverse("decision", args=[of.pk])
    found = decision(of)
    act = found.version.applied.act
    assert [one["paragraph"] for one in act.said["changes"]] == ["p5"]
    assert (act.said["measures"], act.said["duties"], act.said["note"]) == (None, None, "Короче.")
    changed = found.text.paragraph("p5")
    assert (changed.revision, changed.texts["ru"].revision, changed.texts["zh-hans"].revision) == (2, 2, 1)
    browser.post(where, typed(browser, where, **{"text-p1-ru": "Решение", "right-p1": "on"}))
    right = decision(of).text.paragraph("p1")
    assert (right.revision, right.texts["zh-hans"].revision) == (2, 2), "said to be right as it stands"


def test_paragraphs_are_added_and_taken_out_by_an_amendment(browser, of):
    where = reverse("amend_decision", args=[of.pk])
    asked = browser.post(where, typed(browser, where, act="add:p5"))
    assert [row.id for row in asked.context["editor"].rows][-1] == "p6"
    order = ["p1", "p2", "p3", "p5", "p6"]
    sent = typed(
        browser,
        where,
        p=order,
        **{"kind-p6": "operative", "text-p6-ru": "3. Доложить.", "text-p6-zh-hans": "三、报告。"},
    )
    browser.post(where, sent)
    assert [one.id for one in decision(of).text.paragraphs] == order
    browser.post(where, typed(browser, where, p=order[:-1]))
    assert [one.id for one in decision(of).text.paragraphs] == order[:-1]
    after = browser.post(where, typed(browser, where, act="add:p5")).context["editor"]
    assert after.rows[-1].id == "p7", "what was p6 in another version is nothing else in this"


def test_an_amendment_upon_a_text_that_is_another_now_shows_both(browser, of, joined, partner):
    where = reverse("amend_decision", args=[of.pk])
    mine = typed(browser, where, **{"text-p5-ru": "2. Моё слово."})
    to = {
        "id": "p5", "kind": "operative", "rev": 2,
        "texts": {
            "ru": {"text": "2. Слово Борении.", "rev": 2, "standing": "authentic"},
            "zh-hans": {"text": "2. 联合调查。", "rev": 2, "standing": "authentic"},
        },
    }  # fmt: skip
    changes = [{"paragraph": "p5", "after": None, "to": to}]
    say(partner, joined, "BO", of, "amend", base=1, changes=changes, measures=None, duties=None, note="")
    answer = browser.post(where, mine)
    assert answer.status_code == 409
    page = said(answer)
    assert "2. Моё слово.</textarea>" in page
    assert "2. Слово Борении." in page
    assert decision(of).version.number == 2
    again = mine | {name: answer.context["form"].data[name] for name in ("base", "seen")}
    assert browser.post(where, again).status_code == 302
    assert decision(of).text.paragraph("p5").wording("ru") == "2. Моё слово."


def test_an_amendment_that_changes_nothing_or_leaves_a_language_out_is_refused_in_words(browser, of):
    where = reverse("amend_decision", args=[of.pk])
    nothing = browser.post(where, typed(browser, where))
    assert nothing.status_code == 422
    assert "Nothing was changed." in said(nothing) or "Partners would not take this" in said(nothing)
    half = browser.post(where, typed(browser, where, **{"text-p4-zh-hans": ""}))
    assert half.status_code == 422
    assert "taken out in one language only" in said(half)
    assert decision(of).version.number == 1


def test_the_text_of_what_is_adopted_or_under_silence_is_not_amended(browser, of, dara):
    where = reverse("amend_decision", args=[of.pk])
    sent = typed(browser, where, **{"text-p5-ru": "2. Иначе."})
    keeping.open_silence(of, version=1, hours=24, by=dara)
    answer = browser.post(where, sent | {"seen": token(of)})
    assert answer.status_code == 422
    assert "A silence runs on this text." in said(answer)
    assert "2. Иначе." in said(answer)
