"""The line list in a browser, at a desk and on a phone: pasted, looked at, taken, read."""

import random

import pytest
from django.urls import reverse
from tests.node.browser.accessible import fine
from tests.node.browser.opened import chromium, visit  # noqa: F401 - fixtures
from tests.node.events.line_list.given import ago, looked, pasted, taken

from tocsin.node.events.actions.attack_rates import set_exposure, set_groups
from tocsin.node.events.models import EventCase, LineListTable

pytestmark = [pytest.mark.verify, pytest.mark.django_db(transaction=True)]
HEAD = ("ID", "ФИО", "Classification", "Onset", "Outcome", "District", "Age", "Sex", "Exposure", "Colour")
CHANCE = random.Random(7)
ROWS = [
    (
        f"K-{n}", "Иванов Иван Иванович", CHANCE.choice(["suspected", "confirmed", "probable"]),
        ago(int(CHANCE.triangular(1, 30, 8))), CHANCE.choice(["died", "recovered", "recovered", "ill"]),
        CHANCE.choice(["District 11", "District 12", "District 13"]), CHANCE.randrange(90), CHANCE.choice("fm"),
        CHANCE.choice(["well", "market", ""]), "red",
    )
    for n in range(120)
]  # fmt: skip


def test_a_table_is_pasted_and_its_curve_is_seen(visit, event, amina):  # noqa: F811
    seen = visit(amina, reverse("add_case_table", args=[event.pk]))
    fine(seen, "paste")
    bad = [("K-900", "Иванов И. И.", "perhaps", ago(-9), "", "Atlantis", "adult", "f", "", "")]
    seen.page.fill("#id_text", pasted(HEAD, *ROWS, *bad))
    seen.page.click("text=Look at it")
    seen.page.wait_for_selector("#columns")
    fine(seen, "preview")
    seen.page.click("button[form=take]")
    seen.page.wait_for_load_state("networkidle")
    assert EventCase.objects.count() == 120
    assert LineListTable.objects.get().left_out == 1
    seen.page.goto(seen.page.url.split("/cases/")[0] + "/cases/")
    seen.page.wait_for_load_state("networkidle")
    assert seen.page.locator("figure canvas, figure svg").count() >= 3
    fine(seen, "list")
    seen.page.click("a[data-open] >> nth=0")
    seen.page.wait_for_load_state("networkidle")
    fine(seen, "case")


def test_what_is_asked_and_the_rates_are_seen(visit, event, amina, person):  # noqa: F811
    taken(event, amina, HEAD, *ROWS)
    set_groups(event, {("age", "25-44"): 90, ("sex", "female"): 400}, by=amina)
    set_exposure(event, name="Vanilla ice cream", exposed_ill=43, exposed=54, unexposed_ill=3, unexposed=21, by=amina)
    set_exposure(event, name="Milk", exposed_ill=10, exposed=20, unexposed_ill=0, unexposed=20, by=amina)
    event.refresh_from_db()
    seen = visit(amina, reverse("attack_rates", args=[event.pk]))
    fine(seen, "rates")
    table = looked(event, amina, ("ID", "Onset", "Цвет"), ("K-1", "01/02/2026", "x"), ("K-2", "03/04/2026", "y"))
    fine(visit(amina, reverse("case_table", args=[event.pk, table.pk])), "asks")
    for language in ("ru", "zh-hans"):
        reader = person("duty_officer", name=f"R {language}", language=language)
        fine(visit(reader, reverse("line_list", args=[event.pk])), f"list-{language}")
        fine(visit(reader, reverse("case_table", args=[event.pk, table.pk])), f"asks-{language}")
