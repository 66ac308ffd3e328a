"""Builds and runs an alliance on this machine: nodes of invented states and the Secretariat, each in its own folder.

    demo_alliance.py FOLDER            make what is not there, serve all of them, print their addresses
    demo_alliance.py FOLDER --make     make only

Each node has its own database, keys, language and people; they meet over HTTP with TLS, under a certificate authority
made here and named in their trust list. Nobody could tell these nodes from real ones but by the word EXERCISE.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tocsin.exchange import key_files, suite
from tocsin.exchange.trust import drafts, own_files, publishing, signing
from tocsin.exchange.trust.files import read_folder, write_folder
from tocsin.exchange.trust.repository import Holders, Listed

ALLIANCE = "exercise"
NODES = {"AL": "ru", "BO": "ru", "CE": "zh-hans", "SEC": "en"}
HOLDERS, ENOUGH = 5, 3
FIRST_PORT = 8100
CODE_WORD, MINUTES_A_DAY = "grey heron", 2  # of the exercise
BEGINS_AFTER = timedelta(minutes=1)  # the exercise: until then people have signed in
FIRST = """
A scripted exercise begins within a minute at AL, BO and CE, a day of it in {pace} minutes. To try first:
  1. AL, duty officer: Signals. A hospital calls about cholera: verify it, open an event, assess it, notify partners.
  2. BO and CE, duty officers: have the notification (I have it), say whether it concerns you, ask what you must know.
  3. AL, asker.city: Consultations. Ask the clinic in BO about a patient; there coordinator.clinic finds an expert.
  4. Director of any of them: Exercises. What is to come, the simulated outbreak, what was reached. Code word: {word}.
