"""The same commands as processes of their own, as people start them."""

import json

import pytest


@pytest.fixture
def run(process, tmp_path):
    """`run("al", "keys", "make", "seal")` in a process; what it printed. `status` is how it must end."""

    def call(home: str, *arguments: object, status: int = 0, **options: object):
        done = process("exchange", "--home", tmp_path / home, *arguments, **options)
        assert done.returncode == status, done.stderr
        assert "Traceback" not in done.stderr
        return done

    return call


def test_an_alliance_is_made_and_verified_by_processes_alone(run, tmp_path):
    run("root", "keys", "make", "identity")
    run("root", "keys", "show", "--public", "--out", "root.jwks")
    begin = ("trust", "begin", "list", "--alliance", "exercise", "--exercise", "--threshold", 1)
    run("root", *begin, "--holder", "root.jwks", "--online", "root.jwks")
    run("root", "trust", "sign", "list/drafts/root-1.json", input="y\n")
    run("root", "trust", "publish", "list", "list/drafts/root-1.json", "--yes")
    run("state", "keys", "make", "identity", "seal", "request", "encrypt")
    run("state", "keys", "show", "--public", "--out", "state.jwks")
    run("root", "trust", "admit", "list", "AL", "--holder", "state.jwks")
    run("root", "trust", "sign", "list/drafts/targets-1.json", "--yes")
    run("root", "trust", "publish", "list", "list/drafts/targets-1.json", "--yes")
    run("state", "trust", "own", "list", "AL", "--keys", "state.jwks", "--url", "https://al.example")
    run("state", "trust", "sign", "list/drafts/node-AL-1.json", "--yes")
    run("state", "trust", "publish", "list", "list/drafts/node-AL-1.json", "--yes")
    run("root", "trust", "renew", "list")
    shown = json.loads(run("x", "trust", "show", "list", "--json").stdout)
    assert [one["node"] for one in shown["nodes"]] == ["AL"]
    assert len(shown["nodes"][0]["keys"]) == 3
    assert "All of it verifies." in run("x", "verify", "list", "--root", "list/1.root.json").stdout


def test_a_process_that_cannot_ask_does_nothing(run, tmp_path):
    run("al", "keys", "make", "seal")
    name = next((tmp_path / "al" / "keys" / "seal").glob("*.pem")).name
    refused = run("al", "keys", "retire", name, status=130, input="")
    assert "Nothing was done" in refused.stderr
    assert (tmp_path / "al" / "keys" / "seal" / name).exists()


@pytest.mark.parametrize("command", ["status", "audit", "recover"])
def test_a_node_that_is_not_there_ends_in_a_sentence(run, command):
    assert run("nowhere", command, status=2).stderr.startswith("Error: there is no node in")
