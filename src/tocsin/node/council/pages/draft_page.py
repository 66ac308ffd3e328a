"""A draft as its pages show it: the editor with what it lacks, and what would be proposed to whom."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.joint.acts import Act, Applied, ObjectId
from tocsin.joint.decisions.measures import read_duties, read_measures
from tocsin.joint.decisions.state import Decision, InForce, Version
from tocsin.joint.texts.paragraphs import Paragraph, Text
from tocsin.node.alliance.alliance_file import alliance, here
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import named
from tocsin.node.alliance.roles import Ability
from tocsin.node.alliances.bodies import rules_of
from tocsin.node.council.forms.text_editing import kept_paragraphs
from tocsin.node.council.forms.text_posted import Posted
from tocsin.node.council.models import DecisionDraft
from tocsin.node.council.onward import events_of, not_told, told_further
from tocsin.node.council.pages.decision_measures import MeasureShown, duties, measures
from tocsin.node.council.pages.decision_saying import readers
from tocsin.node.council.pages.decision_text import shown_text
from tocsin.node.council.pages.decision_words import body_name, language_name, shown_title, tag
from tocsin.node.council.pages.draft_findings import blocks, findings
from tocsin.node.council.pages.text_editor import editor
from tocsin.node.council.reading import body_named
from tocsin.node.events.vocabulary import word

__all__ = ["draft_page", "propose_page"]


def draft_page(
    draft: DecisionDraft, typed: Posted, paragraphs: Sequence[Paragraph], *, is_conflict: bool = False
) -> dict[str, Any]:
    """The editor. is_conflict: what stands is another's, and what was typed is shown beside it."""
    said = draft.said
    title = shown_title(said["title"], said["official"])
    theirs = paragraphs if is_conflict else None
    is_as_kept = not (typed.is_asked or is_conflict)
    found = findings(paragraphs, said["official"]) if is_as_kept else []
    against = blocks(said, paragraphs) if is_as_kept else []
    return {
        "draft": draft, "title": title, "kind": word("decision_kind", said["kind"]), "body": body_name(said["body"]),
        "who": (draft.changed_by or draft.made_by).name, "measures": typed.measures, "duties": typed.duties,
        "editor": editor(typed.edited, paragraphs, theirs=theirs, focus=typed.focus), "findings": found,
        "blocks": against, "to_mend": len(against) + len(found), "is_asked": typed.is_asked,
        "theirs": _facts(draft) if is_conflict else [],
    }  # fmt: skip


def _facts(draft: DecisionDraft) -> list[tuple[str, str]]:
    said = draft.said
    return [
        (_("Title"), str(shown_title(said["title"], said["official"]))), (_("Body"), body_name(said["body"])),
        (_("Kind"), word("decision_kind", said["kind"])), (_("To be adopted by"), named(said["concerned"])),
        (_("In force"), word("in_force_when", said["in_force"]["when"])),
    ]  # fmt: skip


def propose_page(draft: DecisionDraft, person: Person) -> dict[str, Any]:
    """Exactly what would leave, to whom, and what it lacks."""
    said = draft.said
    paragraphs = kept_paragraphs(said["text"])
    to = readers(draft.classification, draft.addressees)
    body = body_named(said["body"])
    rules = rules_of(body, alliance()) if body else None
    would = _would_be(draft, paragraphs)
    shown = [one for one in paragraphs if one.texts]
    return {
        "draft": draft, "title": shown_title(said["title"], said["official"]), "body": body_name(said["body"]),
        "kind": word("decision_kind", said["kind"]), "to": named(to), "n": len(to),
        "concerned": named(said["concerned"]), "strangers": _strangers(said, rules.members if rules else ()),
        "blocks": blocks(said, paragraphs), "findings": findings(paragraphs, said["official"]),
        "text": shown_text(would, Text(tuple(shown)), "all", {}) if shown else None,
        "measures": _measures(would), "duties": duties(would), "may_propose": person.may(Ability.DECIDE),
        "in_force": said["in_force"]["on"] or word("in_force_when", said["in_force"]["when"]),
        "further": [
            (told.leave, not_told(told, strangers))
            for told, strangers in told_further(events_of(said), draft.classification, draft.addressees)
        ],
        "titles": [(tag(one), language_name(one), words) for one, words in sorted(said["title"].items())],
    }  # fmt: skip


def _strangers(said: dict[str, Any], members: Sequence[str]) -> str:
    others = set(said["concerned"]) - set(members)
    return named(others) if others else ""


def _measures(would: Decision) -> list[MeasureShown]:
    return measures(would, own=here().code, day=timezone.localdate())


def _would_be(draft: DecisionDraft, paragraphs: Sequence[Paragraph]) -> Decision:
    """The decision that it would be, for the parts that show one."""
    said = draft.said
    act = Act(ObjectId(here().code, str(draft.pk)), str(draft.pk), here().code, "", "propose", said, draft.changed_at)
    applied = Applied(act, 1, draft.changed_at)
    version = Version(Text(tuple(paragraphs)), read_measures(said["measures"]), read_duties(said["duties"]), applied)
    return Decision(
        official=tuple(said["official"]), versions=(version,), in_force=InForce(said["in_force"]["when"], None)
    )
