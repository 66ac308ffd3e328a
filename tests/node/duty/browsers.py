"""A browser that has registered, as its push service and node know it: it can read what is pushed to it (RFC 8291)."""

import base64
import json
import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

__all__ = ["Browser", "text"]


def text(data: bytes) -> str:
    """base64url without its end, as browsers write keys."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Browser:
    """Its keys, and reading."""

    def __init__(self) -> None:
        self._key, self._secret = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        self._point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.p256dh, self.auth = text(self._point), text(self._secret)

    def read(self, body: bytes) -> dict[str, str]:
        """What was said, from the body that the service was posted."""
        salt, length = body[:16], body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        shared = self._key.exchange(ec.ECDH(), theirs)
        mixed = _derived(shared, self._secret, b"WebPush: info\0" + self._point + sender, 32)
        key = _derived(mixed, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _derived(mixed, salt, b"Content-Encoding: nonce\0", 12)
        plain = AESGCM(key).decrypt(nonce, sealed, None)
        assert plain.endswith(b"\2"), "the last record ends with 2"
        return json.loads(plain[:-1])


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)
