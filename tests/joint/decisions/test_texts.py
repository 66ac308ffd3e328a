"""The text on the way: versions, translations beside them, comments, positions; an owner that is not concerned."""

import pytest
from tests.exchange.types.council import paragraph
from tests.joint.decisions.deciding import DAY, Deciding, hours

from tocsin.joint.decisions.adopting import pending
from tocsin.joint.decisions.state import Status

CHANGE = {"paragraph": "p2", "after": "p1", "to": paragraph("p2")}


def amend(made, state="BO", *, base=1, changes=(CHANGE,), measures=None, duties=None):
    made.does(state, "amend", base=base, changes=list(changes), measures=measures, duties=duties, note="Срок.")
    return made


def test_an_amendment_is_the_next_version_and_the_one_before_stays():
    made = amend(Deciding())
    assert [version.number for version in made.decision.versions] == [1, 2]
    assert [len(version.text.paragraphs) for version in made.decision.versions] == [2, 3]
    assert made.decision.version.applied.act.origin == "BO"
    assert made.decision.version.measures == made.decision.versions[0].measures
    assert made.decision.version.note == "Срок."


def test_of_two_amendments_of_one_version_the_one_ordered_first_counts():
    made = amend(amend(Deciding()), "CE", changes=[CHANGE | {"paragraph": "p3", "to": paragraph("p3")}])
    assert (made.code, made.last_refused.values["current"]) == ("version-not-current", 2)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"paragraph": "p9", "after": None, "to": None}, "no-such-paragraph"),
        ({"paragraph": "p1", "after": None, "to": paragraph("p1", ru="Немедленно.")}, "deleted-in-one-language"),
        ({"paragraph": "p1", "after": None, "to": paragraph("p1")}, "nothing-changed"),
    ],
)
def test_an_amendment_that_the_text_cannot_take_is_refused_with_its_reason(change, code):
    made = amend(Deciding(), changes=[change])
    assert made.code == code
    assert made.decision.version.number == 1


def test_a_translation_makes_no_version_and_takes_nobodys_consent_away():
    made = Deciding().consents("BO")
    made.does("CE", "translate", base=1, language="kk", standing="human_checked", texts={"p1": "Хабарласады."})
    assert made.decision.text.paragraph("p1").wording("kk") == "Хабарласады."
    assert made.decision.version.number == 1
    assert made.decision.standing("BO").kind == "consents"


def test_a_translation_of_an_earlier_version_stands_beside_that_one():
    made = amend(Deciding())
    made.does("CE", "translate", base=1, language="kk", standing="machine", texts={"p1": "Хабарласады."})
    assert made.decision.versions[0].text.paragraph("p1").wording("kk")
    assert made.decision.text.paragraph("p1").wording("kk") is None


def translates(made, state, language="kk", *, base=1, standing="human_checked", **texts):
    made.does(state, "translate", base=base, language=language, standing=standing, texts=texts)


def test_who_neither_keeps_it_nor_is_concerned_adds_what_is_missing_and_changes_its_own_alone():
    made = Deciding()
    translates(made, "DE", p1="Хабарласады.", t="Оба туралы.")
    assert made.decision.text.paragraph("p1").wording("kk") == "Хабарласады."
    translates(made, "CE", p1="Дұрыс.")
    translates(made, "DE", p1="Басқаша.")
    assert made.code == "translation-stands"
    assert made.last_refused.values["states"] == ("CE",)
    translates(made, "DE", t="Оба.")
    said = made.decision.text
    assert (said.paragraph("p1").wording("kk"), said.paragraph("t").wording("kk")) == ("Дұрыс.", "Оба.")


def test_what_is_adopted_keeps_its_translation_but_where_its_own_state_mends_it():
    made = Deciding()
    translates(made, "CE", p1="Хабарласады.")
    made.consents("AL", "BO", "CE").adopts(at=1)
    for state in ("BO", "AL"):
        translates(made, state, p1="Басқаша.")
        assert made.code == "translation-stands"
        assert made.last_refused.values["states"] == ("CE",)
    assert made.decision.text.paragraph("p1").wording("kk") == "Хабарласады."
    translates(made, "BO", t="Оба туралы.")
    assert made.decision.text.paragraph("t").wording("kk") == "Оба туралы.", "where there was none, there is one now"
    translates(made, "CE", p1="Дұрыс.")
    assert made.decision.text.paragraph("p1").wording("kk") == "Дұрыс."
    said = made.decision.version.translated
    assert (said["p1", "kk"].act.origin, said["t", "kk"].act.origin) == ("CE", "BO")


def test_who_wrote_a_translation_is_known_from_the_act_that_brought_its_words():
    made = Deciding()
    translates(made, "BO", p1="Хабарласады.")
    first = made.decision.version.translated["p1", "kk"]
    translates(made, "CE", p1="Хабарласады.", t="Оба туралы.")
    said = made.decision.version.translated
    assert said["p1", "kk"] == first, "who says the same again has not written it"
    amend(made)
    assert made.decision.version.number == 2
    assert made.decision.version.translated["t", "kk"] == said["t", "kk"]
    english = made.decision.versions[0].translated["t", "en"]
    assert (english.act.kind, english.act.origin) == ("propose", "AL"), "it came with the proposal"


def test_comments_and_positions_are_kept_with_the_version_that_they_speak_of():
    made = Deciding()
    made.does("DE", "comment", version=1, paragraph="p1", text="Почему?")
    amend(made)
    made.does("CE", "position", paragraph="p2", text="Не согласны с пунктом 2.")
    (comment,), (position,) = made.decision.comments, made.decision.positions
    assert (comment.version, comment.paragraph, comment.text) == (1, "p1", "Почему?")
    assert (position.version, position.applied.act.origin) == (2, "CE")
    assert made.decision.objecting == ()


def test_a_depositary_that_is_not_concerned_keeps_it_and_is_not_waited_for():
    made = Deciding(concerned=["BO", "CE"])
    amend(made, "AL")
    made.consents("AL", version=2)
    assert made.code == "not-concerned"
    made.owner_does("silence", version=2, hours=DAY)
    assert {one.state: one.why for one in pending(made.decision, hours(1))} == dict.fromkeys(
        ["BO", "CE"], "not-received"
    )
    made.consents("BO", "CE", version=2).adopts()
    assert made.decision.status is Status.ADOPTED
    assert [one.state for one in made.decision.adoption.citations] == ["BO", "CE"]
