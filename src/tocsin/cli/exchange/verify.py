"""`tocsin exchange verify`: a file or a list, checked offline."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tocsin.cli.exchange import now
from tocsin.cli.exchange.trust import read_list
from tocsin.cli.exchange.verify_decision import decision_said, is_decision, tell_decision, tell_text
from tocsin.cli.main import BadInput

if TYPE_CHECKING:
    from tocsin.exchange.inspecting import Inspection

__all__ = ["verify"]

SHOWN = 20


@click.command(short_help="Check a file or a list offline.")
@click.argument("path", metavar="FILE", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--trust",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the list by which it is judged.",
)
@click.option(
    "--root",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A root that people have compared; the list itself comes from --trust, or with FILE.",
)
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
@click.option("--text", "language", metavar="LANGUAGE", help="Print the text of a sealed decision: en, ru, zh-hans, …")
@click.pass_context
def verify(
    ctx: click.Context, path: Path, folder: Path | None, root: Path | None, as_json: bool, language: str | None
) -> None:
    """Say what is in FILE, and what is wrong with it and where.

    FILE is a bundle, a sealed decision, evidence of equivocation, or a list's folder. Needs no node, and takes nothing
    in. What is sealed to others stays sealed. The exit status is 0 if all is well, 1 if something is wrong, 2 if it
    cannot be read.
    """
    if folder is None and root is None:
        raise BadInput("by which list? give --trust FOLDER, or --root FILE with a root that people have compared")
    if as_json and language is not None:
        raise BadInput("--json gives the text in every language; give --text or --json, not both")
    held = _held(folder, root)
    said = _list(path, held) if path.is_dir() else _file(path, held)
    if as_json:
        click.echo(json.dumps(said, indent=1))
    elif language is not None:
        tell_text(said, language)
        _tell_verdict(said, err=True)
    else:
        _tell(said)
        _tell_verdict(said)
    if said.get("unreadable"):
        raise BadInput(f"{path} could not be read to its end: {said['unreadable']}")
    ctx.exit(1 if said["faulty"] else 0)


def _held(folder: Path | None, root: Path | None) -> dict[str, bytes]:
    """The files to judge by: a root alone, the list of a folder, or that list as the root vouches for it."""
    from tocsin.exchange.trust.refreshing import begin, refreshed

    if root is None:
        assert folder is not None
        return read_list(folder)
    held = begin(root.read_bytes())
    return dict(refreshed(held, read_list(folder), now=now()).files) if folder is not None else held


def _file(path: Path, held: Mapping[str, bytes]) -> dict[str, Any]:
    with path.open("rb") as file:
        start = file.read(100)
    if start.startswith(b"TOCSIN"):
        return _bundle(path, held)
    return decision_said(path, held, now()) if is_decision(path, start) else _evidence(path, held)


def _bundle(path: Path, held: Mapping[str, bytes]) -> dict[str, Any]:
    from tocsin.exchange.errors import Malformed, Newer, TooLarge
    from tocsin.exchange.inspecting import Inspection, inspect_bundle

    found, unreadable = Inspection(), ""
    with path.open("rb") as file:
        try:
            inspect_bundle(file, held, now=now(), found=found)
        except (Malformed, Newer, TooLarge) as refusal:
            if found.begin is None:
                raise
            unreadable = str(refusal)
    return _said(path, found) | {"unreadable": unreadable}


def _said(path: Path, found: "Inspection") -> dict[str, Any]:
    from tocsin.exchange.moments import moment

    return {
        "file": str(path),
        "kind": "bundle",
        "alliance": found.begin.alliance if found.begin else None,
        "from": found.begin.sender if found.begin else None,
        "made_at": found.begin.made_at if found.begin else None,
        "list_files": found.list_files,
        "judged_by": found.trust.version if found.trust else None,
        "streams": [
            {
                "stream": str(run.stream),
                "first": run.first,
                "last": run.last,
                "batches": run.batches,
                "documents": run.documents,
                "withheld": run.withheld,
                "parcels_for": sorted(run.parcels),
            }
            for _, run in sorted(found.runs.items())
        ],
        "checkpoints": [
            {
                "log": f"{origin}/{epoch}",
                "size": one.size,
                "root": one.root,
                "made_at": moment(one.made_at),
                "cosigners": list(one.cosigners),
            }
            for (origin, epoch), one in sorted(found.checkpoints.items())
        ],
        "notes": found.notes,
        "faults": [{"where": one.where, "code": one.code, "what": one.what} for one in found.faults],
        "faulty": found.faulty,
    }


def _evidence(path: Path, held: Mapping[str, bytes]) -> dict[str, Any]:
    from tocsin.exchange.errors import NotTrusted, Refused
    from tocsin.exchange.evidence import EVIDENCE_BYTES, Evidence
    from tocsin.exchange.trust.refreshing import load

    with path.open("rb") as file:
        data = file.read(EVIDENCE_BYTES + 1)
    try:
        evidence = Evidence.read(data)
    except Refused as refusal:
        raise BadInput(
            f"{path} is neither a bundle nor evidence nor a sealed decision, nor the folder of a list: "
            f"{refusal.detail}. Drafts of a list are shown by `tocsin exchange trust show`"
        ) from None
    trust = load(held).list
    faults = []
    try:
        evidence.verify(trust)
    except NotTrusted as refusal:
        faults.append({"where": "evidence", "code": refusal.code, "what": str(refusal)})
    return {
        "file": str(path),
        "kind": "evidence",
        "alliance": evidence.alliance,
        "against": evidence.origin,
        "statements": [str(one.said) for one in (evidence.first, evidence.second)],
        "judged_by": trust.version,
        "notes": [],
        "faults": faults,
        "faulty": len(faults),
    }


def _list(path: Path, held: Mapping[str, bytes]) -> dict[str, Any]:
    from tocsin.exchange.errors import NotTrusted
    from tocsin.exchange.moments import moment
    from tocsin.exchange.trust.refreshing import refreshed

    said: dict[str, Any] = {"file": str(path), "kind": "list", "notes": [], "faults": [], "faulty": 0}
    try:
        state = refreshed(held, read_list(path), now=now())
    except NotTrusted as refusal:
        return said | {"faults": [{"where": str(path), "code": refusal.code, "what": str(refusal)}], "faulty": 1}
    faults = [{"where": node, "code": "list-invalid", "what": amiss} for node, amiss in state.amiss.items()]
    return said | {
        "alliance": state.list.alliance,
        "root": state.list.root_version,
        "version": state.list.version,
        "nodes": list(state.list.nodes),
        "expires": moment(state.list.expires),
        "faults": faults,
        "faulty": len(faults),
    }


def _tell(said: Mapping[str, Any]) -> None:
    match said["kind"]:
        case "bundle":
            click.echo(
                f"a bundle, by its own word of {said['alliance']}, from {said['from']}, made at {said['made_at']}"
            )
            if said["list_files"]:
                click.echo(f"  {said['list_files']} files of a trust list")
            for run in said["streams"]:
                withheld = f", {run['withheld']} withheld" if run["withheld"] else ""
                keys = f", keys for {', '.join(run['parcels_for'])}" if run["parcels_for"] else ""
                click.echo(
                    f"  {run['stream']:<20} {run['first']} to {run['last']}: {run['documents']} documents in "
                    f"{run['batches']} batches{withheld}{keys}"
                )
            for one in said["checkpoints"]:
                by = ", ".join(one["cosigners"]) or "nobody"
                click.echo(f"  checkpoint {one['log']} at {one['size']}, {one['made_at']}, cosigned by {by}")
        case "evidence":
            click.echo(f"evidence in {said['alliance']} that {said['against']} has signed two histories:")
            for statement in said["statements"]:
                click.echo(f"  {statement}")
        case "list" if not said["faulty"] or "root" in said:
            click.echo(f"the list of {said['alliance']}: root {said['root']}, timestamp {said['version']}")
            click.echo(f"  {len(said['nodes'])} nodes: {', '.join(said['nodes'])}; in force until {said['expires']}")
        case "sealed-decision":
            tell_decision(said)


def _tell_verdict(said: Mapping[str, Any], *, err: bool = False) -> None:
    for note in said["notes"]:
        click.echo(f"  note: {note}", err=err)
    for fault in said["faults"][:SHOWN]:
        click.echo(f"  WRONG  {fault['where']}: {fault['what']} ({fault['code']}){_bytes(fault)}", err=err)
    if said["faulty"] > SHOWN:
        click.echo(f"  and {said['faulty'] - SHOWN} more; --json lists the first thousand", err=err)
    if not said["faulty"] and not said.get("unreadable"):
        click.echo(
            "All of it verifies." if said["kind"] != "evidence" else "It holds: both are signed by that node.", err=err
        )


def _bytes(fault: Mapping[str, Any]) -> str:
    """Where in the file that is, where it is known."""
    if not fault.get("bytes"):
        return ""
    first, last = fault["bytes"]
    return f", byte {first} of the file" if first == last else f", bytes {first} to {last} of the file"
