"""Keys in files: made once, shown without their private half, handed over, put aside."""

import json

import pytest

from tocsin.exchange import key_files, suite
from tocsin.exchange.public_keys import read_public_keys


def test_keys_are_made_where_the_node_looks_for_them(people):
    made = people.run("al", "keys", "make", "seal", "request", "encrypt")
    held = key_files.load(people.folder / "al")
    kid = suite.thumbprint(held.seal[0])
    assert " ".join(kid[at : at + 4] for at in range(0, 43, 4)) in made.stdout
    assert suite.thumbprint(held.request) == people.kid("al", "request")
    assert list(held.encrypt) == [people.kid("al", "encrypt")]
    assert "2026-03-09" in made.stdout
    assert "Not encrypted" in made.stderr


def test_a_passphrase_is_used_and_not_told_of(people, monkeypatch):
    secret = people.folder / "passphrase"
    secret.write_text("correct horse battery\n")
    monkeypatch.setenv("TOCSIN_KEY_PASSPHRASE_FILE", str(secret))
    made = people.run("al", "keys", "make", "identity")
    assert "Not encrypted" not in made.stderr
    assert "horse" not in made.output
    (path,) = (people.folder / "al" / "keys" / "identity").glob("*.pem")
    assert b"ENCRYPTED" in path.read_bytes()


def test_a_second_request_key_is_made_only_by_who_knows_what_it_does(people):
    people.run("al", "keys", "make", "request")
    asked = people.run("al", "keys", "make", "request", agree="n\n", status=2)
    assert "peers refuse it until the trust list lists that" in asked.stderr
    assert len(list((people.folder / "al" / "keys" / "request").glob("*.pem"))) == 1
    people.run("al", "keys", "make", "request", "--yes")
    assert len(list((people.folder / "al" / "keys" / "request").glob("*.pem"))) == 2


def test_the_list_says_use_thumbprint_and_age(people):
    people.run("al", "keys", "make", "seal")
    people.pass_time(days=12)
    people.run("al", "keys", "make", "identity")
    lines = people.run("al", "keys", "list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["seal", "identity"]
    assert "  12 days" in lines[0]
    assert "  0 days" in lines[1]
    assert "keys make" in people.run("bo", "keys", "list").stderr


def test_public_halves_are_handed_over_without_the_private_ones(people):
    people.run("al", "keys", "make", "seal", "encrypt", "identity")
    people.run("al", "keys", "show", "seal", "encrypt", "--public", "--out", "al.jwks")
    data = (people.folder / "al.jwks").read_bytes()
    assert [one.use for one in read_public_keys(data, name="x")] == ["seal", "encrypt"]
    assert all("d" not in key for key in json.loads(data)["keys"])
    printed = people.run("al", "keys", "show", "identity", "--public").stdout
    assert read_public_keys(printed.encode(), name="x")[0].kid == people.kid("al", "identity")
    refused = people.run("al", "keys", "show", "--public", "--out", "al.jwks", status=2)
    assert "al.jwks: File exists" in refused.stderr


def test_nothing_that_is_printed_holds_a_private_half(people):
    people.run("al", "keys", "make", "seal", "request", "encrypt", "identity")
    secrets = [
        suite.encoded(key_files.read(path).private_key.private_bytes_raw())
        for path in (people.folder / "al" / "keys").rglob("*.pem")
    ]
    for arguments in (["list"], ["list", "--json"], ["show"], ["show", "--public"], ["show", "seal"]):
        printed = people.run("al", "keys", *arguments).output
        assert not [secret for secret in secrets if secret in printed]


def test_a_key_is_named_by_its_file_or_by_the_beginning_of_its_thumbprint(people):
    people.run("al", "keys", "make", "seal", "identity")
    kid = people.kid("al", "seal")
    name = next((people.folder / "al" / "keys" / "seal").glob("*.pem")).name
    spaced = f"{kid[:4]} {kid[4:8]}"
    for given in (name, kid, spaced, "seal"):
        assert people.run("al", "keys", "show", "--", given).stdout.startswith("seal ")
    for given in ("x" * 43, "", "2026"):
        refused = people.run("al", "keys", "show", "--", given, status=2)
        assert "no key in" in refused.stderr
    assert "there are no keys" in people.run("bo", "keys", "show", status=2).stderr


def test_a_key_is_put_aside_only_by_who_agrees(people):
    people.run("al", "keys", "make", "encrypt")
    kid = people.kid("al", "encrypt")
    asked = people.run("al", "keys", "retire", "--", kid, agree="n\n", status=2)
    assert "no other key of its use stays" in asked.stderr
    assert "cannot be opened any more" in asked.stderr
    unasked = people.run("al", "keys", "retire", "--", kid, status=130)
    assert "--yes agrees beforehand" in unasked.stderr
    assert people.kid("al", "encrypt") == kid
    people.run("al", "keys", "retire", "--yes", "--", kid)
    assert people.run("al", "keys", "list").stdout == ""
    assert list((people.folder / "al" / "keys" / "encrypt" / "retired").glob("*.pem"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not a file of public keys"),
        (b"\x00\xff", "is not a file of public keys"),
        (b'{"keys": []}', "is not a file of public keys"),
        (b'{"keys": [7]}', "is not a file of public keys"),
        (b'{"keys": [{"use": "sign"}]}', "is for 'sign'; it is for one of seal, request, encrypt, identity"),
        (b'{"keys": [{"use": "identity", "kty": "OKP", "crv": "X25519", "x": "AAAA"}]}', "not a public JWK"),
    ],
)
def test_a_file_that_hands_no_keys_over_is_named(people, content, said):
    (people.folder / "x.jwks").write_bytes(content)
    refused = people.run(
        "al", "trust", "begin", "list", "--alliance", "exercise", "--holder", "x.jwks", "--threshold", 1,
        "--online", "x.jwks", status=2,
    )  # fmt: skip
    assert said in refused.stderr
    assert "x.jwks" in refused.stderr


def test_a_private_key_that_was_handed_over_is_refused_loudly(people):
    people.run("al", "keys", "make", "identity")
    (path,) = (people.folder / "al" / "keys" / "identity").glob("*.pem")
    key = key_files.read(path)
    said = {"keys": [{"use": "identity", **key.as_dict(private=True)}]}
    (people.folder / "x.jwks").write_text(json.dumps(said))
    refused = people.run(
        "al", "trust", "begin", "list", "--alliance", "exercise", "--holder", "x.jwks", "--threshold", 1,
        "--online", "x.jwks", status=2,
    )  # fmt: skip
    assert "holds a private key, which nobody but its holder may ever have" in refused.stderr


def test_a_key_under_another_thumbprint_is_refused(people):
    path = people.make_identity("al")
    said = json.loads(path.read_text())
    said["keys"][0]["kid"] = "A" * 43
    path.write_text(json.dumps(said))
    refused = people.run(
        "al", "trust", "begin", "list", "--alliance", "exercise", "--holder", path, "--threshold", 1,
        "--online", path, status=2,
    )  # fmt: skip
    assert "the file was altered" in refused.stderr
