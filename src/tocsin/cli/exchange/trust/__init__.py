"""`tocsin exchange trust`: the alliance's list, drafted, signed offline by its holders, and published.

A list is a folder. It is carried from holder to holder on a medium; what is still to be signed lies in its drafts/.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tocsin.cli.exchange import Lazy
from tocsin.cli.main import BadInput

if TYPE_CHECKING:
    from tocsin.exchange import suite
    from tocsin.exchange.trust.drafts import Draft
    from tocsin.exchange.trust.repository import Holders

__all__ = [
    "DRAFTS",
    "MEMBERS",
    "days_option",
    "folder_argument",
    "holders_of",
    "identity_keys",
    "newest_root",
    "put_draft",
    "read_draft_file",
    "read_list",
    "trust",
    "yes_option",
]

MEMBERS = {
    "begin": "tocsin.cli.exchange.trust.root",
    "root": "tocsin.cli.exchange.trust.root",
    "admit": "tocsin.cli.exchange.trust.nodes",
    "change": "tocsin.cli.exchange.trust.nodes",
    "own": "tocsin.cli.exchange.trust.own",
    "end-key": "tocsin.cli.exchange.trust.own",
    "show": "tocsin.cli.exchange.trust.show",
    "sign": "tocsin.cli.exchange.trust.sign",
    "publish": "tocsin.cli.exchange.trust.sign",
    "renew": "tocsin.cli.exchange.trust.sign",
    "take": "tocsin.cli.exchange.trust.take",
}
DRAFTS = "drafts"
YEAR = 365


@click.command(cls=Lazy, members=MEMBERS, short_help="The alliance's list: drafted, signed, published.")
def trust() -> None:
    """Draft, sign, publish and renew the alliance's list, and read what it says.

    FOLDER is the list: carry it on a medium from holder to holder. begin, root, admit, change, own and end-key write a
    draft into its drafts/; nothing changes before enough holders have signed it, it is published, and the list renewed.
    """


folder_argument = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
yes_option = click.option("--yes", is_flag=True, help="Agree beforehand to whatever would be asked.")
days_option: Callable[[Any], Any] = click.option(
    "--days", type=click.IntRange(1, 3_660), default=YEAR, help="How long the signatures are good; 365 unless said."
)


def read_list(folder: Path) -> dict[str, bytes]:
    """The list's files. Raises BadInput if there is no list."""
    from tocsin.exchange.trust.files import newest, read_folder

    files = read_folder(folder) if folder.is_dir() else {}
    if not newest(files, "root"):
        raise BadInput(
            f"{folder} is not the folder of a list: it has no root; `tocsin exchange trust begin` makes an alliance"
        )
    return files


def newest_root(files: Mapping[str, bytes]) -> tuple[bytes, str]:
    """The newest root among the files of a list, and what people compare of it: SHA-256 of the file, 43 characters."""
    from tocsin.exchange import suite
    from tocsin.exchange.trust.files import metadata_name, newest

    root = files[metadata_name("root", newest(files, "root"))]
    return root, suite.digest(root)


def read_draft_file(path: Path) -> "Draft":
    """The draft in a file. Raises ExchangeError, naming the file."""
    from tocsin.exchange.errors import ExchangeError
    from tocsin.exchange.trust.drafts import read_draft

    try:
        return read_draft(path.read_bytes())
    except ExchangeError as problem:
        raise BadInput(f"{path}: {problem}") from None


def put_draft(folder: Path, draft: "Draft") -> None:
    """Write a draft into the folder's drafts/, and say what it says and what comes next.

    Raises BadInput where one lies that somebody has signed.
    """
    from tocsin.cli.exchange.trust.telling import tell_draft
    from tocsin.exchange.trust.files import read_folder

    path = folder / DRAFTS / f"{draft.role}-{draft.version}.json"
    if path.exists() and any(signers for _, signers in read_draft_file(path).signers):
        raise BadInput(f"{path} is there already and signed by some; publish it, or remove it, and draft again")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(draft.data)
    tell_draft(draft, read_folder(folder))
    click.echo(path)
    click.echo(f"Next, each holder with their own key: tocsin exchange trust sign {path}", err=True)


def identity_keys(paths: Sequence[Path]) -> "list[suite.Key]":
    """The identity keys that files of public keys hand over, each once. Raises BadInput for a file without any."""
    from tocsin.exchange.public_keys import read_public_keys

    found: dict[str, suite.Key] = {}
    for path in paths:
        given = [one for one in read_public_keys(path.read_bytes(), name=str(path)) if one.use == "identity"]
        if not given:
            raise BadInput(
                f"{path} holds no identity key; lists are signed with one: tocsin exchange keys make identity"
            )
        found |= {one.kid: one.key for one in given}
    return list(found.values())


def holders_of(paths: Sequence[Path], threshold: int) -> "Holders":
    """Those who hold the private halves of these files' keys, of whom `threshold` sign. Raises BadInput."""
    from tocsin.exchange.trust.repository import Holders

    keys = identity_keys(paths)
    if threshold > len(keys):
        raise BadInput(f"--threshold is {threshold}, and there are {len(keys)} different keys; nobody could ever sign")
    return Holders(tuple(keys), threshold)
