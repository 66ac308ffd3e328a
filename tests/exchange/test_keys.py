"""Keys: each is of the kind of its use, has one identifier, and is a point that only its owner signs or reads with."""

import base64

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicNumbers
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc.jwk import ECKey
from tests.exchange.specimens import RFC_7515, RFC_8037, b64

from tocsin.exchange import suite
from tocsin.exchange.errors import Malformed

ED, P256 = suite.public_jwk(suite.private_key(RFC_8037)), suite.public_jwk(suite.private_key(RFC_7515))
P = 2**255 - 19


def test_new_keys_are_of_the_kind_of_their_use():
    for use in ("seal", "request", "encrypt"):
        key = suite.new_key(use)
        crv = "X25519" if use == "encrypt" else "Ed25519"
        assert suite.public_jwk(key).keys() == {"kty", "crv", "x"}
        assert suite.public_jwk(key)["crv"] == crv
        assert suite.thumbprint(suite.public_key(suite.public_jwk(key), use=use)) == suite.thumbprint(key)
        assert suite.public_jwk(suite.private_key(key.as_dict(private=True))) == suite.public_jwk(key)


def test_a_key_for_one_use_is_refused_for_the_other():
    for use, other in (("seal", "encrypt"), ("encrypt", "seal"), ("encrypt", "request")):
        jwk = suite.public_jwk(suite.new_key(use))
        assert not suite.is_known(jwk, use=other)
        with pytest.raises(Malformed):
            suite.public_key(jwk, use=other)


@pytest.mark.parametrize(
    "jwk",
    [
        RFC_8037,  # private
        RFC_7515,
        ED | {"x": ED["x"] + "="},
        ED | {"x": ED["x"][:-1] + "p"},  # the same bytes, another writing
        ED | {"x": ED["x"][:-2]},
        ED | {"x": b64(base64.urlsafe_b64decode(ED["x"] + "=") + b"\0")},
        ED | {"x": 5},
        ED | {"x": None},
        {"kty": "OKP", "crv": "Ed25519"},
        ED | {"crv": "Ed448"},
        ED | {"crv": "X25519"},
        ED | {"crv": ["Ed25519"]},
        ED | {"crv": {}},
        ED | {"kty": "EC"},
        ED | {"kty": ["OKP"]},
        P256 | {"crv": "P-384"},
        P256 | {"y": P256["x"]},  # not on the curve
        P256 | {"x": b64(bytes(32)), "y": b64(bytes(32))},
        P256 | {"x": b64(b"\0" + base64.urlsafe_b64decode(P256["x"] + "="))},  # the same number, another writing
        P256 | {"x": b64(b"\xff" * 32)},
        {"kty": "oct", "k": "AAAA"},
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
        None,
        [],
        "jwk",
        {},
    ],
)
def test_what_is_no_public_key_of_the_suite_is_refused(jwk):
    with pytest.raises(Malformed) as refusal:
        suite.public_key(jwk, use="seal")
    assert refusal.value.code == "list-invalid"


def test_a_coordinate_written_without_its_leading_zeros_is_refused():
    # Otherwise one key would have two identifiers, and count as two.
    numbers = next(
        numbers
        for numbers in (ECKey.generate_key("P-256").public_key.public_numbers() for _ in range(5_000))
        if numbers.x < 2**248
    )
    x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
    jwk = {"kty": "EC", "crv": "P-256", "x": b64(x), "y": b64(y)}
    assert suite.public_key(jwk, use="seal")
    with pytest.raises(Malformed):
        suite.public_key(jwk | {"x": b64(x[1:])}, use="seal")


def test_other_members_of_a_key_are_ignored():
    key = suite.public_key(ED | {"use": "enc", "alg": "HS256", "key_ops": ["encrypt"], "kid": "mine"}, use="seal")
    assert suite.public_jwk(key) == ED
    private = suite.private_key(RFC_8037 | {"alg": "EdDSA", "use": "enc", "kid": "mine"})
    signed = suite.sign(b"payload", private, typ="tocsin-manifest")
    assert suite.signed_by(b"payload", signed, {suite.thumbprint(key): key}, typ="tocsin-manifest")


