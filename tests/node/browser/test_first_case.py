"""The first case of a new hospital: from the link of an invitation to a question that is asked, within ten minutes.

The clinician and the manager know nothing of the system but what stands on its pages: see newcomer.py.
docs/first-case.md tells how it is measured. TOCSIN_FIRST_CASE names a file for the table of it.
"""

import os
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import translation
from django.utils.translation import gettext, pgettext
from scripts import demo_alliance
from tests.node.browser.newcomer import Newcomer, Step
from tests.node.browser.officers import PATIENCE, at_browsers
from tests.node.browser.opened import chromium  # noqa: F401 - a fixture
from tests.node.post.test_served_alliance import free_ports, rows, serving, soon

from tocsin.clinical.measures import vitals
from tocsin.clinical.vocabulary import word

pytestmark = [pytest.mark.verify, pytest.mark.long]

LANGUAGES = ("en", "ru", "zh-hans")
TEN_MINUTES = 600
TABLE = os.environ.get("TOCSIN_FIRST_CASE", "")
PASSWORD = "seven grey herons"
CLINIC = {
    "en": "Dolin Infectious Diseases Clinic",
    "ru": "Долинская клиника инфекционных болезней",
    "zh-hans": "多林传染病医院",
}
SIGNS = {"temperature": "38.9", "heart_rate": "112", "respiratory_rate": "26", "systolic": "95", "spo2": "91"}
SAID: Mapping[str, Mapping[str, str]] = {
    "en": {
        "clinic": "dolin", "name": "John Smith", "diagnosis": "cholera",
        "course": "Watery diarrhoea for two days. Eight litres given; blood pressure falls again, no urine for six "
        "hours.",
        "question": "Which fluid now, and when is dialysis needed?",
    },
    "ru": {
        "clinic": "долин", "name": "Иван Сергеев", "diagnosis": "холера",
        "course": "Водянистая диарея двое суток. Введено восемь литров; давление снова снижается, мочи нет шесть "
        "часов.",
        "question": "Какой раствор сейчас и когда нужен диализ?",
    },
    "zh-hans": {
        "clinic": "多林", "name": "王小明", "diagnosis": "霍乱",
        "course": "水样腹泻两天。已补液八升，血压再次下降，六小时无尿。",
        "question": "现在应补什么液体？何时需要透析？",
    },
}  # fmt: skip
# A hospital that applied and was verified a moment ago, and its manager, who reads the language.
NEW = """
import django; django.setup()
from tocsin.node.alliance.actions.people import add_organisation
from tocsin.node.alliance.models import Organisation, Person
from tocsin.node.hospitals.actions.entries import apply_hospital
from tocsin.node.hospitals.actions.standing import verify_hospital
from tocsin.node.running.newcomers import welcome
names = {{"en": "Tolgan Hospital", "ru": "Толганская больница", "zh": "托尔甘医院"}}
names = {{key: f"{{name}} ({language})" for key, name in names.items()}}
hospital = Organisation(kind="hospital", **{{f"name_{{key}}": name for key, name in names.items()}})
add_organisation(hospital, by=None)
email = "manager.{language}@al.example"
welcome(email, name="Manager", roles=["hospital_manager"], language="{language}", organisation=names["en"], totp=False)
entry = {{
    "names": names, "time_zone": "Asia/Almaty", "languages": ["{language}"], "contact": "",
    "place": {{"code": None, "names": names, "latitude": None, "longitude": None}},
}}
row = apply_hospital(entry, by=Person.objects.get(email=email))
verify_hospital(row, by=Person.objects.get(email="duty.officer@al.example"))
"""


@pytest.fixture(scope="module")
def nodes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("first-case")
    made = demo_alliance.places(folder, ["AL", "BO"], free_ports(4))
    demo_alliance.build(folder, made, every_seconds=1)
    demo_alliance.let_people_in(made)
    demo_alliance.let_hospitals_in(made)
    with serving(*made):
        yield {place.code: place for place in made}


def test_a_first_case_is_asked_within_ten_minutes(nodes, chromium):  # noqa: F811
    soon(lambda: rows(nodes["AL"], "SELECT status FROM hospitals_hospital WHERE NOT is_ours") != [], "the directory")
    taken: dict[str, list[Step]] = {}
    for language in LANGUAGES:
        with translation.override(language):
            taken[language] = first_case(nodes["AL"], chromium, language)
    if TABLE:
        Path(TABLE).write_text(table(taken), encoding="utf-8")
    sums = {language: round(sum(step.seconds for step in steps)) for language, steps in taken.items()}
    assert max(sums.values()) < TEN_MINUTES, sums
    arrived = "SELECT status FROM consultations_case WHERE status = 'submitted'"
    soon(lambda: len(rows(nodes["BO"], arrived)) == len(LANGUAGES), "the cases to arrive")


def first_case(place: demo_alliance.Place, browser: Any, language: str) -> list[Step]:
    """By a clinician who is invited, and the manager who lets them in while they look about."""
    demo_alliance.python(place, NEW.format(language=language))
    name = f"manager.{language}"
    seen = at_browsers(browser, place, "first-case", name)[name]
    manager = Newcomer(seen.page, [])
    invited = invites(manager, seen.url, language)
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale=language)
    context.set_default_timeout(PATIENCE)
    clinician = Newcomer(context.new_page(), [])
    accepts(clinician, seen.url + invited)
    meanwhile, manager.steps = sum(step.seconds for step in clinician.steps[1:]), []
    lets_in(manager, seen.url)
    clinician.waits(sum(step.seconds for step in manager.steps) - meanwhile)
    asks(clinician, language)
    context.close()
    seen.page.context.close()
    return clinician.steps


