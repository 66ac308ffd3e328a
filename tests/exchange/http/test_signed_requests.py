"""Signed requests. docs/exchange.md, section 11."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OKPKey
from tests.exchange.http.serving import AL_KEY, BO_KEY, NOW, live, member
from tests.exchange.http.signing import (
    ASKED,
    BO_URL,
    DIGEST,
    FIELDS,
    NONCE,
    OTHERS,
    SIGNED,
    TEXT,
    refused,
    signed,
    verified,
    with_header,
    with_input,
)

from tocsin.exchange import suite
from tocsin.exchange.errors import Refused
from tocsin.exchange.http.messages import Headers, Request
from tocsin.exchange.http.signatures import new_nonce, signature_of


@pytest.mark.parametrize(
    "key", [AL_KEY, ECKey.generate_key("P-256", private=True, auto_kid=False)], ids=["Ed25519", "P-256"]
)
@pytest.mark.parametrize("body", [b"", b"a bundle"])
def test_a_signed_request_verifies_and_says_whose_it_is(key, body):
    request = signed(replace(ASKED, body=body), key=key)
    found = verified(request, keys=live(key, BO_KEY))
    assert (found.kid, found.nonce, found.created) == (suite.thumbprint(key), NONCE, NOW)
    assert found.signature == signature_of(request)


def test_the_request_has_the_form_that_the_protocol_gives():
    assert SIGNED.headers["content-digest"].startswith("sha-256=:")
    assert SIGNED.headers["signature-input"] == (
        'tocsin=("@method" "@target-uri" "content-digest");created=1773036000;'
        f'keyid="{suite.thumbprint(AL_KEY)}";alg="ed25519";nonce="{NONCE}";tag="tocsin-exchange"'
    )


def test_the_order_of_components_and_parameters_is_the_senders():
    """A second implementation may write them otherwise: this one was signed by hand."""
    parameters = (
        '("content-digest" "@target-uri" "@method")'
        f';tag="tocsin-exchange";nonce="{NONCE}";alg="ed25519";keyid="{suite.thumbprint(AL_KEY)}";created=1773036000'
    )
    base = (
        f'"content-digest": {SIGNED.headers["content-digest"]}\n"@target-uri": {BO_URL}{ASKED.target}\n'
        f'"@method": POST\n"@signature-params": {parameters}'
    )
    by_hand = replace(
        ASKED,
        headers={
            "content-digest": SIGNED.headers["content-digest"],
            "signature-input": f"tocsin={parameters}",
            "signature": member(AL_KEY.private_key.sign(base.encode())),
        },
    )
    assert verified(by_hand).kid == suite.thumbprint(AL_KEY)


@pytest.mark.parametrize(
    "altered",
    [
        replace(SIGNED, method="PUT"),
        replace(SIGNED, method="GET"),
        replace(SIGNED, method="post"),
        replace(SIGNED, method=""),
        replace(SIGNED, target="/exchange/v1/parcels?origin=AL&epoch=1"),
        replace(SIGNED, target="/exchange/v1/batches"),
        replace(SIGNED, target="/exchange/v1/batches?epoch=1&origin=AL"),
        replace(SIGNED, target="/exchange/v1/batches?origin=AL&epoch=1&epoch=2"),
        replace(SIGNED, target="/exchange/v1/batches?origin=%41L&epoch=1"),
        replace(SIGNED, target="//exchange/v1/batches?origin=AL&epoch=1"),
        replace(SIGNED, target=BO_URL + ASKED.target),
        replace(SIGNED, target="@bo.example/exchange/v1/batches?origin=AL&epoch=1"),
        replace(SIGNED, target="*"),
        replace(SIGNED, target=""),
        replace(SIGNED, body=b"a bundlf"),
        replace(SIGNED, body=b""),
        replace(OTHERS, headers={**SIGNED.headers, "content-digest": OTHERS.headers["content-digest"]}),
        with_input(SIGNED, "created=1773036000", "created=1773036001"),
        with_input(SIGNED, NONCE, "B" * 22),
        with_input(SIGNED, suite.thumbprint(AL_KEY), suite.thumbprint(BO_KEY)),
        with_input(SIGNED, suite.thumbprint(AL_KEY), "nobody"),
        with_input(SIGNED, 'alg="ed25519"', 'alg="ecdsa-p256-sha256"'),
        with_input(SIGNED, 'alg="ed25519"', 'alg="hmac-sha256"'),
        with_input(SIGNED, '"@method" "@target-uri"', '"@target-uri" "@method"'),
        with_header(SIGNED, "signature", OTHERS.headers["signature"]),
        with_header(SIGNED, "signature", member(bytes(64))),
        with_header(SIGNED, "signature", member(signature_of(SIGNED)[:-1])),
    ],
)
def test_a_request_of_which_anything_was_changed_does_not_verify(altered):
    assert refused(altered, keys=live(AL_KEY, BO_KEY)).code == "request-signature"


@pytest.mark.parametrize(
    "odd",
    [
        replace(SIGNED, headers={}),
        *(
            replace(SIGNED, headers={n: v for n, v in SIGNED.headers.items() if n != name})
            for name in ("content-digest", "signature-input", "signature")
        ),
        with_header(SIGNED, "content-digest", "sha-256=::"),
        with_header(SIGNED, "content-digest", DIGEST.replace("sha-256", "sha-512")),
        with_header(SIGNED, "content-digest", f"{DIGEST}, {DIGEST}"),
        with_header(SIGNED, "content-digest", f"{DIGEST}, sha-512=:AAAA:"),
        with_header(SIGNED, "signature", "tocsin"),
        with_header(SIGNED, "signature", 'tocsin="text"'),
        with_header(SIGNED, "signature", "tocsin=::"),
        with_header(SIGNED, "signature", SIGNED.headers["signature"] + ";extra"),
        with_header(SIGNED, "signature", SIGNED.headers["signature"].replace("tocsin", "other")),
        with_header(SIGNED, "signature-input", "tocsin=1"),
        with_input(SIGNED, "tocsin=", "other="),
        with_input(SIGNED, "tocsin=", "Tocsin="),
        with_input(SIGNED, '"tocsin-exchange"', '"tocsin-receipts"'),
        with_input(SIGNED, ';tag="tocsin-exchange"', ""),
        with_input(SIGNED, ";created=1773036000", ""),
        with_input(SIGNED, "created=1773036000", "created=1773036000.5"),
        with_input(SIGNED, "created=1773036000", 'created="1773036000"'),
        with_input(SIGNED, "created=1773036000", "created=@1773036000"),
        with_input(SIGNED, "created=1773036000", "created=?1"),
        with_input(SIGNED, "created=1773036000", "created=1;created=1773036000"),
        with_input(SIGNED, "created=1773036000", "created=999999999999999"),
        with_input(SIGNED, "created=1773036000", "created=-999999999999999"),
        with_input(SIGNED, f';keyid="{suite.thumbprint(AL_KEY)}"', ""),
        with_input(SIGNED, f'keyid="{suite.thumbprint(AL_KEY)}"', "keyid=token"),
        with_input(SIGNED, ';alg="ed25519"', ""),
        with_input(SIGNED, f';nonce="{NONCE}"', ""),
        with_input(SIGNED, NONCE, "short"),
        with_input(SIGNED, NONCE, "A" * 87),
        with_input(SIGNED, NONCE, "A" * 21 + "+"),
        with_input(SIGNED, ";created", ";expires=1;created"),
        with_input(SIGNED, ' "content-digest"', ""),
        with_input(SIGNED, '"@method" ', ""),
        with_input(SIGNED, '"@target-uri"', '"@path"'),
        with_input(SIGNED, '"@method"', '"@method" "host"'),
        with_input(SIGNED, '"@method"', '"@method" "@method"'),
        with_input(SIGNED, '"@method"', '"@method";req'),
    ],
)
def test_a_request_whose_signature_is_missing_or_of_another_form_is_unsigned(odd):
    assert refused(odd).code == "request-unsigned"


def test_what_proxies_say_of_the_address_changes_nothing():
    spoofed = {
        "host": "evil.example",
        "x-forwarded-host": "evil.example",
        "x-forwarded-proto": "http",
        "x-forwarded-port": "8080",
        "x-forwarded-for": "127.0.0.1",
        "x-original-url": "/exchange/v1/trust",
        "x-rewrite-url": "/exchange/v1/trust",
        "x-http-method-override": "DELETE",
        "forwarded": "for=127.0.0.1;host=evil.example;proto=http",
    }
    assert verified(replace(SIGNED, headers={**SIGNED.headers, **spoofed})) == verified(SIGNED)


def test_a_request_signed_for_another_address_is_refused_though_headers_name_it():
    for_evil = signed(base_url="https://evil.example")
    headers = {**for_evil.headers, "host": "evil.example", "x-forwarded-host": "evil.example"}
    assert refused(replace(for_evil, headers=headers)).code == "request-signature"


@pytest.mark.parametrize(
    "other", ["http://bo.example", "https://bo.example:443", "https://bo.example:8443", "https://b.example"]
)
def test_the_address_that_was_signed_is_the_registered_one_to_the_letter(other):
    assert refused(signed(base_url=other)).code == "request-signature"


def test_each_registered_address_of_the_receiver_may_have_been_used():
    second = signed(base_url="https://bo.example:8443")
    assert verified(second, base_urls=(BO_URL, "https://bo.example:8443")).nonce == NONCE
    assert refused(second, base_urls=()).code == "request-signature"


def test_a_key_signs_by_the_algorithm_of_its_kind_whatever_the_message_says():
    curve = ECKey.generate_key("P-256", private=True, auto_kid=False)
    by_curve = signed(key=curve)
    as_edwards = with_input(by_curve, 'alg="ecdsa-p256-sha256"', 'alg="ed25519"')
    assert "its key signs by ecdsa-p256-sha256" in refused(as_edwards, keys=live(curve)).detail
    mixed_up = {suite.thumbprint(curve): AL_KEY}
    assert refused(by_curve, keys=mixed_up).code == "request-signature"


def test_a_key_that_does_not_sign_cannot_sign_a_request():
    with pytest.raises(ValueError, match="does not sign"):
        signed(key=OKPKey.generate_key("X25519", private=True, auto_kid=False))


def test_a_key_that_is_not_listed_any_more_is_named_in_the_refusal():
    problem = refused(SIGNED, keys={})
    assert problem.code == "request-signature"
    assert suite.thumbprint(AL_KEY) in problem.detail
    assert "latest trust list" in problem.advice


# Several signatures


def both(mine, theirs):
    """The request with a second signature after ours."""
    headers = {name: f"{mine.headers[name]}, {theirs[name]}" for name in ("signature-input", "signature")}
    return replace(mine, headers={**mine.headers, **headers})


PROXYS = {"signature-input": 'proxy=("@method");created=1;keyid="p";tag="proxy"', "signature": "proxy=:AAAA:"}


def test_a_signature_under_another_label_is_looked_past():
    assert verified(both(SIGNED, PROXYS)).kid == suite.thumbprint(AL_KEY)


def test_a_signature_of_our_form_under_another_label_does_not_count():
    fields = {name: OTHERS.headers[name].replace("tocsin=", "other=") for name in PROXYS}
    assert verified(both(SIGNED, fields)).nonce == NONCE
    assert refused(replace(OTHERS, headers={**OTHERS.headers, **fields})).code == "request-unsigned"


def test_our_label_twice_is_refused_even_if_both_verify():
    assert refused(both(SIGNED, SIGNED.headers)).code == "request-unsigned"
    assert refused(both(SIGNED, OTHERS.headers)).code == "request-unsigned"


def test_two_lines_of_a_field_are_read_as_one():
    lines = [
        *SIGNED.headers.items(),
        ("Signature-Input", PROXYS["signature-input"]),
        ("Signature", PROXYS["signature"]),
    ]
    assert verified(replace(SIGNED, headers=Headers(lines))).nonce == NONCE


def test_labels_of_which_one_has_no_signature_are_refused():
    half = with_header(SIGNED, "signature-input", f"{SIGNED.headers['signature-input']}, {PROXYS['signature-input']}")
    assert refused(half).code == "request-signature"


@pytest.mark.parametrize(("count", "counts"), [(1, True), (200, False)])
def test_fields_of_thousands_of_characters_are_not_read(count, counts):
    fields = {
        "signature-input": ", ".join(f'p{number}=("@method");created=1;keyid="p"' for number in range(count)),
        "signature": ", ".join(f"p{number}=:AAAA:" for number in range(count)),
    }
    if counts:
        assert verified(both(SIGNED, fields))
    else:
        assert "longer than 4000 characters" in refused(both(SIGNED, fields)).detail


# Repeating


def test_a_signature_works_for_one_method_and_target_only():
    asked = signed(Request("GET", "/exchange/v1/heads"))
    for method in ("POST", "PUT", "DELETE", "HEAD", "OPTIONS"):
        assert refused(replace(asked, method=method)).code == "request-signature"
    assert refused(replace(asked, target="/exchange/v1/trust")).code == "request-signature"


def test_the_same_request_again_has_the_same_nonce_and_sender_for_the_store_to_refuse():
    once, again = verified(SIGNED), verified(replace(SIGNED, headers={**SIGNED.headers, "x-more": "1"}))
    assert (once.kid, once.nonce) == (again.kid, again.nonce)


def test_nonces_are_16_random_bytes():
    made = {new_nonce() for _ in range(100)}
    assert len(made) == 100
    assert all(len(suite.decoded(nonce, code="bad-request", what="a nonce")) == 16 for nonce in made)


# Clocks


@pytest.mark.parametrize("seconds", [-300, -299, 0, 299, 300])
def test_clocks_may_differ_by_300_seconds(seconds):
    assert verified(SIGNED, now=NOW + timedelta(seconds=seconds)).created == NOW


@pytest.mark.parametrize("seconds", [-86_400, -301, 301, 86_400])
def test_beyond_300_seconds_the_refusal_gives_both_times_and_says_what_to_do(seconds):
    now = NOW + timedelta(seconds=seconds)
    problem = refused(SIGNED, now=now)
    assert problem.code == "clock-skew"
    assert "2026-03-09T06:00:00Z by the sender's clock" in problem.detail
    assert f"{now:%Y-%m-%dT%H:%M:%SZ} by the receiver's" in problem.detail
    assert "NTP" in problem.advice
    assert "the one that is wrong" in problem.advice


@pytest.mark.parametrize("year", [1969, 2038, 2039, 2107, 9999])
def test_dates_far_off_are_dates(year):
    then = datetime(year, 6, 1, tzinfo=UTC)
    assert verified(signed(created=then), now=then).created == then


def test_a_moment_without_a_zone_is_not_signed():
    with pytest.raises(ValueError, match="time zone"):
        signed(created=datetime(2026, 3, 9))


@pytest.mark.parametrize("nonce", ["", "short", "A" * 87, "A" * 21 + "="])
def test_a_nonce_of_another_form_is_not_signed(nonce):
    with pytest.raises(ValueError, match="nonce"):
        signed(nonce=nonce)


def test_what_cannot_be_an_address_is_not_signed():
    with pytest.raises(ValueError, match="cannot be signed"):
        signed(replace(ASKED, target="/exchange/v1/häuser"))


@given(fields=FIELDS, method=st.text(max_size=8), target=TEXT, body=st.binary(max_size=8))
def test_whatever_stands_in_a_request_it_is_refused_and_nothing_else_happens(fields, method, target, body):
    for request in (
        Request(method, target, fields, body),
        replace(SIGNED, headers={**SIGNED.headers, **fields}),
        replace(SIGNED, method=method, target="/" + target),
    ):
        try:
            found = verified(request)
        except Refused:
            pass
        else:
            assert (found.kid, request.method, request.target) == (suite.thumbprint(AL_KEY), "POST", ASKED.target)
