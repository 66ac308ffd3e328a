"""What each role may see and do is one table, in code and in the documentation."""

from pathlib import Path

from django.utils import translation

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import MAY, SECOND_FACTOR, WORDS, Ability, Role, as_markdown

PAGE = Path(__file__).parents[3] / "docs" / "roles.md"


def test_every_role_and_ability_is_in_the_table():
    assert set(MAY) == set(Role)
    assert set(WORDS) == set(Ability)
    assert frozenset().union(*MAY.values()) == set(Ability)


def test_the_page_prints_the_table():
    with translation.override("en"):
        assert as_markdown() in PAGE.read_text(encoding="utf-8")


def test_whoever_has_power_over_people_or_decides_needs_a_second_factor():
    for role in Role:
        if MAY[role] & {Ability.MANAGE_PEOPLE, Ability.MANAGE_DUTY, Ability.READ_AUDIT}:
            assert role in SECOND_FACTOR


def test_several_roles_add_up_and_an_unknown_one_gives_nothing():
    both = Person(roles=["laboratory", "auditor", "emperor"])
    assert both.abilities == MAY[Role.LABORATORY] | MAY[Role.AUDITOR]


def test_whose_access_ended_may_nothing():
    assert not Person(roles=["administrator"], is_active=False).abilities
