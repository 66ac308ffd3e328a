"""The key by which push services know this node (RFC 8292): a file of its folder, made once, readable by the owner.

It is in no copy, like all private keys: a node that is put back has another one, and people register their browsers
anew.
"""

import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from webpush.vapid import VAPID

from tocsin.exchange.key_files import folder

__all__ = ["private_key", "public_key", "public_pem"]


def private_key(home: Path) -> bytes:
    """In PEM. Written whole and linked in one step, so that two processes that make it at once agree on one."""
    path = folder(home, "push") / "vapid.pem"
    if not path.is_file():
        beside = path.with_name(f".{os.getpid()}.pem")
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(VAPID.generate_keys()[0])
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(beside, path)
        except FileExistsError:
            pass
        finally:
            beside.unlink()
    return path.read_bytes()


def public_pem(home: Path) -> bytes:
    """The public half, in PEM."""
    key = serialization.load_pem_private_key(private_key(home), password=None)
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def public_key(home: Path) -> str:
    """The public half as a browser is given it."""
    key = serialization.load_pem_public_key(public_pem(home))
    return str(VAPID.get_application_server_key(key))
