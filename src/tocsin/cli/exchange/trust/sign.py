"""`tocsin exchange trust sign`, `publish`, `renew`: from a draft to a list that nodes take."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tocsin.cli.exchange import agreed, now
from tocsin.cli.exchange.trust import DRAFTS, folder_argument, read_draft_file, read_list, yes_option
from tocsin.cli.main import BadInput

if TYPE_CHECKING:
    from tocsin.exchange import suite
    from tocsin.exchange.trust.drafts import Draft

__all__ = ["publish", "renew", "sign"]

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(short_help="Sign a draft with one key.")
@click.argument("draft_file", metavar="DRAFT", type=FILE)
@click.option(
    "--key", "key_file", type=FILE, help="File of the private key; the one of --home that is asked unless said."
)
@yes_option
def sign(draft_file: Path, key_file: Path | None, yes: bool) -> None:
    """Put one holder's signature to DRAFT, after showing what it says, and what it changes if it lies in its list.

    Signed twice by one key it counts once. A copy may be signed by each holder apart; `publish` joins them.
    """
    from tocsin.exchange import suite
    from tocsin.exchange.public_keys import grouped
    from tocsin.exchange.trust.drafts import signed

    draft = read_draft_file(draft_file)
    key = _signing_key(draft, key_file)
    kid = suite.thumbprint(key)
    after = signed(draft, key)  # refuses a key that is not asked, before anything is shown for agreement
    _show(draft_file, draft)
    if any(kid in signers for _, signers in draft.signers):
        click.echo(f"{grouped(kid)} has signed it already; nothing was done.", err=True)
        return
    agreed(f"Sign {draft.role} {draft.version} with the key {grouped(kid)}?", yes=yes)
    _write(draft_file, after.data)
    lacking = "; ".join(after.missing)
    click.echo(f"Signed. {f'There are {lacking} so far.' if lacking else 'It can be published.'}", err=True)


def _signing_key(draft: "Draft", key_file: Path | None) -> "suite.Key":
    from tocsin.cli.exchange.keys import key_files_of
    from tocsin.exchange import key_files
    from tocsin.node.home import home

    if key_file is not None:
        return key_files.read(key_file)
    held = [one for one in key_files_of(home()) if one.use == "identity"]
    asked = [one for one in held if any(one.kid in group.keys for group in draft.asked)]
    if len(asked) == 1:
        return asked[0].public.key
    problem = next((one.problem for one in held if one.problem), "")
    if asked:
        raise BadInput(f"several keys in {home() / 'keys' / 'identity'} are asked to sign this; name one with --key")
    raise BadInput(
        f"no key in {home() / 'keys' / 'identity'} is asked to sign {draft.role} {draft.version}; "
        f"name the file of one with --key{f'. {problem}' if problem else ''}"
    )


def _show(path: Path, draft: "Draft") -> None:
    """What a draft says, compared with the list in whose drafts/ it lies, if it does."""
    from tocsin.cli.exchange.trust.telling import tell_draft
    from tocsin.exchange.trust.files import read_folder

    folder = path.absolute().parent
    tell_draft(draft, read_folder(folder.parent) if folder.name == DRAFTS else {})


def _write(path: Path, data: bytes) -> None:
    from tocsin.cli.output import whole

    with whole(path) as unfinished:
        unfinished.write_bytes(data)


@click.command(short_help="Let a signed draft enter the list.")
@folder_argument
@click.argument("drafts", metavar="DRAFT...", nargs=-1, required=True, type=FILE)
@yes_option
def publish(folder: Path, drafts: tuple[Path, ...], yes: bool) -> None:
    """Let DRAFT enter the list in FOLDER, if enough of those have signed it whom the list asks; copies are joined.

    It counts from the next renewal on. A published version never changes.
    """
    from tocsin.cli.exchange.trust.telling import tell_draft
    from tocsin.exchange.trust.drafts import joined
    from tocsin.exchange.trust.files import read_folder, write_folder
    from tocsin.exchange.trust.publishing import published

    draft = joined([read_draft_file(path) for path in drafts])
    before = read_folder(folder) if draft.role == "root" and draft.version == 1 else read_list(folder)
    after = published(before, draft, now=now())
    tell_draft(draft, before)
    agreed(f"Publish {draft.role} {draft.version}?", yes=yes)
    write_folder(folder, after)
    click.echo(f"Published. It counts from the next renewal on: tocsin exchange trust renew {folder}", err=True)


@click.command(short_help="Renew snapshot and timestamp, online.")
@folder_argument
@click.option(
    "--key", "key_files_", multiple=True, type=FILE, help="File of an online key; those of --home unless said."
)
def renew(folder: Path, key_files_: tuple[Path, ...]) -> None:
    """Sign a new timestamp of the list in FOLDER, and a new snapshot where something was published; daily, by a timer.

    Nothing is signed that nodes would refuse.
    """
    from tocsin.cli.exchange.keys import key_files_of
    from tocsin.exchange import key_files
    from tocsin.exchange.standing import expiries
    from tocsin.exchange.trust import publishing
    from tocsin.node.home import home

    read_list(folder)
    if key_files_:
        given = [key_files.read(path) for path in key_files_]
    else:
        given = [one.public.key for one in key_files_of(home()) if one.use == "identity"]
    at = now()
    state = publishing.renew(folder, given, now=at)
    click.echo(f"{state.list.alliance}: root {state.list.root_version}, timestamp {state.list.version}")
    for one in expiries(state.list, at):
        if one.urgency >= 1 or one.what in {"snapshot", "timestamp"}:
            click.echo(f"  {one.what:<16}{one.at:%Y-%m-%d %H:%M}Z  {one.days} days left")
    for amiss in state.amiss.values():
        click.echo(f"  {amiss}")
