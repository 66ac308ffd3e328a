"""Tables of cases, as people have them: what is read, what is asked, what is left out and why."""

from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.utils import translation
from django.utils.translation import gettext
from tests.node.events.line_list.given import ago, listed, looked, pasted, rules_of, taken

from tocsin.node.alliance.models import AuditEntry, State
from tocsin.node.events.actions import cases as acts
from tocsin.node.events.line_list.columns import columns_of, looks_like_a_person
from tocsin.node.events.line_list.days import days_of
from tocsin.node.events.line_list.sentences import FIELD_WORDS
from tocsin.node.events.line_list.tables import MOST_ROWS, open_file, open_text
from tocsin.node.events.line_list.values import Bad, reader_of
from tocsin.node.events.models import EventCase, LineListTable, TimelineEntry
from tocsin.node.events.refusals import ActRefused
from tocsin.node.surveillance.actions.setting_up import add_place

RUSSIAN = (
    "Номер случая", "Классификация", "Дата начала заболевания", "Дата регистрации", "Дата госпитализации", "Исход",
    "Дата исхода", "Район", "Возраст", "Пол", "Медработник", "Реанимация", "Экспозиция", "Заражён от",
)  # fmt: skip
CHINESE = (
    "病例编号", "病例分类", "发病日期", "报告日期", "入院日期", "转归", "转归日期", "现住地区", "年龄（岁）", "性别",
    "是否医务人员", "重症监护", "暴露史", "传染源编号",
)  # fmt: skip
ENGLISH = (
    "Case ID", "Classification", "Date of onset", "Date of report", "Admission date", "Outcome", "Date of outcome",
    "District", "Age (years)", "Sex", "HCW", "ICU", "Exposure", "Infected by",
)  # fmt: skip


def read_as(*headings: str, cells: dict[str, list[str]] | None = None) -> dict[str, str]:
    """What columns are read as, or why they are not, by heading."""
    columns = [(cells or {}).get(heading, ["x"]) for heading in headings]
    return {one.heading: one.field or one.why for one in columns_of(headings, columns, {}, {})}


@pytest.mark.parametrize(
    ("headings", "row"),
    [
        (ENGLISH,
            ("A1", "Confirmed", "{onset}", "{report}", "", "died", "{end}", "District 11", "35", "F",
            "yes", "no", "well", "A0")),
        (RUSSIAN,
            ("A1", "подтверждённый", "{onset}", "{report}", "-", "Умер", "{end}", "Район 11", "35 лет",
            "ж", "да", "нет", "well", "A0")),
        (CHINESE,
            ("A1", "确诊病例", "{onset}", "{report}", "", "死亡", "{end}", "第11县", "35岁", "女", "是", "否", "well",
            "A0")),
    ],
    ids=["en", "ru", "zh"],
)  # fmt: skip
def test_headings_and_words_of_three_languages_are_known(event, places, amina, headings, row):
    days = {"onset": ago(9), "report": ago(8), "end": ago(2)}
    taken(event, amina, headings, [cell.format(**days) for cell in row])
    case = listed(event)["A1"]
    assert (case.classification, case.outcome, case.sex) == ("confirmed", "deceased", "female")
    assert (case.onset, case.reported, case.admitted, case.outcome_on) == (ago(9), ago(8), None, ago(2))
    assert (case.place, case.age, case.health_worker, case.intensive_care) == (places["XX-11"], 35, True, False)
    assert (case.exposure, case.infected_by) == ("well", "A0")


PERSONAL = {
    "name": ["Name", "Full name", "Surname", "Patient", "ФИО", "Ф.И.О.", "Фамилия", "Имя", "Отчество",
            "Пациент", "姓名", "患者姓名"],
    "document": ["Passport No", "National ID", "ID card", "SSN", "Паспорт", "ИИН", "СНИЛС", "Полис",
            "身份证号", "护照号", "证件号码"],
    "telephone": ["Phone", "Tel.", "Mobile", "E-mail", "Телефон", "Тел.", "联系电话", "手机", "联系方式"],
    "address": ["Address", "Street", "GPS", "Latitude", "Адрес", "Адрес проживания", "улица", "住址",
            "家庭地址", "工作单位"],
    "birth": ["Date of birth", "DOB", "Birthday", "Year of birth", "Дата рождения", "Год рождения", "出生日期", "生日"],
}  # fmt: skip


