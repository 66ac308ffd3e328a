"""What a sealed decision proves by the trust list here, in the reader's language."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.joint.sealed.judging import TakesPart, TextSeen
from tocsin.joint.sealed.verifying import Verified
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import in_order, named, names
from tocsin.node.council import links
from tocsin.node.council.pages.decision_page import DIFFERENCES
from tocsin.node.council.pages.decision_words import Title, body_name, language_name, reader_language, shown_title, tag
from tocsin.node.council.pages.verify_words import bytes_named, fault_named, note_named, place_named, readers_named
from tocsin.node.council.reading import differing
from tocsin.node.events.vocabulary import word
from tocsin.node.joint.models import JointObject
from tocsin.node.language.formats import long_moment, semicolon, whole

__all__ = ["VerifiedPage", "verified_page"]


@dataclass(frozen=True, slots=True)
class StateProven:
    """How a state takes part, by which documents and keys."""

    name: str
    chip: str
    how: str
    when: str
    documents: tuple[str, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextProven:
    """The adopted text in a language; `is_readers`: shown open."""

    language: str
    tag: str
    is_official: bool
    digest: str
    paragraphs: tuple[tuple[str, str | None], ...]
    is_readers: bool


@dataclass(frozen=True, slots=True)
class FaultShown:
    """What is wrong and where; `exactly` as the verifier words it, in English."""

    what: str
    where: str
    at: str
    exactly: str


@dataclass(frozen=True, slots=True)
class VerifiedPage:
    """`url` of the decision here, empty where it is not here; facts as pairs.

    is_too_much  it holds more than a page looks at
    """

    holds: bool
    answer: str
    title: Title
    name: str
    chip: str
    facts: list[tuple[str, str]]
    states: list[StateProven]
    texts: list[TextProven]
    faults: list[FaultShown]
    notes: list[str]
    unreadable: str
    is_too_much: bool
    url: str


def verified_page(found: Verified, *, name: str, person: Person) -> VerifiedPage:
    """`name`: of the file."""
    title = shown_title(found.title)
    notes = [note_named(one) for one in found.notes]
    if found.holds and found.rules is not None:
        notes += [str(DIFFERENCES[one]) for one in differing(found.rules)]
    return VerifiedPage(
        holds=found.holds, answer=_answer(found, title), title=title, name=name,
        chip=f"decision_{found.status.lower()}" if found.status else "", facts=_facts(found),
        states=_states(found), texts=[_text(one) for one in found.texts], notes=notes,
        faults=[
            FaultShown(fault_named(one.code), place_named(one.where), bytes_named(one.at), one.what)
            for one in found.faults
        ],
        unreadable=found.unreadable,
        is_too_much=any((one.where, one.code) == ("the file", "too-large") for one in found.faults),
        url=_url(found, person),
    )  # fmt: skip


def _answer(found: Verified, title: Title) -> str:
    if found.holds:
        return _("All of it verifies: %(decision)s") % {"decision": title}
    if found.unreadable and not found.faults:
        return _("It cannot be read, and proves nothing")
    n = len(found.faults)
    if found.faults[-1].code == "more-faults":
        return _("It does not verify: more than %(n)s things are wrong") % {"n": whole(n - 1)}
    return ngettext(
        "It does not verify: %(n)s thing is wrong", "It does not verify: %(n)s things are wrong", n
    ) % {"n": whole(n)}  # fmt: skip


def _facts(found: Verified) -> list[tuple[str, str]]:
    """What is proven, then what is only the file's own word."""
    facts = []
    if found.kind:
        facts.append((_("Kind"), word("decision_kind", found.kind)))
    if found.body:
        facts.append((_("Body"), body_name(found.body)))
    if found.adopted_at:
        facts.append((_("Adopted"), long_moment(found.adopted_at)))
    if found.object is not None:
        facts.append((_("Kept by"), named([found.object.origin])))
        facts.append((_("Identifier"), f"{found.object.origin} {found.object.id}"))
    if found.through_at:
        values = {"number": whole(found.through), "moment": long_moment(found.through_at)}
        facts.append((_("Goes as far as"), _("order %(number)s, %(moment)s; what came later is not in it") % values))
    if found.acts:
        facts.append((_("Signed acts"), whole(found.acts)))
    if found.readers:
        facts.append((_("Meant for"), semicolon().join(readers_named(one) for one in found.readers)))
    if found.made_at:
        values = {"state": named([found.made_by]), "moment": _moment(found.made_at)}
        facts.append((_("Made, by its own word"), _("by %(state)s, %(moment)s") % values))
    facts.append((_("Judged by"), _("version %(number)s of the trust list") % {"number": whole(found.judged_by)}))
    return facts


def _moment(said: str) -> str:
    try:
        at = parse_datetime(said)
    except ValueError:
        at = None
    return long_moment(at) if isinstance(at, datetime) and at.tzinfo else said


# How states take part


def _states(found: Verified) -> list[StateProven]:
    known, order = names({one.state for one in found.states}), in_order({one.state for one in found.states})
    return [_state(one, known[one.state]) for one in sorted(found.states, key=lambda one: order.index(one.state))]


CHIPS = {
    "consent": "stands_consents", "silence": "stands_silent", "stays_out": "stands_stays_out",
    "accession": "stands_acceded", "left_out": "stands_left_out",
}  # fmt: skip


def _state(one: TakesPart, name: str) -> StateProven:
    chip = CHIPS[one.by]
    how = ""
    if one.by == "silence":
        how = _("did not object while silence ran")
    if one.ad_referendum:
        chip = "stands_ad_referendum" if one.cleared is None else chip
        how = {
            None: _("ad referendum: its capital has not answered in this file"),
            True: _("ad referendum, cleared by its capital"),
            False: _("ad referendum, not cleared by its capital: it stays out"),
        }[one.cleared]
    when = long_moment(one.at)
    if one.since is not None:
        when = _("from %(since)s to %(until)s") % {"since": long_moment(one.since), "until": when}
    return StateProven(name, chip, how, when, tuple(place_named(document) for document in one.documents), one.keys)


# Its texts, its rules, its page


def _text(one: TextSeen) -> TextProven:
    return TextProven(
        language_name(one.language), tag(one.language), one.official, one.digest, one.paragraphs,
        one.language == reader_language(),
    )  # fmt: skip


def _url(found: Verified, person: Person) -> str:
    if found.object is None:
        return ""
    rows = JointObject.objects.visible_to(person).filter(noun="decision", origin=found.object.origin)
    row = rows.filter(object_id=found.object.id).first()
    return links.decision(row.pk) if row else ""
