"""Signed requests and answers: RFC 9421 by `http_message_signatures`, narrowed to one form.

Specified in docs/exchange.md, section 11. A receiver hands over what came, unchecked, and gets back whose it is.
Nothing of Host, Forwarded or X-Forwarded-* is read: the address that was signed is built from what the trust list says
of the receiver. Whether a nonce came before is the store's to say, once for each (kid, nonce).
"""

import hashlib
import hmac
import os
import re
from base64 import b64encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import http_sf
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureAlgorithm,
    MappingKeyResolver,
    SigningKey,
    VerificationKey,
)
from http_message_signatures.algorithms import ECDSA_P256_SHA256, ED25519

from tocsin.exchange import limits, suite
from tocsin.exchange.errors import NotTrusted, Unreachable
from tocsin.exchange.http.messages import Answer, Headers, Request
from tocsin.exchange.moments import moment, seconds_apart

__all__ = [
    "VerifiedRequest",
    "new_nonce",
    "sign_answer",
    "sign_request",
    "signature_of",
    "verify_answer",
    "verify_request",
]

LABEL, TAG = "tocsin", "tocsin-exchange"
OF_REQUEST = ("@method", "@target-uri", "content-digest")
OF_ANSWER = ("@status", "content-digest", '"signature";key="tocsin";req')
ALGORITHMS: dict[str, type[HTTPSignatureAlgorithm]] = {"Ed25519": ED25519, "ES256": ECDSA_P256_SHA256}
PARAMETERS = {"created": int, "keyid": str, "nonce": str, "alg": str, "tag": str}
NONCE = re.compile(r"[A-Za-z0-9_-]{22,86}")  # 16 to 64 bytes
DIGEST = re.compile(r"sha-256=:[A-Za-z0-9+/]{43}=:")
FIELD_CHARACTERS = 4_000  # of Signature and Signature-Input, other labels beside ours included
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CLOCK_ADVICE = (
    "compare both clocks with a third, set the one that is wrong by NTP, and ask again: nothing is lost. "
    "If both are right, the message was more than five minutes on its way"
)


@dataclass(frozen=True)
class VerifiedRequest:
    """Who signed a request. The store takes each (kid, nonce) once; `signature` is what the answer is bound to."""

    kid: str
    nonce: str
    created: datetime
    signature: bytes


class _Unsigned(ValueError):
    """There is no signature of the form that the protocol asks for."""


class _Unfit(ValueError):
    """There is one, and it does not verify."""


@dataclass
class _RequestView:
    """What the library asks of a request."""

    method: str
    url: str
    headers: dict[str, str]


@dataclass
class _AnswerView:
    """What the library asks of an answer. Of the request it reads the field Signature alone."""

    status_code: int
    headers: dict[str, str]
    request: _RequestView


def new_nonce() -> str:
    """16 random bytes as base64url."""
    return suite.encoded(os.urandom(16))


# Requests


def sign_request(request: Request, *, base_url: str, key: suite.Key, created: datetime, nonce: str) -> Headers:
    """The request's headers with those of its signature. Raises ValueError if it cannot be signed.

    base_url   of the receiver, as the trust list gives it: `https://host` or `https://host:port`
    nonce      22 to 86 characters of base64url; `new_nonce` makes one
    """
    view = _RequestView(request.method, base_url + request.target, {"content-digest": _digest(request.body)})
    _sign(view, OF_REQUEST, key, created, nonce)
    return Headers(request.headers).replaced(view.headers)


def verify_request(
    request: Request, *, base_urls: Collection[str], keys: Mapping[str, suite.Key], now: datetime
) -> VerifiedRequest:
    """Who signed the request. Raises NotTrusted: `request-unsigned`, `request-signature`, `clock-skew`.

    base_urls   all that the trust list gives this node; the sender has used one of them
    keys        live request keys by identifier, of all who may ask
    now         when the request's head came; a body may have taken longer
    """
    try:
        given = _read(request.headers, OF_REQUEST)
        _check_digest(request.headers, request.body)
        key, algorithm = _key(given, keys)
        if not request.target.startswith("/"):
            raise _Unfit("its target is not a path")
        views = [
            _RequestView(request.method, url + request.target, _signed_fields(request.headers)) for url in base_urls
        ]
        if not any(_verifies(view, given.kid, key, algorithm) for view in views):
            raise _Unfit(f"it does not verify for {request.method[:10]!r}, this address and this content")
    except _Unsigned as problem:
        raise NotTrusted(
            "request-unsigned", f"the request is not signed as the protocol asks: {problem}", "see docs/exchange.md, 11"
        ) from None
    except _Unfit as problem:
        raise NotTrusted(
            "request-signature",
            f"the request's signature: {problem}",
            "check that both sides have the latest trust list, and the address and the key that it gives for each",
        ) from None
    _check_clock(given.created, now, "the request", "the sender's", "the receiver's")
    return VerifiedRequest(given.kid, given.nonce, given.created, given.signature)


