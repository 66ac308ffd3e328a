"""Bodies: a sealed item opens with one key alone, and to one text."""

import base64

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from joserfc import jwe
from joserfc.jwk import OctKey
from tests.exchange.specimens import b64

from tocsin.exchange import limits, suite
from tocsin.exchange.canonical import canonical
from tocsin.exchange.errors import Malformed


@pytest.mark.parametrize("frame", [False, True])
@pytest.mark.parametrize("plain", [b"", b"{}", b"x" * 1_000_000])
def test_a_body_opens_with_its_key_and_says_whether_it_is_a_frame(plain, frame):
    key = suite.new_body_key()
    assert suite.opened(suite.sealed(plain, key, frame=frame), key) == (plain, frame)


def test_a_body_as_large_as_the_protocol_allows_is_opened():
    key, plain = suite.new_body_key(), bytes(limits.RECORD_BYTES // 4 * 3 - 1_000)
    item = suite.sealed(plain, key, frame=False)
    assert len(item) <= limits.RECORD_BYTES
    assert suite.opened(item, key)[0] == plain


def test_the_header_of_a_body_is_canonical_and_holds_the_commitment_alone_of_the_key():
    key = suite.new_body_key()
    for frame, cty in ((False, {}), (True, {"cty": "zstd"})):
        header = suite.sealed(b"{}", key, frame=frame).split(b".")[0].decode()
        said = {"alg": "dir", "enc": "A256GCM", "kc": suite.commitment(key), "typ": "tocsin-document"} | cty
        assert base64.urlsafe_b64decode(header + "==") == canonical(said)


def test_two_bodies_are_never_the_same_and_keys_are_new_each_time():
    key = suite.new_body_key()
    assert suite.sealed(b"{}", key, frame=False) != suite.sealed(b"{}", key, frame=False)
    assert len({suite.new_body_key() for _ in range(100)}) == 100
    assert len(key) == 32


def with_header(key: bytes, **changes) -> bytes:
    """An item of the same key, sealed whole and valid under another header; None takes a member away."""
    said = {"alg": "dir", "enc": "A256GCM", "kc": suite.commitment(key), "typ": "tocsin-document"} | changes
    header = {name: value for name, value in sorted(said.items()) if value is not None}
    registry = jwe.JWERegistry(algorithms=["dir", "A256GCM", "A128GCM", "DEF"], strict_check_header=False)
    return jwe.encrypt_compact(header, b"{}", OctKey(key, key), registry=registry).encode()


@pytest.mark.parametrize("frame", [False, True])
def test_a_library_of_jwe_opens_what_is_sealed_and_what_it_seals_is_opened(frame):
    key, registry = suite.new_body_key(), jwe.JWERegistry(algorithms=["dir", "A256GCM"], strict_check_header=False)
    item = suite.sealed(b"text", key, frame=frame)
    assert jwe.decrypt_compact(item, OctKey(key, key), registry=registry).plaintext == b"text"
    assert suite.opened(with_header(key, **({"cty": "zstd"} if frame else {})), key) == (b"{}", frame)


def test_a_body_of_other_parts_than_nonce_ciphertext_and_tag_is_refused():
    key = suite.new_body_key()
    header, _, nonce, ciphertext, tag = suite.sealed(b"text", key, frame=False).split(b".")
    long = bytes(16)
    whole = AESGCM(key).encrypt(long, b"text", header)
    cases = [
        [header, b"AAAA", nonce, ciphertext, tag],
        [header, b"", nonce, ciphertext],
        [header, b"", nonce, ciphertext, tag, b""],
        [header, b"", nonce, ciphertext + tag[:4], tag[4:]],
        [header, b"", nonce + b"=", ciphertext, tag],
        [header, b"", nonce, ciphertext, b"\xff" + tag[1:]],
        [header, b"", *(b64(part).encode() for part in (long, whole[:-16], whole[-16:]))],
    ]
    for parts in cases:
        with pytest.raises(Malformed) as refusal:
            suite.opened(b".".join(parts), key)
        assert refusal.value.code == "item-altered", parts


def test_one_ciphertext_cannot_say_two_things_to_two_holders_of_keys():
    """AES-GCM commits to no key: whoever makes a ciphertext can have it open with two. The commitment lets one pass."""
    one, other = suite.new_body_key(), suite.new_body_key()
    header = b64(canonical({"alg": "dir", "enc": "A256GCM", "kc": suite.commitment(one), "typ": "tocsin-document"}))
    iv = bytes(12)
    ciphertext, tag = opens_with_both(one, other, iv, header.encode())
    plain = [AESGCM(key).decrypt(iv, ciphertext + tag, header.encode()) for key in (one, other)]
    assert plain[0] != plain[1]

    item = ".".join([header, "", b64(iv), b64(ciphertext), b64(tag)]).encode()
    assert suite.opened(item, one) == (plain[0], False)
    with pytest.raises(Malformed) as refusal:
        suite.opened(item, other)
    assert refusal.value.code == "commitment"


def opens_with_both(one: bytes, other: bytes, iv: bytes, associated: bytes) -> tuple[bytes, bytes]:
    """A block of ciphertext and its tag under two keys at once (NIST SP 800-38D, solved for the block).

    tag = E(counter) + A(H) + block H² + lengths H for each key, so that block = (their difference) / (H1² + H2²).
    """

    def field(data: bytes) -> int:
        return int(f"{int.from_bytes(data, 'big'):0128b}"[::-1], 2)  # bit 0 is the coefficient of x^0

    def times(a: int, b: int) -> int:
        product = 0
        for place in range(128):
            product ^= (a << place) * (b >> place & 1)
        for place in range(254, 127, -1):
            product ^= (0x100000000000000000000000000000087 << place - 128) * (product >> place & 1)
        return product

    def inverse(a: int) -> int:
        result = 1
        for _ in range(127):  # a^(2^128 - 2)
            a = times(a, a)
            result = times(result, a)
        return result

    def parts(key: bytes) -> tuple[int, int]:
        block = Cipher(AES(key), ECB()).encryptor().update
        h, rest = field(block(bytes(16))), 0
        padded = associated + bytes(-len(associated) % 16)
        for start in range(0, len(padded), 16):
            rest = times(rest ^ field(padded[start : start + 16]), h)
        rest = times(times(rest, h), h)  # two more blocks follow: the ciphertext and the lengths
        lengths = field((len(associated) * 8).to_bytes(8, "big") + (128).to_bytes(8, "big"))
        return times(h, h), rest ^ times(lengths, h) ^ field(block(iv + b"\0\0\0\1"))

    (square_one, rest_one), (square_other, rest_other) = parts(one), parts(other)
    solved = times(rest_one ^ rest_other, inverse(square_one ^ square_other))
    tag = times(solved, square_one) ^ rest_one
    return tuple(int(f"{value:0128b}"[::-1], 2).to_bytes(16, "big") for value in (solved, tag))


def test_an_item_that_lies_about_its_key_opens_with_neither():
    one, other = suite.new_body_key(), suite.new_body_key()
    lying = with_header(other, kc=suite.commitment(one))
    for key, code in ((other, "commitment"), (one, "item-altered")):
        with pytest.raises(Malformed) as refusal:
            suite.opened(lying, key)
        assert refusal.value.code == code


@pytest.mark.parametrize(
    "changes",
    [
        {"zip": "DEF"},
        {"cty": "json"},
        {"cty": ""},
        {"typ": "tocsin-keys"},
        {"typ": None},
        {"kc": None},
        {"kc": ""},
        {"kid": "x"},
        {"crit": ["typ"]},
        {"apu": "AA"},
    ],
)
def test_a_body_sealed_in_another_way_is_refused_though_its_key_is_right(changes):
    key = suite.new_body_key()
    with pytest.raises(Malformed) as refusal:
        suite.opened(with_header(key, **changes), key)
    assert refusal.value.code == "document-invalid"
    assert suite.opened(with_header(key), key) == (b"{}", False)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda parts: [parts[0], b"AAAA", *parts[2:]],  # a wrapped key, where there is none
        lambda parts: [*parts[:2], parts[2][:-1] + (b"A" if parts[2][-1:] != b"A" else b"B"), *parts[3:]],
        lambda parts: [*parts[:2], b"AAAAAAAA", *parts[3:]],
        lambda parts: [*parts[:3], b"", parts[4]],
        lambda parts: [*parts[:4], parts[4][:11]],  # a shorter tag
        lambda parts: [*parts[:4], b""],
        lambda parts: [*parts[:4], parts[4] + b"="],
        lambda parts: [*parts[:4], parts[4] + b"\n"],
        lambda parts: parts[:4],
        lambda parts: [*parts, b""],
        lambda parts: [parts[0]],
    ],
)
def test_a_body_of_which_anything_is_changed_does_not_open(spoil):
    key = suite.new_body_key()
    item = suite.sealed(b'{"a":1}', key, frame=False)
    with pytest.raises(Malformed) as refusal:
        suite.opened(b".".join(spoil(item.split(b"."))), key)
    assert refusal.value.code == "item-altered"


@pytest.mark.parametrize(
    "item", [b"", b".", b"eyJ", b"\xff.", b"eyJ\xff....", b"e30....", b"eyJhIjoxfQ==....", b"eyJ" * 9]
)
def test_what_is_no_body_is_refused(item):
    with pytest.raises(Malformed) as refusal:
        suite.opened(item, suite.new_body_key())
    assert refusal.value.code == "document-invalid"


@pytest.mark.parametrize("length", [0, 16, 31, 33, 64])
def test_a_key_of_another_length_opens_nothing_even_if_the_item_commits_to_it(length):
    key = bytes(length)
    whole = suite.new_body_key()
    item = with_header(whole, kc=suite.commitment(key))
    with pytest.raises(Malformed) as refusal:
        suite.opened(item, key)
    assert refusal.value.code == "commitment"


def test_the_body_of_any_key_opens_even_of_one_that_looks_like_text():
    key = b"ssh-rsa -----BEGIN PUBLIC KEY---"
    assert len(key) == 32
    assert suite.opened(suite.sealed(b"{}", key, frame=False), key) == (b"{}", False)
