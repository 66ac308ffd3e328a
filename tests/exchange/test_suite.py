"""Forms of base64url and digests, and signatures: one counts only if nothing about it is unknown."""

import base64
import hashlib
import hmac
import json
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey
from tests.exchange.specimens import ALPHABET, RFC_7515, RFC_8037, b64

from tocsin.exchange import limits, suite
from tocsin.exchange.canonical import canonical
from tocsin.exchange.errors import Malformed
from tocsin.exchange.manifests import counted_signers

TYP = "tocsin-manifest"
PAYLOAD = b'{"what":"was signed"}'
letters = st.sampled_from(ALPHABET)


@pytest.fixture
def key():
    return suite.new_key("seal")


def keys(*some):
    return {suite.thumbprint(key): key for key in some}


def signed_with_header(header: dict | str, key, payload=PAYLOAD):
    """A signature by Ed25519 that really verifies, over whatever header."""
    protected = b64((header if isinstance(header, str) else json.dumps(header, separators=(",", ":"))).encode())
    made = key.private_key.sign(protected.encode() + b"." + b64(payload).encode())
    return {"protected": protected, "signature": b64(made)}


def header_of(key, **others):
    return dict(sorted(({"alg": "Ed25519", "kid": suite.thumbprint(key), "typ": TYP} | others).items()))


# Known answers


