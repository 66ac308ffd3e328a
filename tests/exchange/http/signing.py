"""A request as AL signs it, ways to spoil it, and headers of any kind."""

from dataclasses import replace

import pytest
from hypothesis import strategies as st
from tests.exchange.http.serving import AL_KEY, NOW, live

from tocsin.exchange import suite
from tocsin.exchange.errors import NotTrusted
from tocsin.exchange.http.messages import Headers, Request
from tocsin.exchange.http.signatures import sign_request, verify_request

BO_URL = "https://bo.example"
ASKED = Request("POST", "/exchange/v1/batches?origin=AL&epoch=1", {"host": "bo.example"}, b"a bundle")
NONCE = "AAAAAAAAAAAAAAAAAAAAAA"


def signed(request=ASKED, *, base_url=BO_URL, key=AL_KEY, created=NOW, nonce=NONCE):
    return replace(request, headers=sign_request(request, base_url=base_url, key=key, created=created, nonce=nonce))


def verified(request, *, base_urls=(BO_URL,), keys=None, now=NOW):
    return verify_request(request, base_urls=base_urls, keys=live(AL_KEY) if keys is None else keys, now=now)


def refused(request, **options):
    with pytest.raises(NotTrusted) as caught:
        verified(request, **options)
    return caught.value


def with_header(request, name, value):
    return replace(request, headers=Headers(request.headers).replaced({name: value}))


def with_input(request, old, new):
    """The request with a piece of its Signature-Input changed."""
    text = request.headers["signature-input"]
    assert text.count(old) == 1, text
    return with_header(request, "signature-input", text.replace(old, new))


SIGNED = signed()
OTHERS = signed(replace(ASKED, body=b"another"), nonce="B" * 22)
DIGEST = SIGNED.headers["content-digest"]

TEXT = st.text(max_size=200) | st.text(st.sampled_from('tocsin=();:,"@-+/? 0AZ\\\x00\r\n\t%.'), max_size=200)
PIECES = st.lists(
    st.sampled_from(
        [
            *(
                'tocsin=("@method" "@target-uri" "content-digest")',
                "tocsin=",
                '"@method"',
                "(",
                ")",
                ";req",
                ";bs",
                ";sf",
            ),
            *(';key="tocsin"', ";created=1773036000", ";created=1", f';nonce="{NONCE}"', ';alg="ed25519"', ", "),
            *(
                f';keyid="{suite.thumbprint(AL_KEY)}"',
                ';tag="tocsin-exchange"',
                ":AAAA:",
                "?1",
                "@9",
                "-1",
                "1.5",
                '%"a"',
            ),
            *(DIGEST, "sha-256=", SIGNED.headers["signature"], SIGNED.headers["signature-input"], "other=:AAAA:"),
        ]
    ),
    max_size=12,
).map("".join)
FIELDS = st.dictionaries(st.sampled_from(["content-digest", "signature-input", "signature"]), TEXT | PIECES)
