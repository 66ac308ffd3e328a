"""Texts that are indexed are found by those who may read them, on whichever database this is."""

from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.node.search.asking import finds

from tocsin.node.joint.models import JointObject
from tocsin.node.records import new_id
from tocsin.node.search import finding
from tocsin.node.search.finding import found
from tocsin.node.search.marks import FEW
from tocsin.node.search.models import Entry
from tocsin.node.search.writing import Indexed, forget, forget_many, index, index_many, tidy

pytestmark = pytest.mark.django_db


def said(text, *, scope="case 1", kind="message", **more):
    one = new_id()
    index(kind, one, scope, text, **more)
    return one


def everything(query, **how):
    return found("message", query, scopes=None, **how)


def test_a_text_is_found_in_three_scripts():
    russian, english = said("Двусторонняя пневмония у больного"), said("Patient has pneumonia")
    chinese = said(["病人确诊肺炎", "转院"], names=["北京医院"])
    assert everything("пневмонии") == [russian]
    assert everything("pneum") == [english]
    assert everything("pnevmonia") == [russian]
    assert everything("больной") == [russian]
    assert everything("肺炎") == everything("炎") == everything("转院 病人") == everything("bj") == [chinese]
    assert everything("пневмония кашель") == everything("") == everything("?!") == []


def test_signs_of_query_languages_are_no_signs():
    one = said("NEAR the ward, OR not; it's 5 & 6")
    for query in ('NEAR("ward" 5)', "ward OR", "it's & 5", "'ward':*", "ward\\", '"', "words: ward", "w*rd", "%s ward"):
        assert everything(query) in ([one], [])
    assert everything("ward OR") == everything("it's & 5") == [one]


def test_letters_that_a_database_is_too_old_for_are_letters():
    one = said("病人𰻝𰻞 姓 𪚥")
    assert everything("𰻝𰻞") == everything("𪚥") == [one]
    assert everything("𰻞𰻝") == []


def test_vowel_signs_are_part_of_their_words():
    one = said("रोगी को बुखार है")
    assert everything("बुखार") == everything("रोगी बुखार") == [one]
    assert everything("बखर") == []


def test_newest_come_first_and_pages_follow_one_another():
    everyone = [said(f"кашель {number}") for number in range(7)]
    assert everything("кашель", limit=3) == everyone[:3:-1]
    assert everything("кашель", limit=3, before=everyone[4]) == everyone[3:0:-1]
    assert everything("кашель", limit=3, before=everyone[1]) == everyone[:1]
    assert everything("кашель", limit=3, before=everyone[0]) == []
    assert everything("кашель", newest_first=False) == everyone
    assert everything("кашель", newest_first=False, before=everyone[4]) == everyone[5:]
    assert everything("кашель", limit=0) == []


def test_a_page_before_that_is_there_no_more_begins_anew():
    everyone = [said("кашель") for _ in range(2)]
    assert everything("кашель", before=new_id()) == everyone[::-1]


def test_another_text_replaces_the_one_before():
    one = said("пневмония")
    other = said("бронхит")
    index("message", one, "case 1", "ожог")
    assert everything("пневмония") == []
    assert everything("ожог") == [one]
    assert everything("бронхит") == [other]
    index_many([Indexed(kind="message", id=one, scope="", text=text) for text in ("грипп", "корь")])
    assert everything("корь") == [one]
    assert everything("ожог") == everything("грипп") == []


def test_what_is_replaced_counts_as_newest():
    first, second = said("кашель"), said("кашель")
    index("message", first, "case 1", "кашель")
    assert everything("кашель") == [first, second]


def test_of_many_the_last_is_the_newest():
    first, second = new_id(), new_id()
    index_many(Indexed(kind="message", id=one, scope="", text="кашель") for one in (first, second, first))
    assert everything("кашель") == [first, second]


def test_what_is_forgotten_is_found_no_more():
    everyone = [said("кашель") for _ in range(4)]
    index("message", everyone[3], "case 1", "кашель опять")
    forget("message", everyone[3])
    assert everything("кашель") == everyone[2::-1]
    forget_many("message", everyone[:2])
    assert everything("кашель") == [everyone[2]]
    forget("message", everyone[0])
    assert Entry.objects.count() == 1


def test_kinds_are_apart_even_of_one_thing():
    one = said("кашель")
    index("case", one, "case 1", "ожог")
    assert found("case", "кашель", scopes=None) == []
    assert found("case", "ожог", scopes=None) == [one]
    forget("case", one)
    assert everything("кашель") == [one]


