"""The limit: what the cryptography of a piece of work costs alone, by `cryptography` and `hashlib` without a node.

Every byte is taken out of its form before the clock runs: no JSON, no base64, no checks, no store. What is left is what
a node cannot do without if it is to believe what it takes in: the digest of each item and manifest, the check of each
signature, the agreement on each parcel's key, the opening of each parcel and item, and the commitment of its key.
"""

import base64
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap

from tocsin.exchange import suite
from tocsin.exchange.bundles import Batch
from tocsin.exchange.items import packed
from tocsin.exchange.parcels import keys_of

__all__ = ["hashes", "one_signature_checked", "sealing", "sealing_and_taking", "taking"]

AGAIN = 3
PAIR = bytes(65)  # two hashes, and what tells them from a leaf


def taking(batches: Sequence[Batch], keys: dict[str, suite.Key], *, node: str) -> float:
    """Seconds to check and open these batches, of a node that has `keys` to open parcels. The best of some times."""
    pieces = [_Pieces.of(batch, keys, node=node) for batch in batches]
    return _best(lambda: [one.take() for one in pieces])


def sealing(documents: Sequence[bytes], *, readers: int, at_once: int) -> float:
    """Seconds to seal these documents for so many readers, under manifests of `at_once`."""
    items = [packed(document, "members") for document in documents]
    signing, keys = Ed25519PrivateKey.generate(), [X25519PrivateKey.generate() for _ in range(readers)]
    public = [key.public_key() for key in keys]

    def work() -> None:
        for begin in range(0, len(items), at_once):
            some = items[begin : begin + at_once]
            for item, key in some:
                assert key is not None
                sha256(b"commitment" + key).digest()
                AESGCM(key).encrypt(bytes(12), item[: len(item) * 3 // 4], b"header")
                sha256(item).digest()
            manifest = bytes(46 * len(some))
            sha256(manifest).digest()
            signing.sign(manifest)
            for reader in public:
                shared = sha256(X25519PrivateKey.generate().exchange(reader)).digest()
                aes_key_wrap(shared, bytes(32))
                AESGCM(shared).encrypt(bytes(12), bytes(52 * len(some)), b"header")

    return _best(work)


def sealing_and_taking(
    documents: Sequence[bytes], batches: Sequence[Batch], keys: dict[str, suite.Key], *, node: str
) -> float:
    """Seconds of both ends together: sealed once for all readers of these batches, taken once."""
    at_once = max(len(batch.items) for batch in batches)
    return sealing(documents, readers=len(batches[0].parcels), at_once=at_once) + taking(batches, keys, node=node)


def one_signature_checked() -> float:
    """Seconds to check one signature of Ed25519."""
    key = Ed25519PrivateKey.generate()
    made, public = key.sign(b"manifest"), key.public_key()
    return _best(lambda: [public.verify(made, b"manifest") for _ in range(200)]) / 200


def hashes(count: int) -> float:
    """Seconds of so many hashes of a tree, one after the other."""
    rounds = max(1, 10_000 // count)

    def work() -> None:
        for _ in range(rounds):
            for _ in range(count):
                sha256(PAIR).digest()

    return _best(work) / rounds


def _best(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(AGAIN):
        begun = time.perf_counter()
        work()
        spent.append(time.perf_counter() - begun)
    return min(spent)


@dataclass
class _Pieces:
    """A batch taken apart. An item is its bytes, and key, nonce, what is authenticated, ciphertext with tag."""

    manifest: bytes
    signed: list[tuple[Ed25519PublicKey, bytes, bytes]]
    parcel: tuple[X25519PrivateKey, X25519PublicKey, bytes, bytes, bytes, bytes] | None
    items: list[tuple[bytes, bytes, bytes, bytes, bytes]]

    @classmethod
    def of(cls, batch: Batch, keys: dict[str, suite.Key], *, node: str) -> "_Pieces":
        body_keys = keys_of(batch.parcels[node], keys, manifest=batch.manifest.digest)
        items = []
        for number, item in enumerate(batch.items, batch.manifest.first):
            assert item is not None
            header, _, nonce, ciphertext, tag = item.split(b".")
            items.append((item, body_keys[number], _decoded(nonce), header, _decoded(ciphertext) + _decoded(tag)))
        # Whose key it was is no matter of what it costs.
        signing, signed = Ed25519PrivateKey.generate(), []
        for one in batch.signatures:
            said = one["protected"].encode() + b"." + base64.urlsafe_b64encode(batch.manifest.data)
            signed.append((signing.public_key(), signing.sign(said), said))
        return cls(batch.manifest.data, signed, _parcel(batch.parcels[node], keys), items)

    def take(self) -> None:
        sha256(self.manifest).digest()
        for key, signature, said in self.signed:
            key.verify(signature, said)
        if self.parcel is not None:
            ours, theirs, wrapped, nonce, header, ciphertext = self.parcel
            ours.exchange(theirs)
            aes_key_unwrap(bytes(32), wrapped)
            AESGCM(bytes(32)).encrypt(nonce, ciphertext, header)
        for item, key, nonce, header, ciphertext in self.items:
            sha256(item).digest()
            sha256(suite.COMMITMENT + key).digest()
            AESGCM(key).decrypt(nonce, ciphertext, header)


def _parcel(
    parcel: dict[str, object], keys: dict[str, suite.Key]
) -> tuple[X25519PrivateKey, X25519PublicKey, bytes, bytes, bytes, bytes]:
    """What it costs to open it, with a key of the same length wrapped anew: that of the parcel is nobody's to see."""
    protected = str(parcel["protected"])
    kid = json.loads(_decoded(protected.encode()))["kid"]
    ours = keys[kid].private_key
    assert isinstance(ours, X25519PrivateKey)
    ciphertext = _decoded(str(parcel["ciphertext"]).encode())
    theirs, wrapped = X25519PrivateKey.generate().public_key(), aes_key_wrap(bytes(32), bytes(32))
    return ours, theirs, wrapped, bytes(12), protected.encode(), ciphertext


def _decoded(text: bytes) -> bytes:
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))
