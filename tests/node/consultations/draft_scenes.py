"""Drafts of cases in a browser: where their steps are, and what a page posts."""

from datetime import time

from django.urls import reverse
from tests.node.consultations.scenes import CONTENT

from tocsin.node.consultations.models import CaseDraft

__all__ = ["AT", "FOUND", "QUIET", "again", "at", "posted", "seen", "sorted_members"]

QUIET = {"Accept": "application/json"}
AT = "2026-03-09T06:00Z"
FOUND = CONTENT | {
    "diagnoses": [{"system": "icd11", "code": "1A00", "display": "cholera", "certainty": "confirmed"}],
    "vitals": [
        {"at": AT, "code": code, "value": value, "unit": unit}
        for code, value, unit in (
            ("temperature", "39.10", "Cel"), ("heart_rate", "128", "/min"), ("respiratory_rate", "28", "/min"),
            ("systolic", "96", "mm[Hg]"), ("spo2", "88", "%"), ("fio2", "0.4", "1"), ("consciousness", "alert", ""),
            ("gcs_total", "15", "{score}"),
        )
    ] + [{"at": "2026-03-08", "code": "heart_rate", "value": "120", "unit": "/min"}],
    "laboratory": [
        {"at": AT, "loinc": "14682-9", "display": "creatinine", "value": "105", "unit": "umol/L", "comparator": "",
         "reference": "62–106"},
        {"at": "2026-03-08", "loinc": "", "display": "IL-6", "value": "300", "unit": "pg/mL", "comparator": ">",
         "reference": ""},
    ],
    "medication": [
        {"substance": "Meropenem", "atc": "J01DH02", "dose": "1", "unit": "g", "route": "intravenous_infusion",
         "frequency": "three_daily", "from": "2026-03-08", "until": None}
    ],
    "support": [
        {"kind": "hfno", "from": "2026-03-08", "until": None,
         "settings": [{"name": "flow", "value": "50", "unit": "L/min"}, {"name": "fio2", "value": "40", "unit": "%"}]}
    ],
}  # fmt: skip


def at(draft, step: str = "") -> str:
    if step in ("look", "place", "submit", "give-up"):
        return reverse(f"consultation_{step.replace('-', '_')}", args=[draft.pk])
    return (
        reverse("consultation_step", args=[draft.pk, step]) if step else reverse("consultation_draft", args=[draft.pk])
    )


def again(draft) -> CaseDraft:
    return CaseDraft.objects.get(pk=draft.pk)


def seen(draft, **typed):
    """What a page posts besides: the version that it shows."""
    return {"version": again(draft).version, **typed}


def posted(step) -> dict:
    """A step as a browser would post it, nothing changed."""
    data = {}
    for form in step.forms():
        for name in form.fields:
            value = form[name].value()
            if isinstance(value, time):
                value = f"{value:%H:%M}"
            if name != "remove" and value not in (None, False):
                data[form.add_prefix(name)] = value
    rows = [step.vitals.rows, *step.tables.values()]
    rows += [one.settings for one in step.tables["support"].forms]
    return data | {f"{one.prefix}-count": one.count for one in rows}


def sorted_members(row: dict) -> list:
    return sorted(row.items())