"""
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Place:
    """A node on this machine. One without a port for partners only calls out."""

    code: str
    home: Path
    page_port: int
    door_port: int | None
    address: str = "127.0.0.1"

    @property
    def urls(self) -> list[str]:
        """Where its partners call it."""
        return [f"https://{self.address}:{self.door_port}"] if self.door_port else []


def places(folder: Path, codes: list[str], first_port: int = FIRST_PORT) -> list[Place]:
    """Where each node of an alliance on this machine is."""
    return [
        Place(code, folder / code.lower(), first_port + 2 * number, first_port + 2 * number + 1)
        for number, code in enumerate(codes)
    ]


def build(folder: Path, nodes: list[Place], languages: Mapping[str, str] = NODES, *, every_seconds: float = 3) -> None:
    """Make the nodes, the holders' keys and the trust list that three of five sign; what is there stays."""
    if (folder / "list").is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    authority = Authority.make()

    def begin(place: Place) -> None:
        place.home.mkdir(mode=0o700, exist_ok=True)
        shutil.copy(empty, place.home)
        run(place, "node", "init", "--alliance", ALLIANCE, "--state", place.code)
        said = _door(place, authority) if place.door_port else {}
        with (place.home / "node.toml").open("a", encoding="utf-8") as file:
            file.write("\n[exchange]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in said.items()))
            file.write(f"every_seconds = {every_seconds}\n")
        for use in key_files.SEALING:
            key_files.make(place.home, use)

    def join(place: Place) -> None:
        said = repr((str(folder / "list"), languages.get(place.code, "en")))
        python(place, f"from scripts.demo_alliance import joined; joined(*{said})")

    with ThreadPoolExecutor() as pool, tempfile.TemporaryDirectory() as made:
        empty = tables(Path(made) / "tables")
        list(pool.map(begin, nodes))
        sign_list(folder, nodes, authority.pem)
        list(pool.map(join, nodes))


def tables(home: Path) -> Path:
    """An empty database of this release, for nodes to begin with: migrations are run once, not once a node."""
    home.mkdir()
    (home / "node.toml").write_text(f'alliance = "{ALLIANCE}"\nstate = "AL"\n', encoding="utf-8")
    made = "import django; django.setup(); from tocsin.node.running.setting_up import migrate; migrate()"
    python(Place("AL", home, 0, None), made)
    return home / "tocsin.sqlite3"


def _door(place: Place, authority: "Authority") -> dict[str, str | int | None]:
    """Where partners are let in, and the certificate that they are shown."""
    certificate, key = authority.issue(place.home / "door", place.address)
    return {"host": place.address, "port": place.door_port, "certificate": str(certificate), "key": str(key)}


def sign_list(folder: Path, nodes: list[Place], authority: str) -> None:
    """The ceremony, with all holders at one table: the first root, the alliance's list, each state's own file."""
    now = datetime.now(UTC)
    holders = [_kept(folder / "holders" / f"holder-{number + 1}") for number in range(HOLDERS)]
    online = _kept(folder / "holders" / "online")
    states = {place.code: _kept(folder / "holders" / place.code) for place in nodes}
    files: dict[str, bytes] = {}

    def enter(draft: drafts.Draft, keys: list[suite.Key]) -> None:
        nonlocal files
        for key in keys:
            draft = drafts.signed(draft, key)
        files = publishing.published(files, draft, now=now)

    root = Holders(tuple(holders), ENOUGH)
    enter(
        signing.draft_first_root(alliance=ALLIANCE, exercise=True, root=root, online=Holders((online,)), now=now),
        holders[:ENOUGH],
    )
    listed = [
        Listed(
            place.code,
            Holders((states[place.code],)),
            "secretariat" if place.code == "SEC" else "state",
            "member",
            relay=place.code == "SEC",
            private_addresses=True,
        )
        for place in nodes
    ]
    enter(signing.draft_list(files, listed, now=now), holders[:ENOUGH])
    for place in nodes:
        keys = key_files.load(place.home)
        public = {"seal": keys.seal[0], "request": keys.request, "encrypt": next(iter(keys.encrypt.values()))}
        own = own_files.new_own_file(place.code, keys=public, urls=place.urls, tls_ca=authority)
        enter(signing.draft_own_file(files, own, now=now), [states[place.code]])
    write_folder(folder / "list", publishing.renewed(files, [online], now=now).files)


def renew(folder: Path) -> None:
    """What the Secretariat does each day: a new timestamp."""
    online = key_files.read(next((folder / "holders" / "online" / "keys" / "identity").glob("*.pem")))
    publishing.renew(folder / "list", [online], now=datetime.now(UTC))


def joined(folder: str, language: str) -> None:
    """Within a node: trust the root, take the list, let two people in who read the node's language."""
    import django

    django.setup()
    from tocsin.node.post.actions.joining import join
    from tocsin.node.post.here import local_node
    from tocsin.node.running.newcomers import welcome

    files = read_folder(Path(folder))
    join(files["1.root.json"], files, by=None)
    here = local_node()
    lines = []
    for role in ("duty_officer", "epidemiologist"):
        email = f"{role.replace('_', '.')}@{here.node.lower()}.example"
        name = f"{role.replace('_', ' ').capitalize()} {here.node}"
        came = welcome(email, name=name, roles=[role], language=language, totp=role == "duty_officer")
        lines += [email, f"  password  {came.password}"]
        lines += [f"  secret    {came.totp_secret}   (for an authenticator)"] if came.totp_secret else []
    path = Path(os.environ["TOCSIN_HOME"]) / "people.txt"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def _kept(folder: Path) -> suite.Key:
    return key_files.read(key_files.make(folder, "identity"))


class Authority:
    """A certificate authority for the doors of this machine."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
        self._key, self._certificate = key, certificate
        self.pem = certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")

    @classmethod
    def make(cls) -> "Authority":
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tocsin exercise alliance")])
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        certificate = (
            _certificate(name, name, key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        return cls(key, certificate)

    def issue(self, folder: Path, address: str) -> tuple[Path, Path]:
        """A certificate for an address and its key, in files."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address)), x509.DNSName("localhost")])
        certificate = (
            _certificate(name, self._certificate.subject, key.public_key())
            .add_extension(names, critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        paths = folder / "certificate.pem", folder / "key.pem"
        paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        handle = os.open(paths[1], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            form = serialization.PrivateFormat.PKCS8
            file.write(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
        return paths


def _certificate(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
    )


# Processes


def environment(place: Place) -> dict[str, str]:
    """What a node's processes find around them: nothing of another node's."""
    mine = {"TOCSIN_HOME": str(place.home), "DJANGO_SETTINGS_MODULE": "tocsin.node.settings"}
    others = {name: value for name, value in os.environ.items() if not name.startswith(("TOCSIN_", "DATABASE_URL"))}
    root = Path(__file__).parents[1]
    return {**others, **mine, "PYTHONPATH": f"{root}{os.pathsep}{root / 'src'}"}


def run(place: Place, *words: str) -> None:
    """One command of a node, to its end. What it says is for people who run it themselves: it is told if it fails."""
    done = subprocess.run(
        [str(BIN / "tocsin"), *words], env=environment(place), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"tocsin {' '.join(words)} at {place.code}:\n{done.stderr}")


def python(place: Place, code: str) -> str:
    """Python in a node's surroundings; what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(place), check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def serve(place: Place, *more: str) -> subprocess.Popen[bytes]:
    """The node, serving."""
    words = ["node", "serve", "--port", str(place.page_port), "--web-workers", "1", "--workers", "1", *more]
    return subprocess.Popen([str(BIN / "tocsin"), *words], env=environment(place))


def _states(nodes: list[Place]) -> list[Place]:
    return [place for place in nodes if place.code != "SEC"]


def let_people_in(nodes: list[Place]) -> None:
    """Those whom an event, the Council and a hand-over need, beside the two whom every node has."""
    _each(nodes, "from scripts.demo_people import let_in; let_in()")


def let_hospitals_in(nodes: list[Place]) -> None:
    """Two hospitals a state, with those who manage, coordinate and answer there."""
    _each(_states(nodes), "from scripts.demo_hospitals import let_in; let_in()")


def _each(nodes: list[Place], code: str) -> None:
    """The same at every node, side by side."""
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda place: python(place, code), nodes))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--make", action="store_true")
    given = parser.parse_args()
    folder = given.folder.absolute()
    nodes = places(folder, list(NODES))
    is_new = not (folder / "list").is_dir()
    if is_new:
        print("Making four nodes, their keys, people and counts: a minute or two.", flush=True)
    build(folder, nodes)
    if is_new:
        let_people_in(nodes)
        let_hospitals_in(nodes)
        _each(_states(nodes), "from scripts.demo_counts import fill; fill()")
    renew(folder)
    if given.make:
        return
    begins = datetime.now(UTC).replace(microsecond=0) + BEGINS_AFTER
    told = repr((begins.isoformat(), CODE_WORD, MINUTES_A_DAY))
    _each(_states(nodes), f"from scripts.demo_exercise import begin_at; begin_at(*{told})")
    running = [serve(place) for place in nodes]
    print("\nFour nodes of the exercise alliance; who may sign in stands in each one's people.txt:")
    for place in nodes:
        print(f"  {place.code:<4} http://127.0.0.1:{place.page_port}   {place.home / 'people.txt'}")
    print(FIRST.format(pace=MINUTES_A_DAY, word=CODE_WORD))
    print("Ctrl-C ends them all.\n", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        while all(process.poll() is None for process in running):
            time.sleep(0.5)
    except KeyboardInterrupt:
        pass
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()


if __name__ == "__main__":
    main()