@pytest.mark.parametrize(("why", "heading"), [(why, one) for why, many in PERSONAL.items() for one in many])
def test_columns_that_name_people_are_never_read(why, heading):
    assert read_as("ID", heading)[heading] == why


@pytest.mark.parametrize(
    ("why", "cells"),
    [
        ("telephone", ["+998 90 123 45 67", "+7 (701) 555-11-22", "8-701-555-11-22"]),
        ("telephone", ["13912345678", "13800000000"]),
        ("telephone", ["a@b.example", "c@d.example"]),
        ("document", ["110101199003072316", "11010119900307231X"]),
        ("document", ["AA1234567", "N 12345678"]),
        ("name", ["Иванов Иван Иванович", "Петрова А. Б.", "Каримов Рустам Алиевич"]),
        ("name", ["王小明", "李娜", "张伟"]),
    ],
)
def test_columns_of_any_heading_that_hold_such_things_are_never_read(why, cells):
    assert read_as("ID", "Column 7", cells={"Column 7": cells})["Column 7"] == why


@pytest.mark.parametrize("heading", ["District name", "Название района", "患者编号", "发病地区", "Возраст пациента"])
def test_columns_that_only_sound_like_it_are_not_withheld(heading):
    assert read_as(heading)[heading] not in PERSONAL


def test_nothing_of_a_withheld_column_is_kept_anywhere(event, amina):
    table = looked(event, amina, ("ID", "ФИО", "Телефон", "Colour"), ("1", "Иванов Иван", "+79990001122", "red"))
    assert acts.Cells.unpacked(bytes(table.draft)).columns == [["1"], [], [], ["red"]]
    kept = repr(
        [LineListTable.objects.values(), list(AuditEntry.objects.values()), list(TimelineEntry.objects.values())]
    )
    assert "Иванов" not in kept
    assert "9990001122" not in kept
    acts.read_anew(table, columns={1: "exposure", 2: "exposure"}, order="", by=amina)
    assert [one["why"] for one in table.columns[1:3]] == ["name", "telephone"]


def test_forty_columns_of_which_twelve_are_known(event, amina):
    more = [f"Question {n}" for n in range(28)]
    known = ENGLISH[:12]
    row = ("A1", "confirmed", ago(9), ago(8), "", "ill", "", "District 11", "35", "F", "yes", "no")
    table = looked(event, amina, (*known, *more), (*row, *["answer"] * 28))
    assert [one["as"] for one in table.columns[:12]].count("") == 0
    assert {one["why"] for one in table.columns[12:]} == {"unknown"}
    assert (table.added, table.left_out) == (1, 0)


CELLS = [
    ("Onset", str(ago(-3)), "future"),
    ("Onset", "1870-01-01", "before_1900"),
    ("Onset", "32.01.2026", "no_such_day"),
    ("Onset", "2026-02-30", "no_such_day"),
    ("Onset", "March 2026", "only_a_month"),
    ("Onset", "2026-W10", "only_a_month"),
    ("Onset", "yesterday", "not_a_day"),
    ("Age", "121", "too_old"),
    ("Age", "1985", "too_old"),
    ("Age", "-3", "not_an_age"),
    ("Age", "adult", "not_an_age"),
    ("Sex", "q", "unknown_sex"),
    ("Classification", "perhaps", "unknown_classification"),
    ("Outcome", "gone", "unknown_outcome"),
    ("HCW", "maybe", "unknown_yes_no"),
    ("District", "Atlantis", "unknown_place"),
    ("Exposure", "we\u202ell", "invisible"),
    ("Exposure", "<b>well</b>", "markup"),
    ("Exposure", "x" * 201, "too_long"),
    ("Infected by", "K-1", "infected_by_itself"),
]


@pytest.mark.parametrize(("heading", "cell", "rule"), CELLS, ids=[rule + str(n) for n, (*_, rule) in enumerate(CELLS)])
def test_a_cell_that_cannot_be_used_leaves_its_row_out_by_name(event, amina, heading, cell, rule):
    table = looked(event, amina, ("ID", heading), ("K-0", ""), ("K-1", cell), ("K-2", ""))
    assert rules_of(table) == [(3, rule, False)]
    assert table.problems[0][1:3] == [heading, cell[:200]]
    assert (table.rows, table.added, table.left_out) == (3, 2, 1)


