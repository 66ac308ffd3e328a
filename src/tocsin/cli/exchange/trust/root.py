"""`tocsin exchange trust begin`, `root`: who may sign for the alliance, drafted."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tocsin.cli.exchange import now
from tocsin.cli.exchange.trust import days_option, folder_argument, holders_of, identity_keys, put_draft, read_list
from tocsin.cli.main import BadInput

if TYPE_CHECKING:
    from tuf.api.metadata import Root

    from tocsin.exchange.trust.drafts import Draft
    from tocsin.exchange.trust.repository import Holders

__all__ = ["begin", "root"]

KEY_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(short_help="Draft the root that makes an alliance.")
@folder_argument
@click.option("--alliance", required=True, help="Its name: small letters, digits, hyphens.")
@click.option("--exercise", is_flag=True, help="It is an exercise: everything in it is marked as invented.")
@click.option(
    "--holder", "holders", multiple=True, required=True, type=KEY_FILE, help="A holder's public identity key; repeated."
)
@click.option("--threshold", type=click.IntRange(1), required=True, help="How many holders sign together: 3 of 5, say.")
@click.option(
    "--online",
    multiple=True,
    required=True,
    type=KEY_FILE,
    help="Key that renews the list; a deputy's may be repeated.",
)
@days_option
def begin(
    folder: Path,
    alliance: str,
    exercise: bool,
    holders: tuple[Path, ...],
    threshold: int,
    online: tuple[Path, ...],
    days: int,
) -> None:
    """Draft the first root of an alliance in FOLDER: its holders sign for it from now on, THRESHOLD of them together.

    Files of keys come from `tocsin exchange keys show identity --public`. Compare every thumbprint with its holder by
    telephone before anybody signs.
    """
    from tocsin.exchange.trust.files import newest, read_folder
    from tocsin.exchange.trust.signing import draft_first_root

    if folder.is_dir() and newest(read_folder(folder), "root"):
        raise BadInput(f"{folder} has a root already; `tocsin exchange trust root` drafts the next")
    draft = draft_first_root(
        alliance=alliance,
        exercise=exercise,
        root=holders_of(holders, threshold),
        online=holders_of(online, 1),
        now=now(),
        days=days,
    )
    put_draft(folder, draft)


@click.command(short_help="Draft the next root: other holders, or renewed.")
@folder_argument
@click.option("--add-holder", multiple=True, type=KEY_FILE, help="A new holder's public identity key; repeated.")
@click.option(
    "--remove-holder", multiple=True, metavar="KEY", help="Thumbprint, or its beginning, of a holder who goes."
)
@click.option("--threshold", type=click.IntRange(1), help="How many holders sign together; as before unless said.")
@click.option("--add-online", multiple=True, type=KEY_FILE, help="A further key that renews the list.")
@click.option("--remove-online", multiple=True, metavar="KEY", help="One that no longer does; stolen, say.")
@days_option
def root(
    folder: Path,
    add_holder: tuple[Path, ...],
    remove_holder: tuple[str, ...],
    threshold: int | None,
    add_online: tuple[Path, ...],
    remove_online: tuple[str, ...],
    days: int,
) -> None:
    """Draft the next root of the list in FOLDER: as it is for another year, or with other holders or online keys.

    It is signed by enough holders of the root before and by enough of its own.
    """
    from tocsin.exchange.trust.repository import newest_root
    from tocsin.exchange.trust.signing import draft_root

    files = read_list(folder)
    before = newest_root(files)
    offline = add_holder or remove_holder or threshold
    online = _changed(before, "snapshot", add_online, remove_online, None) if add_online or remove_online else None
    draft = draft_root(
        files,
        now=now(),
        root=_changed(before, "root", add_holder, remove_holder, threshold) if offline else None,
        targets=_changed(before, "targets", add_holder, remove_holder, threshold) if offline else None,
        snapshot=online,
        timestamp=online,
        days=days,
    )
    put_draft(folder, draft)
    _warn(draft, files)


def _changed(
    before: "Root", role: str, added: tuple[Path, ...], removed: tuple[str, ...], threshold: int | None
) -> "Holders":
    from tocsin.exchange import suite
    from tocsin.exchange.trust.keys import key_of
    from tocsin.exchange.trust.repository import Holders

    keys: dict[str, suite.Key] = {keyid: key_of(before.get_key(keyid)) for keyid in before.roles[role].keyids}
    for name in removed:
        wanted = name.replace(" ", "")
        found = [keyid for keyid in keys if wanted and keyid.startswith(wanted)]
        if len(found) != 1:
            raise BadInput(
                f"{'several keys' if found else 'no key'} of the {role} with a thumbprint that begins with {name!r}; "
                f"they are {', '.join(sorted(keys))}"
            )
        del keys[found[0]]
    keys |= {suite.thumbprint(key): key for key in identity_keys(added)}
    wanted_threshold = threshold or before.roles[role].threshold
    if wanted_threshold > len(keys):
        raise BadInput(
            f"{wanted_threshold} of the {role} must sign, and {len(keys)} would be left; nobody could ever sign"
        )
    return Holders(tuple(keys.values()), wanted_threshold)


def _warn(draft: "Draft", files: dict[str, bytes]) -> None:
    """Say what has to be signed again because those who signed it go."""
    from tuf.api.exceptions import UnsignedMetadataError

    from tocsin.exchange.trust.drafts import parsed
    from tocsin.exchange.trust.repository import newest_metadata

    said = newest_metadata(files, "targets")
    if said is None:
        return
    targets = parsed(said)
    try:
        parsed(draft.metadata).signed.verify_delegate("targets", targets.signed_bytes, targets.signatures)
    except UnsignedMetadataError:
        click.echo(
            "Under this root too few of those who signed the list are left. Publish this root, then draft the list "
            "again (tocsin exchange trust change) and have it signed, before it is renewed.",
            err=True,
        )
