"""What each entry of a timeline says: one sentence an act, filled with the entry's values when it is shown."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tocsin.node.events import words
from tocsin.node.events.files.kinds import kind_name
from tocsin.node.events.models import Annex2Assessment, Event, EventLink, RiskAssessment, SampleTest, TimelineEntry
from tocsin.node.events.vocabulary import word
from tocsin.node.events.vocabulary.materials import material
from tocsin.node.language.formats import long_date

__all__ = ["SENTENCES", "said_by", "sentence"]

# Other apps add theirs by `said_by`: they know events, and events know nothing of them.
SENTENCES: dict[str, Any] = {
    "opened": _("opened the event"),
    "noted": _("wrote down what happened"),
    "facts_changed": _("changed the facts"),
    "verification": _("verification: %(state)s"),
    "assessment": _("assessment: %(state)s"),
    "response": _("response: %(state)s"),
    "lead": _("lead: %(name)s"),
    "places": _("places: %(places)s"),
    "counts": _("counts of %(day)s: %(cases)s cases, %(deaths)s deaths"),
    "line_list": _("took a table into the line list: %(added)s new cases, %(changed)s changed"),
    "thread_joined": _("joined a thread of signals: %(thread)s"),
    "thread_left": _("took a thread of signals out: %(thread)s"),
    "linked": _("linked: %(kind)s %(other)s"),
    "unlinked": _("took a link out: %(kind)s %(other)s"),
    "milestone": _("milestone: %(milestone)s on %(day)s"),
    "milestone_taken_back": _("milestone taken back: %(milestone)s"),
    "early_action": _("early action: %(action)s, completed %(day)s"),
    "early_action_not_applicable": _("early action that does not apply: %(action)s"),
    "bottleneck": _("bottleneck of %(interval)s: %(category)s"),
    "enabler": _("enabler of %(interval)s: %(category)s"),
    "factor_withdrawn": _("took back, of %(interval)s: %(category)s"),
    "annex2": _("assessed by IHR Annex 2 (%(assessor)s): %(outcome)s"),
    "criteria": _("assessed by the alliance’s criteria: %(outcome)s"),
    "risk": _("risk, %(level)s: %(risk)s"),
    "risk_status": _("risk assessment, %(level)s: %(status)s"),
    "sample_taken": _("took a sample: %(sample)s, %(material)s"),
    "samples_sent": _("sent to %(laboratory)s: %(samples)s"),
    "sample_received": _("received sample %(sample)s"),
    "sample_unsuitable": _("cannot examine sample %(sample)s"),
    "sample_result": _("result of sample %(sample)s, %(method)s: %(result)s"),
    "sample_corrected": _("corrected the result of sample %(sample)s, %(method)s: %(result)s"),
    "file_added": _("added a file: %(kind)s"),
    "file_removed": _("removed a file: %(kind)s"),
    "merged_from": _("%(other)s went into this event"),
    "merged_into": _("this event went into %(other)s"),
}

# What a value of an entry is shown as: by the act and the value's name, or by its name alone.
_SHOWN: dict[str, Callable[[str], Any]] = {
    "verification/state": dict(Event.Verification.choices).__getitem__,
    "assessment/state": dict(Event.Assessment.choices).__getitem__,
    "response/state": dict(Event.Response.choices).__getitem__,
    "kind": dict(EventLink.Kind.choices).__getitem__,
    "material": material,
    "method": lambda code: word("laboratory_method", code),
    "sample_result/result": dict(SampleTest.Result.choices).__getitem__,
    "sample_corrected/result": dict(SampleTest.Result.choices).__getitem__,
    "file_added/kind": kind_name,
    "file_removed/kind": kind_name,
    "day": lambda day: long_date(parse_date(day)),
    "milestone": words.milestone,
    "action": words.early_action,
    "interval": words.interval,
    "category": words.category,
    "assessor": dict(Annex2Assessment.Assessor.choices).__getitem__,
    "annex2/outcome": lambda code: word("annex2_outcome", code),
    "criteria/outcome": lambda code: word("answer", code),
    "level": dict(RiskAssessment.Level.choices).__getitem__,
    "risk": lambda code: word("risk_level", code),
    "status": dict(RiskAssessment.Status.choices).__getitem__,
}


def said_by(sentences: Mapping[str, Any], shown: Mapping[str, Callable[[str], Any]] | None = None) -> None:
    """Add an app's sentences, and how codes among their values are shown: {"act/value": function of the code}."""
    SENTENCES.update(sentences)
    _SHOWN.update(shown or {})


def sentence(entry: TimelineEntry) -> str:
    """What an entry says, in the language that is active. Names that differ by language are given by language."""
    said = SENTENCES.get(entry.act)
    if said is None:
        return entry.act
    return str(said) % {name: _value(entry.act, name, value) for name, value in entry.values.items()}


def _value(act: str, name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return value.get(get_language() or "en", value.get("en", ""))
    shown = _SHOWN.get(f"{act}/{name}") or _SHOWN.get(name)
    if shown is None or not isinstance(value, str) or value in ("", "–"):
        return value
    try:
        return shown(value)
    except (KeyError, ValueError):  # a code that a later release brought, or a day that is none: as it stands
        return value
