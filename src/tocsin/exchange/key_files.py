"""A node's private keys: files in its folder, readable by the owner alone, never in a database or a backup.

keys/seal/NAME.pem       sign manifests; all of them, in the order of their names
keys/request/NAME.pem    sign requests and answers: the newest that the trust list names
keys/encrypt/NAME.pem    open parcels: all of them, the newest with the earlier ones
keys/identity/NAME.pem   sign this state's own file of the trust list; better kept on another machine

PKCS #8, encrypted under the passphrase in the file that TOCSIN_KEY_PASSPHRASE_FILE names, if it does. Names begin with
the day on which a key was made, so that they sort by age.
"""

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from tocsin.exchange import suite
from tocsin.exchange.errors import ExchangeError
from tocsin.exchange.local import Keys

__all__ = ["USES", "BadKey", "folder", "load", "make", "read", "retire", "write"]

USES = ("seal", "request", "encrypt", "identity")
SEALING = ("seal", "request", "encrypt")
ANSWERING = ("request", "encrypt")  # what a process that peers can reach has to know


class BadKey(ExchangeError):
    """A key file cannot be used; the message says which, and what to do."""


def folder(home: Path, use: str) -> Path:
    """Where keys for `use` are, made if it is not there."""
    path = home / "keys" / use
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def passphrase() -> bytes | None:
    """What key files are encrypted under; None if they are not."""
    named = os.environ.get("TOCSIN_KEY_PASSPHRASE_FILE")
    if not named:
        return None
    try:
        found = Path(named).read_bytes().strip()
    except OSError as error:
        raise BadKey(f"TOCSIN_KEY_PASSPHRASE_FILE names {named}, which cannot be read: {error.strerror}") from None
    if not found:
        raise BadKey(f"TOCSIN_KEY_PASSPHRASE_FILE names {named}, which is empty")
    return found


def make(home: Path, use: str, *, at: datetime | None = None) -> Path:
    """A new key for `use`, in its file."""
    key = suite.new_key(use)
    at = at or datetime.now(UTC)
    return write(key, folder(home, use) / f"{at:%Y-%m-%d}-{suite.thumbprint(key)[:12]}.pem")


def write(key: suite.Key, path: Path) -> Path:
    """Write a private key, once: a file that is there is never written over."""
    secret = passphrase()
    lock = serialization.BestAvailableEncryption(secret) if secret else serialization.NoEncryption()
    if key.private_key is None:
        raise BadKey("a public key has no file of its own")
    data = key.private_key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadKey(f"{path} is there already; a key is never written over") from None
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return path


def read(path: Path) -> suite.Key:
    """The private key of a file. Raises BadKey."""
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise BadKey(f"{path} can be read by others than its owner; run chmod 600 {path}")
        loaded = serialization.load_pem_private_key(path.read_bytes(), passphrase())
        return _of(loaded)
    except OSError as error:
        raise BadKey(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, TypeError, JoseError):
        raise BadKey(
            f"{path} is not a private key of the exchange, or is encrypted under another passphrase; "
            "TOCSIN_KEY_PASSPHRASE_FILE names the file that holds it"
        ) from None


def _of(loaded: object) -> suite.Key:
    if isinstance(loaded, EllipticCurvePrivateKey):
        return ECKey.import_key(loaded)
    if isinstance(loaded, Ed25519PrivateKey | X25519PrivateKey):
        return OKPKey.import_key(loaded)
    raise ValueError("of another kind")


def load(home: Path, *, uses: Iterable[str] = SEALING) -> Keys:
    """The keys that a process has to know: without `seal` for one that only answers. Raises BadKey."""
    found = {use: [read(path) for path in sorted(folder(home, use).glob("*.pem"))] for use in uses}
    return Keys(
        seal=tuple(found.get("seal", ())),
        request=found["request"][-1] if found.get("request") else None,
        encrypt={suite.thumbprint(key): key for key in found.get("encrypt", ())},
        requests=tuple(found.get("request", ())),
    )


def retire(path: Path) -> Path:
    """Put a key file aside, where no process looks; destroying it is for whoever keeps the medium."""
    aside = path.parent / "retired"
    aside.mkdir(exist_ok=True, mode=0o700)
    return path.rename(aside / path.name)
