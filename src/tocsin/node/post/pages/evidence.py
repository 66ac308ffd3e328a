"""Two things that one node signed and that cannot both be true, so that a person can read them side by side."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tocsin.exchange.evidence import Evidence, Statement
from tocsin.exchange.manifests import Manifest
from tocsin.node.language.formats import long_moment, whole

__all__ = ["Piece", "shown"]


@dataclass(frozen=True)
class Piece:
    """What contradicts what, as labels with a value of each of the two."""

    sentence: str
    rows: list[tuple[str, str, str, bool]]  # label, first, second, whether they differ


def shown(one: Evidence) -> Piece:
    """In words and figures."""
    sentence = {
        "checkpoints": _("Two states of its log with the same number of entries, and other content"),
        "leaves": _("Two states of its log in which the same place holds other content"),
        "manifests": _("Two lists of documents for the same place of a stream"),
    }[one.kind]
    pairs = zip(_said(one.first, one.index), _said(one.second, one.index), strict=True)
    return Piece(sentence, [(label, first, second, first != second) for (label, first), (_same, second) in pairs])


def _said(statement: Statement, index: int | None) -> list[tuple[str, str]]:
    said = statement.said
    if isinstance(said, Manifest):
        return [
            (_("stream"), str(said.stream)),
            (_("documents"), f"{whole(said.first)}–{whole(said.last)}"),
            (_("signed"), long_moment(said.sealed_at)),
            (_("follows"), _short(said.previous or "–")),
            (_("digest"), _short(said.digest)),
        ]
    rows = [
        (_("log"), f"{said.origin}/{said.epoch}"),
        (_("entries"), whole(said.size)),
        (_("signed"), long_moment(said.made_at)),
        (_("root"), _short(said.root)),
    ]
    if index is not None:
        rows.append((_("entry %(n)s") % {"n": whole(index)}, _short(statement.leaf.hex())))
    return rows


def _short(digest: str) -> str:
    return " ".join(digest[at : at + 4] for at in range(0, min(len(digest), 24), 4))