def test_a_number_that_is_a_name_is_refused_and_not_repeated(event, amina):
    table = looked(event, amina, ("Case ID", "Onset"), *[(f"K-{n}", ago(1)) for n in range(4)], ("John Smith", ago(1)))
    assert rules_of(table) == [(6, "a_name", False)]
    assert table.problems[0][2] == ""


ROWS = [
    ({"Onset": 5, "Outcome": "died", "Date of outcome": 8}, "death_before_onset", False),
    ({"Onset": 5, "Outcome": "recovered", "Date of outcome": 8}, "outcome_before_onset", False),
    ({"Onset": 5, "Date of report": 8}, "reported_before_onset", True),
    ({"Onset": 5, "Admission date": 8}, "admitted_before_onset", True),
    ({"Onset": 9, "Admission date": 5, "Outcome": "died", "Date of outcome": 6}, "outcome_before_admission", True),
    ({"Onset": 9, "Date of outcome": 6}, "day_without_outcome", True),
    ({"Onset": 3000}, "long_ago", True),
    ({"Infected by": "K-99"}, "infected_by_unknown", True),
]


@pytest.mark.parametrize(("said", "rule", "used"), ROWS, ids=[rule for _, rule, _ in ROWS])
def test_what_is_of_a_whole_row_is_said(event, amina, said, rule, used):
    cells = [str(ago(cell)) if isinstance(cell, int) else cell for cell in said.values()]
    table = looked(event, amina, ("ID", *said), ("K-1", *cells))
    assert rules_of(table) == [(2, rule, used)]
    assert table.added == used


def test_a_later_table_says_more_of_the_same_case(event, amina):
    taken(event, amina, ("ID", "Onset", "Age", "Sex"), ("K-1", ago(9), 35, "f"), ("K-2", ago(8), "", "m"))
    table = looked(
        event,
        amina,
        ("ID", "Onset", "Age", "Sex", "Outcome"),
        ("K-1", "", "", "unknown", "died"),
        ("K-2", ago(8), "", "m", ""),
    )
    assert (table.added, table.changed, table.preview["same"]) == (0, 1, 1)
    assert table.preview["changes"] == [["K-1", "outcome", "none", "deceased"]]
    acts.take_table(table, by=amina)
    case = listed(event)["K-1"]
    assert (case.onset, case.age, case.sex, case.outcome, case.version) == (ago(9), 35, "female", "deceased", 2)
    assert listed(event)["K-2"].version == 1


def test_a_death_is_compared_with_the_onset_that_is_known_already(event, amina):
    taken(event, amina, ("ID", "Onset"), ("K-1", ago(5)))
    table = looked(event, amina, ("ID", "Outcome", "Date of outcome"), ("K-1", "died", ago(7)))
    assert rules_of(table) == [(2, "death_before_onset", False)]


def test_one_number_under_which_rows_differ_is_left_out_whichever_comes_first(event, amina):
    rows = [("K-1", ago(5)), ("K-2", ago(5)), ("K-1", ago(6)), ("K-2", ago(5))]
    for given in (rows, rows[::-1]):
        table = looked(event, amina, ("ID", "Onset"), *given)
        assert sorted(rule for _, rule, _ in rules_of(table)) == ["number_twice", "number_twice", "same_row_twice"]
        assert (table.added, table.left_out) == (1, 2)


def test_without_a_column_of_numbers_the_machine_gives_them(event, amina):
    table = taken(event, amina, ("Onset", "Sex"), (ago(5), "f"), (ago(4), "m"))
    assert set(listed(event)) == {"N-1", "N-2"}
    again = looked(event, amina, ("Onset", "Sex"), (ago(5), "f"), (ago(4), "m"))
    assert again.digest == table.digest
    acts.take_table(again, by=amina)
    assert set(listed(event)) == {"N-1", "N-2", "N-3", "N-4"}


def test_a_row_that_has_no_number_where_others_have_is_left_out(event, amina):
    assert rules_of(looked(event, amina, ("ID", "Onset"), ("K-1", ago(5)), ("", ago(4)))) == [(3, "no_number", False)]