def test_the_example_of_rfc_8037_is_signed_and_verified_as_printed_there():
    key = suite.private_key(RFC_8037)
    printed = (
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the algorithm's old name
        registry = jws.JWSRegistry(algorithms=["EdDSA"])
        made = jws.serialize_compact({"alg": "EdDSA"}, b"Example of Ed25519 signing", key, registry=registry)
    assert made == printed
    head, _, signature = printed.split(".")
    public = suite.public_key(suite.public_jwk(key), use="seal")
    public.public_key.verify(
        suite.decoded(signature, code="signature-missing", what="it"),
        (head + "." + b64(b"Example of Ed25519 signing")).encode(),
    )


def test_a_signature_is_ed25519_over_header_and_payload_as_rfc_7515_joins_them():
    key = suite.private_key(RFC_8037)
    made = suite.sign(PAYLOAD, key, typ=TYP)
    assert made == signed_with_header(
        {"alg": "Ed25519", "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", "typ": TYP}, key
    )


def test_thumbprints_are_those_of_the_examples_of_rfc_7638_and_rfc_8037():
    modulus = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n"
        "3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgd"
        "AZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur"
        "-kEgU8awapJzKnqDKgw"
    )
    rsa = RSAKey.import_key({"kty": "RSA", "n": modulus, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"})
    assert suite.thumbprint(rsa) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    assert suite.thumbprint(suite.private_key(RFC_8037)) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_the_signature_of_rfc_7515_verifies_under_the_key_read_from_there():
    key = suite.public_key(suite.public_jwk(suite.private_key(RFC_7515)), use="seal")
    printed = (
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
        "cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
    )
    assert jws.deserialize_compact(printed, key, algorithms=["ES256"]).payload.startswith(b'{"iss":"joe"')
    made = suite.sign(PAYLOAD, suite.private_key(RFC_7515), typ=TYP)
    assert suite.signed_by(PAYLOAD, made, keys(key), typ=TYP) == suite.thumbprint(key)


def test_digests_are_sha_256_in_base64url():
    assert suite.digest(b"abc") == "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"


def test_the_commitment_is_the_digest_of_its_name_and_the_key():
    key = bytes(range(32))
    said = b"tocsin-exchange key commitment" + b"\x00" + key
    assert suite.commitment(key) == b64(hashlib.sha256(said).digest())


# Forms


@given(st.text("ABCDEFGHabcwxyz0189-_+/=", max_size=50) | st.binary(max_size=40).map(b64))
def test_base64url_is_read_exactly_where_it_is_the_one_writing_of_what_it_says(text):
    try:
        data = suite.decoded(text, code="locked", what="it")
    except Malformed:
        assert not is_one_writing(text)
    else:
        assert b64(data) == text


def is_one_writing(text: str) -> bool:
    try:
        return set(text) <= set(ALPHABET) and b64(base64.urlsafe_b64decode(text + "==")) == text
    except ValueError:
        return False


@pytest.mark.parametrize("text", [None, 5, b"AA", ["AA"], "AA==", "A", "AB", "A+", "A A", "AA\n", "ÄÄ"])
def test_what_is_not_base64url_is_refused(text):
    with pytest.raises(Malformed):
        suite.decoded(text, code="locked", what="it")


@given(st.binary(min_size=31, max_size=33).map(b64) | st.binary(min_size=32, max_size=32).map(b64), letters)
def test_a_digest_is_a_text_that_32_bytes_are_written_as(text, last):
    for one in (text, text[:-1] + last, text + "A", text[:-1], text + "\n", "+" + text[1:]):
        try:
            is_one = len(suite.decoded(one, code="locked", what="it")) == 32
        except Malformed:
            is_one = False
        assert suite.is_digest(one) == is_one


@pytest.mark.parametrize("value", [None, 43, b"A" * 43, ["A"] * 43, "é" * 43, "A" * 42 + "é", "٠" * 43])
def test_what_is_no_text_of_ascii_is_no_digest(value):
    assert not suite.is_digest(value)


# Signatures that count, and those that do not


def test_a_signature_counts_for_its_key_its_payload_and_its_purpose_only(key):
    made = suite.sign(PAYLOAD, key, typ=TYP)
    assert suite.signed_by(PAYLOAD, made, keys(key), typ=TYP) == suite.thumbprint(key)
    assert suite.signed_by(PAYLOAD + b" ", made, keys(key), typ=TYP) is None
    assert suite.signed_by(PAYLOAD, made, keys(key), typ="tocsin-checkpoint") is None
    assert suite.signed_by(PAYLOAD, made, keys(suite.new_key("seal")), typ=TYP) is None
    assert suite.signed_by(PAYLOAD, made, {}, typ=TYP) is None


def test_signatures_over_large_manifests_count(key):
    # A library's own limit below the protocol's would make batches of thousands of documents unreadable.
    payload = b"x" * limits.MANIFEST_BYTES
    assert suite.signed_by(payload, suite.sign(payload, key, typ=TYP), keys(key), typ=TYP)


def test_the_identifier_of_another_key_does_not_count(key):
    other = suite.new_key("seal")
    forged = signed_with_header(header_of(other), key)
    assert suite.signed_by(PAYLOAD, forged, keys(key, other), typ=TYP) is None


@pytest.mark.parametrize(
    "alg", ["HS256", "HS512", "none", "None", "EdDSA", "ES256", "ES512", "RS256", "PS256", "", None, 5]
)
def test_another_algorithm_than_the_keys_own_does_not_count(key, alg):
    assert suite.signed_by(PAYLOAD, signed_with_header(header_of(key, alg=alg), key), keys(key), typ=TYP) is None


@pytest.mark.parametrize("secret", ["raw", "x", "pem", "der", "jwk", "empty"])
def test_an_hmac_by_the_public_key_as_secret_does_not_count(key, secret):
    public = suite.public_jwk(key)
    secrets = {
        "raw": base64.urlsafe_b64decode(public["x"] + "="),
        "x": public["x"].encode(),
        "pem": key.as_pem(private=False),
        "der": key.as_der(private=False),
        "jwk": canonical(public),
        "empty": b"",
    }
    for alg in ("HS256", "Ed25519"):
        protected = b64(canonical(header_of(key, alg=alg)))
        mac = hmac.digest(secrets[secret], f"{protected}.{b64(PAYLOAD)}".encode(), "sha256")
        assert suite.signed_by(PAYLOAD, {"protected": protected, "signature": b64(mac)}, keys(key), typ=TYP) is None


def test_no_signature_at_all_does_not_count(key):
    for alg in ("none", "Ed25519"):
        made = {"protected": b64(canonical(header_of(key, alg=alg))), "signature": ""}
        assert suite.signed_by(PAYLOAD, made, keys(key), typ=TYP) is None


@pytest.mark.parametrize(
    "others",
    [
        {"crit": ["exp"], "exp": 1},
        {"crit": []},
        {"crit": ["b64"], "b64": False},
        {"crit": ["b64"], "b64": True},
        {"b64": False},
        {"b64": True},
        {"jku": "https://example/keys"},
        {"x5u": "https://example/chain"},
        {"x5c": ["MIIB"]},
        {"cty": "json"},
        {"nonce": "x"},
    ],
)
def test_a_header_with_anything_beside_its_three_members_does_not_count(key, others):
    made = signed_with_header(header_of(key, **others), key)
    assert suite.signed_by(PAYLOAD, made, keys(key), typ=TYP) is None


def test_a_key_that_a_signature_brings_along_is_not_used(key):
    theirs = suite.new_key("seal")
    brought = {"jwk": suite.public_jwk(theirs)}
    for header in (header_of(theirs, **brought), header_of(key, **brought), brought | {"alg": "Ed25519", "typ": TYP}):
        assert suite.signed_by(PAYLOAD, signed_with_header(header, theirs), keys(key), typ=TYP) is None


@pytest.mark.parametrize("kid", ["", None, 5, ["x"], {}])
def test_an_identifier_of_no_key_does_not_count(key, kid):
    assert suite.signed_by(PAYLOAD, signed_with_header(header_of(key, kid=kid), key), keys(key), typ=TYP) is None


def test_a_payload_that_is_not_encoded_does_not_count(key):
    header = b64(canonical(header_of(key, b64=False, crit=["b64"])))
    made = key.private_key.sign(header.encode() + b"." + PAYLOAD)
    assert suite.signed_by(PAYLOAD, {"protected": header, "signature": b64(made)}, keys(key), typ=TYP) is None


@pytest.mark.parametrize(
    "typ", ["tocsin-checkpoint", "tocsin-cosignature", "TOCSIN-MANIFEST", "", None, ["tocsin-manifest"]]
)
def test_another_purpose_does_not_count(key, typ):
    assert suite.signed_by(PAYLOAD, signed_with_header(header_of(key, typ=typ), key), keys(key), typ=TYP) is None


def test_a_header_written_in_another_way_does_not_count(key):
    kid = suite.thumbprint(key)
    for header in (
        f'{{"kid":"{kid}","alg":"Ed25519","typ":"{TYP}"}}',
        f'{{"alg": "Ed25519","kid":"{kid}","typ":"{TYP}"}}',
        f'{{"alg":"none","alg":"Ed25519","kid":"{kid}","typ":"{TYP}"}}',
        f'[{{"alg":"Ed25519","kid":"{kid}","typ":"{TYP}"}}]',
        '["alg","kid","typ"]',
        '"alg"',
        "{",
        "",
    ):
        assert suite.signed_by(PAYLOAD, signed_with_header(header, key), keys(key), typ=TYP) is None
    assert suite.signed_by(PAYLOAD, signed_with_header(header_of(key), key), keys(key), typ=TYP) == kid


@pytest.mark.parametrize(
    "change",
    [
        lambda made: made | {"header": {"kid": "x"}},
        lambda made: made | {"payload": b64(PAYLOAD)},
        lambda made: {"protected": made["protected"]},
        lambda made: {"signature": made["signature"]},
        lambda made: made | {"signature": None},
        lambda made: made | {"signature": 5},
        lambda made: made | {"signature": [made["signature"]]},
        lambda made: made | {"protected": {"alg": "Ed25519"}},
        lambda made: made | {"signature": made["signature"] + "=="},
        lambda made: made | {"signature": made["signature"][:-1]},
        lambda made: made | {"signature": made["signature"] + "A"},
        lambda made: made | {"signature": made["signature"] + "\n"},
        lambda made: made | {"signature": "é" + made["signature"]},
        lambda made: made | {"signature": "A" * 100_000},
        lambda made: made | {"protected": made["protected"] + "="},
        lambda made: "..".join(made.values()),
        lambda made: [made],
        lambda made: None,
        lambda made: {},
    ],
)
def test_a_signature_of_another_form_does_not_count_and_raises_nothing(key, change):
    made = suite.sign(PAYLOAD, key, typ=TYP)
    assert suite.signed_by(PAYLOAD, change(made), keys(key), typ=TYP) is None


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda x: st.dictionaries(st.text(max_size=9), x, max_size=3),
        max_leaves=5,
    )
)
def test_whatever_stands_in_place_of_a_signature_raises_nothing(value):
    key = suite.new_key("seal")
    for one in (
        value,
        {"protected": value, "signature": "AA"},
        {"protected": b64(canonical(header_of(key))), "signature": value},
    ):
        assert suite.signed_by(PAYLOAD, one, keys(key), typ=TYP) is None


