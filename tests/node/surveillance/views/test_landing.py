"""The first page of people who read no counts."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "led_to"),
    [("logistics", {"assistance"}), ("secretariat", {"council", "assistance"}), ("hospital_manager", set())],
)
def test_whoever_works_in_the_council_or_in_assistance_is_led_there(person, signed_in, role, led_to):
    doors = {door.url for door in signed_in(person(role)).get("/").context["page"].doors}
    assert doors & {reverse("council"), reverse("assistance")} == {reverse(name) for name in led_to}
    assert reverse("account") in doors
