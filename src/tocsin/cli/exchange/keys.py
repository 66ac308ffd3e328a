"""`tocsin exchange keys`: private keys in files, and their public halves for those who list them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tocsin.cli.exchange import Lazy, agreed, now
from tocsin.cli.main import BadInput

if TYPE_CHECKING:
    from tocsin.exchange import suite
    from tocsin.exchange.public_keys import PublicKey

__all__ = ["KeyFile", "key_files_of", "keys", "one_key"]

USES = ("seal", "request", "encrypt", "identity")  # those of tocsin.exchange.key_files, which takes a while to import
MEMBERS = dict.fromkeys(("make", "list", "show", "retire"), "tocsin.cli.exchange.keys")
RETIRING = {
    "seal": "It signs nothing any more. What it signed stays valid; end it in the state's own file as well.",
    "request": "Requests and answers are signed by another key from the next start on, if there is one.",
    "encrypt": "What is sealed to it and not opened yet cannot be opened any more, but by asking its origin again.",
    "identity": "It signs no trust list any more.",
}


@click.command(cls=Lazy, members=MEMBERS, short_help="Private keys in files, and their public halves.")
def keys() -> None:
    """Make, list, show and retire the keys in the folder keys/ of --home.

    A node needs one for each of seal, request and encrypt. An identity key signs the trust list; it is made and kept
    on a machine without a network. The file that TOCSIN_KEY_PASSPHRASE_FILE names holds the passphrase they are
    encrypted under.
    """


@dataclass(frozen=True)
class KeyFile:
    """A private key's file, and what is wrong with it if it cannot be read."""

    use: str
    path: Path
    key: "suite.Key | None"
    problem: str = ""

    @property
    def kid(self) -> str:
        from tocsin.exchange import suite

        return suite.thumbprint(self.key) if self.key is not None else ""

    @property
    def public(self) -> "PublicKey":
        from tocsin.exchange.public_keys import PublicKey

        if self.key is None:
            raise BadInput(self.problem)
        return PublicKey(self.use, self.key)

    @property
    def made(self) -> date | None:
        """The day its name begins with."""
        try:
            return date.fromisoformat(self.path.name[:10])
        except ValueError:
            return None


def key_files_of(home: Path) -> Iterator[KeyFile]:
    """All private keys in a folder, by use and age."""
    from tocsin.exchange import key_files

    for use in key_files.USES:
        for path in sorted((home / "keys" / use).glob("*.pem")):
            try:
                yield KeyFile(use, path, key_files.read(path))
            except key_files.BadKey as problem:
                yield KeyFile(use, path, None, str(problem))


def one_key(name: str) -> KeyFile:
    """The key of --home with this file name, or whose thumbprint begins so, spaces aside. Raises BadInput."""
    home, wanted = _home(), name.replace(" ", "")
    held = list(key_files_of(home))
    found = [one for one in held if one.path.name == name] or [
        one for one in held if wanted and one.kid.startswith(wanted)
    ]
    if len(found) == 1:
        return found[0]
    unread = "".join(f". {one.problem}" for one in held if one.problem and not found)
    raise BadInput(
        f"{'several keys' if found else 'no key'} in {home / 'keys'} with a file or thumbprint that begins with "
        f"{name!r}; `tocsin exchange keys list` names them{unread}"
    )


def _home() -> Path:
    from tocsin.node.home import home

    return home()


