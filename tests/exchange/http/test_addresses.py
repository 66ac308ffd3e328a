"""Where a registered URL may lead. docs/exchange.md, section 6."""

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.exchange.errors import Unreachable
from tocsin.exchange.http.addresses import ForbiddenAddress, GuardedBackend, check_name, why_forbidden
from tocsin.exchange.http.resolving import LookUps

PUBLIC = [
    "8.8.8.8",
    "192.0.1.1",
    "172.32.0.1",
    "100.128.0.1",
    "2001:4860:4860::8888",
    "2a00:1450::1",
    "64:ff9b::808:808",
]
PRIVATE = [
    *("127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1"),
    *("::1", "fc00::1", "fdff::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::c0a8:101"),
]
NEVER = [
    *("169.254.169.254", "169.254.1.1", "100.100.100.200", "168.63.129.16", "fd00:ec2::254", "fd20:ce::254"),
    *("::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "fe80::1", "fe80::1%eth0", "fec0::1"),
    *("0.0.0.0", "0.1.2.3", "::", "::ffff:0.0.0.0", "224.0.0.1", "239.255.255.255", "ff02::1", "ff0e::1"),
    *("240.0.0.1", "255.255.255.255", "192.0.0.8", "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.51.100.1"),
    *("203.0.113.1", "192.88.99.1", "2001:db8::1", "3fff::1", "5f00::1", "100::1", "4000::1"),
    *("2002:7f00:1::", "2002:a00:1::1", "2002:808:808::1", "2001:0:7f00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe"),
    *("::127.0.0.1", "::10.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b:1::7f00:1", "::8.8.8.8"),
    *("", "bo.example", "127.1", "0x7f.0.0.1", "0177.0.0.1", "2130706433", "127.0.0.1 ", "1.2.3.4.5"),
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_called(address):
    assert why_forbidden(address, private=False) is None
    assert why_forbidden(address, private=True) is None


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_only_where_the_list_allows_them(address):
    assert why_forbidden(address, private=False)
    assert why_forbidden(address, private=True) is None


@pytest.mark.parametrize("address", NEVER)
def test_what_surrounds_the_caller_or_is_no_address_is_never_called(address):
    assert why_forbidden(address, private=False)
    assert why_forbidden(address, private=True)


@given(st.ip_addresses())
def test_nothing_that_the_standard_library_calls_private_is_taken_for_public(address):
    if why_forbidden(str(address), private=False) is None:
        assert address.is_global or address.ipv4_mapped.is_global
        assert not any((address.is_multicast, address.is_loopback, address.is_link_local, address.is_unspecified))


@given(st.ip_addresses(v=4))
def test_an_address_inside_another_is_judged_as_itself(address):
    alone = why_forbidden(str(address), private=False)
    assert why_forbidden(f"::ffff:{address}", private=False) == alone
    assert why_forbidden(f"64:ff9b::{address}", private=False) == alone
    assert why_forbidden(f"2002:{int(address) >> 16:x}:{int(address) & 0xFFFF:x}::1", private=False)


@pytest.mark.parametrize(
    "host",
    [
        *("2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1", "0177.0.0.1", "127.1", "127.0.0.1", "127.0.0.1."),
        *(
            "[::1]",
            "::1",
            "[::ffff:127.0.0.1]",
            "::ffff:7f00:1",
            "localhost",
            "LOCALHOST",
            "localhost.",
            "bo.localhost",
        ),
        *("1.2.3.4.5", "bo.example.1", "0x", "bo.0x1f"),
        *(
            "",
            ".bo.example",
            "bo..example",
            "bo example",
            "bo.example/x",
            "a@bo.example",
            "bo.example:80",
            "-bo.example",
        ),
        *("bo.ex\x00ample", "b" * 64 + ".example", "bö.example", "b.example" * 40),
    ],
)
def test_hosts_that_are_numbers_in_disguise_or_no_names_are_refused(host):
    with pytest.raises(ForbiddenAddress):
        check_name(host, private=False)


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f.1", "0177.0.0.1", "169.254.169.254", "[fd00:ec2::254]", "fe80::1"]
)
def test_numbers_in_disguise_and_metadata_services_are_refused_in_private_networks_too(host):
    with pytest.raises(ForbiddenAddress, match=r"never called|not an address"):
        check_name(host, private=True)


@pytest.mark.parametrize(
    ("host", "private", "literal"),
    [
        ("bo.example", False, None),
        ("bo.example.", False, None),
        ("1a.example", False, None),
        ("node_1.internal", True, None),
        ("localhost", True, None),
        ("8.8.8.8", False, "8.8.8.8"),
        ("127.0.0.1", True, "127.0.0.1"),
        ("[2a00:1450::1]", False, "2a00:1450::1"),
    ],
)
def test_names_and_addresses_are_told_apart(host, private, literal):
    assert check_name(host, private=private) == literal


# Connections


class Recorded(httpcore.NetworkBackend):
    """Connects to nothing; says to which addresses it would have, and refuses those of `down`."""

    def __init__(self, *down):
        self.called, self.down = [], down

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        self.called.append((host, port))
        if host in self.down:
            raise httpcore.ConnectError("down")
        return httpcore.MockStream([])


def guarded(*addresses, private=False, down=()):
    plain = Recorded(*down)
    return GuardedBackend(private=private, look_ups=LookUps(lambda host, port: addresses), plain=plain), plain


def test_the_connection_is_made_to_the_address_that_was_looked_at():
    backend, plain = guarded("8.8.8.8", "2a00:1450::1")
    backend.connect_tcp("bo.example", 443, 10)
    assert plain.called == [("8.8.8.8", 443)]


@pytest.mark.parametrize(
    "addresses", [["10.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["10.0.0.1", "8.8.8.8"], ["8.8.8.8", "::1"]]
)
def test_one_private_address_among_several_refuses_the_name(addresses):
    backend, plain = guarded(*addresses)
    with pytest.raises(ForbiddenAddress, match=r"bo\.example leads to .*public addresses only"):
        backend.connect_tcp("bo.example", 443)
    assert plain.called == []


def test_private_addresses_are_called_where_the_list_allows_them():
    backend, plain = guarded("10.0.0.1", private=True)
    backend.connect_tcp("bo.example", 443)
    assert plain.called == [("10.0.0.1", 443)]


def test_a_resolver_that_changes_its_answers_is_asked_once_for_each_connection():
    answers = iter([["8.8.8.8"], ["127.0.0.1"]])
    plain = Recorded()
    backend = GuardedBackend(private=False, look_ups=LookUps(lambda host, port: next(answers)), plain=plain)
    backend.connect_tcp("bo.example", 443)
    with pytest.raises(ForbiddenAddress, match=r"127\.0\.0\.1, a loopback address"):
        backend.connect_tcp("bo.example", 443)
    assert plain.called == [("8.8.8.8", 443)]


def test_an_address_in_place_of_a_name_is_not_resolved():
    def never(host, port):
        raise AssertionError(host)

    plain = Recorded()
    GuardedBackend(private=False, look_ups=LookUps(never), plain=plain).connect_tcp("8.8.8.8", 443)
    assert plain.called == [("8.8.8.8", 443)]
    with pytest.raises(ForbiddenAddress):
        GuardedBackend(private=False, look_ups=LookUps(never), plain=plain).connect_tcp("127.0.0.1", 443)


def test_the_next_address_is_tried_when_one_does_not_answer_but_not_for_ever():
    backend, plain = guarded("8.8.8.1", "8.8.8.2", down=["8.8.8.1"])
    backend.connect_tcp("bo.example", 443)
    assert plain.called == [("8.8.8.1", 443), ("8.8.8.2", 443)]

    many = [f"8.8.8.{number}" for number in range(50)]
    backend, plain = guarded(*many, down=many)
    with pytest.raises(httpcore.ConnectError):
        backend.connect_tcp("bo.example", 443)
    assert len(plain.called) == 4


@pytest.mark.parametrize("problem", [OSError("no such name"), UnicodeError("label too long")])
def test_a_name_without_an_address_is_out_of_reach(problem):
    def fail(host, port):
        raise problem

    with pytest.raises(Unreachable, match=r"no address was found for bo\.example"):
        GuardedBackend(private=False, look_ups=LookUps(fail), plain=Recorded()).connect_tcp("bo.example", 443)
    with pytest.raises(Unreachable, match=r"no address was found for bo\.example"):
        guarded()[0].connect_tcp("bo.example", 443)
