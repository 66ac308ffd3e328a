"""Public keys on their way from those who hold the private halves to those who list them: a JWK Set in a file.

RFC 7517. `kid` is the key's thumbprint, by which people compare it over a telephone; `use` is what it is for.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tocsin.exchange import suite
from tocsin.exchange.errors import Malformed
from tocsin.exchange.key_files import USES, BadKey

__all__ = ["PublicKey", "grouped", "read_public_keys", "written_public_keys"]

MOST = 256
KEYS_BYTES = 1_000_000


@dataclass(frozen=True)
class PublicKey:
    """A public key, and what it is for: seal, request, encrypt, identity."""

    use: str
    key: suite.Key

    @property
    def kid(self) -> str:
        """Its thumbprint."""
        return suite.thumbprint(self.key)


def written_public_keys(keys: Iterable[PublicKey]) -> str:
    """The file that hands these keys over."""
    said = [{"kid": one.kid, "use": one.use, **suite.public_jwk(one.key)} for one in keys]
    return json.dumps({"keys": said}, indent=1) + "\n"


def read_public_keys(data: bytes, *, name: str) -> list[PublicKey]:
    """The keys that a file hands over. Raises BadKey, naming the file, for anything that is not just that."""
    try:
        said = json.loads(data) if len(data) <= KEYS_BYTES else None
    except ValueError:
        said = None
    keys = said.get("keys") if isinstance(said, dict) else None
    if not (isinstance(keys, list) and 0 < len(keys) <= MOST and all(isinstance(one, dict) for one in keys)):
        raise BadKey(f"{name} is not a file of public keys; `tocsin exchange keys show --public` makes one")
    return [_read(one, name) for one in keys]


def _read(said: dict[str, Any], name: str) -> PublicKey:
    if "d" in said:
        raise BadKey(
            f"{name} holds a private key, which nobody but its holder may ever have; end that key and make another. "
            "`tocsin exchange keys show --public` writes the public half alone"
        )
    use = said.get("use")
    if use not in USES:
        raise BadKey(f"a key of {name} is for {use!r:.40}; it is for one of {', '.join(USES)}")
    try:
        key = PublicKey(use, suite.public_key(said, use=use))
    except Malformed as problem:
        raise BadKey(f"{name}: {problem.detail}") from None
    if said.get("kid", key.kid) != key.kid:
        raise BadKey(f"{name} gives a key under another thumbprint than its own, {key.kid}: the file was altered")
    return key


def grouped(text: str) -> str:
    """A thumbprint or digest in groups of four, as it is read aloud; small and capital letters are different ones."""
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))