@click.command(short_help="Make new keys.")
@click.argument("uses", nargs=-1, required=True, type=click.Choice(USES), metavar="USE...")
@click.option("--yes", is_flag=True, help="Agree beforehand to whatever would be asked.")
def make(uses: tuple[str, ...], yes: bool) -> None:
    """Make a key for each USE: seal, request, encrypt, identity.

    Files are readable by their owner alone and never written over. A node with a new key in place uses it from its next
    start on, once the trust list lists it.
    """
    from tocsin.exchange import key_files
    from tocsin.exchange.public_keys import grouped

    home = _home()
    if "request" in uses and any((home / "keys" / "request").glob("*.pem")):
        agreed(
            "There is a request key in this folder. From its next start on a node signs with the newest one, and peers "
            "refuse it until the trust list lists that. Better made with another --home and moved here once it is "
            "listed. Make it here?",
            yes=yes,
        )
    for use in uses:
        path = key_files.make(home, use, at=now())
        made = KeyFile(use, path, key_files.read(path))
        click.echo(f"{use:<9} {grouped(made.kid)}\n{'':<9} {path}")
    if key_files.passphrase() is None:
        click.echo("Not encrypted: TOCSIN_KEY_PASSPHRASE_FILE names no passphrase.", err=True)
    click.echo("Their public halves for those who list them: tocsin exchange keys show --public --out FILE", err=True)


@click.command("list", short_help="List the keys.")
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
def list_keys(as_json: bool) -> None:
    """List the keys in --home with thumbprint, use and age."""
    import json

    from tocsin.exchange.public_keys import grouped

    home, today = _home(), now().date()
    found = list(key_files_of(home))
    if as_json:
        said = [
            {"use": one.use, "kid": one.kid, "made": one.made, "file": one.path, "problem": one.problem}
            for one in found
        ]
        click.echo(json.dumps(said, default=str))
        return
    for one in found:
        age = f"{(today - one.made).days} days" if one.made else "age unknown"
        click.echo(f"{one.use:<9} {grouped(one.kid) or 'cannot be read':<54}  {age:<11}  {one.path.name}")
        if one.problem:
            click.echo(f"{'':<9} {one.problem}")
    if not found:
        click.echo(f"there are no keys in {home / 'keys'}; `tocsin exchange keys make` makes them", err=True)


@click.command(short_help="Show a key, or hand public halves over.")
@click.argument("names", nargs=-1, metavar="[KEY]...")
@click.option("--public", is_flag=True, help="The public halves, as a JWK Set: what is handed to those who list them.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write that there, a new file.")
def show(names: tuple[str, ...], public: bool, out: Path | None) -> None:
    """Show each KEY, all unless said: thumbprint in groups of four, to be compared over a telephone.

    KEY is the name of its file, the beginning of its thumbprint (after -- if that is a hyphen), or a use. No private
    half is ever printed.
    """
    from tocsin.exchange.public_keys import grouped, written_public_keys

    found = [key for name in names for key in _named(name)] if names else list(key_files_of(_home()))
    if not found:
        raise BadInput(f"there are no keys in {_home() / 'keys'}; `tocsin exchange keys make` makes them")
    if out is not None and not public:
        raise BadInput("--out goes with --public; nothing else is written")
    if public and out is not None:
        with out.open("x", encoding="utf-8") as file:
            file.write(written_public_keys(one.public for one in found))
    elif public:
        click.echo(written_public_keys(one.public for one in found), nl=False)
    for one in found if out is not None or not public else ():
        click.echo(f"{one.use:<9} {grouped(one.public.kid)}")


def _named(name: str) -> list[KeyFile]:
    if name in USES:
        return [one for one in key_files_of(_home()) if one.use == name]
    return [one_key(name)]


@click.command(short_help="Put a key aside.")
@click.argument("name", metavar="KEY")
@click.option("--yes", is_flag=True, help="Agree beforehand to whatever would be asked.")
def retire(name: str, yes: bool) -> None:
    """Put KEY into the folder retired/ beside it, where no process looks. Destroying it is for who keeps the medium.

    KEY is the name of its file, or the beginning of its thumbprint (after -- if that is a hyphen).
    """
    from tocsin.exchange import key_files
    from tocsin.exchange.public_keys import grouped

    one = one_key(name)
    others = sum(other.use == one.use for other in key_files_of(_home())) - 1
    left = f"of its use {others} stay{'' if others > 1 else 's'}" if others else "no other key of its use stays"
    agreed(f"{one.use} key {grouped(one.kid)} is put aside; {left}. {RETIRING[one.use]} Go on?", yes=yes)
    click.echo(key_files.retire(one.path))
    click.echo("A node that runs has it in memory until it is started again.", err=True)
