"""A decision on paper: its text in one language or in all that are official, who takes part and how, its digests.

Words around the text are in the active language; the text is as its states have it, brackets and all. What is not
adopted says on every page that it is a draft.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tocsin.joint.decisions.state import Decision, Version
from tocsin.joint.texts.brackets import has_brackets
from tocsin.joint.texts.paragraphs import Paragraph, Text, digest_of
from tocsin.joint.texts.standing import standing_of
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import named, names
from tocsin.node.council.exporting.paper_parts import SEAL, band, classified, maker, not_in_force, states_part
from tocsin.node.council.pages.decision_answer import how_far
from tocsin.node.council.pages.decision_measures import duties
from tocsin.node.council.pages.decision_words import body_name, language_name, role_word, shown_title
from tocsin.node.events.vocabulary import word
from tocsin.node.exports.columns import Column, Kind, Table
from tocsin.node.exports.pdf import Facts, Heading, Page
from tocsin.node.joint.models import JointObject
from tocsin.node.language.formats import enumerated, listing, long_moment, whole

__all__ = ["decision_paper"]

Part = str | Facts | Heading | Table


def decision_paper(
    of: JointObject, decision: Decision, version: Version, languages: Sequence[str], *, by: Person, at: datetime
) -> Page:
    """What the paper says. `version` is one of the decision's; the standings of states are of the last."""
    is_last = version is decision.version
    parts: list[Part] = [said] if (said := not_in_force(decision)) else []
    if not is_last:
        later = _("This is version %(version)s. A later one is on the table, or was adopted: version %(last)s.")
        parts.append(later % {"version": version.number, "last": decision.version.number})
    for language in languages:
        parts += _text(version.text, language, decision, is_only=len(languages) == 1)
    if is_last:
        parts += [*states_part(decision, at), *_positions(decision), *_measures(version), *_duties(decision)]
    parts += _digests(version, decision)
    title = {one: said for one in languages if (said := decision.title.get(one))} or dict(decision.title)
    return Page(
        title=str(shown_title(title, decision.official)), classification=classified(of, decision),
        facts=_facts(of, decision, version, at), parts=parts, notes=_notes(), exercise=band(of), **maker(by, at),
    )  # fmt: skip


def _facts(of: JointObject, decision: Decision, version: Version, at: datetime) -> list[tuple[str, str]]:
    facts = [
        (_("Body"), body_name(decision.body)),
        (_("Kind"), word("decision_kind", decision.kind)),
        (_("How far"), how_far(decision, at)),
        (_("Version of the text"), whole(version.number)),
        (_("Authentic in"), listing(language_name(one) for one in decision.official)),
        (_("Kept by"), named([decision.owner])),
        (_("Identifier"), f"{of.origin} {of.object_id}"),
    ]
    if decision.adopted is not None:
        facts.insert(3, (pgettext("of a decision", "Adopted"), long_moment(decision.adopted.at)))
    return facts


# The text


def _text(text: Text, language: str, decision: Decision, *, is_only: bool) -> Iterable[Part]:
    if not is_only:
        yield Heading(language_name(language))
    if language not in decision.official:
        official = listing(language_name(one) for one in decision.official)
        yield _("A translation into %(language)s. Authentic are the texts in: %(official)s.") % {
            "language": language_name(language), "official": official,
        }  # fmt: skip
    if n := sum(has_brackets(one.wording(language) or "") for one in text.paragraphs):
        yield ngettext(
            "In %(n)s paragraph something stands in square brackets: it is not agreed.",
            "In %(n)s paragraphs something stands in square brackets: it is not agreed.",
            n,
        ) % {"n": whole(n)}
    for number, paragraph in enumerate(text.paragraphs, start=1):
        yield from _paragraph(paragraph, number, language, decision.official)


def _paragraph(paragraph: Paragraph, number: int, language: str, official: Sequence[str]) -> Iterable[Part]:
    said = paragraph.texts.get(language)
    if said is None:
        yield _("[Paragraph %(number)s is not translated.]") % {"number": number}
        return
    if paragraph.kind in ("title", "heading"):
        yield Heading(said.text.replace("\n", " "))
    else:
        yield from (line for line in said.text.split("\n") if line.strip())
    doubts = []
    if standing_of(paragraph, language) == "out_of_date":
        doubts.append(_("out of date"))
    if said.standing == "machine":
        doubts.append(_("machine translation, not checked"))
    if doubts:
        yield _("(Paragraph %(number)s: %(doubts)s.)") % {"number": number, "doubts": enumerated(doubts)}


# Who takes part, and what was said


def _positions(decision: Decision) -> Iterable[Part]:
    if not decision.positions:
        return
    yield Heading(_("Positions placed on record"))
    known = names({one.applied.act.origin for one in decision.positions})
    numbers = {one.id: place for place, one in enumerate(decision.text.paragraphs, start=1)}
    for one in decision.positions:
        act, place = one.applied.act, numbers.get(one.paragraph or "")
        who = enumerated(filter(None, (known[act.origin], act.name, role_word(act.role), long_moment(one.applied.at))))
        about = _("on paragraph %(number)s") % {"number": place} if place else _("on the whole text")
        yield Facts([(who, about)])
        yield from (line for line in one.text.split("\n") if line.strip())


def _measures(version: Version) -> Iterable[Part]:
    if not version.measures:
        return
    known = names({code for one in version.measures for code in (one.state, one.verifier)})
    columns = (
        Column("measure", pgettext("of a decision", "Measure")),
        Column("state", pgettext("of a measure", "Who does it")), Column("deadline", _("Deadline"), Kind.DATE),
        Column("evidence", _("Shown by")), Column("verifier", _("Checked by")),
    )  # fmt: skip
    yield Heading(pgettext("of decisions", "Measures"))
    rows = [
        (str(shown_title(one.title)), known[one.state], one.deadline, one.evidence, known[one.verifier])
        for one in version.measures
    ]
    yield Table("", columns, rows)


def _duties(decision: Decision) -> Iterable[Part]:
    rows = [(str(one.title), one.trigger, one.owner, one.within) for one in duties(decision)]
    if rows:
        yield Heading(_("Duties that an event opens"))
        columns = (
            Column("duty", pgettext("of an agreement", "Duty")), Column("trigger", _("Opened by")),
            Column("owner", _("Whose")), Column("within", _("Within")),
        )  # fmt: skip
        yield Table("", columns, rows)


# What proves it


def _digests(version: Version, decision: Decision) -> Iterable[Part]:
    text = version.text
    columns = (
        Column("language", _("Language")), Column("standing", pgettext("of a text", "Standing")),
        Column("digest", _("SHA-256 of the text")),
    )  # fmt: skip
    rows = [
        (
            language_name(one), word("text_standing", "authentic") if one in decision.official else _("translation"),
            digest_of(text, one),
        )
        for one in dict.fromkeys((*decision.official, *text.languages))
    ]  # fmt: skip
    yield Heading(_("Digests"))
    yield Table("", columns, rows)


def _notes() -> list[str]:
    return [
        str(SEAL),
        _(
            "Paper proves nothing by itself. The sealed file of the decision does: it is verified on a node, or by "
            "“tocsin exchange verify” on a machine that has the trust list alone. The digests are those of its texts."
        ),
    ]
