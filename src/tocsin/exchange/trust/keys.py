"""Keys of the trust list's roles: the same JWKs as all other keys, as TUF's metadata lists them and signs with them.

A key's identifier in TUF is its RFC 7638 thumbprint, as everywhere in the exchange. So one key cannot be listed under
two identifiers and count twice towards a threshold, and people compare one text for a key wherever they meet it.
"""

from typing import cast

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from securesystemslib.signer import CryptoSigner, Key, SSlibKey

from tocsin.exchange import suite
from tocsin.exchange.errors import ExchangeError, NotTrusted, Refused

__all__ = ["check_listed", "key_of", "listed_key", "signer_of"]


def signer_of(key: suite.Key) -> CryptoSigner:
    """Signs TUF's metadata with a private key, one made by `suite.new_key("identity")`. Raises ExchangeError."""
    if not key.is_private:
        raise ExchangeError(f"{suite.thumbprint(key)} is a public key; a signature takes the private one")
    return CryptoSigner(cast(PrivateKeyTypes, key.private_key), listed_key(key))


def listed_key(key: suite.Key) -> SSlibKey:
    """The public half, as TUF's metadata lists it. Raises ExchangeError for a key that does not sign."""
    try:
        suite.signer(key)
    except ValueError as problem:
        raise ExchangeError(f"{problem}; a role of the trust list takes a signing key") from None
    return SSlibKey.from_crypto(key.public_key, keyid=suite.thumbprint(key))


def key_of(listed: Key) -> suite.Key:
    """The public key that TUF's metadata lists. Raises NotTrusted `list-invalid` for one not in the suite."""
    public = str(listed.keyval.get("public"))
    try:
        if (listed.keytype, listed.scheme) == ("ed25519", "ed25519"):
            jwk = {"kty": "OKP", "crv": "Ed25519", "x": suite.encoded(bytes.fromhex(public))}
            return suite.public_key(jwk, use="identity")
        if (listed.keytype, listed.scheme) == ("ecdsa", "ecdsa-sha2-nistp256"):
            load_pem_public_key(public.encode())  # refuses what also holds a private key
            return suite.public_key(ECKey.import_key(public).as_dict(private=False), use="identity")
    except (ValueError, TypeError, JoseError, UnsupportedAlgorithm, Refused):
        pass
    raise NotTrusted(
        "list-invalid",
        f"the key {listed.keyid!r:.60} is not of a kind that the trust list knows: Ed25519, or ECDSA over P-256",
    )


def check_listed(keys: dict[str, Key]) -> None:
    """Refuse keys that are listed otherwise than under their own thumbprints. Raises NotTrusted `list-invalid`."""
    for keyid, listed in keys.items():
        if keyid != (kid := suite.thumbprint(key_of(listed))):
            raise NotTrusted("list-invalid", f"the key {keyid!r:.60} is not listed under its own thumbprint, {kid}")
