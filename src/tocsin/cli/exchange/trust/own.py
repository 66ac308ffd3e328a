"""`tocsin exchange trust own`, `end-key`: a state's own file, with its node's addresses and keys, drafted."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tocsin.cli.exchange import now
from tocsin.cli.exchange.trust import days_option, folder_argument, put_draft, read_list
from tocsin.cli.main import BadInput

if TYPE_CHECKING:
    from tocsin.exchange.public_keys import PublicKey

__all__ = ["end_key", "own"]

KEY_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEEDED = ("seal", "request", "encrypt")


@click.command(short_help="Draft a state's own file: addresses and keys.")
@folder_argument
@click.argument("node")
@click.option(
    "--keys", "key_files", multiple=True, type=KEY_FILE, help="Public keys of the node, to be listed; repeated."
)
@click.option("--url", "urls", multiple=True, help="Where peers reach it, in the order to be tried; repeated.")
@click.option("--no-url", is_flag=True, help="It cannot be called; it only calls out.")
@click.option("--tls-ca", type=KEY_FILE, help="Certificate of its own TLS authority, as PEM.")
@click.option("--public-tls", is_flag=True, help="Its TLS certificates are issued by public authorities.")
@click.option("--signatures", type=click.IntRange(1, 8), help="How many of its seal keys sign each manifest.")
@days_option
def own(
    folder: Path,
    node: str,
    key_files: tuple[Path, ...],
    urls: tuple[str, ...],
    no_url: bool,
    tls_ca: Path | None,
    public_tls: bool,
    signatures: int | None,
    days: int,
) -> None:
    """Draft the file of NODE in FOLDER: its first, or with what is given changed; renewed as it is with no options.

    Only NODE's own state signs it. Files of keys come from `tocsin exchange keys show seal request encrypt --public`.
    """
    from tocsin.exchange.trust.own_files import with_addresses, with_signatures
    from tocsin.exchange.trust.repository import own_file
    from tocsin.exchange.trust.signing import draft_own_file

    if (urls and no_url) or (tls_ca and public_tls):
        raise BadInput("--url and --no-url, or --tls-ca and --public-tls, say the opposite of each other")
    files = read_list(folder)
    before = own_file(files, node)
    given = _given(key_files)
    ca = tls_ca.read_text(encoding="ascii", errors="replace") if tls_ca else None
    if before is None:
        if not (urls or no_url):
            raise BadInput(f"this is the first file of {node}: give --url, or --no-url for a node that only calls out")
        said = _first(node, given, urls, ca)
    else:
        said = with_listed(before, given)
        if urls or no_url or tls_ca or public_tls:
            kept = None if public_tls else before["tls_ca"]
            said = with_addresses(said, urls=urls or ([] if no_url else before["urls"]), tls_ca=ca or kept)
    if signatures is not None:
        _check_more(before, signatures)
        said = with_signatures(said, signatures)
    put_draft(folder, draft_own_file(files, said, now=now(), days=days))


def _check_more(before: Mapping[str, Any] | None, signatures: int) -> None:
    if before is not None and signatures > before["signatures"]:
        raise BadInput(
            f"whoever joins later could not verify what {before['signatures']} keys signed so far; more are asked for "
            "where a seal key ends, whose heads vouch for that: `tocsin exchange trust end-key … "
            f"--signatures {signatures}`"
        )


def _given(paths: tuple[Path, ...]) -> "list[PublicKey]":
    """The node's keys in these files; identity keys, which are of people, are passed over."""
    from tocsin.exchange.public_keys import read_public_keys

    found = [one for path in paths for one in read_public_keys(path.read_bytes(), name=str(path))]
    return [one for one in found if one.use in NEEDED]


def _first(node: str, given: "list[PublicKey]", urls: tuple[str, ...], ca: str | None) -> Mapping[str, Any]:
    from tocsin.exchange.trust.own_files import new_own_file

    by_use = {one.use: one.key for one in reversed(given)}
    if missing := [use for use in NEEDED if use not in by_use]:
        raise BadInput(f"this is the first file of {node}, and --keys gives no key for {', '.join(missing)}")
    made = new_own_file(node, keys={use: by_use[use] for use in NEEDED}, urls=urls, tls_ca=ca)
    return with_listed(made, given)


