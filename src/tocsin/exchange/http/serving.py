"""A node's side of the protocol over HTTP: whose request it is, whether it came before, whether there is room.

docs/exchange.md, section 11. Framework-free: a web server hands over a `Request` and sends the `Answer`.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from tocsin.exchange import limits, serving
from tocsin.exchange.errors import Malformed, NotTrusted, Refused, TooLarge
from tocsin.exchange.http.allowance import Allowance
from tocsin.exchange.http.messages import Answer, Request
from tocsin.exchange.http.problems import problem
from tocsin.exchange.http.signatures import VerifiedRequest, new_nonce, sign_answer, signature_of, verify_request
from tocsin.exchange.local import LocalNode

__all__ = ["answered", "check_length"]


def check_length(length: int | None) -> None:
    """Refuse a body by its announced length, before it is read. Raises TooLarge; a body without one is refused too."""
    if length is None:
        raise Malformed("bad-request", "the request does not say how long its body is")
    if length > limits.PAGE_BYTES:
        raise TooLarge("too-large", f"the request's body has {length} bytes; the limit is {limits.PAGE_BYTES}")


def answered(here: LocalNode, request: Request, *, allowance: Allowance, head_came: datetime | None = None) -> Answer:
    """The signed answer to a request, whatever it is.

    head_came   when the request's head came, which is what its clock is held against; the body may have taken long
    """
    key = here.request_key()
    assert key is not None
    try:
        answer = _answer(here, request, allowance, head_came or here.clock())
    except Refused as refusal:
        answer = problem(refusal)
    signature = signature_of(request)
    if signature is None:  # nothing to bind an answer to; a peer would not believe it anyway
        return answer
    headers = sign_answer(answer, signature=signature, key=key, created=here.clock(), nonce=new_nonce())
    return Answer(answer.status, headers, answer.body)


def _answer(here: LocalNode, request: Request, allowance: Allowance, head_came: datetime) -> Answer:
    path, _, query = request.target.partition("?")
    if not path.startswith(serving.PREFIX):
        raise Refused("not-found", f"there is nothing at {path:.80}")
    # Whose request it is comes first: an account is charged only for what its owner has signed. What it costs to find
    # that out about strangers, the web server in front limits by address.
    asker, verified = _verified(here, request, head_came)
    with allowance.held(asker, len(request.body)):
        until = here.now() + timedelta(seconds=limits.NONCE_SECONDS)
        if not here.store.use_nonce(verified.kid, verified.nonce, now=here.now(), until=until):
            raise NotTrusted("replayed", "the request came before", "sign a new one")
        name, fields = path.removeprefix(serving.PREFIX), _query(query)
        said = serving.answer(here, asker, request.method, name, fields, request.body)
    allowance.spend(asker, len(said.body))
    return Answer(said.status, {"content-type": said.media_type, "cache-control": "no-store"}, said.body)


def _verified(here: LocalNode, request: Request, head_came: datetime) -> tuple[str, VerifiedRequest]:
    """The node whose key signed the request. Which keys may ask at all, and where we are, the trust list says."""
    trust = here.trust()
    ours = trust.nodes.get(here.node)
    keys = {kid: key for entry in trust.nodes.values() for kid, key in entry.live("request").items()}
    verified = verify_request(request, base_urls=ours.urls if ours else (), keys=keys, now=head_came)
    holders = [entry.node for entry in trust.nodes.values() if verified.kid in entry.live("request")]
    named = request.headers.get("tocsin-node", "")
    # A node that lists another's public key among its own must not be taken for it, nor it for the other.
    if len(holders) > 1 and named not in holders:
        raise NotTrusted(
            "request-signature", f"{', '.join(holders)} list one request key, and the request names neither"
        )
    return named if named in holders else holders[0], verified


def _query(text: str) -> Mapping[str, str]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), max_num_fields=16, errors="strict")
    except ValueError:
        raise Refused("bad-request", "the query is not of the form name=value&name=value") from None
    if len({name for name, _ in pairs}) != len(pairs):
        raise Refused("bad-request", "the query names something twice")
    return dict(pairs)
