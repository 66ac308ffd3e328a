"""The bodies of an alliance: what comes with Tocsin, which rule calls a session, what is refused in a file."""

import re
from dataclasses import replace

import pytest

from tocsin.joint.bodies import BodyRules
from tocsin.node.alliances.bodies import ConveningRule, called_by, rules_of
from tocsin.node.alliances.conditions import Condition, EventFacts, Term
from tocsin.node.alliances.entries import Names
from tocsin.node.alliances.reading import FOLDER, DataFileError, read_alliance

RUSSIAN = re.compile(r"[А-Яа-яЁё]")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
RULES = FOLDER / "exercise.toml"


@pytest.fixture(scope="module")
def sco():
    return read_alliance("sco")


@pytest.fixture(scope="module")
def exercise():
    return read_alliance("exercise")


@pytest.fixture
def own(tmp_path):
    """Write the alliance of the exercise with a passage of its council replaced, and return its path."""

    def write(old, new):
        before, council = RULES.read_text(encoding="utf-8").split('code = "coordination-council"')
        assert old in council
        path = tmp_path / "own.toml"
        path.write_text(before + 'code = "coordination-council"' + council.replace(old, new, 1), encoding="utf-8")
        return path

    return write


def rule(code, hours, *terms):
    names = Names(code, code, code)
    groups = tuple((Term(*term.split(":")),) for term in terms)
    return ConveningRule(code, names, Condition(groups), hours, "Invented", "decided")


@pytest.mark.parametrize("name", ["sco", "exercise"])
def test_whatever_a_body_is_called_it_is_called_so_in_three_languages(name):
    for body in read_alliance(name).bodies:
        for names in (body.name, body.mandate, body.meets, *(rule.name for rule in body.rules)):
            assert len({*names}) == 3, names
            assert not RUSSIAN.search(names.en)
            assert not CHINESE.search(names.en)
            assert RUSSIAN.search(names.ru)
            assert CHINESE.search(names.zh)


def test_the_council_of_the_organisation_is_proposed_and_the_meetings_exist(sco):
    standing = {body.code: body.standing for body in sco.bodies}
    assert standing["coordination-council"] == "proposed"
    assert standing["health-ministers"] == standing["heads-of-services"] == "existing"
    assert sco.body("coordination-council").level == "deputy_heads"
    assert "not found" in sco.body("coordination-council").source


def test_nothing_in_the_organisation_passes_by_silence(sco):
    assert [body.silence for body in sco.bodies] == [False] * len(sco.bodies)
    assert {body.decides for body in sco.bodies} == {"consensus"}


def test_no_body_of_the_organisation_says_that_its_rules_were_read(sco):
    assert {body.evidence for body in sco.bodies} <= {"secondary", "unconfirmed", "decided"}
    assert {rule.evidence for body in sco.bodies for rule in body.rules} == {"decided"}


def test_the_rules_of_a_body_name_states_in_the_alliances_order(exercise):
    assert rules_of(exercise.body("coordination-council"), exercise) == BodyRules(
        code="coordination-council",
        kinds=("statement", "plan", "agreement", "resolution", "decision"),
        silence=True,
        silence_hours=24,
        members=("AL", "BO", "DO", "FA", "CE", "EL"),
        official=("ru", "zh-hans"),
        may_join=("AL", "BO", "DO", "FA", "CE", "EL", "GO", "HE"),
    )


def test_a_body_decides_with_its_members_and_not_with_its_guests(sco):
    rules = rules_of(sco.body("health-ministers"), sco)
    assert rules.members == ("BY", "IN", "IR", "KZ", "CN", "KG", "PK", "RU", "TJ", "UZ")
    assert (rules.silence, rules.silence_hours) == (False, None)


def test_a_body_that_is_not_there_is_named(exercise):
    with pytest.raises(KeyError, match="alliance exercise has no body 'parliament'"):
        exercise.body("parliament")


@pytest.mark.parametrize("name", ["sco", "exercise"])
@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        (EventFacts(disease="plague-pneumonic"), "pneumonic-plague"),
        (EventFacts(disease="plague"), None),
        (EventFacts(assessment="notifiable", criteria=frozenset({"several_states"})), "notifiable-several-states"),
        (EventFacts(assessment="notifiable", states=frozenset({"AL", "BO"})), "notifiable-several-states"),
        (EventFacts(assessment="notifiable", states=frozenset({"AL"})), None),
        (EventFacts(assessment="monitoring", criteria=frozenset({"several_states"})), None),
        (EventFacts(disease="plague-pneumonic", verification="refuted"), None),
    ],
)
def test_the_council_is_called_by_the_rule_that_holds(name, facts, rule):
    called = called_by(read_alliance(name).body("coordination-council").rules, facts)
    assert (called and called.code) == rule
    assert called is None or called.hours == 1


