"""`tocsin exchange trust show`: what a list or a draft says."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from tocsin.cli.exchange import now
from tocsin.cli.exchange.trust import DRAFTS, newest_root, read_draft_file, read_list
from tocsin.cli.main import BadInput

__all__ = ["show"]


@click.command(short_help="Say what a list or a draft says.")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--list",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Compare a draft with this list.",
)
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
def show(path: Path, folder: Path | None, as_json: bool) -> None:
    """Say what PATH says: a list's folder, or a draft.

    Of a list: who is in, how they stand, their keys, when it runs out, what is on its way. Of a draft: what it would
    change, who has signed it and how many are lacking.
    """
    if path.is_dir():
        files = read_list(path)
        said = _list(files, path)
        click.echo(json.dumps(said, indent=1)) if as_json else _tell_list(files, said)
        return
    from tocsin.cli.exchange.trust.telling import tell_draft
    from tocsin.exchange.trust.files import read_folder

    draft = read_draft_file(path)
    beside = path.absolute().parent
    compared = read_list(folder) if folder else read_folder(beside.parent) if beside.name == DRAFTS else {}
    if as_json:
        raise BadInput("a draft is shown to people; --json goes with the folder of a list")
    tell_draft(draft, compared)


def _list(files: Mapping[str, bytes], folder: Path) -> dict[str, Any]:
    from tocsin.exchange.moments import moment
    from tocsin.exchange.trust.files import TIMESTAMP
    from tocsin.exchange.trust.refreshing import load

    said: dict[str, Any] = {
        "root_digest": newest_root(files)[1],
        "drafts": list(_drafts(folder, files)),
        "to_be_renewed": list(_unrenewed(files)),
    }
    if TIMESTAMP not in files:
        return said
    state = load(files)
    trust, since = state.list, _since(files, list(state.list.nodes))
    return said | {
        "alliance": trust.alliance,
        "exercise": trust.exercise,
        "root": trust.root_version,
        "version": trust.version,
        "stale": trust.stale(now()),
        "expires": {role: moment(at) for role, at in trust.expiring.items()},
        "amiss": dict(state.amiss),
        "nodes": [
            {
                "node": entry.node,
                "kind": entry.kind,
                "tier": entry.tier,
                "status": entry.status,
                "relay": entry.relay,
                "urls": list(entry.urls),
                "signatures": entry.signatures,
                "keys": [
                    {
                        "use": key.use,
                        "kid": key.kid,
                        "since": since.get(key.kid),
                        "ends": key.ends.reason if key.ends else None,
                    }
                    for key in entry.keys
                ],
            }
            for entry in trust.nodes.values()
        ],
    }


def _tell_list(files: Mapping[str, bytes], said: Mapping[str, Any]) -> None:
    from tocsin.cli.exchange.trust.telling import in_groups, tell_list
    from tocsin.exchange.trust.files import TIMESTAMP
    from tocsin.exchange.trust.refreshing import load

    if TIMESTAMP in files:
        state = load(files)
        tell_list(state.list, now=now(), since=_since(files, list(state.list.nodes)))
        for amiss in state.amiss.values():
            click.echo(f"amiss: {amiss}")
    else:
        click.echo("No list yet: nothing was renewed")
    click.echo(in_groups(f"digest of the newest root: {said['root_digest']}"))
    for waiting in said["to_be_renewed"]:
        click.echo(f"published, counts from the next renewal on: {waiting}")
    for draft in said["drafts"]:
        click.echo(f"draft: {draft}")


def _since(files: Mapping[str, bytes], nodes: list[str]) -> dict[str, int]:
    """By key: the version of its state's own file in which it was first listed, as far as earlier ones are here."""
    from tocsin.exchange.trust.files import metadata_name, own_path, own_role, read_file, target_name, versions
    from tocsin.exchange.trust.own_files import kid_of

    since: dict[str, int] = {}
    for node in nodes:
        for version in versions(files, own_role(node)):  # the newest first, so that the oldest stands in the end
            name = metadata_name(own_role(node), version)
            said = read_file(files[name], name)["signed"]["targets"].get(own_path(node), {})
            target = target_name(own_path(node), said.get("hashes", {}).get("sha256", ""))
            if target in files:
                since |= {kid_of(key): version for key in read_file(files[target], target)["keys"]}
    return since


def _unrenewed(files: Mapping[str, bytes]) -> Iterator[str]:
    """Published versions that the newest snapshot does not name yet."""
    from tocsin.exchange.trust.files import metadata_name, newest, own_role, read_file
    from tocsin.exchange.trust.repository import newest_targets
    from tocsin.exchange.trust.verifying import delegated_nodes

    named: dict[str, Any] = {}
    if version := newest(files, "snapshot"):
        name = metadata_name("snapshot", version)
        named = read_file(files[name], name)["signed"]["meta"]
    targets = newest_targets(files)
    for role in ("targets", *(own_role(node) for node in (delegated_nodes(targets) if targets else {}))):
        if newest(files, role) > named.get(f"{role}.json", {}).get("version", 0):
            yield f"{role} {newest(files, role)}"


def _drafts(folder: Path, files: Mapping[str, bytes]) -> Iterator[str]:
    """Drafts in the folder that are still on their way."""
    from tocsin.exchange.trust.files import newest

    for path in sorted((folder / DRAFTS).glob("*.json")):
        draft = read_draft_file(path)
        if draft.version > newest(files, draft.role):
            lacking = "; ".join(draft.missing)
            yield f"{path.name}, {f'{lacking} so far' if lacking else 'enough have signed, to be published'}"