def signature_of(request: Request) -> bytes | None:
    """The bytes of a request's signature under our label, unchecked, to bind a refusal to; None if there is none."""
    try:
        return _signature(_dictionary(request.headers, "signature"))
    except _Unsigned:
        return None


# Answers


def sign_answer(answer: Answer, *, signature: bytes, key: suite.Key, created: datetime, nonce: str) -> Headers:
    """The answer's headers with those of its signature, which also covers `signature`, the one of the request."""
    view = _answer_view(answer, {"content-digest": _digest(answer.body)}, signature)
    _sign(view, OF_ANSWER, key, created, nonce)
    return Headers(answer.headers).replaced(view.headers)


def verify_answer(answer: Answer, *, request: Request, keys: Mapping[str, suite.Key], now: datetime) -> str:
    """The identifier of the key that signed the answer to `request`, which is as it was sent.

    keys   live request keys of the node that was asked, by identifier
    now    when the answer's head came

    Raises Unreachable if it was not signed by that node for that request: something else has answered.
    Raises NotTrusted `clock-skew`.
    """
    asked = signature_of(request)
    if asked is None:
        raise ValueError("the request was not signed, so no answer can be bound to it")
    try:
        given = _read(answer.headers, OF_ANSWER)
        _check_digest(answer.headers, answer.body)
        key, algorithm = _key(given, keys)
        view = _answer_view(answer, _signed_fields(answer.headers), asked)
        if not _verifies(view, given.kid, key, algorithm):
            raise _Unfit("it does not verify for this request, status and content")
    except _Unsigned as problem:
        raise Unreachable(f"the answer, {answer.status}, is not signed as the protocol asks: {problem}") from None
    except _Unfit as problem:
        raise Unreachable(f"the signature of the answer, {answer.status}: {problem}") from None
    _check_clock(given.created, now, "the answer", "the peer's", "this node's")
    return given.kid


def _answer_view(answer: Answer, headers: dict[str, str], signature: bytes) -> _AnswerView:
    asked = {"signature": f"{LABEL}=:{b64encode(signature).decode('ascii')}:"}
    return _AnswerView(answer.status, headers, _RequestView("GET", "https://covered.by.the.signature/", asked))


# The form


@dataclass(frozen=True)
class _Given:
    """What a message says of its signature, nothing of it proved."""

    kid: str
    nonce: str
    algorithm: str
    created: datetime
    signature: bytes = field(repr=False)


def _read(headers: Mapping[str, str], covered: tuple[str, ...]) -> _Given:
    member = _dictionary(headers, "signature-input").get(LABEL)
    signature = _signature(_dictionary(headers, "signature"))
    if not (isinstance(member, tuple) and isinstance(member[0], list)):
        raise _Unsigned(f"Signature-Input has no list under the label {LABEL}")
    components, parameters = member
    wanted = {_identity(component) for component in covered}
    if len(components) != len(wanted) or {(value, frozenset(of.items())) for value, of in components} != wanted:
        raise _Unsigned(f"it must cover {', '.join(covered)} and nothing else")
    if set(parameters) != set(PARAMETERS) or any(
        type(parameters[name]) is not kind for name, kind in PARAMETERS.items()
    ):
        raise _Unsigned(f"its parameters are {', '.join(PARAMETERS)}, all of them and nothing else")
    if parameters["tag"] != TAG:
        raise _Unsigned(f"its tag is {parameters['tag']!r:.40}, not {TAG}")
    if not NONCE.fullmatch(parameters["nonce"]):
        raise _Unsigned("its nonce is not 22 to 86 characters of base64url")
    try:
        created = EPOCH + timedelta(seconds=parameters["created"])
    except OverflowError:
        raise _Unsigned("created is not a moment") from None
    return _Given(parameters["keyid"], parameters["nonce"], parameters["alg"], created, signature)


def _identity(component: str) -> tuple[Any, frozenset[tuple[str, Any]]]:
    """A component as it is compared: the order of its parameters says nothing."""
    if not component.startswith('"'):
        return component, frozenset()
    value, parameters = _parsed(component, "item")
    return value, frozenset(parameters.items())


