"""The commands as a person calls them: making a node, letting people in, asking how it is."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from tests.node import serving

from tocsin.node.home import Configuration


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    home = tmp_path_factory.mktemp("cli") / "node"
    done = serving.run(
        home, "init", "--state", "BO", "--url", "https://tocsin.example/", "--nightly", "03:30",
        "--organisation", "State Service", "--administrator", "root@service.example", "--name", "Igor",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return home, done


def rows(home, question):
    with closing(sqlite3.connect(home / "tocsin.sqlite3")) as database:
        return database.execute(question).fetchall()


def test_a_node_is_made_as_it_was_said(made):
    home, done = made
    there = Configuration.read(home)
    assert (there.alliance, there.state, there.base_url, there.nightly) == (
        "exercise", "BO", "https://tocsin.example", "03:30",
    )  # fmt: skip
    assert there.time_zone.startswith("Etc/GMT")
    assert rows(home, "SELECT code FROM alliance_state WHERE is_here") == [("BO",)]
    assert rows(home, "SELECT name_en FROM alliance_organisation WHERE name_en = 'State Service'")
    assert rows(home, "SELECT count(*) > 50 FROM surveillance_disease") == [(1,)]
    assert rows(home, "SELECT count(*) > 1 FROM surveillance_place WHERE code LIKE 'BO%'") == [(1,)]
    assert oct((home / "secret").stat().st_mode) == "0o100600"
    assert re.search(r"password  (\w{4}-){4}\w{4}\n", done.stdout)
    assert "second factor" in done.stdout


def test_made_again_it_stays(made):
    home, _ = made
    before = (home / "node.toml").read_bytes(), rows(home, "SELECT count(*) FROM surveillance_place")
    again = serving.run(home, "init", "--administrator", "other@service.example")
    assert again.returncode == 0, again.stderr
    assert again.stdout == ""
    assert "it is up to date" in again.stderr
    assert ((home / "node.toml").read_bytes(), rows(home, "SELECT count(*) FROM surveillance_place")) == before
    assert rows(home, "SELECT count(*) FROM alliance_person") == [(1,)]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--state", "AL"), "node.toml says state = 'BO', not 'AL'"),
        (("--alliance", "sco"), "node.toml says alliance = 'exercise', not 'sco'"),
    ],
)
def test_made_again_otherwise_is_refused(made, options, said):
    done = serving.run(made[0], "init", *options)
    assert done.returncode == 2
    assert said in done.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--alliance", "sco"), "no state is named; give --state, one of"),
        (("--state", "ZZ"), "exercise has no state 'ZZ'"),
        (("--alliance", "none"), "no alliance 'none'"),
        (("--url", "tocsin.example"), "must be like https://tocsin.example"),
        (("--url", "https://x.example/path"), "without a path"),
        (("--time-zone", "Mars/Olympus"), "there is no time zone 'Mars/Olympus'"),
        (("--nightly", "25:00"), "nightly is '25:00'"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_made(tmp_path, options, said):
    done = serving.run(tmp_path / "node", "init", *options)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / "node" / "node.toml").exists()


@pytest.mark.parametrize("command", ["serve", "work", "check", "backup", "add-person"])
def test_without_a_node_nothing_is_made(tmp_path, command):
    needed = {"backup": ["copy.tar"], "add-person": ["--email", "a@b.example", "--name", "A", "--role", "auditor"]}
    done = serving.run(tmp_path / "none", command, *needed.get(command, ()))
    assert done.returncode == 2
    assert "there is no node in" in done.stderr
    assert not (tmp_path / "none").exists()


def test_a_newcomer_with_an_authenticator(made):
    told = serving.add_person(made[0], "duty_officer", "epidemiologist", email="Amina@Service.Example", name="Амина")
    assert told["email"] == "amina@service.example"
    assert re.fullmatch(r"[A-Z2-7]{32}", told["totp"])
    assert rows(made[0], "SELECT type FROM mfa_authenticator ORDER BY type") == [("recovery_codes",), ("totp",)]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--role", "king"), "There is no role king"),
        (("--role", "auditor", "--organisation", "None"), "there is no organisation 'None'; there are State Service"),
        (("--role", "auditor", "--email", "root@service.example"), "already belongs to somebody"),
    ],
)
def test_a_newcomer_who_cannot_be(made, options, said):
    done = serving.run(made[0], "add-person", "--email", "b@service.example", "--name", "B", *options)
    assert done.returncode == 2
    assert said in done.stderr


def test_passwords_are_never_the_same(made):
    from tocsin.node.running.newcomers import password

    assert len({password() for _ in range(100)}) == 100


def test_check_says_what_is_wrong_and_what_to_do(made):
    done = serving.run(made[0], "check", "--format", "json")
    found = {one["name"]: one for one in json.loads(done.stdout)}
    assert done.returncode == 1
    assert [name for name, one in found.items() if not one["well"]] == ["workers", "duty"]
    assert "tocsin node serve" in found["workers"]["advice"]
    assert "[duty]" in found["duty"]["advice"]


@pytest.mark.verify
def test_check_sees_an_audit_that_was_changed(made, tmp_path):
    home = shutil.copytree(made[0], tmp_path / "node")
    with closing(sqlite3.connect(home / "tocsin.sqlite3")) as database:
        triggers = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            database.execute(f"DROP TRIGGER {name}")
        database.commit()
        assert "find out who lifted its triggers" in serving.run(home, "check").stdout
        database.execute("UPDATE alliance_auditentry SET act = 'nothing' WHERE number = 2")
        for _, statement in triggers:
            database.execute(statement)
        database.commit()
    assert "entry 2 does not follow from the one before" in serving.run(home, "check").stdout


@pytest.mark.verify
def test_check_sees_an_archive_older_than_its_database(made, tmp_path):
    home = shutil.copytree(made[0], tmp_path / "node")
    script = (
        "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'tocsin.node.settings'; django.setup()\n"
        "from tocsin.node.surveillance.models import *; from tocsin.node.alliance.models import Organisation\n"
        "Source.objects.create(name='Weekly', organisation=Organisation.objects.first(), archive_version=3,"
        " place=Place.objects.first())"
    )
    subprocess.run([sys.executable, "-c", script], env={**os.environ, "TOCSIN_HOME": str(home)}, check=True)
    assert "Weekly: version -1 on disk, 3 in the database" in serving.run(home, "check").stdout
