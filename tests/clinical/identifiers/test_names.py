import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.clinical.identifiers.people import ANNA, IVANOV, WANG, told

from tocsin.clinical.identifiers.finding import found_in
from tocsin.clinical.identifiers.identity import Identity, Kind

SOLOVYOV = Identity(names=("Соловьёв Пётр",))


@pytest.mark.parametrize(
    "written",
    ["Иванов", "ИВАНОВ", "иванова", "Иванову", "Ивановым", "Иванове", "Ivanov", "IVANOVA", "Ivanow", "И В А Н О В",
     "Ива\u200bнов", "Ива\u00adнов", "Иванов И. П.", "И.П. Иванов", "Иванов ИП", "I. P. Ivanov", "Ivan Ivanov",
     "Ivanov, Ivan", "Петрович Иван Иванов", "Ivanov's"],
)  # fmt: skip
def test_a_name_is_found_however_it_is_written(written):
    found = told(f"сегодня {written} осмотрен", IVANOV)
    assert [kind for _, kind in found] == ["name"]
    assert found[0][0].rstrip(".") == written.rstrip(".")


@pytest.mark.parametrize(
    "written",
    ["Solovyov", "Solovyev", "Solov'ev", "Solov’yov", "Soloviev", "Solovjew", "Соловьева", "Solovyova",
     "Pyotr", "Petr",
     "Пётр", "Петра"],
)  # fmt: skip
def test_systems_of_transliteration_make_no_difference(written):
    assert told(f"seen: {written}, again", SOLOVYOV) == [(written, "name")]


@pytest.mark.parametrize(
    ("name", "written"),
    [("Щукин", "Shchukin"), ("Щукин", "Schtschukin"), ("Žukov", "Жукова"), ("Жуков", "Žukov"), ("Цой Юлия", "Yuliya"),
     ("Юлия", "Julia"), ("Хрущёв", "Khrushchev"), ("Ivanov", "Иванову"), ("Вознесенский", "Voznesenskiy"),
     ("Вознесенская", "Вознесенскую"), ("Швец Павел", "Павла"), ("Гүлнар", "Gulnar"), ("Çelik", "Celik"),
     ("Müller", "MUELLER"), ("O'Brien", "O’Brien"), ("Салтыков-Щедрин", "Щедрина")],
)  # fmt: skip
def test_either_alphabet_finds_the_other(name, written):
    assert told(f"там был {written} вчера", Identity(names=(name,))) == [(written, "name")]


@pytest.mark.parametrize(
    "written",
    ["王小明", "王 小 明", "王\u200b小明", "Wang Xiaoming", "WANG XIAOMING", "wangxiaoming", "Xiaoming Wang",
     "Wang, Xiao-Ming",
     "Wáng Xiǎomíng", "wang2 xiao3ming2", "Wang XM", "X.M. Wang", "Ван Сяомин", "Ван Сяомина", "小明",
     "王先生", "王某某", "王*明",
     "ＷＡＮＧ Ｘｉａｏｍｉｎｇ"],
)  # fmt: skip
def test_a_chinese_name_is_found_in_three_scripts(written):
    assert told(f"昨天 {written} 发热", WANG) == [(written, "name")]


def test_a_compound_surname_and_a_surname_of_its_own_reading():
    assert told("Ouyang Xiu 来", Identity(names=("欧阳修",))) == [("Ouyang Xiu", "name")]
    assert told("Shan Hong came", Identity(names=("单红",))) == [("Shan Hong", "name")]
    assert told("Lyu Bu and Lü Bu and Lv Bu", Identity(names=("吕布",))) == [
        ("Lyu Bu", "name"), ("Lü Bu", "name"), ("Lv Bu", "name")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "Мороз усилился.",
        "сильный мороз на улице",
        "На улице. Мороз и снег",
        "МОРОЗ И СНЕГ СЕГОДНЯ",
        "СЕГОДНЯ МОРОЗ И СНЕГ",
        "заморозки",
        "боль от мороза",
    ],
)
def test_a_name_that_is_a_word_is_left_where_it_is_a_word(text):
    assert told(text, ANNA) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [("мороз анна поступила", "мороз анна"), ("А. Мороз", "А. Мороз"), ("МОРОЗ А. поступила", "МОРОЗ А"),
     ("пациентка мороз", "мороз"), ("г-жу осмотрели, Мороз жалуется", "Мороз"), ("Mrs Moroz", "Moroz")],
)  # fmt: skip
def test_and_found_where_it_stands_as_a_name(text, name):
    assert told(text, ANNA) == [(name, "name")]


@pytest.mark.parametrize(
    ("name", "text", "written"),
    [("Ivanov Petr Sergeyevich", "Ivanov P.S. is ill", "Ivanov P.S"),
     ("Ivanov Petr Sergeyevich", "seen: P. S. Ivanov is ill", "P. S. Ivanov"),
     ("Ivanova Anna", "Ivanova A. a nurse", "Ivanova A"), ("Ivanova Anna", "is a Ivanova", "Ivanova"),
     ("Иванов Иван Петрович", "Иванов И.П. и жена", "Иванов И.П"), ("Иванов Иван", "врач и Иванов И. ушли", "Иванов И"),
     ("Сидоров Сергей", "поступил с Сидоровым, с кашлем", "Сидоровым"),
     ("Иванов Иван Петрович", "Иванов и.п. поступил", "Иванов и.п"), ("Иванов Иван", "поступил Иванов и.", "Иванов и"),
     ("Иванов Иван Петрович", "вчера иванов и п поступил", "иванов и п"),
     ("Ivanov Petr Sergeyevich", "ivanov ps came", "ivanov ps")],
)  # fmt: skip
def test_a_word_in_small_letters_beside_a_name_is_no_initial(name, text, written):
    assert told(text, Identity(names=(name,))) == [(written, "name")]