@pytest.mark.parametrize("kind", ["Ed25519", "P-256"])
def test_no_other_writing_of_a_signature_counts_twice(kind):
    key = suite.new_key("seal") if kind == "Ed25519" else ECKey.generate_key("P-256")
    made = suite.sign(PAYLOAD, key, typ=TYP)
    raw = base64.urlsafe_b64decode(made["signature"] + "==")
    variants = [made, dict(made)]
    variants += [made | {"signature": made["signature"][:-1] + letter} for letter in ALPHABET]  # unused bits
    variants += [made | {"protected": made["protected"][:-1] + letter} for letter in ALPHABET]
    order = (
        0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
        if kind == "P-256"
        else 2**252 + 27742317777372353535851937790883648493
    )
    end = "big" if kind == "P-256" else "little"
    s = int.from_bytes(raw[32:], end)
    for other in (order - s, s + order):  # the twin of ECDSA; S beyond the order, of Ed25519
        if other < 2**256:
            variants.append(made | {"signature": b64(raw[:32] + other.to_bytes(32, end))})
    variants.append(suite.sign(PAYLOAD, key, typ=TYP))  # of P-256, another one by the same key
    assert counted_signers(PAYLOAD, variants, keys(key)) == {suite.thumbprint(key)}
    for one in variants[2:66]:  # the letters with unused bits set do not even count once
        if one != made:
            assert suite.signed_by(PAYLOAD, one, keys(key), typ=TYP) is None