LOW_ORDER_X25519 = [
    0,
    1,
    P - 1,
    P,
    P + 1,
    325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823,
]


@pytest.mark.parametrize("u", LOW_ORDER_X25519)
@pytest.mark.parametrize("high", [0, 2**255])
def test_points_of_low_order_are_refused_for_encryption(u, high):
    jwk = {"kty": "OKP", "crv": "X25519", "x": b64((u + high).to_bytes(32, "little"))}
    with pytest.raises(Malformed):
        suite.public_key(jwk, use="encrypt")


def points_of_small_order() -> set[bytes]:
    """Every writing of the points of Ed25519 whose order divides 8, found by clearing a point of its large part."""
    d = -121665 * pow(121666, -1, P) % P

    def plus(a, b):
        (x1, y1), (x2, y2) = a, b
        k = d * x1 * x2 * y1 * y2 % P
        return (x1 * y2 + x2 * y1) * pow(1 + k, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - k, -1, P) % P

    def times(n, point):
        result = (0, 1)
        for bit in bin(n)[2:]:
            result = plus(result, result)
            if bit == "1":
                result = plus(result, point)
        return result

    y = 3  # a point of full order; the test that there are eight says so
    square = (y * y - 1) * pow(d * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    assert (x * x - square) % P == 0
    torsion = times(2**252 + 27742317777372353535851937790883648493, (x, y))
    multiples = {times(n, torsion) for n in range(8)}
    assert len(multiples) == 8
    return {
        (value + sign * 2**255).to_bytes(32, "little")
        for _, y in multiples
        for value in (y, y + P)
        for sign in (0, 1)
        if value < 2**255
    }


def test_points_by_which_anybody_could_sign_are_refused():
    forgeable = 0
    for x in points_of_small_order():
        with pytest.raises(Malformed):
            suite.public_key({"kty": "OKP", "crv": "Ed25519", "x": b64(x)}, use="seal")
        forgeable += any(verifies(x, r + bytes(32), bytes([n])) for r in points_of_small_order() for n in range(20))
    assert forgeable >= 8  # they are dangerous indeed: signatures without a private key


def verifies(x: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(x).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def test_a_second_writing_of_a_point_is_refused():
    # y is taken modulo p by the library, so p + y would be the same key under another identifier.
    for y in range(2, 19):
        with pytest.raises(Malformed):
            suite.public_key({"kty": "OKP", "crv": "Ed25519", "x": b64((y + P).to_bytes(32, "little"))}, use="seal")


def test_a_point_of_p_256_that_is_not_on_it_is_refused_by_the_library_we_rely_on():
    with pytest.raises(ValueError, match=r"(?i)curve|invalid"):
        EllipticCurvePublicNumbers(1, 1, SECP256R1()).public_key()


@pytest.mark.parametrize(
    "jwk",
    [
        ED,
        P256,
        RFC_8037 | {"x": suite.public_jwk(suite.new_key("seal"))["x"]},  # of another key
        RFC_7515 | {"d": b64(bytes(31) + b"\x05")},
        RFC_8037 | {"d": "AAAA"},
        RFC_8037 | {"d": 5},
        RFC_8037 | {"x": "A"},
        {"kty": "oct", "k": "AAAA"},
        {"kty": []},
        {},
    ],
)
def test_what_is_no_private_key_is_not_read_as_one(jwk):
    with pytest.raises(ValueError, match="private key"):
        suite.private_key(jwk)


def test_the_private_half_is_never_in_what_is_listed():
    for key in (suite.new_key("seal"), suite.new_key("encrypt"), ECKey.generate_key("P-256")):
        assert "d" not in suite.public_jwk(key)
    assert isinstance(suite.new_key("seal").private_key, Ed25519PrivateKey)