def with_listed(said: Mapping[str, Any], given: "list[PublicKey]") -> Mapping[str, Any]:
    """The file with those of these keys that it does not list yet."""
    from tocsin.exchange.trust.own_files import kid_of, with_key

    for one in given:
        if one.kid not in {kid_of(key) for key in said["keys"]}:
            said = with_key(said, use=one.use, key=one.key)
    return said


@click.command("end-key", short_help="Draft the end of a key: rotated or stolen.")
@folder_argument
@click.argument("node")
@click.option("--key", "name", required=True, metavar="KEY", help="Thumbprint of the key that ends, or its beginning.")
@click.option("--rotated", "reason", flag_value="rotated", help="Another has taken its place.")
@click.option("--stolen", "reason", flag_value="stolen", help="Somebody else has it, or may have it.")
@click.option(
    "--heads", type=KEY_FILE, help="From `tocsin exchange heads`: up to where what a seal key signed is good."
)
@click.option("--no-heads", is_flag=True, help="Nothing that it signed is good.")
@click.option("--keys", "key_files", multiple=True, type=KEY_FILE, help="Public keys that take its place; repeated.")
@click.option("--signatures", type=click.IntRange(1, 8), help="How many of its seal keys sign from now on.")
@days_option
def end_key(
    folder: Path,
    node: str,
    name: str,
    reason: str | None,
    heads: Path | None,
    no_heads: bool,
    key_files: tuple[Path, ...],
    signatures: int | None,
    days: int,
) -> None:
    """Draft the file of NODE in FOLDER in which KEY has ended. It stays listed, and is never used again.

    What a seal key signed is good up to the heads given and void beyond, at every node, whenever it hears of it.
    """
    from tocsin.exchange.trust.own_files import kid_of, with_key_ended, with_signatures
    from tocsin.exchange.trust.repository import own_file
    from tocsin.exchange.trust.signing import draft_own_file

    if reason is None:
        raise BadInput("say why the key ends: --rotated or --stolen")
    files = read_list(folder)
    before = own_file(files, node)
    if before is None:
        raise BadInput(f"{node} has no file of its own in {folder} yet")
    wanted = name.replace(" ", "")
    found = [(kid_of(key), key) for key in before["keys"] if wanted and kid_of(key).startswith(wanted)]
    if len(found) != 1:
        raise BadInput(
            f"{node} lists {'several keys' if found else 'no key'} with a thumbprint that begins with {name!r}; "
            f"`tocsin exchange trust show {folder}` names them"
        )
    kid, listed = found[0]
    if listed["use"] == "seal" and bool(heads) == no_heads:
        raise BadInput(
            "a seal key ends somewhere: give --heads with a file from `tocsin exchange heads`, or --no-heads if "
            "nothing that it signed is good"
        )
    if listed["ends"] is not None:
        raise BadInput(f"the key {kid} of {node} has ended already, as {listed['ends']['reason']}")
    good = read_heads(heads, node) if heads else {}
    said = with_key_ended(with_listed(before, _given(key_files)), kid, reason=reason, heads=good)
    if signatures is not None:
        said = with_signatures(said, signatures)
    put_draft(folder, draft_own_file(files, said, now=now(), days=days))
    if listed["use"] == "seal":
        click.echo(
            f"Once it is in force, what this key signed is good up to the heads above ({len(good)} streams). All that "
            "it signed beyond them is void at every node, and withdrawn where it was taken.",
            err=True,
        )


def read_heads(path: Path, node: str) -> dict[str, tuple[int, str]]:
    """By stream's first manifest: the last good document and manifest, from a file of `tocsin exchange heads`."""
    import json

    try:
        said = json.loads(path.read_bytes())
        of, streams = said["node"], said["streams"]
        heads = {one["first_manifest"]: (one["last"], one["manifest"]) for one in streams}
    except (ValueError, KeyError, TypeError):
        raise BadInput(f"{path} is not a file of `tocsin exchange heads`") from None
    if of != node:
        raise BadInput(f"{path} gives the heads of {of!r:.40}, not of {node}")
    return heads