def test_of_several_rules_the_one_that_leaves_the_fewest_hours_calls():
    rules = [
        rule("later", 4, "disease:plague"),
        rule("sooner", 1, "signal:animal"),
        rule("as-soon", 1, "signal:animal"),
    ]
    facts = EventFacts(disease="plague", signals=frozenset({"animal"}))
    assert called_by(rules, facts).code == "sooner"
    assert called_by(rules, replace(facts, signals=frozenset())).code == "later"
    assert called_by([], facts) is None


@pytest.mark.parametrize(
    ("old", "new", "where", "says"),
    [
        ('members = ["member"]', 'members = ["associate"]', "body coordination-council", "members is .'associate'."),
        ('members = ["member"]', "members = []", "body coordination-council", "at least one of member, partner, guest"),
        ('members = ["member"]', "", "body coordination-council", "at least one of member, partner, guest"),
        ('guests = ["partner", "guest"]', 'guests = ["friend"]', "body coordination-council", "none or some of member"),
        (
            'guests = ["partner", "guest"]',
            'guests = ["member"]',
            "body coordination-council",
            "member stands in members and in guests",
        ),
        ('may_join = ["member", "partner"]', 'may_join = ["all"]', "body coordination-council", "may_join is .'all'."),
        (
            'secretary = "SEC"',
            'secretary = "XX"',
            "body coordination-council",
            "secretary is 'XX'; it must be one of AL",
        ),
        ('chair = "order"', 'chair = "lot"', "body coordination-council", "chair is 'lot'"),
        ('decides = "consensus"', 'decides = "majority"', "body coordination-council", "it must be one of consensus"),
        ("silence_hours = 24", "silence_hours = 0", "body coordination-council", "silence_hours is 0; .* at least 1"),
        ("silence_hours = 24", "", "body coordination-council", "silence_hours is missing"),
        ("silence = true", "silence = false", "body coordination-council", "silence_hours is given and silence is fal"),
        ("silence = true", 'silence = "yes"', "body coordination-council", "silence is 'yes'; .* true or false"),
        (
            'kinds = ["statement", ',
            'kinds = ["law", ',
            "body coordination-council",
            "kinds is .*at least one of statement",
        ),
        ('level = "deputy_heads"', 'level = "kings"', "body coordination-council", "level is 'kings'"),
        ('standing = "existing"', 'standing = "real"', "body coordination-council", "standing is 'real'"),
        (
            "convene_within_hours = 24",
            "convene_within_hours = 0",
            "body coordination-council",
            "convene_within_hours is",
        ),
        ('evidence = "decided"', 'evidence = "hearsay"', "body coordination-council", "evidence is 'hearsay'"),
        ('zh = "协调委员会"', 'fr = "Conseil"', "body coordination-council, name", "unknown field fr"),
        (', zh = "协调委员会"', "", "body coordination-council, name", "zh is missing"),
        ('secretary = "SEC"', 'secretary = "SEC"\nmotto = "a"', "body coordination-council", "unknown field motto"),
        (
            'code = "plague-experts"',
            'code = "coordination-council"',
            "the file",
            "body coordination-council is given tw",
        ),
        ('code = "plague-experts"', 'code = "Plague experts"', "body Plague experts", "code is 'Plague experts'"),
        ('code = "plague-experts"', f'code = "{"a" * 41}"', "body a{41}", "forty characters at most"),
        ('code = "plague-experts"', 'code = "4th-council"', "body 4th-council", "must begin with a small letter"),
        ("hours = 1", "hours = 0", "body coordination-council, rule pneumonic-plague", "hours is 0"),
        ("hours = 1\n", "", "body coordination-council, rule pneumonic-plague", "hours is missing"),
        ("disease:plague-pneumonic", "disease:plauge", "body coordination-council, rule pneumonic-plague", "plauge"),
        ('code = "notifiable-several-states"', 'code = "pneumonic-plague"', "body coordination-council", "given twice"),
    ],
)
def test_a_body_that_breaks_a_rule_is_named_with_its_place(own, old, new, where, says):
    with pytest.raises(DataFileError, match=f"^own.toml, {where}: .*{says}"):
        read_alliance(own(old, new))


def test_an_alliance_without_bodies_is_read_as_before(tmp_path):
    text = RULES.read_text(encoding="utf-8")
    path = tmp_path / "own.toml"
    path.write_text(text[: text.index("[[bodies]]")], encoding="utf-8")
    alliance = read_alliance(path)
    assert (alliance.bodies, alliance.triggers, alliance.agreements) == ((), (), ())


def test_a_tier_that_no_state_has_decides_nothing(tmp_path):
    text = RULES.read_text(encoding="utf-8").replace('tier = "guest"', 'tier = "partner"')
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError, match=r"body health-ministers: guests is .*none or some of member, partner"):
        read_alliance(path)
