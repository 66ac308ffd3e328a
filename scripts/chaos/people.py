"""What people do meanwhile, by the commands of docs/operations-exchange.md: rotate keys, put a node back."""

import json
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scripts import demo_alliance
from scripts.chaos.nodes import CALLS_OUT_ONLY, CODES, Alliance, Node, soon

__all__ = ["back_up", "put_back", "rotate_seal_key"]

Say = Callable[[str], None]
LONG = 900.0
SIGNS_NOTHING_FOR = 15.0
SEALED = "SELECT b.signers FROM post_batch b JOIN post_stream s ON s.id = b.stream_id WHERE s.origin = ? ORDER BY b.id"


def rotate_seal_key(alliance: Alliance, node: Node, say: Say) -> dict[str, Any]:
    """Chapter 5, while documents flow: a second key beside the first, both sign, the first is put aside and ended."""
    began, code = time.time(), node.code
    (old,) = _keys(node)
    node.command("exchange", "keys", "make", "seal", "--yes")
    (new,) = [kid for kid in _keys(node) if kid != old]
    public = alliance.folder / f"{code}-{new[:8]}.jwks"
    node.command("exchange", "keys", "show", "--public", "--out", str(public), "--", new)
    _publish(alliance, code, "own", str(alliance.list), code, "--keys", str(public))
    both = soon(lambda: set(_last_signers(node)) == {old, new}, f"{code} to sign with both keys", LONG)
    say(f"{code} signs with both keys")
    node.command("exchange", "keys", "retire", "--yes", "--", old)
    alone = soon(lambda: _last_signers(node) == [new], f"{code} to sign with the new key alone", LONG)
    heads = alliance.folder / f"{code}-{old[:8]}.heads"
    node.command("exchange", "heads", str(heads))
    _publish(alliance, code, "end-key", str(alliance.list), code, "--key", old, "--rotated", "--heads", str(heads))
    listed = f"{code}'s old key to have ended at every node"
    version = _listed(alliance)
    soon(lambda: all(_list_of(one) >= version for one in alliance.nodes.values()), listed, LONG)
    say(f"{code} has rotated its key")
    return {"node": code, "both": round(both), "alone": round(alone), "seconds": round(time.time() - began)}


def _keys(node: Node) -> list[str]:
    said = json.loads(node.command("exchange", "keys", "list", "--json").stdout)
    return [one["kid"] for one in said if one["use"] == "seal"]


def _last_signers(node: Node) -> list[str]:
    found = node.rows(f"{SEALED} DESC LIMIT 1", node.code)
    return json.loads(found[0][0]) if found else []


def _publish(alliance: Alliance, code: str, *words: str) -> None:
    """Draft, have the state sign, publish, renew, and give it to the node itself; others get it from there."""
    with alliance.list_lock:
        before = set((alliance.list / "drafts").glob("*")) if (alliance.list / "drafts").exists() else set()
        signer = alliance.folder / "holders" / code
        _tocsin(signer, "trust", *words)
        (draft,) = set((alliance.list / "drafts").glob(f"node-{code}-*.json")) - before
        _tocsin(signer, "trust", "sign", str(draft), "--yes")
        _tocsin(signer, "trust", "publish", str(alliance.list), str(draft), "--yes")
        demo_alliance.renew(alliance.folder)
        alliance.nodes[code].command("exchange", "trust", "take", str(alliance.list))


def _tocsin(home: Path, *words: str) -> None:
    done = subprocess.run(
        [str(demo_alliance.BIN / "tocsin"), "exchange", "--home", str(home), *words],
        env=demo_alliance.environment(demo_alliance.Place("", home, 0, None)), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"tocsin exchange {' '.join(words)}: {done.stderr}")


def _listed(alliance: Alliance) -> int:
    return max(int(json.loads((alliance.list / "timestamp.json").read_bytes())["signed"]["version"]), 0)


def _list_of(node: Node) -> int:
    found = node.rows("SELECT data FROM post_trustfile WHERE name = 'timestamp.json'")
    return int(json.loads(found[0][0])["signed"]["version"]) if found else 0


# A copy, and back from it


def back_up(node: Node, path: Path) -> None:
    """As every night, while it runs."""
    node.command("node", "--home", str(node.place.home), "backup", str(path), "--quiet")


def put_back(alliance: Alliance, node: Node, copy: Path, say: Say) -> dict[str, Any]:
    """Chapter 7: the node's folder is gone, and an old copy is all there is. Nobody else disturbs it meanwhile.

    Raises AssertionError if it signs before all partners have been asked.
    """
    code = node.code
    asked_last = next(one for one in CODES if one not in (code, CALLS_OUT_ONLY, "SEC"))
    node.stop_writing()
    soon(lambda: node.waiting() == 0 and _held_elsewhere(alliance, node), f"{code}'s documents to be elsewhere", LONG)
    node.kill_all(again=False)
    before = _own_heads(node)
    _lose_the_folder(node, copy)
    forgotten = sum(last for last, _ in before.values()) - sum(last for last, _ in _own_heads(node).values())
    alliance.network.set((code, asked_last), (asked_last, code), cut=True)
    say(f"{code} is put back from its copy; it has forgotten {forgotten} documents of its own")
    began = time.time()
    node.writes = True
    node.start()
    soon(lambda: not _may_sign(node), f"{code} to know that it was put back", LONG)
    silent = _sign_nothing(node, before)
    alliance.network.heal()
    asked = soon(lambda: _may_sign(node), f"{code} to have asked everybody", LONG)
    after = _own_heads(node)
    assert all(after.get(place, (0, ""))[0] >= last for place, (last, _) in before.items()), "it has not caught up"
    say(f"{code} signs again")
    return {
        "node": code, "forgotten": forgotten, "silent": round(silent), "waited": node.waiting(),
        "asked after": round(asked), "seconds": round(time.time() - began),
    }  # fmt: skip


def _lose_the_folder(node: Node, copy: Path) -> None:
    home = node.place.home
    lost = home.with_name("lost")
    home.rename(lost)
    node.command("node", "--home", str(home), "restore", str(copy))
    for name in ("keys", "door"):  # they are in no copy
        if (lost / name).exists():
            shutil.copytree(lost / name, home / name)
    shutil.rmtree(lost)


def _sign_nothing(node: Node, before: dict[Any, tuple[int, str]]) -> float:
    """Look for a while at what it holds of its own: nothing may be there that was not before the loss."""
    began = time.monotonic()
    while time.monotonic() - began < SIGNS_NOTHING_FOR or node.waiting() < 3:
        for place, (last, _) in _own_heads(node).items():
            assert last <= before.get(place, (0, ""))[0], f"{node.code} has signed {place} {last} before all were asked"
        assert not _may_sign(node), f"{node.code} may sign, and one partner has not been asked"
        assert time.monotonic() - began < LONG, "nobody writes"
        time.sleep(0.5)
    return time.monotonic() - began


def _may_sign(node: Node) -> bool:
    try:
        with node.database() as connection:
            rows = connection.execute("SELECT confirmed FROM post_signing").fetchall()
    except sqlite3.Error:
        return False
    return all(bool(confirmed) for (confirmed,) in rows) and not (node.place.home / "restored").exists()


def _own_heads(node: Node) -> dict[Any, tuple[int, str]]:
    return {place: head for place, head in node.heads().items() if place[0] == node.code}


def _held_elsewhere(alliance: Alliance, node: Node) -> bool:
    others = [one.heads() for one in alliance.nodes.values() if one is not node]
    return all(any(one.get(place) == head for one in others) for place, head in _own_heads(node).items())