def _dictionary(headers: Mapping[str, str], name: str) -> dict[str, Any]:
    text = headers.get(name)
    if text is None:
        raise _Unsigned(f"it has no field {name}")
    if len(text) > FIELD_CHARACTERS:
        raise _Unsigned(f"its field {name} is longer than {FIELD_CHARACTERS} characters")
    try:
        return dict(_parsed(text, "dictionary"))
    except (ValueError, TypeError):
        raise _Unsigned(f"its field {name} is not a dictionary of RFC 9651 whose names stand once") from None


def _parsed(text: str, kind: str) -> Any:
    def twice(name: str, _: str) -> None:
        raise ValueError(f"{name} stands twice")

    return http_sf.parse(text.encode("ascii"), tltype=kind, on_duplicate_key=twice)


def _signature(members: dict[str, Any]) -> bytes:
    member = members.get(LABEL)
    if not (isinstance(member, tuple) and isinstance(member[0], bytes) and member[0] and not member[1]):
        raise _Unsigned(f"Signature has no bytes under the label {LABEL}")
    return member[0]


def _signed_fields(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: headers[name] for name in ("content-digest", "signature-input", "signature")}


# Content, keys, clocks


def _digest(body: bytes) -> str:
    return f"sha-256=:{b64encode(hashlib.sha256(body).digest()).decode('ascii')}:"


def _check_digest(headers: Mapping[str, str], body: bytes) -> None:
    given = headers.get("content-digest", "")
    if not DIGEST.fullmatch(given):
        raise _Unsigned("Content-Digest is not one SHA-256: sha-256=:…:")
    if not hmac.compare_digest(given, _digest(body)):
        raise _Unfit("the content is not the one whose digest was signed")


def _key(given: _Given, keys: Mapping[str, suite.Key]) -> tuple[suite.Key, type[HTTPSignatureAlgorithm]]:
    """The key named, and the one algorithm it is for: what a message says of that must agree and decides nothing."""
    key = keys.get(given.kid)
    if key is None:
        raise _Unfit(f"the key {given.kid!r:.50} is not a listed request key that has not ended")
    algorithm = ALGORITHMS[suite.signer(key)]
    if given.algorithm != algorithm.algorithm_id:
        raise _Unfit(f"its alg is {given.algorithm!r:.30}, and its key signs by {algorithm.algorithm_id}")
    return key, algorithm


def _check_clock(created: datetime, now: datetime, what: str, signer: str, reader: str) -> None:
    if seconds_apart(created, now) > limits.SKEW_SECONDS:
        raise NotTrusted(
            "clock-skew",
            f"{what} was signed at {moment(created)} by {signer} clock and came at {moment(now)} by {reader}; "
            f"they may differ by {limits.SKEW_SECONDS} seconds",
            CLOCK_ADVICE,
        )


# The library


class _Verifier(HTTPMessageVerifier):
    """The library's, without its clock: ours is an argument, and its skew five minutes."""

    def validate_created_and_expires(self, sig_input: Any, max_age: timedelta | None = None) -> None:
        pass


def _sign(
    view: _RequestView | _AnswerView, covered: tuple[str, ...], key: suite.Key, created: datetime, nonce: str
) -> None:
    if not NONCE.fullmatch(nonce):
        raise ValueError("a nonce is 22 to 86 characters of base64url")
    if created.utcoffset() is None:
        raise ValueError(f"{created} has no time zone")
    kid: str = suite.thumbprint(key)
    resolver = MappingKeyResolver(public_keys={}, private_keys={kid: cast(SigningKey, key.private_key)})
    signer = HTTPMessageSigner(signature_algorithm=ALGORITHMS[suite.signer(key)], key_resolver=resolver)
    try:
        signer.sign(
            view,
            key_id=kid,
            created=created,
            nonce=nonce,
            label=LABEL,
            tag=TAG,
            covered_component_ids=covered,
            use_existing_digest=True,
        )
    except HTTPMessageSignaturesException as problem:
        raise ValueError(f"the message cannot be signed: {problem}") from None


def _verifies(
    view: _RequestView | _AnswerView, kid: str, key: suite.Key, algorithm: type[HTTPSignatureAlgorithm]
) -> bool:
    resolver = MappingKeyResolver(public_keys={kid: cast(VerificationKey, key.public_key)}, private_keys={})
    verifier = _Verifier(signature_algorithm=algorithm, key_resolver=resolver)
    try:
        return len(verifier.verify(view, max_age=None, expect_tag=TAG, expect_label=LABEL)) == 1
    except HTTPMessageSignaturesException:
        return False
