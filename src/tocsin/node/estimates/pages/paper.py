"""What the situation report says of estimates: on paper nobody unfolds a row, so few rows, and how to read them."""

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.node.alliance.models import Person
from tocsin.node.estimates.models import Estimate
from tocsin.node.estimates.pages.reading import GROWING, Figures
from tocsin.node.estimates.pages.saying import interval, number, pace, span_text, way_word
from tocsin.node.estimates.pages.sections import whole_state
from tocsin.node.exports.columns import Column, Table
from tocsin.node.exports.situation_report import Chapter
from tocsin.node.language import formats
from tocsin.node.surveillance.models import Source
from tocsin.node.surveillance.pages.measures import beside_cases

__all__ = ["MOST", "of_report"]

MOST = 12

Told = tuple[Estimate, Figures, Source]


def of_report(sources: Sequence[Source], person: Person) -> Chapter | None:
    """Each disease of the whole state, as on the situation page, and four weeks ahead. None where nothing is told."""
    told = whole_state(sources, person)
    if not told:
        return None
    names = _names(told)
    columns = (
        Column("disease", _("disease")),
        Column("period", _("period")),
        Column("now", _("with all reports in")),
        Column("way", _("R, or × a period; where it goes")),
        Column("soon", _("in two weeks")),
        Column("later", _("in four weeks")),
    )
    rows = [_row(name, said) for name, (_one, said, _source) in zip(names[:MOST], told, strict=False)]
    table = Table("", columns, rows)
    return Chapter(_("What is really happening"), _sentences(told, names), table, _notes(told))


def _row(name: str, said: Figures) -> tuple[str, ...]:
    period = span_text(said.period, said) if said.period else ""
    way = formats.semicolon().join(words for words in (pace(said), way_word(said.way)) if words)
    soon, later = (interval(found[1]) if found else "" for found in (said.soon, said.later))
    return name, period, _now(said), way, soon, later


def _now(said: Figures) -> str:
    """What there will have been, and what is reported of it; the count alone where no more is to come."""
    if said.nowcast is None or not said.fills_up:
        return number(said.reported)
    reported = _("%(reported)s reported") % {"reported": number(said.reported)}
    return formats.semicolon().join([interval(said.nowcast), reported])


def _names(told: Sequence[Told]) -> list[str]:
    """The disease, the place unless all is of one's own state, what is counted; the source where these are alike."""
    places = {source.place for _one, _said, source in told}
    with_place = len(places) > 1 or any(place.state_id is None for place in places)
    names = [_name(one, source, with_place=with_place) for one, _said, source in told]
    often = Counter(names)
    return [
        formats.phrases([name, source]) if often[name] > 1 else name
        for name, (_one, _said, source) in zip(names, told, strict=True)
    ]


def _name(one: Estimate, source: Source, *, with_place: bool) -> str:
    name, what = str(one.series.disease), beside_cases(source.measure)
    if with_place:
        name = _("%(disease)s, %(place)s") % {"disease": name, "place": source.place}
    return _("%(disease)s (%(what)s)") % {"disease": name, "what": what} if what else name


def _sentences(told: Sequence[Told], names: Sequence[str]) -> list[str]:
    growing = [name for name, (_one, said, _source) in zip(names, told, strict=True) if said.way == GROWING]
    if growing:
        found = [_("Probably growing: %(names)s.") % {"names": formats.listing(growing[:MOST])}]
    else:
        found = [_("Of no disease is it clear that it grows.")]
    if len(told) > MOST:
        found.append(
            ngettext(
                "The table has %(shown)s of %(n)s line: the growing first, of these the largest.",
                "The table has %(shown)s of %(n)s lines: the growing first, of these the largest.",
                len(told),
            )
            % {"shown": formats.whole(MOST), "n": formats.whole(len(told))}
        )
    return found


def _notes(told: Sequence[Told]) -> list[str]:
    """How to read it. A direction is named by `reading.way`; what the forecast knows of, docs/estimates.md says."""
    found = [
        _(
            "In brackets stands the interval that holds the truth 95 times in 100, "
            "if reporting and spread go on as they were."
        ),
        _(
            "R is how many others one case infects; where it is not known, × says by what factor counts change from "
            "one period to the next. Growing or falling is said only where the whole interval is on one side of 1."
        ),
        _("The forecast knows of no measure, season or variant that is about to begin."),
        _made(told),
    ]
    if any(one.generation != source.generation for one, _said, source in told):
        found.append(_("Newer counts have come since this was estimated; it is done again after the next screening."))
    return found


def _made(told: Sequence[Told]) -> str:
    moments = [one.computed_at for one, _said, _source in told]
    first, last = formats.long_moment(min(moments)), formats.long_moment(max(moments))
    if first == last:
        return _("Estimated %(when)s, from the counts known then.") % {"when": last}
    return _("Estimated from %(first)s to %(last)s, each from the counts known then.") % {"first": first, "last": last}
