"""Two nodes, AL that asks and BO that answers, and a TLS server whose every byte a test decides."""

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from base64 import b64encode
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tocsin.exchange import suite
from tocsin.exchange.http.messages import Answer, Request
from tocsin.exchange.http.signatures import new_nonce, sign_answer, signature_of
from tocsin.exchange.trust.list import Entry, ListedKey, TrustList

NOW = datetime(2026, 3, 9, 6, 0, tzinfo=UTC)
AL_KEY, BO_KEY = suite.new_key("request"), suite.new_key("request")

Respond = Callable[[Request], Iterable[bytes] | None]


def listed(*keys: suite.Key) -> tuple[ListedKey, ...]:
    """The public halves as request keys of a list."""
    public = [suite.public_key(suite.public_jwk(key), use="request") for key in keys]
    return tuple(ListedKey("request", key, suite.thumbprint(key), None) for key in public)


def live(*keys: suite.Key) -> dict[str, suite.Key]:
    """Request keys by identifier, as a trust list gives them."""
    return {key.kid: key.key for key in listed(*keys)}


def trust(*urls: str, private: bool = True, tls_ca: str | None = None, status: str = "active") -> TrustList:
    """A list with AL and BO; `urls` and the rest are BO's."""
    al = Entry("AL", "state", "member", "active", relay=False, private_addresses=False, keys=listed(AL_KEY))
    bo = Entry(
        *("BO", "state", "member", status),
        relay=False,
        private_addresses=private,
        urls=urls,
        tls_ca=tls_ca,
        keys=listed(BO_KEY),
    )
    return TrustList(
        "exercise", exercise=True, nodes={"AL": al, "BO": bo}, version=1, root_version=1, expires=NOW + dt.timedelta(30)
    )


def signed_answer(
    request: Request,
    body: bytes = b"",
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    key: suite.Key = BO_KEY,
    created: datetime = NOW,
) -> Answer:
    """What BO answers to `request`."""
    answer = Answer(status, headers or {}, body)
    signature = signature_of(request)
    assert signature is not None
    signed = sign_answer(answer, signature=signature, key=key, created=created, nonce=new_nonce())
    return Answer(status, signed, body)


def wire(answer: Answer, **more: str) -> bytes:
    """An answer as bytes of HTTP/1.1."""
    fields = {"content-length": str(len(answer.body)), **answer.headers, **more}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {answer.status} Said\r\n{head}\r\n".encode("latin-1") + answer.body


def member(signature: bytes) -> str:
    """A field Signature as we write it."""
    return f"tocsin=:{b64encode(signature).decode()}:"


# Certificates


class Authority:
    """A certificate authority of a test, with one certificate for the names given, as files."""

    def __init__(self, folder: Path, *names: str) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of a test")])
        authority = _certificate(issuer, issuer, key, key, x509.BasicConstraints(ca=True, path_length=0))
        own = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "BO")])
        alternatives = x509.SubjectAlternativeName([_general(name) for name in names])
        leaf = _certificate(subject, issuer, own, key, alternatives)
        self.pem = authority.public_bytes(serialization.Encoding.PEM).decode()
        self.certificate, self.key = folder / "certificate.pem", folder / "key.pem"
        self.certificate.write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
        private = own.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self.key.write_bytes(private)

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


def _certificate(subject, issuer, key, signer, extension) -> x509.Certificate:
    start = datetime.now(UTC) - dt.timedelta(days=1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=3))
        .add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        .sign(signer, hashes.SHA256())
    )


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


# The server


class Server:
    """Answers each request with the bytes that `respond` gives; None closes the connection without a word."""

    def __init__(self, respond: Respond, context: ssl.SSLContext | None) -> None:
        self.respond, self._context = respond, context
        self.requests: list[Request] = []
        self.connections = 0
        self.names: list[str | None] = []
        self.stop = threading.Event()
        if context is not None:
            context.sni_callback = lambda _, name, __: self.names.append(name)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                plain, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(plain,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, plain: socket.socket) -> None:
        plain.settimeout(5)
        with plain:
            try:
                with self._context.wrap_socket(plain, server_side=True) if self._context else plain as line:
                    while self.answer_one(line):
                        pass
            except OSError:
                pass

    def answer_one(self, line: socket.socket) -> bool:
        """Read one request and answer it; whether the connection goes on."""
        head = b""
        while b"\r\n\r\n" not in head:
            if not (more := line.recv(65536)):
                return False
            head += more
        head, _, body = head.partition(b"\r\n\r\n")
        first, *fields = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ")
        headers = dict(field.split(": ", 1) for field in fields)
        length = int({name.lower(): value for name, value in headers.items()}.get("content-length", 0))
        while len(body) < length:
            body += line.recv(65536)
        request = Request(method, target, headers, body)
        self.requests.append(request)
        pieces = self.respond(request)
        if pieces is None:
            return False
        for piece in pieces:
            line.sendall(piece)
        return True

    def close(self) -> None:
        self.stop.set()
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for thread in self._threads:
            thread.join(5)
