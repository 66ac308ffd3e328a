"""`tocsin exchange verify` for a sealed decision: what it proves, in lines for people and for programs."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tocsin.cli.main import BadInput

if TYPE_CHECKING:
    from tocsin.exchange.trust.list import TrustList
    from tocsin.joint.bodies import BodyRules
    from tocsin.joint.sealed.judging import TakesPart
    from tocsin.joint.sealed.verifying import Verified

__all__ = ["decision_said", "is_decision", "tell_decision", "tell_text"]

TITLES = ("en", "ru", "zh-hans")
BY = {
    "consent": "consented",
    "silence": "did not object while silence ran",
    "stays_out": "stays out",
    "accession": "acceded",
    "left_out": "was left out",
}


def is_decision(path: Path, start: bytes) -> bool:
    """Whether a file that begins so is a sealed decision, or was one."""
    from tocsin.joint.sealed.form import is_sealed_decision

    return is_sealed_decision(start, name=path.name)


def decision_said(path: Path, held: Mapping[str, bytes], now: datetime) -> dict[str, Any]:
    """What a sealed decision proves by this list, as programs read it."""
    from tocsin.exchange.trust.refreshing import load
    from tocsin.joint.sealed.form import FILE_BYTES
    from tocsin.joint.sealed.verifying import verify_sealed

    trust = load(held).list
    with path.open("rb") as file:
        verified = verify_sealed(file.read(FILE_BYTES + 1), trust, now=now)
    return {"file": str(path), "kind": "sealed-decision", **_as_json(verified, trust)}


def _as_json(found: "Verified", trust: "TrustList") -> dict[str, Any]:
    from dataclasses import asdict

    rules = asdict(found.rules) if found.rules else None
    return {
        "alliance": found.alliance, "exercise": found.exercise,
        "object": found.object.as_json() if found.object else None, "made_at": found.made_at, "made_by": found.made_by,
        "title": dict(found.title), "body": found.body, "decision_kind": found.kind, "status": found.status,
        "adopted_at": _moment(found.adopted_at), "through": found.through, "through_at": _moment(found.through_at),
        "rules": rules, "readers": list(found.readers), "acts": found.acts, "judged_by": found.judged_by,
        "states": [_state(one) for one in found.states],
        "texts": [
            {
                "language": one.language, "official": one.official, "digest": one.digest,
                "paragraphs": [{"kind": kind, "text": text} for kind, text in one.paragraphs],
            }
            for one in found.texts
        ],
        "notes": [*found.notes, *_rules_here(trust.alliance, found.rules)],
        "faults": [
            {"where": one.where, "code": one.code, "what": one.what, "bytes": list(one.at) if one.at else None}
            for one in found.faults
        ],
        "faulty": len(found.faults), "unreadable": found.unreadable,
    }  # fmt: skip


def _state(one: "TakesPart") -> dict[str, Any]:
    return {
        "state": one.state, "by": one.by, "at": _moment(one.at), "since": _moment(one.since),
        "ad_referendum": one.ad_referendum, "cleared": one.cleared, "documents": list(one.documents),
        "keys": list(one.keys),
    }  # fmt: skip


def _moment(when: datetime | None) -> str | None:
    from tocsin.exchange.moments import moment

    return moment(when) if when is not None else None


def _rules_here(alliance: str, carried: "BodyRules | None") -> list[str]:
    """Where the alliance's file that comes with this program has other rules than the decision was proposed under."""
    from tocsin.node.alliances.bodies import rules_of
    from tocsin.node.alliances.reading import DataFileError, read_alliance

    if carried is None:
        return []
    try:
        file = read_alliance(alliance)
        here = rules_of(file.body(carried.code), file)
    except (DataFileError, KeyError):
        return [f"its owner signed the rules it was proposed under; no body {carried.code} is known here to compare"]
    laxer = []
    if carried.silence and (not here.silence or (here.silence_hours or 0) > (carried.silence_hours or 0)):
        allowed = f"of at least {here.silence_hours} hours" if here.silence else "not allowed"
        laxer.append(f"silence of at least {carried.silence_hours or 0} hours, here {allowed}")
    if strangers := [state for state in carried.members if state not in here.members]:
        laxer.append(f"{', '.join(strangers)} decides, here no member")
    if others := [kind for kind in carried.kinds if kind not in here.kinds]:
        laxer.append(f"it is a {', '.join(others)}, which the body may not adopt here")
    return [f"it was proposed under other rules than {carried.code} has here: {'; '.join(laxer)}"] if laxer else []


# For people


def tell_decision(said: Mapping[str, Any]) -> None:
    """What it is, who takes part and how, the digests of its texts."""
    what = f"{said['decision_kind']} of {said['body']}" if said["body"] else "not known of what"
    click.echo(f"a sealed decision of {_line(said['alliance']) or 'no alliance'}: {what}")
    if said["exercise"]:
        click.echo("  EXERCISE: nothing of it is real")
    for language in (one for one in TITLES if one in said["title"]):
        click.echo(f"  {language:<8} {_line(said['title'][language])}")
    if said["object"]:
        made = f"made at {_line(said['made_at'])} by {_line(said['made_by'])}, by its own word"
        click.echo(f"  kept by {said['object']['origin']} as {_line(said['object']['id'])}; {made}")
    if said["status"]:
        click.echo(
            f"  adopted {said['adopted_at']}; {said['status']} at order {said['through']} of {said['through_at']}. "
            "What came later is not in the file"
        )
    if said["readers"]:
        click.echo(f"  {said['acts']} signed acts, for these readers: {'; '.join(said['readers'])}")
    for one in said["states"]:
        click.echo(f"  {one['state']:<8} {_taking_part(one)}")
    for one in said["texts"]:
        kind = "adopted" if one["official"] else "translation"
        click.echo(f"  text {one['language']:<8} {kind:<12} {one['digest']}")


def _taking_part(one: Mapping[str, Any]) -> str:
    when = f"from {one['since']} to {one['at']}" if one["since"] else one["at"]
    words = BY[one["by"]]
    if one["ad_referendum"]:
        cleared = {None: "not cleared yet", True: "cleared by its capital", False: "not cleared by its capital"}
        words += f" ad referendum, {cleared[one['cleared']]},"
    keys = f", key {' '.join(one['keys'])}" if one["keys"] else ""
    return f"{words} {when} ({'; '.join(one['documents'])}{keys})"


def _line(words: object) -> str:
    return "".join(one if one.isprintable() else "?" for one in str(words))[:300]


def tell_text(said: Mapping[str, Any], language: str) -> None:
    """The adopted text in one language, paragraphs apart; nothing where anything is wrong with the file."""
    if said["kind"] != "sealed-decision":
        raise BadInput("--text is for a sealed decision; this file holds no text of one")
    if said["faulty"] or said["unreadable"]:
        return
    found = next((one for one in said["texts"] if one["language"] == language), None)
    if found is None:
        there = ", ".join(one["language"] for one in said["texts"])
        raise BadInput(f"its text is not in {language!r}; there are {there}")
    texts = [one["text"] for one in found["paragraphs"]]
    click.echo("\n\n".join("[not in this language]" if one is None else one for one in texts))
