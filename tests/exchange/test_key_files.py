"""Private keys in files: whole, once, for their owner alone, and under a passphrase if one is named."""

from datetime import UTC, datetime

import pytest
from tests.exchange.alliances import ExerciseAlliance

from tocsin.exchange import key_files, suite
from tocsin.exchange.key_files import BadKey
from tocsin.exchange.local import LocalNode
from tocsin.exchange.memory import MemoryStore
from tocsin.exchange.trust import own_files, repository

AT = datetime(2026, 3, 9, tzinfo=UTC)


@pytest.mark.parametrize("use", key_files.USES)
def test_a_key_is_read_back_as_it_was_made(tmp_path, use):
    path = key_files.make(tmp_path, use, at=AT)
    key = key_files.read(path)
    assert path.name == f"2026-03-09-{suite.thumbprint(key)[:12]}.pem"
    assert path.stat().st_mode & 0o777 == 0o600
    if use == "encrypt":
        parcel = suite.wrapped(
            {"keys": {}, "manifest": suite.digest(b"m")}, suite.public_key(suite.public_jwk(key), use="encrypt")
        )
        assert suite.unwrapped(parcel, {suite.thumbprint(key): key})["manifest"] == suite.digest(b"m")
    else:
        public = suite.public_key(suite.public_jwk(key), use=use)
        signature = suite.sign(b"x", key, typ="t")
        assert suite.signed_by(b"x", signature, {suite.thumbprint(public): public}, typ="t") == suite.thumbprint(key)


def test_a_node_knows_its_keys_and_its_web_process_not_those_that_seal(tmp_path):
    for use in ("seal", "request", "encrypt"):
        key_files.make(tmp_path, use, at=AT)
    newer = key_files.read(key_files.make(tmp_path, "request", at=datetime(2026, 4, 1, tzinfo=UTC)))
    keys = key_files.load(tmp_path)
    assert len(keys.seal) == 1
    assert suite.thumbprint(keys.request) == suite.thumbprint(newer)
    assert list(keys.encrypt) == [suite.thumbprint(one) for one in keys.encrypt.values()]
    assert key_files.load(tmp_path, uses=key_files.ANSWERING).seal == ()


def test_a_new_request_key_is_used_once_the_list_names_it(tmp_path):
    alliance = ExerciseAlliance(["AL", "BO"])
    key_files.write(alliance.keys["AL"]["request"], key_files.folder(tmp_path, "request") / "2026-03-01.pem")
    newer = alliance.keys["AL"]["request"]
    made = suite.new_key("request")
    key_files.write(made, key_files.folder(tmp_path, "request") / "2026-03-09.pem")
    keys = key_files.load(tmp_path, uses=key_files.ANSWERING)
    lists = [alliance.list]
    here = LocalNode("AL", MemoryStore(), keys, lambda: AT, lambda: lists[-1], lambda document: ())
    assert suite.thumbprint(here.request_key()) == suite.thumbprint(newer)
    own = repository.own_file(alliance.repository, "AL")
    alliance.change_own("AL", keys=own_files.with_key(own, use="request", key=made)["keys"])
    lists.append(alliance.list)
    assert suite.thumbprint(here.request_key()) == suite.thumbprint(made)


def test_a_passphrase_keeps_a_file_closed(tmp_path, monkeypatch):
    secret = tmp_path / "passphrase"
    secret.write_text("correct horse\n")
    monkeypatch.setenv("TOCSIN_KEY_PASSPHRASE_FILE", str(secret))
    path = key_files.make(tmp_path, "seal", at=AT)
    assert b"ENCRYPTED" in path.read_bytes()
    key_files.read(path)
    secret.write_text("another")
    with pytest.raises(BadKey, match="another passphrase"):
        key_files.read(path)
    monkeypatch.delenv("TOCSIN_KEY_PASSPHRASE_FILE")
    with pytest.raises(BadKey, match="TOCSIN_KEY_PASSPHRASE_FILE"):
        key_files.read(path)


@pytest.mark.parametrize("content", [None, b"", b"  \n"])
def test_a_passphrase_that_is_not_there_is_said(tmp_path, monkeypatch, content):
    secret = tmp_path / "passphrase"
    if content is not None:
        secret.write_bytes(content)
    monkeypatch.setenv("TOCSIN_KEY_PASSPHRASE_FILE", str(secret))
    with pytest.raises(BadKey, match="TOCSIN_KEY_PASSPHRASE_FILE"):
        key_files.make(tmp_path, "seal", at=AT)


def test_a_key_that_others_can_read_is_refused(tmp_path):
    path = key_files.make(tmp_path, "seal", at=AT)
    path.chmod(0o640)
    with pytest.raises(BadKey, match="chmod 600"):
        key_files.read(path)


@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_a_file_that_is_no_key_is_named(tmp_path, content):
    path = tmp_path / "x.pem"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(BadKey, match=r"x\.pem is not a private key"):
        key_files.read(path)


def test_a_key_is_never_written_over(tmp_path):
    path = key_files.make(tmp_path, "seal", at=AT)
    before = path.read_bytes()
    with pytest.raises(BadKey, match="never written over"):
        key_files.write(suite.new_key("seal"), path)
    assert path.read_bytes() == before


def test_a_retired_key_is_no_longer_loaded(tmp_path):
    path = key_files.make(tmp_path, "seal", at=AT)
    aside = key_files.retire(path)
    assert aside.exists()
    assert key_files.load(tmp_path).seal == ()