@pytest.mark.parametrize("besides", [0, FEW + 1], ids=["few scopes", "many scopes"])
def test_a_reader_finds_what_is_in_their_scopes(besides):
    in_both, in_second = said("кашель", scope=["case 1", "case 2"]), said("кашель", scope="case 2")
    said("кашель", scope="case 22")
    nobodys = said("кашель", scope="")
    more = [f"nothing {number}" for number in range(besides)]
    assert found("message", "кашель", scopes=["case 2", *more]) == [in_second, in_both]
    assert found("message", "кашель", scopes={"case 1", *more}) == [in_both]
    assert found("message", "кашель", scopes=["case", "", *more]) == []
    assert nobodys in everything("кашель")
    assert found("message", "кашель", scopes=[]) == []


def test_two_scopes_that_share_a_mark_are_still_two(monkeypatch):
    monkeypatch.setattr("tocsin.node.search.marks._mark", lambda sort, text: "=same")
    said("кашель", scope="case 1")
    assert found("message", "кашель", scopes=["case 2"]) == []


def test_a_reader_finds_what_a_queryset_has():
    ours, theirs = new_id(), new_id()
    for one, is_ours in ((ours, True), (theirs, False)):
        JointObject.objects.create(id=one, object_id=one, noun="session", origin="AL", is_ours=is_ours)
        index("session", one, "", "заседание")
    gone = new_id()
    index("session", gone, "", "заседание")
    assert found("session", "заседание", scopes=None, among=JointObject.objects.all()) == [theirs, ours]
    assert found("session", "заседание", scopes=None, among=JointObject.objects.filter(is_ours=True)) == [ours]
    assert found("session", "заседание", scopes=None, among=JointObject.objects.none()) == []


def sessions(number):
    """So many of ours, the oldest first, each of whose texts has a word that all have."""
    ids = [new_id() for _ in range(number)]
    JointObject.objects.bulk_create(
        JointObject(id=one, object_id=one, noun="session", origin="AL", is_ours=True) for one in ids
    )
    index_many(Indexed(kind="session", id=one, scope="", text="заседание") for one in ids)
    return ids


@pytest.mark.parametrize("some", [0, 2, 3, 100])
def test_a_reader_of_few_things_finds_what_a_reader_of_many_does(some, monkeypatch):
    monkeypatch.setattr(finding, "SOME", some)
    ids = sessions(9)
    of_it = {"scopes": None, "among": JointObject.objects.filter(pk__in=ids[::3])}
    assert found("session", "заседание", **of_it) == ids[6::-3]
    assert found("session", "заседание", **of_it, limit=2) == [ids[6], ids[3]]
    assert found("session", "заседание", **of_it, newest_first=False) == ids[::3]
    assert found("session", "заседание", **of_it, before=ids[6]) == [ids[3], ids[0]]
    assert found("session", "заседание отчёт", **of_it) == []


def test_a_reader_of_few_things_waits_no_longer_for_what_all_texts_have():
    def asked(ids):
        with CaptureQueriesContext(connection) as queries:
            mine = JointObject.objects.filter(pk__in=ids[:2])
            assert found("session", "заседание", scopes=None, among=mine) == ids[1::-1]
        return len(queries)

    few = asked(sessions(3))
    assert asked(sessions(3_000)) == few


def test_more_is_looked_through_until_the_page_is_full():
    index_many(
        Indexed(kind="message", id=UUID(int=number), scope=f"case {number}", text="кашель") for number in range(3_000)
    )
    rare = {f"case {number}" for number in (5, 900, 2_999)} | {f"no {number}" for number in range(FEW)}
    assert found("message", "кашель", scopes=rare) == [UUID(int=number) for number in (2_999, 900, 5)]
    assert found("message", "кашель", scopes=rare, limit=2) == [UUID(int=2_999), UUID(int=900)]
    assert found("message", "кашель", scopes=rare, before=UUID(int=900)) == [UUID(int=5)]


def test_what_is_rolled_back_was_never_indexed():
    with transaction.atomic():
        said("кашель")
        transaction.set_rollback(True)
    assert everything("кашель") == []
    one = said("кашель")
    assert everything("кашель") == [one]


def test_what_is_tidied_is_no_more():
    ones = [said("кашель") for _ in range(3)]
    for one in ones[:2]:
        index("message", one, "case 1", "ожог")
    tidy()
    assert Entry.objects.count() == 3
    assert not Entry.objects.filter(is_replaced=True)
    assert everything("ожог") == [ones[1], ones[0]]
    assert everything("кашель") == [ones[2]]
    assert tidy() == 0


WORDS = st.sampled_from(
    ["пневмония", "пневмонии", "больной", "боль", "pneumonia", "Ivanov", "Иванов", "肺炎病人", "肺", "炎", "при", "38"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(texts=st.lists(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=8), query=WORDS)
def test_both_databases_find_what_the_tokens_say(texts, query):
    with transaction.atomic():
        there = [(said(text), text) for text in texts]
        assert everything(query) == [one for one, text in reversed(there) if finds(query, text)]
        transaction.set_rollback(True)
