"""Standing agreements: which duties an event opens, for whom, and what is refused in a file."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.node.alliances.agreements import OWNERS, duties_opened, triggered, who_owes
from tocsin.node.alliances.conditions import EventFacts
from tocsin.node.alliances.reading import FOLDER, DataFileError, read_alliance

EPIZOOTIC = EventFacts(disease="plague", signals=frozenset({"animal"}))
PNEUMONIC = EventFacts(disease="plague-pneumonic", cases={"suspected": 1})


@pytest.fixture(scope="module")
def plague():
    """The agreement of the exercise, which is in force."""
    return read_alliance("exercise").agreements[0]


@pytest.fixture
def own(tmp_path):
    """Write the alliance of the exercise with a passage behind its bodies replaced, and return its path."""

    def write(old, new):
        text = (FOLDER / "exercise.toml").read_text(encoding="utf-8")
        start = text.index("[[triggers]]")
        assert old in text[start:]
        path = tmp_path / "own.toml"
        path.write_text(text[:start] + text[start:].replace(old, new, 1), encoding="utf-8")
        return path

    return write


def opened(agreement, facts):
    return [(duty.code, duty.owner, duty.hours) for duty in duties_opened(agreement, facts)]


def test_plague_among_animals_opens_the_duties_of_an_epizootic(plague):
    assert opened(plague, EPIZOOTIC) == [
        ("tell-of-epizootic", "affected", 24),
        ("survey-the-focus", "affected", 72),
        ("look-across-the-border", "parties", 72),
    ]
    notified = EventFacts(disease="plague", circumstances=frozenset({"animal_outbreak"}))
    assert opened(plague, notified) == opened(plague, EPIZOOTIC)


def test_a_suspicion_of_pneumonic_plague_opens_its_duties_before_it_is_verified(plague):
    assert opened(plague, PNEUMONIC) == [
        ("tell-of-suspicion", "affected", 2),
        ("report-the-laboratory", "affected", 24),
        ("look-for-contacts", "parties", 24),
    ]


@pytest.mark.parametrize(
    "facts",
    [
        EventFacts(disease="plague"),
        EventFacts(disease="anthrax", signals=frozenset({"animal"})),
        EventFacts(),
        replace(EPIZOOTIC, verification="refuted"),
        replace(PNEUMONIC, verification="refuted"),
    ],
)
def test_anything_else_opens_nothing(plague, facts):
    assert duties_opened(plague, facts) == ()


def test_both_at_once_open_the_duties_of_both(plague):
    both = replace(PNEUMONIC, signals=frozenset({"animal"}))
    assert duties_opened(plague, both) == plague.duties


def test_a_draft_binds_nobody_though_its_trigger_holds():
    sco = read_alliance("sco")
    assert [agreement.standing for agreement in sco.agreements] == ["draft"]
    assert duties_opened(sco.agreements[0], PNEUMONIC) == ()
    assert [trigger.code for trigger in triggered(sco.triggers, PNEUMONIC)] == ["suspected_pneumonic_plague"]


@pytest.mark.parametrize("name", ["sco", "exercise"])
def test_duties_and_triggers_say_what_they_are_in_three_languages(name):
    alliance = read_alliance(name)
    assert {trigger.code for trigger in alliance.triggers} == {
        "epizootic_at_natural_focus",
        "suspected_pneumonic_plague",
    }
    for agreement in alliance.agreements:
        named = [agreement.name, *(duty.title for duty in agreement.duties), *(t.name for t in alliance.triggers)]
        assert all(len({*names}) == 3 for names in named)
        assert {duty.trigger for duty in agreement.duties} == set(alliance.triggers)


def test_who_owes_is_told_in_the_order_of_the_parties():
    parties, affected = ("AL", "BO", "DO"), {"DO", "AL", "XX"}
    assert who_owes("affected", parties=parties, affected=affected) == ("AL", "DO")
    assert who_owes("parties", parties=parties, affected=affected) == ("BO",)
    assert who_owes("all", parties=parties, affected=affected) == parties


@given(st.lists(st.sampled_from("ABCDEF"), unique=True), st.frozensets(st.sampled_from("ABCDEFGH")))
def test_each_party_is_either_affected_or_another_and_nobody_else_owes(parties, affected):
    by_owner = {owner: who_owes(owner, parties=parties, affected=affected) for owner in OWNERS}
    assert sorted(by_owner["affected"] + by_owner["parties"]) == sorted(parties)
    assert by_owner["all"] == tuple(parties)


@pytest.mark.parametrize(
    ("old", "new", "where", "says"),
    [
        ('parties = ["member"]', 'parties = ["ally"]', "agreement plague", "parties is .'ally'."),
        ('parties = ["member"]', "parties = []", "agreement plague", "parties is .*at least one of member"),
        ('standing = "in_force"', 'standing = "signed"', "agreement plague", "it must be one of draft, in_force"),
        (
            'trigger = "epizootic_at_natural_focus"',
            'trigger = "flood"',
            "agreement plague, duty tell",
            "trigger is 'flo",
        ),
        (
            'trigger = "epizootic_at_natural_focus", ',
            "",
            "agreement plague, duty tell-of-epizootic",
            "trigger is missing",
        ),
        ('owner = "affected"', 'owner = "nobody"', "agreement plague, duty tell-of-epizootic", "owner is 'nobody'"),
        ("hours = 24", "hours = 0", "agreement plague, duty tell-of-epizootic", "hours is 0"),
        ("hours = 24", "minutes = 9", "agreement plague, duty tell-of-epizootic", "unknown field minutes"),
        (
            'code = "survey-the-focus"',
            'code = "tell-of-epizootic"',
            "agreement plague",
            "duty tell-of-epizootic is given",
        ),
        (', zh = "鼠疫防控演练协定"', "", "agreement plague, name", "zh is missing"),
        ('code = "suspected_pneumonic_plague"', 'code = "epizootic_at_natural_focus"', "the file", "is given twice"),
        (
            'code = "suspected_pneumonic_plague"',
            'code = "suspicion"',
            "agreement plague, duty tell",
            "triggers are epi",
        ),
        ('"signal:animal"', '"signal:rumour"', "trigger epizootic_at_natural_focus", "one of rule, model, clinician"),
        ("when = ", "if = ", "trigger epizootic_at_natural_focus", "unknown field if"),
        ("duties = [", "duties = []\nother = [", "agreement plague", "unknown field other"),
    ],
)
def test_an_agreement_that_breaks_a_rule_is_named_with_its_place(own, old, new, where, says):
    with pytest.raises(DataFileError, match=f"^own.toml, {where}.*: .*{says}"):
        read_alliance(own(old, new))


def test_an_agreement_without_duties_is_refused(tmp_path):
    text = (FOLDER / "exercise.toml").read_text(encoding="utf-8")
    path = tmp_path / "own.toml"
    path.write_text(text[: text.index("duties = [")], encoding="utf-8")
    with pytest.raises(DataFileError, match="agreement plague: duties is empty"):
        read_alliance(path)


def test_two_agreements_of_one_code_are_refused(tmp_path):
    text = (FOLDER / "exercise.toml").read_text(encoding="utf-8")
    path = tmp_path / "own.toml"
    path.write_text(text + text[text.index("[[agreements]]") :], encoding="utf-8")
    with pytest.raises(DataFileError, match="the file: agreement plague is given twice"):
        read_alliance(path)
