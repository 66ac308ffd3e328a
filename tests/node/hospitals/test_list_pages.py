"""The directory as a list: found in three scripts, narrowed, sorted as the reader's language sorts, taken along."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from tests.node.hospitals.scenes import active_clinician, of_bo
from tests.node.notifications.scenes import bring

from tocsin.node.alliance.models import AuditEntry
from tocsin.node.hospitals.actions.entries import set_service_line
from tocsin.node.hospitals.actions.standing import leave
from tocsin.node.hospitals.models import Clinician, Hospital, ServiceLine
from tocsin.node.hospitals.naming import keys_of
from tocsin.node.hospitals.pages.finding import found_hospitals
from tocsin.node.hospitals.pages.list_page import rows_of
from tocsin.node.records import new_id

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
ALWAYS = [{"days": [1, 2, 3, 4, 5, 6, 7], "from": "00:00", "until": "24:00"}]


def made(en: str, ru: str = "", zh: str = "", origin: str = "BO", **fields) -> Hospital:
    """A partner's hospital as its row."""
    names = {"en": en, "ru": ru, "zh": zh}
    given = {"status": "active", "time_zone": "Asia/Shanghai", "languages": ["zh-hans"], **fields}
    return Hospital.objects.create(
        origin=origin, hospital_id=new_id(), is_ours=False, names=names, **given, **keys_of(names)
    )


def works_in(hospital: Hospital, en: str, zh: str = "", **fields) -> Clinician:
    names = {"en": en, "ru": "", "zh": zh}
    given = {"status": "active", "role": "consultant", "time_zone": "", **fields}
    return Clinician.objects.create(
        origin=hospital.origin, clinician_id=new_id(), hospital=hospital, is_ours=False, names=names, **given,
        **keys_of(names),
    )  # fmt: skip


def found(person, at=NOON, sort="", **asked) -> list[str]:
    return [one.names["en"] for one in found_hospitals(person, asked, at=at, sort=sort)]


@pytest.fixture
def three(state):
    made("Kasu Fever Hospital", "Касуская инфекционная больница", "卡苏传染病医院")
    made("Xi'an Street Clinic", "Клиника на улице Сиань", "西安路医院", origin="CE", languages=["en", "ru"])
    made("Yolka Hospital", "Больница «Ёлка»", "", languages=["ru"])


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("fever", ["Kasu Fever Hospital"]),
        ("ИНФЕКЦИОН", ["Kasu Fever Hospital"]),
        ("елка", ["Yolka Hospital"]),
        ("传染", ["Kasu Fever Hospital"]),
        ("西", ["Xi'an Street Clinic"]),
        ("医院", ["Kasu Fever Hospital", "Xi'an Street Clinic"]),
        ("xian", ["Xi'an Street Clinic"]),
        ("crb", ["Kasu Fever Hospital"]),
        ("ё", ["Kasu Fever Hospital", "Xi'an Street Clinic", "Yolka Hospital"]),
        ("hospital kasu", ["Kasu Fever Hospital"]),
        ("nothing", []),
        ("%", ["Kasu Fever Hospital", "Xi'an Street Clinic", "Yolka Hospital"]),
    ],
)
def test_hospitals_are_found_in_three_scripts_by_pieces_of_words(three, vera, query, names):
    assert found(vera, q=query) == names


def test_clinicians_are_found_by_name_but_not_those_who_are_revoked(three, vera):
    kasu = Hospital.objects.get(names__en="Kasu Fever Hospital")
    works_in(kasu, "Anna Ember", "林巍")
    works_in(kasu, "Boris Gone", status="revoked")
    assert found(vera, q="林") == found(vera, q="anna") == ["Kasu Fever Hospital"]
    assert found(vera, q="boris") == []


def test_filters_by_state_and_status_and_those_that_have_left_only_if_asked_for(three, vera):
    made("Old Hospital", status="left")
    assert found(vera, state="CE") == ["Xi'an Street Clinic"]
    assert "Old Hospital" not in found(vera)
    assert found(vera, status="left") == ["Old Hospital"]


def test_a_specialty_is_a_line_that_works_or_somebody_who_practises_it(three, vera):
    kasu, xian, yolka = Hospital.objects.order_by("sort_en")
    day = NOON.date()
    ServiceLine.objects.create(hospital=kasu, specialty="burns", status="partial", since=day)
    ServiceLine.objects.create(hospital=xian, specialty="burns", status="none", since=day)
    works_in(yolka, "Anna", specialties=["burns"])
    assert found(vera, specialty="burns") == ["Kasu Fever Hospital", "Yolka Hospital"]
    assert found(vera, specialty="toxicology") == []


def test_a_language_is_that_of_the_hospital_or_of_somebody_in_it(three, vera):
    works_in(Hospital.objects.get(names__en="Kasu Fever Hospital"), "Anna", languages=["ru"])
    assert found(vera, language="ru") == ["Kasu Fever Hospital", "Xi'an Street Clinic", "Yolka Hospital"]
    assert found(vera, language="en") == ["Xi'an Street Clinic"]


def test_what_is_asked_of_people_is_asked_of_one_and_the_same(three, vera):
    kasu, xian, yolka = Hospital.objects.order_by("sort_en")
    works_in(kasu, "Anna", specialties=["burns"], availability=ALWAYS, takes_consultations=False)
    works_in(kasu, "Boris", specialties=["toxicology"], availability=[])
    works_in(kasu, "Eva", specialties=["toxicology"], availability=ALWAYS)
    works_in(xian, "Clara", specialties=["burns"], availability=ALWAYS)
    works_in(yolka, "Dana", specialties=["burns"], availability=ALWAYS, status="away")
    assert found(vera, takes="1") == [str(one) for one in (kasu, xian, yolka)]
    assert found(vera, now="1") == ["Kasu Fever Hospital", "Xi'an Street Clinic"]
    assert found(vera, takes="1", now="1", specialty="burns") == ["Xi'an Street Clinic"]
    Hospital.objects.filter(pk=xian.pk).update(status="suspended")
    assert found(vera, takes="1", now="1", specialty="burns") == []


