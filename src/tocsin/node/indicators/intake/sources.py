"""The sources that partners' documents fill: made on first use, named, and marked as the documents say."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext

from tocsin.node.alliance import audit
from tocsin.node.alliance.alliance_file import alliance
from tocsin.node.alliance.models import Organisation, State
from tocsin.node.indicators.intake.folding import in_order
from tocsin.node.indicators.models import PartnerDocument, PartnerSource, SharingRule
from tocsin.node.language import formats
from tocsin.node.language.each import in_each_language
from tocsin.node.language.keys import search_key
from tocsin.node.surveillance.actions.setting_up import load_places
from tocsin.node.surveillance.models import Place, Source, SourceBreak

__all__ = ["Kind", "mark", "root_of", "source_of", "titles"]

WIDEST_FIRST = ("PUBLIC", "FAMILY", "MEMBERS", "SELECTIVE")
EVERY_DAYS = 7
NOT_SCREENED = ("tests",)  # more of them is no risk; a person may switch it on


class Kind(NamedTuple):
    """What makes counts comparable with one another; each kind of a partner is a source of its own."""

    state: str
    indicator: str
    date_type: str
    first_day: str
    case_status: str


def root_of(state: str) -> Place | None:
    """The state as a place, with all places that the alliance's file has of it: loaded when first asked for."""
    root = Place.objects.filter(code=state, parent=None).first()
    if root is None:
        entry = next((entry for entry in alliance().states if entry.code == state), None)
        root = load_places(entry, by=None) if entry is not None else None
    return root


@transaction.atomic
def source_of(kind: Kind, root: Place) -> Source:
    """The source of a kind, made if it is the first time."""
    known = PartnerSource.objects.filter(**_key(kind)).select_related("source__place").first()
    if known is not None:
        return known.source
    state = State.objects.get(pk=kind.state)
    named = titles(state, kind)
    source = Source.objects.create(
        name=named["en"], titles=named, shared_by=state, organisation=_organisation(state), place=root,
        measure=kind.indicator, counts_by=kind.date_type, week_start=kind.first_day, every=Source.Every.WEEK,
        due_every_days=EVERY_DAYS, zero_reports=False, is_on=kind.indicator not in NOT_SCREENED,
    )  # fmt: skip
    PartnerSource.objects.create(source=source, **_key(kind))
    audit.record("source.made_for_partner", source, by=None, state=kind.state, indicator=kind.indicator)
    return source


def _key(kind: Kind) -> dict[str, str]:
    return {"state_id": kind.state, **{name: value for name, value in kind._asdict().items() if name != "state"}}


def titles(state: State, kind: Kind) -> dict[str, str]:
    """Its name in every language: "Borenia, shared: cases, probable and confirmed; date of onset"."""
    return in_each_language(lambda: _title(state, kind))


def _title(state: State, kind: Kind) -> str:
    statuses = [str(SharingRule.CaseStatus(one).label) for one in kind.case_status.split("+") if one]
    values = {
        "state": str(state),
        "what": str(SharingRule.Indicator(kind.indicator).label),
        "which": formats.listing(statuses),
        "by": str(Source.CountsBy(kind.date_type).label),
    }
    said = gettext("%(state)s, shared: %(what)s, %(which)s; %(by)s") % values
    if kind.first_day != Source.WeekStart.MONDAY:
        day = str(Source.WeekStart(kind.first_day).label)
        said = gettext("%(name)s; weeks from %(day)s") % {"name": said, "day": day}
    return said[:160]


def _organisation(state: State) -> Organisation:
    """Who is said to send it: whatever this node knows there, else the state by its own name."""
    known = Organisation.objects.filter(state=state).order_by("pk").first()
    return known or Organisation.objects.create(
        state=state, kind=Organisation.Kind.SERVICE, name_en=state.name_en, name_ru=state.name_ru,
        name_zh=state.name_zh, search_key=search_key(state.name_en, state.name_ru, state.name_zh),
    )  # fmt: skip


@transaction.atomic
def mark(state: str, kinds: Sequence[Kind]) -> None:
    """Have sources say what the documents that hold say: how narrowly they were shared, by which definition."""
    documents = in_order(PartnerDocument.objects.filter(state=state).standing())
    for kind in kinds:
        partner = PartnerSource.objects.select_related("source").filter(**_key(kind)).first()
        mine = [one for one in documents if _is_of(one, kind)]
        if partner is not None and mine:
            _mark(partner.source, mine)
            _break(partner, mine)


def _is_of(document: PartnerDocument, kind: Kind) -> bool:
    counted = (document.date_type, document.first_day, document.case_status)
    return counted == (kind.date_type, kind.first_day, kind.case_status) and kind.indicator in document.indicators


def _mark(source: Source, documents: Sequence[PartnerDocument]) -> None:
    last = documents[-1]
    now = {
        "classification": max((one.classification for one in documents), key=WIDEST_FIRST.index),
        "no_onward_sharing": any(one.no_onward_sharing for one in documents),
        "is_exercise": any(one.is_exercise for one in documents),
        "case_definition": last.case_definition[:120],
        "provenance": last.provenance[:300],
        "sharing": {
            "suppression": last.suppression,
            "recorded_at": last.recorded_at.isoformat(),
            "reported_until": last.reported_until.isoformat() if last.reported_until else None,
        },
    }
    Source.objects.filter(pk=source.pk).update(**now)


def _break(partner: PartnerSource, documents: Sequence[PartnerDocument]) -> None:
    """A break wherever the definition became another one; those that people made stay."""
    wanted, before = {}, documents[0].case_definition
    for one in documents[1:]:
        if one.case_definition != before and one.first_week is not None:
            what = f"{before} → {one.case_definition}"[:200]
            wanted[one.first_week] = {"what": what, "case_definition": one.case_definition[:120]}
        before = one.case_definition
    ours = SourceBreak.objects.filter(source=partner.source, starts_on__in=partner.breaks)
    ours.exclude(starts_on__in=wanted).delete()
    made = set()
    for day, said in wanted.items():
        _there, is_new = SourceBreak.objects.get_or_create(source=partner.source, starts_on=day, defaults=said)
        if is_new or day.isoformat() in partner.breaks:
            made.add(day.isoformat())
    partner.breaks = sorted(made)
    partner.save(update_fields=["breaks"])
