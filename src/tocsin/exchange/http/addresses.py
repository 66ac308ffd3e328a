"""Where a registered URL may lead, and connections that go nowhere else. docs/exchange.md, section 6.

A state writes its own addresses into the trust list, and every node then calls them. So that none of them, by mistake
or ill will, turns its callers against their own networks, a name is resolved once, every address it gives is looked at,
and the connection is made to one of those addresses; TLS still checks the name. What surrounds the caller's own
machine (link-local addresses, the metadata services of clouds) is never called; private addresses only where the
alliance's part of the list allows them.
"""

import ipaddress
import re
from collections.abc import Iterable, Sequence
from typing import Any

import httpcore

from tocsin.exchange.errors import Unreachable
from tocsin.exchange.http.resolving import LookUps

__all__ = ["ForbiddenAddress", "GuardedBackend", "ResolvingBackend", "check_name", "why_forbidden"]

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

TRIED = 4  # addresses of one name that are tried in turn

# First match counts. What may be allowed by `private_addresses` is in PRIVATE, everything else is never called.
PRIVATE = {
    "127.0.0.0/8": "a loopback address",
    "10.0.0.0/8": "a private address",
    "172.16.0.0/12": "a private address",
    "192.168.0.0/16": "a private address",
    "100.64.0.0/10": "an address inside a carrier's network",
    "::1/128": "a loopback address",
    "fc00::/7": "a private address",
}
NEVER = {
    "169.254.169.254/32": "the metadata service of a cloud",
    "100.100.100.200/32": "the metadata service of a cloud",
    "168.63.129.16/32": "the metadata service of a cloud",
    "fd00:ec2::254/128": "the metadata service of a cloud",
    "fd20:ce::254/128": "the metadata service of a cloud",
    "0.0.0.0/8": "an unspecified address",
    "169.254.0.0/16": "a link-local address",
    "192.0.0.0/24": "a reserved address",
    "192.0.2.0/24": "an address for examples",
    "192.88.99.0/24": "an address of a 6to4 tunnel",
    "198.18.0.0/15": "a reserved address",
    "198.51.100.0/24": "an address for examples",
    "203.0.113.0/24": "an address for examples",
    "224.0.0.0/4": "a multicast address",
    "240.0.0.0/4": "a reserved address",
    "::/128": "an unspecified address",
    "2001::/32": "an address of a Teredo tunnel",
    "2001::/23": "a reserved address",
    "2001:db8::/32": "an address for examples",
    "2002::/16": "an address of a 6to4 tunnel",
    "3fff::/20": "an address for examples",
    "fe80::/10": "a link-local address",
    "fec0::/10": "a site-local address",
    "ff00::/8": "a multicast address",
}
RULES = [
    (ipaddress.ip_network(network), what, private)
    for private, table in ((False, NEVER), (True, PRIVATE))
    for network, what in table.items()
]
# The last 32 bits are an IPv4 address, and it is that one which is reached: IPv4-mapped, and NAT64 (RFC 6052).
EMBEDDING = [ipaddress.IPv6Network(network) for network in ("::ffff:0:0/96", "64:ff9b::/96")]
GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
HOST = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(\.(?!-)[A-Za-z0-9_-]{1,63})*\.?")
NUMERIC = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*")  # a last label like this makes a host a number (WHATWG URL, 3.5)


class ForbiddenAddress(Unreachable):
    """A registered name leads where no peer's name may lead."""


def why_forbidden(address: str, *, private: bool) -> str | None:
    """What `address` is, if it may not be called; None if it may. `private` allows loopback and private addresses."""
    try:
        one: Address = ipaddress.ip_address(address)
    except ValueError:
        return "not an address"
    if isinstance(one, ipaddress.IPv6Address) and any(one in network for network in EMBEDDING):
        one = ipaddress.IPv4Address(int(one) & 0xFFFFFFFF)
    for network, what, allowed in RULES:
        if one.version == network.version and one in network:
            return None if allowed and private else what
    if isinstance(one, ipaddress.IPv6Address) and one not in GLOBAL_UNICAST:
        return "a reserved address"
    return None if one.is_global else "not a public address"


def check_name(host: str, *, private: bool) -> str | None:
    """`host` if it is itself an address that may be called, None if it is a name. Raises ForbiddenAddress.

    A number in another dress (`2130706433`, `0x7f.1`, `0177.0.0.1`) is neither, whatever a resolver makes of it.
    """
    bare = host.removeprefix("[").removesuffix("]")
    last = bare.rstrip(".").rpartition(".")[2]
    if ":" in bare or NUMERIC.fullmatch(last):
        if what := why_forbidden(bare, private=private):
            raise ForbiddenAddress(f"{host} is {what}; {_rule(private)}")
        return bare
    if len(host) > 253 or not HOST.fullmatch(host):
        raise ForbiddenAddress(f"{host!r:.80} is not the name of a host")
    if last.lower() == "localhost" and not private:
        raise ForbiddenAddress(f"{host} is a loopback name; {_rule(private)}")
    return None


class ResolvingBackend(httpcore.NetworkBackend):
    """Connects to names over the addresses that `look_ups` has of them, in no more time than it is given for each."""

    def __init__(self, *, look_ups: LookUps, plain: httpcore.NetworkBackend | None = None):
        self._look_ups, self._plain = look_ups, plain or httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to `host` by the first of its addresses that answers. Raises Unreachable."""
        failed: Exception = httpcore.ConnectError("no address")
        for address in self._addresses(host, port, timeout)[:TRIED]:
            try:
                return self._plain.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as problem:
                failed = problem
        raise failed

    def _addresses(self, host: str, port: int, timeout: float | None) -> Sequence[str]:
        if _is_address(host):
            return [host]
        addresses = self._look_ups.addresses(host, port, timeout)
        if not addresses:
            raise Unreachable(f"no address was found for {host}")
        return addresses


class GuardedBackend(ResolvingBackend):
    """Connects to names only over addresses that may be called, all of which it has looked at.

    One forbidden address among several refuses the name: which of them is used must not be a matter of luck.
    """

    def __init__(self, *, private: bool, look_ups: LookUps, plain: httpcore.NetworkBackend | None = None):
        super().__init__(look_ups=look_ups, plain=plain)
        self._private = private

    def _addresses(self, host: str, port: int, timeout: float | None) -> Sequence[str]:
        if (literal := check_name(host, private=self._private)) is not None:
            return [literal]
        addresses = super()._addresses(host, port, timeout)
        for address in addresses:
            if what := why_forbidden(address, private=self._private):
                raise ForbiddenAddress(f"{host} leads to {address}, {what}; {_rule(self._private)}")
        return addresses


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _rule(private: bool) -> str:
    if private:
        return "such addresses are never called"
    return "the trust list allows this node public addresses only"
