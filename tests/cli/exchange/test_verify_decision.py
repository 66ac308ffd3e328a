"""A sealed decision checked at a terminal, with nothing but the trust list."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from tests.joint.sealed.deciding import TITLE, WORDS, Deciding, adopted_by_all
from tests.joint.sealed.forging import changed

from tocsin.cli.exchange.verify_decision import _rules_here
from tocsin.cli.main import tocsin
from tocsin.node.alliances.bodies import rules_of
from tocsin.node.alliances.reading import read_alliance


@pytest.fixture(scope="module")
def decided():
    """A decision that was adopted, with its file's bytes."""
    deciding = adopted_by_all(Deciding())
    deciding.spread()
    return deciding, deciding.sealed()


@pytest.fixture
def verify(decided, tmp_path, monkeypatch):
    """`tocsin exchange verify` of these bytes, by the list of the alliance."""
    deciding, data = decided
    folder = tmp_path / "list"
    for name, content in deciding.world.alliance.repository.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setattr("tocsin.cli.exchange.verify.now", lambda: deciding.now)

    def run(*options, content=data, name="x.tocsin-decision", status=0):
        path = tmp_path / name
        path.write_bytes(content)
        said = ["exchange", "--home", str(tmp_path), "verify", str(path), "--trust", str(folder), *options]
        result = CliRunner().invoke(tocsin, said, catch_exceptions=False)
        assert result.exit_code == status, result.output
        assert "Traceback" not in result.output
        return result

    return run


def test_a_decision_is_told_of_and_verified(verify, decided):
    shown = verify().stdout
    assert "a sealed decision of exercise: plan of council" in shown
    assert "EXERCISE: nothing of it is real" in shown
    for words in TITLE.values():
        assert words in shown
    assert "adopted 2026-03-10T07:00:00Z; IN_FORCE at order 11" in shown
    assert "AL       consented 2026-03-09T06:00:00Z (AL/1/members 4, consent, key " in shown
    assert "BO       did not object while silence ran from 2026-03-09T06:00:00Z to 2026-03-10T07:00:00Z" in shown
    assert "CE       consented ad referendum, cleared by its capital, 2026-03-09T06:00:00Z" in shown
    assert "DE       acceded 2026-03-10T07:00:00Z" in shown
    said = json.loads(decided[1])["texts"]
    assert f"text ru       adopted      {said['ru']['digest']}" in shown
    assert f"text en       translation  {said['en']['digest']}" in shown
    assert shown.endswith("All of it verifies.\n")


def test_it_is_known_by_what_it_is_whatever_its_name(verify):
    assert "All of it verifies." in verify(name="received").stdout


def test_its_text_is_printed_alone(verify):
    printed = verify("--text", "ru")
    assert printed.stdout == f"{TITLE['ru']}\n\n{WORDS['ru']}\n"
    assert "All of it verifies." in printed.stderr
    assert "[not in this language]" in verify("--text", "en").stdout
    refused = verify("--text", "fr", status=2)
    assert "its text is not in 'fr'; there are en, ru, zh-hans" in refused.stderr


def test_a_text_that_does_not_verify_is_not_printed(verify, decided):
    bad = changed(decided[1], lambda said: said["texts"]["ru"]["paragraphs"][1].update(text="Нет."))
    printed = verify("--text", "ru", content=bad, status=1)
    assert printed.stdout == ""
    assert "WRONG  the text ru, paragraph 2: it is not what was signed (text-altered), bytes " in printed.stderr


def test_what_is_wrong_is_named_by_its_act_and_its_byte(verify, decided):
    words = json.loads(decided[1])["documents"][2]["item"].encode()
    at = decided[1].index(words) + 500
    bad = bytearray(decided[1])
    bad[at] = ord("A") if bad[at] != ord("A") else ord("B")
    shown = verify(content=bytes(bad), status=1).stdout
    assert "WRONG  BO/1/members 1, object: it is not the document that was signed for" in shown
    assert f"(item-altered), byte {at} of the file" in shown
    assert "All of it verifies" not in shown


def test_what_cannot_be_read_to_its_end_is_told_so(verify, decided):
    cut = verify(content=decided[1][:5_000], status=2)
    assert "could not be read to its end: it ends in the middle of a text, at byte 5000" in cut.stderr
    assert "All of it verifies" not in cut.stdout


def test_everything_is_said_to_programs(verify):
    shown = json.loads(verify("--json").stdout)
    assert (shown["kind"], shown["status"], shown["through"], shown["faulty"]) == ("sealed-decision", "IN_FORCE", 11, 0)
    states = {one["state"]: one for one in shown["states"]}
    assert states["CE"]["ad_referendum"] is True
    assert states["CE"]["cleared"] is True
    assert states["BO"]["since"] == "2026-03-09T06:00:00Z"
    assert shown["texts"][1]["paragraphs"][1]["text"] == WORDS["ru"]
    assert shown["rules"]["may_join"] == ["DE"]
    bad = json.loads(verify("--json", content=b'{"alliance":1}', status=1).stdout)
    assert bad["faults"][0]["bytes"] == [12, 12]


def test_options_that_do_not_go_together_are_refused(verify):
    assert "give --text or --json, not both" in verify("--text", "ru", "--json", status=2).stderr


def test_a_file_without_a_text_has_none_to_print(verify):
    refused = verify("--text", "ru", content=b"hello", name="x", status=2)
    assert "neither a bundle nor evidence nor a sealed decision" in refused.stderr


def test_letters_that_move_a_terminal_are_not_shown(verify, decided):
    bad = changed(decided[1], lambda said: said.update(made_by="\x1b[2J", title={"en": "\x1b]0;x\x07"}))
    shown = verify(content=bad, status=1)
    assert "\x1b" not in shown.output


def test_a_body_that_is_not_known_here_is_noted(verify):
    assert "no body council is known here to compare" in verify().stdout


def test_rules_that_are_laxer_than_those_of_the_body_here_are_noted():
    file = read_alliance("exercise")
    here = rules_of(file.body("coordination-council"), file)
    assert _rules_here("exercise", here) == []
    assert _rules_here("exercise", replace(here, members=here.members[:1], silence_hours=here.silence_hours + 1)) == []
    (note,) = _rules_here("exercise", replace(here, silence_hours=1, members=(*here.members, "ZZ"), kinds=("verse",)))
    assert f"silence of at least 1 hours, here of at least {here.silence_hours} hours" in note
    assert "ZZ decides, here no member" in note
    assert "it is a verse" in note
    file = read_alliance("sco")
    (note,) = _rules_here("sco", replace(rules_of(file.bodies[0], file), silence=True, silence_hours=24))
    assert "silence of at least 24 hours, here not allowed" in note