def test_a_row_with_more_cells_than_headings_is_left_out(event, amina):
    assert rules_of(looked(event, amina, ("ID", "Onset"), ("K-1", ago(5), "slipped"))) == [(2, "surplus", False)]


def test_places_are_found_by_name_in_any_script_and_by_code(event, places, amina):
    rows = [("1", "District 12"), ("2", "район 12"), ("3", "第12县"), ("4", "XX-12"), ("5", "Область 1")]
    taken(event, amina, ("ID", "District"), *rows)
    assert [listed(event)[n].place.code for n in "12345"] == ["XX-12"] * 4 + ["XX-1"]


def test_a_place_of_another_state_is_refused(event, places, amina):
    partner = State.objects.filter(is_here=False).first()
    root = add_place(code="YY", kind="country", parent=None, names=("Farland", "", ""), state=partner)
    add_place(code="YY-1", kind="region", parent=root, names=("Far Region", "", ""), state=partner)
    assert rules_of(looked(event, amina, ("ID", "District"), ("1", "Far Region"))) == [
        (2, "place_of_another_state", False)
    ]


def test_two_places_of_one_name_are_told_apart_by_the_region(event, places, amina):
    for region in ("XX-1", "XX-2"):
        add_place(
            code=f"{region}9",
            kind="district",
            parent=places[region],
            names=("Twin", "", ""),
            state=places[region].state,
        )
    assert rules_of(looked(event, amina, ("ID", "District"), ("1", "Twin"))) == [(2, "several_places", False)]
    taken(event, amina, ("ID", "Region", "District"), ("1", "Region 2", "Twin"), ("2", "Region 1", "Twin"))
    assert [listed(event)[n].place.code for n in "12"] == ["XX-29", "XX-19"]


@pytest.mark.parametrize(
    ("cell", "years"),
    [("35", "35"), ("0", "0"), ("120", "120"), ("2,5", "2.5"), ("8 m", "0.67"), ("8 мес.", "0.67"), ("8月",
        "0.67"), ("8个月", "0.67"), ("18 months", "1.5"), ("2 года", "2"), ("35岁", "35"), ("10 дней",
        "0.03"), ("6 w", "0.11")],
)  # fmt: skip
def test_ages_are_read_in_years_months_weeks_and_days(cell, years):
    assert reader_of("age")(cell) == Decimal(years)


def test_a_column_of_months_is_read_as_months(event, amina):
    taken(event, amina, ("ID", "Age (months)"), ("1", 18))
    assert listed(event)["1"].age == Decimal("1.5")


@pytest.mark.parametrize(
    ("cell", "day"),
    [("2026-03-09", (2026, 3, 9)), ("09.03.2026", (2026, 3, 9)), ("9 марта 2026 г.", (2026, 3, 9)),
        ("2026年3月9日", (2026, 3, 9)), ("9 Mar 2026", (2026, 3, 9)), ("46090", (2026, 3, 9)),
        ("2026-03-09 14:30", (2026, 3, 9)), ("9.3.26", (2026, 3, 9)), ("2026/3/9", (2026, 3, 9))],
)  # fmt: skip
def test_days_are_read_in_every_writing_and_as_the_spreadsheets_numbers(cell, day):
    assert days_of({"onset": [cell]}).read(cell) == date(*day)


def test_the_order_of_day_and_month_is_settled_by_the_whole_table():
    days = days_of({"onset": ["01/02/2026"], "reported": ["25/02/2026"]})
    assert (days.order, days.read("01/02/2026")) == ("day", date(2026, 2, 1))
    days = days_of({"onset": ["01/02/26", "02/25/26"]})
    assert (days.order, days.read("01/02/26")) == ("month", date(2026, 1, 2))
    days = days_of({"onset": ["01/02/2026"]})
    assert days.order is None
    with pytest.raises(Bad, match="order_unknown"):
        days.read("01/02/2026")
    assert days_of({"onset": ["13/02/2026", "02/13/2026"]}).order is None