def invites(manager: Newcomer, url: str, language: str) -> str:
    """Whoever manages the new hospital has it take part, and invites. Returns the path of the link for the letter."""
    manager.comes("home", url)
    manager.presses(gettext("Hospitals"), "hospitals", kind="link")
    manager.presses(gettext("Your hospital"), "hospital", kind="link")
    manager.presses(pgettext("hospital", "Activate it"), "activate", kind="link")
    manager.presses(pgettext("hospital", "Activate it"), "hospital")
    manager.presses(gettext("Invite a clinician"), "invite", kind="link")
    manager.types(gettext("e-mail address"), f"doctor.{language}@al.example")
    short = {"en": "English", "ru": "Russian", "zh-hans": "Chinese"}[language]
    manager.types(f"{pgettext('person', 'Name')} · {gettext(short)}", SAID[language]["name"])
    manager.chooses(pgettext("clinician", "Role"), word("clinician_role", "consultant", language))
    manager.ticks(word("specialty", "infectious_diseases", language))
    manager.presses(pgettext("clinician", "Invite"), "invited")
    return urlsplit(manager.page.locator("main code").inner_text()).path


def accepts(clinician: Newcomer, link: str) -> None:
    """By the link of the letter: a password, and they are signed in."""
    clinician.comes("The invitation: a password is chosen", link)
    clinician.types(gettext("Password"), PASSWORD)
    clinician.types(gettext("The same again"), PASSWORD)
    clinician.presses(gettext("Make my account"), "The first page")


def lets_in(manager: Newcomer, url: str) -> None:
    """The identity is checked, and the clinician activated."""
    manager.comes("home", url)
    manager.presses(gettext("Hospitals"), "hospitals", kind="link")
    manager.presses("1", "who waits", kind="link")
    manager.presses(gettext("Check the identity"), "check", kind="link")
    manager.presses(pgettext("clinician", "I have checked it"), "the hospital")
    manager.presses(pgettext("clinician", "Activate them"), "activate", kind="link")
    manager.presses(pgettext("clinician", "Activate them"))


def asks(clinician: Newcomer, language: str) -> None:
    """Six steps."""
    said, today = SAID[language], date.today()
    clinician.presses(gettext("Consultations"), "Consultations: none yet", kind="link")
    clinician.presses(gettext("Ask a colleague"), "1 Whom you ask", kind="link")
    clinician.chooses(gettext("Specialty"), word("specialty", "infectious_diseases", language))
    clinician.types(gettext("Search: hospital, town or clinician"), said["clinic"])
    clinician.presses(gettext("Search"), "1 Whom you ask")
    clinician.ticks(CLINIC[language])
    clinician.ticks(word("urgency", "urgent", language), kind="radio")
    goes_on(clinician, "The patient", "2 The patient")
    clinician.types(pgettext("of a patient", "Names"), said["name"])
    clinician.types(gettext("Age"), "54")
    clinician.chooses(gettext("Sex"), word("sex", "male", language))
    clinician.ticks(word("severity", "severe", language), kind="radio")
    goes_on(clinician, "Consent", "3 Consent")
    clinician.ticks(gettext("Agreed"))
    clinician.chooses(gettext("Who agreed"), pgettext("who agreed", "the patient"))
    clinician.types(pgettext("of a consent", "Day"), (today - timedelta(days=1)).isoformat())
    goes_on(clinician, "Course and findings", "4 Course and findings")
    clinician.types(gettext("Presentation and course"), said["course"])
    clinician.picks(gettext("Diagnosis"), said["diagnosis"])
    clinician.types(pgettext("measured on", "Day"), (today - timedelta(days=1)).isoformat())
    for code, value in SIGNS.items():
        clinician.types(vitals()[code].words.in_language(language), value)
    goes_on(clinician, "The question", "5 The question")
    clinician.types(gettext("Question %(n)s") % {"n": 1}, said["question"])
    goes_on(clinician, "Look, and ask", "6 Look, and ask")
    clinician.presses(gettext("Ask %(hospital)s") % {"hospital": CLINIC[language]})


def goes_on(clinician: Newcomer, step: str, then: str) -> None:
    """By the button that names the next step."""
    clinician.presses(gettext("Go on: %(then)s") % {"then": gettext(step)}, then)


def table(taken: Mapping[str, list[Step]]) -> str:
    """Seconds of each step in each language, and what they are made of."""
    lines = ["| step | " + " | ".join(f"{one}: words | {one}: s" for one in taken) + " |"]
    lines.append("|---|" + "---:|" * 2 * len(taken))
    for steps in zip(*taken.values(), strict=True):
        lines.append(f"| {steps[0].name} | " + " | ".join(f"{one.words} | {one.seconds:.0f}" for one in steps) + " |")
    for part in ("reading", "typing", "choosing", "machine", "waiting", "seconds"):
        sums = [sum(getattr(step, part) for step in steps) for steps in taken.values()]
        lines.append(
            f"| **{'all' if part == 'seconds' else part}** | " + " | ".join(f"| {one:.0f}" for one in sums) + " |"
        )
    return "\n".join(lines) + "\n"