def test_distinct_keys_are_counted_and_nothing_else(key):
    other, stranger = suite.new_key("seal"), suite.new_key("seal")
    mine, theirs = (suite.sign(PAYLOAD, one, typ=TYP) for one in (key, other))
    listed = keys(key, other)
    assert counted_signers(PAYLOAD, [], listed) == set()
    assert counted_signers(PAYLOAD, [mine, mine, dict(mine)], listed) == {suite.thumbprint(key)}
    assert counted_signers(PAYLOAD, [mine, theirs], listed) == set(listed)
    gost = {"protected": b64(canonical({"alg": "GOST3410", "kid": "x", "typ": TYP})), "signature": "AAAA"}
    spoilt = [gost, None, {"protected": 5}, suite.sign(PAYLOAD, stranger, typ=TYP), mine | {"signature": "AAAA"}]
    assert counted_signers(PAYLOAD, [*spoilt, mine, *spoilt], listed) == {suite.thumbprint(key)}


def test_a_key_that_does_not_sign_is_not_taken_for_one_that_does():
    encrypt = suite.new_key("encrypt")
    with pytest.raises(ValueError, match="does not sign"):
        suite.sign(PAYLOAD, encrypt, typ=TYP)
    kid = suite.thumbprint(encrypt)
    forged = {"protected": b64(canonical({"alg": "Ed25519", "kid": kid, "typ": TYP})), "signature": "AAAA"}
    assert suite.signed_by(PAYLOAD, forged, {kid: encrypt}, typ=TYP) is None