def test_a_workbook_is_read_with_its_own_dates(event, amina):
    import io

    book, content = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["ID", "Onset", "Age", "ФИО"])
    book.active.append([7, ago(3), 35, "Иванов Иван Иванович"])
    book.save(content)
    table = acts.receive_table(event, open_file(content.getvalue(), "cases.xlsx"), name="cases.xlsx", by=amina)
    acts.take_table(table, by=amina)
    assert (listed(event)["7"].onset, listed(event)["7"].age) == (ago(3), 35)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_files_of_text_are_read_in_the_encodings_of_the_region(encoding):
    cells = open_file("Номер случая;Район\r\n1;Карсу\r\n2;Ташкент\r\n".encode(encoding), "c.csv")
    assert (cells.headings, cells.columns) == (["Номер случая", "Район"], [["1", "2"], ["Карсу", "Ташкент"]])


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "has no rows"),
        (b"PK\x03\x04 nothing", "damaged"),
        (b"\x00\x01\x02", "not a table"),
        (b"ID\n", "no table yet"),
    ],
    ids=["empty", "zip", "nul", "head"],
)
def test_what_is_no_table_is_refused(raw, why):
    with pytest.raises(ActRefused, match=why):
        open_file(raw, "x.csv")


def test_a_quotation_mark_that_is_never_closed_loses_nothing():
    assert open_file(b'ID\tA\n"never closed', "x.csv").columns == [["never closed"], [""]]


def test_a_million_rows_are_refused_in_a_sentence():
    text = "ID\tOnset\n" + "K\t2026-03-09\n" * 1_000_000
    with pytest.raises(ActRefused, match=r"more than 100,000 rows.*nothing was kept"):
        open_text(text)
    assert MOST_ROWS == 100_000


def test_one_row_is_a_table(event, amina):
    assert looked(event, amina, ("ID", "Onset"), ("1", ago(1))).added == 1


def test_a_cell_with_a_line_break_or_a_quotation_mark_stays_one_cell():
    cells = open_text('ID\tExposure\r\n1\t"the ""old""\nwell"\r\n2\t"market\r\n3\t12" pipe\r\n')
    assert cells.columns[1] == ['the "old"\nwell', '"market', '12" pipe']
    assert open_file(b'ID,Exposure\r\n2,"the ""old"", dry well"\r\n', "c.csv").columns[1] == ['the "old", dry well']


@pytest.mark.parametrize("text", ["K-1", "Case 7", "Karsu", "well", "Wedding Party", "колодец"])
def test_numbers_and_exposures_are_no_names(text):
    assert not looks_like_a_person(text)


def test_what_nobody_decides_upon_is_forgotten_after_a_day(event, amina):
    old = looked(event, amina, ("ID", "Onset"), ("1", ago(1)))
    LineListTable.objects.update(at=old.at - acts.A_DAY * 1.1)
    looked(event, amina, ("ID", "Onset"), ("2", ago(1)))
    old.refresh_from_db()
    assert (old.status, old.draft) == ("cancelled", None)


def test_taking_is_on_record_and_in_the_timeline_without_any_case(event, amina):
    taken(event, amina, ("ID", "Onset"), ("SECRET-1", ago(1)))
    entry = TimelineEntry.objects.get(act="line_list")
    assert entry.values == {"added": 1, "changed": 0}
    assert "SECRET" not in repr(list(AuditEntry.objects.values()))


def test_a_list_that_changed_since_the_person_looked_is_looked_at_anew(event, amina, officer):
    table = looked(event, amina, ("ID", "Onset"), ("1", ago(1)))
    taken(event, officer, ("ID", "Onset"), ("1", ago(2)))
    with pytest.raises(acts.TableChanged):
        acts.take_table(table, by=amina)
    assert listed(event)["1"].onset == ago(2)
    assert pasted(("a", "b")) == "a\tb\r\n"


@pytest.mark.parametrize("language", ["en", "ru", "zh-hans"])
def test_every_word_of_an_export_is_one_that_is_read(language):
    with translation.override(language):
        for field, label in FIELD_WORDS.items():
            assert read_as(str(label))[str(label)] == field
        for name, codes in (
            ("classification", EventCase.Classification),
            ("outcome", EventCase.Outcome),
            ("sex", EventCase.Sex),
        ):
            assert [reader_of(name)(str(code.label)) for code in codes] == codes.values
        assert [reader_of("health_worker")(gettext(word)) for word in ("yes", "no")] == [True, False]
