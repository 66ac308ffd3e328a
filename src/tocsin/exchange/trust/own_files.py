"""A state's own file, `nodes/AL.json`: its node's addresses and keys. docs/exchange.md, sections 6 and 8.

Each function returns the file with one thing changed; it counts when its state has signed it
(`signing.draft_own_file`).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tocsin.exchange import suite
from tocsin.exchange.errors import ExchangeError
from tocsin.exchange.trust.list import check_own_file

__all__ = ["new_own_file", "with_addresses", "with_key", "with_key_ended", "with_signatures"]

OwnFile = Mapping[str, Any]


def new_own_file(
    node: str, *, keys: Mapping[str, suite.Key], urls: Sequence[str] = (), tls_ca: str | None = None
) -> OwnFile:
    """The first file of a node. `keys` are its public keys by use: seal, request, encrypt. Raises Malformed.

    urls    https://host or https://host:port, none for a node that can only call out
    tls_ca  the certificate, as PEM, that its TLS certificates are issued under, if not a public one
    """
    listed = [_listed(use, key) for use, key in keys.items()]
    return _checked({"keys": listed, "node": node, "signatures": 1, "tls_ca": tls_ca, "urls": list(urls)})


def with_addresses(own: OwnFile, *, urls: Sequence[str], tls_ca: str | None) -> OwnFile:
    """Other addresses, in the order in which peers are to try them."""
    return _checked({**own, "urls": list(urls), "tls_ca": tls_ca})


def with_signatures(own: OwnFile, count: int) -> OwnFile:
    """Another number of seal keys that must sign each manifest."""
    return _checked({**own, "signatures": count})


def with_key(own: OwnFile, *, use: str, key: suite.Key) -> OwnFile:
    """One more key for `use`, beside those it has."""
    return _checked({**own, "keys": [*own["keys"], _listed(use, key)]})


def with_key_ended(
    own: OwnFile, kid: str, *, reason: str, heads: Mapping[str, tuple[int, str]] | None = None
) -> OwnFile:
    """The key `kid` ended; it stays listed. Raises ExchangeError if there is none such, Malformed.

    reason  rotated or stolen
    heads   for each stream that a seal key signed, by the digest of its first manifest: the last document and manifest
            that stay valid
    """
    said = {stream: {"last": last, "manifest": manifest} for stream, (last, manifest) in (heads or {}).items()}
    keys = [{**key, "ends": {"heads": said, "reason": reason}} if kid_of(key) == kid else key for key in own["keys"]]
    if keys == own["keys"]:
        raise ExchangeError(f"{own['node']} lists no key {kid!r:.60}, or it has ended just so already")
    return _checked({**own, "keys": keys})


def kid_of(listed: Mapping[str, Any]) -> str:
    """The identifier of a key as the file lists it."""
    return suite.thumbprint(suite.public_key(listed["jwk"], use=listed["use"]))


def check_succession(before: OwnFile | None, own: OwnFile) -> None:
    """Refuse a file after which something could no longer be verified, or again. Raises ExchangeError, Malformed."""
    entry = check_own_file(own, own["node"])
    now = {key.kid: key for key in entry.keys}
    for key in before["keys"] if before else ():
        kid = kid_of(key)
        if kid not in now and key["use"] == "seal":
            raise ExchangeError(
                f"the seal key {kid} of {entry.node} is left out; end it instead, as what it signed stays"
            )
        if kid in now and key["ends"] and now[kid].ends is None:
            raise ExchangeError(f"the key {kid} of {entry.node} has ended; it is not taken into use again")
    if (live := len(entry.live("seal"))) < entry.signatures:
        raise ExchangeError(
            f"{entry.node} asks for {entry.signatures} signatures under each manifest and lists {live} seal keys in use"
        )


def _listed(use: str, key: suite.Key) -> dict[str, Any]:
    return {"ends": None, "jwk": suite.public_jwk(key), "use": use}


def _checked(own: dict[str, Any]) -> OwnFile:
    check_own_file(own, own["node"])
    return own