def test_available_now_is_by_the_clock_where_they_are(three, vera):
    kasu = Hospital.objects.get(names__en="Kasu Fever Hospital")
    works_in(kasu, "Anna", availability=[{"days": [2], "from": "19:00", "until": "21:00"}])
    assert found(vera, now="1") == ["Kasu Fever Hospital"]  # Tuesday, 20:00 in Shanghai, the hospital's own zone
    assert found(vera, at=NOON.replace(hour=13), now="1") == []


def test_names_are_sorted_as_the_readers_language_does(state, vera):
    made("C", "Ёжик", "北京")
    made("B", "Жук", "上海")
    made("A", "Яма", "广州")
    orders = {}
    for language in ("en", "ru", "zh-hans"):
        with translation.override(language):
            orders[language] = found(vera)
    assert orders == {"en": ["A", "B", "C"], "ru": ["C", "B", "A"], "zh-hans": ["C", "A", "B"]}
    assert found(vera, sort="-name") == ["C", "B", "A"]


def test_the_list_shows_names_lines_hours_and_the_time_there(joined, partner, hospital, mira, lin, signed_in):
    bring(partner, joined, of_bo(partner))
    active_clinician(hospital, lin, by=mira, availability=ALWAYS)
    set_service_line(hospital, "intensive_care", status="partial", reason="Six beds of ten.", by=mira)
    page = signed_in(mira).get(reverse("hospitals")).text
    assert "2 hospitals, 2 states" in page
    for said in (
        "City Hospital",
        "Городская больница",
        "Altagrad Hospital No. 1",
        "intensive care",
        "Six beds of ten.",
    ):
        assert said.lower() in page.lower(), said
    assert "1 on hours now" in page
    assert reverse("hospital", args=[hospital.pk]) in page
    mira.language = "zh-hans"
    mira.save()
    page = signed_in(mira).get(reverse("hospitals")).text
    assert "市立医院" in page
    assert "Городская больница" in page  # in its own language too


def test_an_empty_directory_teaches_and_a_vain_search_says_so(mira, vera, signed_in):
    page = signed_in(mira).get(reverse("hospitals")).text
    assert "No hospital is in the directory yet" in page
    assert reverse("hospital_apply") in page
    assert reverse("hospital_apply") not in signed_in(vera).get(reverse("hospitals")).text
    assert "No hospital is like this" in signed_in(vera).get(reverse("hospitals"), {"q": "x", "state": "??"}).text


def test_a_long_list_takes_no_more_queries_than_a_short_one(vera, signed_in, state):
    browser, asked = signed_in(vera), {"q": "h", "specialty": "burns", "now": "on", "takes": "on"}

    def queries(**query) -> int:
        with CaptureQueriesContext(connection) as done:
            assert browser.get(reverse("hospitals"), query).status_code == 200
        return len(done)

    def more(count):
        for number in range(count):
            row = made(f"Hospital {number}", origin=("BO", "CE")[number % 2])
            works_in(row, f"Anna {number}", specialties=["burns"], availability=ALWAYS)
            ServiceLine.objects.create(hospital=row, specialty="burns", status="full", since=NOON.date())

    more(2)
    few = queries(), queries(**asked)
    more(20)
    assert (queries(), queries(**asked)) == few


def test_of_people_the_list_reads_when_they_are_there_and_no_more(state):
    row = made("Hill Hospital", origin="BO")
    works_in(row, "Anna", specialties=["burns"], availability=ALWAYS)
    works_in(row, "Boris", specialties=["burns"], availability=[])
    with CaptureQueriesContext(connection) as asked:
        (shown,) = rows_of(list(Hospital.objects.filter(pk=row.pk)), NOON)
    assert (shown.people, shown.there) == (2, 1)
    of_people = [one["sql"] for one in asked if "availability" in one["sql"]]
    assert len(of_people) == 1
    assert "search_key" not in of_people[0]


def test_the_list_is_taken_along_with_its_filters_and_put_on_record(joined, partner, hospital, mira, vera, signed_in):
    bring(partner, joined, of_bo(partner))
    set_service_line(hospital, "burns", status="none", reason="Fire.", by=mira)
    answer = signed_in(vera).get(reverse("hospitals_export", args=["csv"]), {"state": "AL"})
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    (row,) = [row for row in rows if "City Hospital" in row]
    assert {"市立医院", "Городская больница", "Asia/Almaty", "Fire."} <= set(row)
    assert not any("Altagrad Hospital No. 1" in row for row in rows)
    assert AuditEntry.objects.get(act="hospitals.exported").details == {"kind": "csv", "filters": {"state": "AL"}}
    assert signed_in(vera).get(reverse("hospitals_export", args=["xlsx"])).getvalue()[:2] == b"PK"
    assert signed_in(vera).get(reverse("hospitals_export", args=["doc"])).status_code == 400


def test_one_that_has_left_is_not_in_the_list(hospital, mira, signed_in):
    leave(hospital, reason="Closed.", by=mira)
    page = signed_in(mira).get(reverse("hospitals")).text
    assert reverse("hospital", args=[hospital.pk]) not in page
    assert reverse("hospital_apply") in page


def test_nobody_without_the_ability_reads_it(hospital, amina, signed_in):
    browser = signed_in(amina)
    for name, given in (("hospitals", []), ("hospitals_export", ["csv"]), ("hospital", [hospital.pk])):
        assert browser.get(reverse(name, args=given)).status_code == 403, name
