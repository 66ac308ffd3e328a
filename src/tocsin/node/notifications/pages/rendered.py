"""A notification as somebody reads it: its head, its sections in the active language, and what changed since before.

    shown = rendered(notification)       # a version that was signed, ours or another state's
    shown = rendered_preview(preview)    # what would leave
    changes_of(notification)             # since the version before

The template is notifications/rendered.html, given `shown`; the PDF is made of the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.naming import in_order, names
from tocsin.node.events.facts import TEXTS
from tocsin.node.language.formats import listing, long_moment, phrases
from tocsin.node.notifications.building.previews import Preview
from tocsin.node.notifications.models import Notification
from tocsin.node.notifications.pages.naming import Naming
from tocsin.node.notifications.pages.pieces import FreeText, Section, language_name
from tocsin.node.notifications.pages.sections import sections_of
from tocsin.node.notifications.pages.shown_texts import free_texts, untranslated
from tocsin.node.notifications.texts import Source, source_of
from tocsin.node.surveillance.pages.measures import counted

__all__ = [
    "Change",
    "Changes",
    "Head",
    "Rendered",
    "audience",
    "changes_of",
    "compared",
    "rendered",
    "rendered_body",
    "rendered_preview",
]
CASES = ("suspected", "probable", "confirmed")


@dataclass(frozen=True, slots=True)
class Head:
    """What stands beside the body in the signed document."""

    origin: str
    version: int
    language: str
    classification: str
    addressees: Sequence[str] = ()
    no_onward_sharing: bool = False
    is_exercise: bool = False
    recorded_at: datetime | None = None
    document_id: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """state is "void" or "erased" where it is; of what is erased there are no sections.

    title       the answer: whose, what, where, how many
    facts       label and value of the head
    not_said    what nothing is said of, in words
    rows_apart  how many rows of the breakdown are kept apart until people decide upon them
    """

    head: Head
    state: str
    state_name: str
    serial: str
    title: str
    facts: list[tuple[str, str]]
    sections: list[Section]
    not_said: str
    rows_apart: int = 0

    def entries(self) -> dict[str, tuple[str, Any, str]]:
        """Every member that is shown, by its path: label, what is compared, what is shown."""
        found = {}
        for section in self.sections:
            for key, label, compared, shown in section.entries():
                found[key] = (label, compared, shown)
        return found

    @property
    def texts(self) -> list[FreeText]:
        """All free texts, in their order."""
        return [text for section in self.sections for text in section.texts]

    @property
    def onward(self) -> str:
        """The sentence that forbids passing it on; empty where nothing does."""
        if not self.head.no_onward_sharing:
            return ""
        return _("%(state)s forbids passing this on, in whole or in part.") % {"state": self.state_name}


def rendered(notification: Notification) -> Rendered:
    """A version as the reader of the active language is shown it."""
    head = Head(
        notification.origin, notification.version, notification.language, notification.classification,
        tuple(notification.addressees), notification.no_onward_sharing, notification.is_exercise,
        notification.recorded_at, str(notification.document_id),
    )  # fmt: skip
    texts = free_texts(_source(notification), _labels()) if notification.body else {}
    return _rendered(head, notification.body, texts, notification.state, len(notification.rows_left_out))


def rendered_preview(preview: Preview) -> Rendered:
    """What would leave, as its reader in the active language would be shown it before anybody translated a word."""
    draft, document = preview.draft, preview.document
    head = Head(
        here().code, document.version if document else len(preview.sent) + 1, draft.language, draft.classification,
        tuple(draft.addressees), draft.no_onward_sharing, bool(document and document.exercise),
    )  # fmt: skip
    return rendered_body(head, preview.body)


def rendered_body(head: Head, body: Mapping[str, Any]) -> Rendered:
    """A body with its texts as they were written."""
    texts = {name: text for name, text in body["texts"].items() if text.strip()}
    source = Source(
        None, head.origin, "notification", head.version, head.language, texts, head.classification,  # type: ignore[arg-type]
        tuple(head.addressees), head.no_onward_sharing,
    )  # fmt: skip
    return _rendered(head, body, untranslated(source, _labels()), "", 0)


def _rendered(head: Head, body: Mapping[str, Any], texts: Mapping[str, FreeText], state: str, apart: int) -> Rendered:
    known = names({head.origin, *head.addressees})
    facts = _facts(head, body, known)
    if not body:
        title = _("%(state)s: a notification whose words were erased") % {"state": known[head.origin]}
        return Rendered(head, state, known[head.origin], "", title, facts, [], "", apart)
    border = body["cross_border"]
    states = {*border["affected_states"], *border["travel_links"]}
    naming = Naming(head.origin, body["places"], states, body["disease"])
    return Rendered(
        head, state, known[head.origin], body["serial"], _title(known[head.origin], body, naming), facts,
        sections_of(body, naming, texts), _not_said(body, texts), apart,
    )  # fmt: skip


def _title(state: str, body: Mapping[str, Any], naming: Naming) -> str:
    counts = body["counts"]
    cases = [counts[name] for name in CASES if counts[name] is not None]
    told = [counted("cases", sum(cases))] if cases else []
    told += [counted("deaths", counts["deaths"])] if counts["deaths"] is not None else []
    values = {
        "state": state, "disease": naming.disease().text if body["disease"] else _("disease not known yet"),
        "place": naming.place(body["places"][0]["code"]).text, "numbers": phrases(told) or _("no counts yet"),
    }  # fmt: skip
    return _("%(state)s: %(disease)s, %(place)s: %(numbers)s") % values


def _source(notification: Notification) -> Source:
    """That of a void version too: it is shown, and said to be void."""
    found = source_of(notification)
    if found is not None:
        return found
    texts = {name: text for name, text in notification.body["texts"].items() if text.strip()}
    return Source(
        notification.document_id, notification.origin, "notification", notification.version, notification.language,
        texts, notification.classification, tuple(notification.addressees), notification.no_onward_sharing,
    )  # fmt: skip


def _labels() -> dict[str, str]:
    return {**{name: str(label) for name, label in TEXTS.items()}, "summary": "", "reason": _("Reason")}


def audience(head: Head, known: Mapping[str, str] | None = None) -> str:
    """Who is given it, in words."""
    widths = {
        "NATIONAL": _("nobody outside the state"), "MEMBERS": _("all members"),
        "FAMILY": _("all members and partners"), "PUBLIC": _("everybody"),
    }  # fmt: skip
    if head.classification in widths:
        return widths[head.classification]
    known = known or names(head.addressees)
    return listing(known[node] for node in in_order(head.addressees))


def _facts(head: Head, body: Mapping[str, Any], known: Mapping[str, str]) -> list[tuple[str, str]]:
    facts = [(pgettext("country", "State"), known[head.origin])]
    if body:
        facts.append((_("Serial"), body["serial"]))
    facts += [(_("Version"), str(head.version)), (_("For"), audience(head, known))]
    facts.append((_("Language of the texts"), language_name(head.language)))
    if head.recorded_at is not None:
        facts.append((_("Signed"), long_moment(head.recorded_at)))
    return facts


def _not_said(body: Mapping[str, Any], texts: Mapping[str, FreeText]) -> str:
    """What a reader may look for in vain, in one sentence; empty where all is said."""
    said = {
        _("summary"): "summary" in texts,
        _("means of transmission"): body["transmission"],
        _("case definition"): body["case_definition"]["standard"] != "none" or "case_definition" in texts,
        _("how it was detected"): body["detected_by"],
        _("conditions that affect the spread"): body["conditions"],
        _("risk"): any(body["risk"].values()) or "risk" in texts,
        _("IHR Annex 2"): body["annex2"],
        _("the alliance’s criteria"): body["criteria"],
        _("measures"): body["measures"] or "measures" in texts,
        _("shortages of countermeasures"): body["shortages"],
        _("difficulties"): body["difficulties"],
        _("support needed"): body["support"] or "support" in texts,
        _("contact"): any(body["contact"].values()),
    }
    missing = [name for name, is_said in said.items() if not is_said]
    return _("Nothing is said of: %(what)s.") % {"what": listing(missing)} if missing else ""


@dataclass(frozen=True, slots=True)
class Change:
    """One member that differs; empty: it was not said, or is said no more."""

    key: str
    label: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Changes:
    """since: number of the version before, of those that stand and have their words."""

    since: int
    changes: list[Change]


def changes_of(notification: Notification, now: Rendered | None = None) -> Changes | None:
    """What differs from the version before; None where there is none to compare it with.

    now  the version as it is shown, where that is known already
    """
    if not notification.body:
        return None
    earlier = Notification.objects.filter(of=notification.of_id, version__lt=notification.version).readable()
    before = earlier.in_order().last()
    if before is None:
        return None
    return Changes(before.version, compared(rendered(before), now or rendered(notification)))


def compared(before: Rendered, now: Rendered) -> list[Change]:
    """Members that differ, in the order in which they are read; those of the head first."""
    old, new = before.entries(), now.entries()
    found = []
    if audience(before.head) != audience(now.head):
        found.append(Change("head/audience", _("For"), audience(before.head), audience(now.head)))
    if before.head.no_onward_sharing != now.head.no_onward_sharing:
        found.append(Change("head/no_onward_sharing", _("Passing on"), *map(_passing, (before, now))))
    for key in [*new, *(key for key in old if key not in new)]:
        label, was, shown_before = old.get(key, (new.get(key, ("",))[0], None, ""))
        label, is_now, shown_now = new.get(key, (label, None, ""))
        if was != is_now:
            found.append(Change(key, label or pgettext("of an event", "Summary"), shown_before, shown_now))
    return found


def _passing(one: Rendered) -> str:
    return _("forbidden") if one.head.no_onward_sharing else _("not forbidden")