def test_a_word_after_a_name_that_is_a_word_makes_no_name_of_it():
    assert told("Мороз, а ветра нет", ANNA) == []
    assert told("Мороз а. поступила", ANNA) == [("Мороз а", "name")]


def test_a_single_character_is_no_name_alone():
    assert told("国王的患者黄疸加重", Identity(names=("王伟", "黄强"))) == []
    assert told("患者黄，男", Identity(names=("黄强",))) == [("黄", "name")]


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("王", "患者王，54岁；王先生发热，王某某。", ["王", "王先生", "王某某"]), ("王", "国王的患者王府井", []),
        ("𠮷", "病人𠮷，男", ["𠮷"]), ("O", "Mr O. is worse. Group O, SpO2 88 %, O negative.", ["O"]),
        ("Я", "Пациент Я. лихорадит; я думаю, Я. пестис.", ["Я"]), ("Ы", "SpO2 88 %", []), (".", "Mr . is", []),
        ("", "Mr O", []),
    ],
)  # fmt: skip
def test_a_whole_name_of_one_character_is_found_beside_a_title(name, text, found):
    assert [one for one, _ in told(text, Identity(names=(name,)))] == found


@pytest.mark.parametrize("text", ["Иваново", "Диванов много", "ivan-da-marya".replace("ivan", "divan"), "Морозов"])
def test_a_name_is_no_part_of_another_word(text):
    assert told(text, Identity(names=("Иванов", "Мороз"))) == []


def test_a_surname_made_of_a_first_name_is_another_name():
    assert told("врач Иванов", Identity(names=("Иван",))) == []
    assert told("видел Ивана", Identity(names=("Иван",))) == [("Ивана", "name")]


def test_short_names_are_words_alone():
    assert told("поехал в рим один", Identity(names=("Рим Олег",))) == []
    li = Identity(names=("Ли Ян",))
    assert told("если ли он пришёл", li) == []
    assert told("пришёл Ли Ян", li) == [("Ли Ян", "name")]


def test_an_identity_never_shows_itself():
    assert "Иван" not in repr(IVANOV)


WRITTEN = ["Иванов", "иван иванов", "Ivanov", "ИВАНОВУ", "Иванов И.П.", "Petrovich Ivan"]
AROUND = st.text("абв xyz, .\n病人5", max_size=20)


@given(st.sampled_from(WRITTEN), AROUND, AROUND, st.data())
def test_a_planted_name_is_found_anywhere(name, before, after, data):
    """In any case, in full width, decomposed, with invisible characters inside."""
    name = data.draw(st.sampled_from([name, name.upper(), name.lower(), name.title()]))
    letters = [data.draw(st.sampled_from([one, wide(one)])) for one in name]
    hidden = data.draw(st.lists(st.sampled_from(["", "", "\u200b", "\u2060", "\u00ad", "\ufeff", "\u0301"]),
                                min_size=len(letters), max_size=len(letters)))  # fmt: skip
    planted = "".join(one + mark for one, mark in zip(letters, hidden, strict=True))
    text = f"{before} {planted} {after}"
    start, end = len(before) + 1, len(before) + 1 + len(planted.rstrip(".．\u200b\u2060\u00ad\ufeff\u0301"))
    assert any(one.kind is Kind.NAME and one.start <= start and one.end >= end for one in found_in(text, IVANOV))


@given(
    st.sampled_from(["Иванов", "Иванова", "ИВАНОВУ", "Ivanov", "Ivanova", "IVANOV"]),
    st.sampled_from(["", " И.П.", " И. П.", " ИП", " I.P.", " I. P.", " IP", ", И."]),
    st.text("иипсіі ipsv", min_size=1, max_size=2).map(str.strip).filter(bool),
    st.sampled_from([" болен", " ill", ", 54", " – осмотр"]),
)
def test_whatever_small_word_follows_a_name_and_its_initials_is_left(name, initials, word, after):
    """Other words of one and two letters than parts of the name itself, whatever they may be initials of."""
    text = f"Вчера {name}{initials} {word}{after}"
    end = len("Вчера ") + len(name + initials)
    assert [(one.start, one.kind) for one in found_in(text, IVANOV)] == [(len("Вчера "), Kind.NAME)]
    assert found_in(text, IVANOV)[0].end in {end, end - 1}, "with the last dot or without"


@given(
    st.sampled_from(["Иванов", "иванов", "Ivanov", "ivanov"]),
    st.sampled_from(["И.П.", "И. П.", "I.P.", "I. P.", "и.п.", "и. п."]),
    st.booleans(), AROUND, AROUND,
)  # fmt: skip
def test_initials_with_dots_are_found_before_and_after_the_name(name, initials, is_before, before, after):
    written = f"{initials} {name}" if is_before else f"{name} {initials}"
    text = f"{before} | {written} | {after}"
    start = len(before) + 3
    assert any(one.start <= start and one.end >= start + len(written) - 1 for one in found_in(text, IVANOV))


def wide(letter: str) -> str:
    return chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter
