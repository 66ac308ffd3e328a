"""The cryptography of the exchange, each algorithm named once. No primitive is our own: `joserfc` over `cryptography`.
Items, of which there are thousands, go by `cryptography` itself: their header has one form, and little is to be read.

A state that must use its own algorithms (GOST, SM, STB) adds a signature to each manifest beside the one named here: a
registered JWS algorithm in SIGNATURES, its key in the state's entry of the trust list. Nodes that do not know it look
past it. docs/exchange.md, sections 4 and 6.
"""

import base64
import hashlib
import json
import os
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeGuard

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from tocsin.exchange import limits
from tocsin.exchange.canonical import canonical, read_canonical
from tocsin.exchange.errors import Malformed

__all__ = [
    "Key",
    "Signature",
    "commitment",
    "decoded",
    "digest",
    "encoded",
    "is_digest",
    "is_known",
    "new_body_key",
    "new_key",
    "opened",
    "private_key",
    "public_jwk",
    "public_key",
    "sealed",
    "sign",
    "signed_by",
    "signer",
    "thumbprint",
    "unwrapped",
    "wrapped",
]

Key = OKPKey | ECKey
Signature = dict[str, str]  # {"protected", "signature"}: a detached JWS in its flattened form

# use -> (kty, crv) -> algorithm. The first of a use is what new keys are.
SIGNATURES = {("OKP", "Ed25519"): "Ed25519", ("EC", "P-256"): "ES256"}
WRAPPING = {("OKP", "X25519"): "ECDH-ES+A256KW"}
BODY = "A256GCM"
BODY_KEY_BYTES, NONCE_BYTES, TAG_BYTES = 32, 12, 16
COORDINATES = {"EC": ("x", "y"), "OKP": ("x",)}  # 32 bytes each, in every kind of key above
PARCEL = ("protected", "header", "encrypted_key", "iv", "ciphertext", "tag")  # `header` holds the sender's own key
COMMITMENT = b"tocsin-exchange key commitment\x00"

# y of the points of Ed25519 whose order divides 8, RFC 8032: for these, signatures can be made without a private key.
FIELD = 2**255 - 19
SMALL_ORDER = {
    0,
    1,
    FIELD - 1,
    2707385501144840649318225287225658788936804267575313519463743609750303402022,
    FIELD - 2707385501144840649318225287225658788936804267575313519463743609750303402022,
}

DIGEST = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")  # the last says four bits; the two unused ones are zero
ITEM_HEADER = re.compile(
    r'\{"alg":"dir",("cty":"zstd",)?"enc":"A256GCM","kc":"([A-Za-z0-9_-]{43})","typ":"tocsin-document"\}'
)

_jws = jws.JWSRegistry(algorithms=list(SIGNATURES.values()))
_jwe = jwe.JWERegistry(algorithms=[BODY, *WRAPPING.values()])
# The library's own limits are below the protocol's; whatever comes here has been measured already.
_jws.max_payload_length = 2 * limits.RECORD_BYTES
_jwe.max_ciphertext_length = 2 * limits.RECORD_BYTES


def encoded(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decoded(text: object, *, code: str, what: str) -> bytes:
    """What base64url without padding says; only the one text that says it is accepted. Raises Malformed."""
    if isinstance(text, str):
        try:
            data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except ValueError:
            pass
        else:
            if encoded(data) == text:
                return data
    raise Malformed(code, f"{what} is not base64url without padding")


def digest(data: bytes) -> str:
    """SHA-256, as 43 characters."""
    return encoded(hashlib.sha256(data).digest())


def is_digest(text: object) -> TypeGuard[str]:
    """Whether `text` has the form of a digest, written the one way it can be."""
    return isinstance(text, str) and DIGEST.fullmatch(text) is not None


# Keys


def new_key(use: str) -> Key:
    """A new private key for `use`: seal, request, encrypt, or identity of a role in the trust list."""
    return OKPKey.generate_key("X25519" if use == "encrypt" else "Ed25519", private=True, auto_kid=False)


def is_known(jwk: Mapping[str, Any], *, use: str) -> bool:
    """Whether a JWK for `use` is of a kind in the suite. One that is not is for others to verify by."""
    return _kind(jwk) in _kinds(use)


def public_key(jwk: object, *, use: str) -> Key:
    """The public key of a JWK from a trust list.

    Raises Malformed for a private one, of a kind not in the suite, not a point of its curve, or a point with which
    anybody could sign or read.
    """
    if isinstance(jwk, Mapping) and is_known(jwk, use=use) and "d" not in jwk:
        wanted = ("kty", "crv", *COORDINATES[jwk["kty"]])
        try:
            return _checked(tuple((name, jwk[name]) for name in wanted))
        except (JoseError, KeyError, Malformed, TypeError, ValueError):
            pass
    kinds = ", ".join(" ".join(kind) for kind in _kinds(use))
    raise Malformed("list-invalid", f"a {use} key is not a public JWK of {kinds}")


@lru_cache(maxsize=1_024)  # the same few hundred keys stand in every trust list, and are asked for with each
def _checked(members: tuple[tuple[str, str], ...]) -> Key:
    key = _imported(dict(members))
    _check_point(key)
    return key


def private_key(jwk: Mapping[str, Any]) -> Key:
    """A private key as a node keeps it. Raises ValueError."""
    try:
        key = _imported({name: jwk[name] for name in ("kty", "crv", "d", *COORDINATES[jwk["kty"]])})
        # The library takes x for what it says it is, whatever d is; of P-256 it does check both.
        whole = isinstance(key, ECKey) or public_jwk(OKPKey.import_key(key.public_key)) == public_jwk(key)
    except (JoseError, KeyError, Malformed, TypeError, ValueError):
        whole = False
    if not whole:
        raise ValueError("not a private key as a JWK")
    return key


def _kinds(use: str) -> Mapping[tuple[str, str], str]:
    return WRAPPING if use == "encrypt" else SIGNATURES


def _kind(jwk: Mapping[str, Any]) -> tuple[str, str]:
    kty, crv = jwk.get("kty"), jwk.get("crv")
    return (kty, crv) if isinstance(kty, str) and isinstance(crv, str) else ("", "")


def _imported(jwk: dict[str, Any]) -> Key:
    for name in COORDINATES[jwk["kty"]]:
        # Otherwise one key could be written in two ways, and be counted as two.
        if len(decoded(jwk[name], code="list-invalid", what=f"{name} of a key")) != 32:
            raise ValueError(f"{name} has not 32 bytes")
    return ECKey.import_key(jwk) if jwk["kty"] == "EC" else OKPKey.import_key(jwk)


def _check_point(key: Key) -> None:
    """Refuse, with ValueError, what the libraries take without a look; points of P-256 they do check."""
    point = key.public_key
    if isinstance(point, X25519PublicKey):
        X25519PrivateKey.generate().exchange(point)
    elif isinstance(point, Ed25519PublicKey):
        y = int.from_bytes(point.public_bytes_raw(), "little") % 2**255  # without the sign of x
        if y >= FIELD or y in SMALL_ORDER:
            raise ValueError("not a point that only its owner signs with")


def public_jwk(key: Key) -> dict[str, str]:
    """The public half, as it stands in a trust list."""
    held = key.as_dict(private=False)
    return {name: str(held[name]) for name in ("kty", "crv", "x", "y") if name in held}


def thumbprint(key: Key) -> str:
    """The key's identifier: RFC 7638."""
    return key.thumbprint()


# Signatures


def signer(key: Key) -> str:
    """The algorithm by which `key` signs. Raises ValueError if it cannot."""
    try:
        return SIGNATURES[_kind(key.dict_value)]
    except KeyError:
        raise ValueError(f"a key of {key.key_type} {key.curve_name} does not sign") from None


def sign(payload: bytes, key: Key, *, typ: str) -> Signature:
    """A detached JWS over `payload`. `typ` keeps a signature made for one thing from being shown for another."""
    header = {"alg": signer(key), "kid": thumbprint(key), "typ": typ}
    made = jws.serialize_json({"protected": header}, payload, key, registry=_jws)
    return {"protected": made["protected"], "signature": made["signature"]}


def signed_by(payload: bytes, signature: object, keys: Mapping[str, Key], *, typ: str) -> str | None:
    """The identifier of the key of `keys` that made `signature` over `payload`; None if it does not count.

    It does not count, and is no more than that, if anything about it is unknown: its form, its algorithm, its key, a
    `crit`.
    """
    if not (isinstance(signature, Mapping) and set(signature) == {"protected", "signature"}):
        return None
    protected, made = signature["protected"], signature["signature"]
    try:
        header = _read_header(protected, {"alg", "kid", "typ"})
        key = keys[header["kid"]]
        if header["typ"] != typ or header["alg"] != signer(key) or not isinstance(made, str):
            return None
        jws.deserialize_json(
            {"payload": encoded(payload), "protected": protected, "signature": made}, key, registry=_jws
        )
    except (JoseError, KeyError, Malformed, TypeError, ValueError):
        return None
    return str(header["kid"])


def _read_header(protected: object, names: set[str]) -> dict[str, Any]:
    """A protected header: canonical JSON with these members and no others. Raises Malformed."""
    data = decoded(protected, code="signature-missing", what="a protected header")
    header = read_canonical(data, what="a protected header", limit=1_000)
    if not (isinstance(header, dict) and set(header) == names):
        raise Malformed("signature-missing", f"a protected header has not just {', '.join(sorted(names))}")
    return header


# Bodies


def new_body_key() -> bytes:
    """A key for one document."""
    return os.urandom(BODY_KEY_BYTES)


def commitment(key: bytes) -> str:
    """What a sealed item says of its key, so that no other key can be taken for it."""
    return digest(COMMITMENT + key)


def sealed(plain: bytes, key: bytes, *, frame: bool) -> bytes:
    """A compact JWE of `plain`, a document or, with `frame`, a Zstandard frame of one."""
    header = {"alg": "dir", "enc": BODY, "kc": commitment(key), "typ": "tocsin-document"}
    if frame:
        header["cty"] = "zstd"
    protected = encoded(json.dumps(header, sort_keys=True, separators=(",", ":")).encode("ascii"))
    nonce = os.urandom(NONCE_BYTES)
    made = AESGCM(key).encrypt(nonce, plain, protected.encode("ascii"))
    parts = (nonce, made[:-TAG_BYTES], made[-TAG_BYTES:])
    return ".".join((protected, "", *map(encoded, parts))).encode("ascii")


def opened(item: bytes, key: bytes) -> tuple[bytes, bool]:
    """What a sealed item holds, and whether that is a frame.

    Raises Malformed: `document-invalid` for what no key opens, `commitment` for another key, `item-altered`.
    """
    try:
        start = item.partition(b".")[0].decode("ascii")
        header = decoded(start, code="document-invalid", what="an item's header").decode("ascii")
    except UnicodeDecodeError:
        raise Malformed("document-invalid", "an item's header is not ASCII") from None
    said = ITEM_HEADER.fullmatch(header)
    if said is None:
        raise Malformed("document-invalid", "the item is not sealed as version 1 does")
    if said[2] != commitment(key) or len(key) != BODY_KEY_BYTES:
        raise Malformed("commitment", "the key is not the one that the item was sealed with")
    try:
        return _decrypted_item(item, key), said[1] is not None
    except (InvalidTag, Malformed, ValueError):
        raise Malformed("item-altered", "the item does not open with its key") from None


def _decrypted_item(item: bytes, key: bytes) -> bytes:
    """A compact JWE whose header has been read: no key of its own, then nonce, ciphertext and tag, each of its size."""
    protected, wrapped_key, *rest = item.split(b".")
    nonce, ciphertext, tag = (decoded(part.decode("ascii"), code="item-altered", what="a part") for part in rest)
    if wrapped_key or len(nonce) != NONCE_BYTES or len(tag) != TAG_BYTES:
        raise ValueError("not as version 1 does")
    return AESGCM(key).decrypt(nonce, ciphertext + tag, protected)


# Parcels


def wrapped(content: Mapping[str, Any], recipient: Key) -> dict[str, Any]:
    """A parcel: `content` readable by `recipient` alone, as a flattened JWE."""
    header = {"alg": WRAPPING["OKP", "X25519"], "enc": BODY, "kid": thumbprint(recipient), "typ": "tocsin-keys"}
    parcel = jwe.FlattenedJSONEncryption(header, canonical(content))
    parcel.add_recipient(None, recipient)
    made: Mapping[str, Any] = jwe.encrypt_json(parcel, None, registry=_jwe)
    return {name: made[name] for name in PARCEL}


def unwrapped(parcel: object, keys: Mapping[str, Key]) -> dict[str, Any]:
    """What a parcel for one of our `keys` holds. Raises Malformed `locked` if none opens it."""
    try:
        plain = _decrypted(parcel, keys)
    except (JoseError, KeyError, Malformed, TypeError, ValueError):
        raise Malformed("locked", "the parcel does not open with any of our keys") from None
    content = read_canonical(plain, what="a parcel", limit=limits.RECORD_BYTES)
    if not (isinstance(content, dict) and isinstance(content.get("keys"), dict) and is_digest(content.get("manifest"))):
        raise Malformed("locked", "the parcel does not hold keys")
    return content


def _decrypted(parcel: object, keys: Mapping[str, Key]) -> bytes:
    if not (isinstance(parcel, Mapping) and set(parcel) == set(PARCEL)):
        raise ValueError("not of the form")
    header = _read_header(parcel["protected"], {"alg", "enc", "kid", "typ"})
    if header["alg"] not in WRAPPING.values() or header["enc"] != BODY or header["typ"] != "tocsin-keys":
        raise ValueError("not as version 1 does")
    if not all(isinstance(parcel[name], str) for name in PARCEL if name != "header"):
        raise ValueError("not texts")
    sender = public_jwk(public_key(parcel["header"]["epk"], use="encrypt"))
    if parcel["header"] != {"epk": sender}:
        raise ValueError("more than the sender's own key")
    given: jwe.FlattenedJSONSerialization = {
        "protected": parcel["protected"],
        "header": {"epk": sender},
        "encrypted_key": parcel["encrypted_key"],
        "iv": parcel["iv"],
        "ciphertext": parcel["ciphertext"],
        "tag": parcel["tag"],
    }
    return jwe.decrypt_json(given, keys[header["kid"]], registry=_jwe).plaintext or b""
