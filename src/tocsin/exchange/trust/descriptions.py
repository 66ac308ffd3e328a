"""What a draft says, in lines that a person reads before signing it, and what it changes."""

from collections.abc import Iterator, Mapping
from typing import Any

from tuf.api.metadata import Root, Targets

from tocsin.exchange import suite
from tocsin.exchange.trust.drafts import Draft, parsed
from tocsin.exchange.trust.files import ALLIANCE, TrustFiles
from tocsin.exchange.trust.own_files import kid_of
from tocsin.exchange.trust.repository import newest_content, newest_metadata
from tocsin.exchange.trust.verifying import alliance_of, delegated_nodes

__all__ = ["changes", "described"]


def described(draft: Draft) -> list[str]:
    """What a signature under the draft stands for: first which version and until when, then one line for each fact."""
    body = parsed(draft.metadata).signed
    return [f"{draft.role} {draft.version}, in force until {body.expires:%Y-%m-%d}", *_facts(body, draft.content)]


def changes(files: TrustFiles, draft: Draft) -> tuple[list[str], list[str]]:
    """The facts of the newest published version that the draft drops, and those that it brings."""
    before = newest_metadata(files, draft.role)
    old = list(_facts(parsed(before).signed, newest_content(files, draft.role))) if before else []
    new = list(_facts(parsed(draft.metadata).signed, draft.content))
    return [fact for fact in old if fact not in new], [fact for fact in new if fact not in old]


def _facts(body: Root | Targets, content: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(body, Root):
        yield from _facts_of_root(body)
    elif ALLIANCE in content:
        yield from _facts_of_list(body, content[ALLIANCE])
    else:
        for own in content.values():
            yield from _facts_of_own_file(own)


def _facts_of_root(body: Root) -> Iterator[str]:
    name, exercise = alliance_of(body)
    yield f"alliance: {name}{', an exercise' if exercise else ''}"
    for role in ("root", "targets", "snapshot", "timestamp"):
        yield f"{role}: signed by {body.roles[role].threshold} of {len(body.roles[role].keyids)} keys"
        for keyid in sorted(body.roles[role].keyids):
            yield f"{role}: key {keyid}"


def _facts_of_list(body: Targets, said: Mapping[str, Any]) -> Iterator[str]:
    roles = delegated_nodes(body)
    yield f"alliance: {said['alliance']}{', an exercise' if said['exercise'] else ''}"
    for node in said["nodes"]:
        marks = [mark.replace("_", " ") for mark in ("relay", "private_addresses") if node[mark]]
        yield f"{node['node']}: " + ", ".join([node["kind"], node["tier"], node["status"], *marks])
        if role := roles.get(node["node"]):
            yield f"{node['node']}: its own file is signed by {role.threshold} of {', '.join(sorted(role.keyids))}"


def _facts_of_own_file(own: Mapping[str, Any]) -> Iterator[str]:
    node = own["node"]
    yield f"{node}: addresses {', '.join(own['urls']) or 'none, it only calls out'}"
    yield f"{node}: TLS by {'public authorities' if own['tls_ca'] is None else _certificate(own['tls_ca'])}"
    yield f"{node}: signatures under each manifest: {own['signatures']}"
    for key in own["keys"]:
        yield f"{node}: {key['use']} key {kid_of(key)}" + (_ended(key["ends"]) if key["ends"] else "")


def _ended(ends: Mapping[str, Any]) -> str:
    heads = [f"{head['last']} of the stream {first}" for first, head in sorted(ends["heads"].items())]
    return f", {ends['reason']}; good up to {', '.join(heads) or 'nothing'}"


def _certificate(pem: str) -> str:
    return f"its own authority, whose file has the SHA-256 {suite.digest(pem.encode())}"
