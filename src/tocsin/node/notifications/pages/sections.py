"""The body of a notification, a section at a time, in the order in which partners read it.

Every code comes in words of the active language, every count that nobody knows as unknown; what nothing is said of is
named in one line at the end and leaves no empty row.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocsin.node.events.instruments import criteria
from tocsin.node.events.instruments.annex2_lists import read_annex2
from tocsin.node.events.words import in_language, milestone
from tocsin.node.language.formats import whole
from tocsin.node.notifications.pages.breakdown_table import breakdown_table
from tocsin.node.notifications.pages.naming import Naming, code_words, day
from tocsin.node.notifications.pages.pieces import Cell, FreeText, Line, Piece, Row, Section, Table, joined, listed

__all__ = ["sections_of"]

Body = Mapping[str, Any]
DATES = {
    "emergence": lambda: milestone("emergence"),
    "detection": lambda: milestone("detection"),
    "authority_notified": lambda: milestone("notification"),
    "first_onset": lambda: _("First onset"),
    "last_onset": lambda: _("Last onset"),
}


def sections_of(body: Body, naming: Naming, texts: Mapping[str, FreeText]) -> list[Section]:
    """All that the body says."""
    found = [
        Section("summary", _("In short"), [texts["summary"]] if "summary" in texts else []),
        _standing(body, texts),
        _what(body, naming),
        _where(body, naming),
        _spread(body, texts),
        _laboratory(body),
        _counts(body, naming),
        _conditions(body),
        _risk(body, texts),
        _annex2(body["annex2"]),
        _criteria(body["criteria"]),
        _measures(body, texts),
        _needs(body, texts),
        _contact(body["contact"]),
    ]
    return [section for section in found if section]


def _text(texts: Mapping[str, FreeText], field: str) -> list[FreeText]:
    return [texts[field]] if field in texts else []


def _codes(body: Body, member: str, kind: str, label: str) -> list[Line]:
    pieces = [code_words(kind, code) for code in body[member]]
    return [listed(member, label, pieces)] if pieces else []


def _standing(body: Body, texts: Mapping[str, FreeText]) -> Section:
    lines = [joined("status", _("Notification"), code_words("notification_status", body["status"]))]
    if body["reason"] is not None:
        lines.append(joined("reason", _("Why it is withdrawn"), code_words("withdrawal", body["reason"])))
    if body["merged_into"] is not None:
        lines.append(joined("merged_into", _("Event that it went into"), Piece(body["merged_into"])))
    lines += [
        joined("verification", _("Is it true"), code_words("verification", body["verification"])),
        joined("response", _("Response"), code_words("response", body["response"])),
        *_regulations(body),
    ]
    return Section("standing", _("How it stands"), _text(texts, "reason"), lines, notes=[_notice(body)])


def _regulations(body: Body) -> list[Line]:
    who = body["who"]
    said = [code_words("answer", who["notified"])]
    if who["on"] is not None:
        said.append(Piece(day(who["on"])))
    articles = [code_words("article", code) for code in body["articles"]]
    return [
        *([listed("articles", _("International Health Regulations"), articles)] if articles else []),
        joined("who", _("WHO notified"), *said),
    ]


def _notice(body: Body) -> str:
    """What it is not: states have told WHO only where their focal point has."""
    if body["articles"]:
        return _(
            "Told to partners under the International Health Regulations as said above. It does not take the place of "
            "what the National IHR Focal Point notifies to WHO."
        )
    return _(
        "Told to partners as a matter of the alliance, under no article of the International Health Regulations. It "
        "does not take the place of what the National IHR Focal Point notifies to WHO."
    )


def _what(body: Body, naming: Naming) -> Section:
    agent = body["agent"]
    sure = _("confirmed by a laboratory") if agent["confirmed"] else _("not confirmed")
    said = [code_words("agent_kind", agent["kind"])]
    said += [Piece(agent["designation"])] if agent["designation"] else []
    lines = [
        joined("disease", _("Disease"), naming.disease()),
        joined("hazard", _("Kind of hazard"), code_words("hazard", body["hazard"])),
        joined("agent", _("Agent"), *said, Piece(sure)),
        joined("agent/origin", _("Where it comes from"), code_words("agent_origin", agent["origin"])),
    ]
    return Section("what", _("What it is"), lines=lines)


def _where(body: Body, naming: Naming) -> Section:
    lines = [_places(body["places"], naming)]
    concerned = code_words("answer", "yes" if body["point_of_entry"] else "no")
    lines.append(joined("point_of_entry", _("Is a point of entry concerned"), concerned))
    for member, label in (
        ("affected_states", _("Other states that have cases of it")),
        ("travel_links", _("States that cases travelled to or from")),
    ):
        states = [naming.state(code) for code in body["cross_border"][member]]
        lines += [listed(f"cross_border/{member}", label, states)] if states else []
    for name, label in DATES.items():
        if (dated := body["dates"][name]) is not None:
            sure = [] if dated["precision"] == "exact" else [code_words("precision", dated["precision"])]
            lines.append(joined(f"dates/{name}", label(), Piece(day(dated["on"])), *sure))
    return Section("where", _("Where and when"), lines=lines)


def _places(places: Sequence[Body], naming: Naming) -> Line:
    pieces = []
    for place in places:
        name, kind = naming.place(place["code"]), code_words("place_kind", place["kind"]).text
        values = {"place": name.text, "kind": kind, "code": place["code"]}
        pieces.append(Piece(_("%(place)s (%(kind)s, %(code)s)") % values, name.language))
    return listed("places", _("Places"), pieces)


def _spread(body: Body, texts: Mapping[str, FreeText]) -> Section:
    definition = body["case_definition"]
    lines = _codes(body, "transmission", "transmission", _("Means of transmission"))
    if definition["standard"] != "none" or definition["version"]:
        said = [code_words("definition_standard", definition["standard"])]
        said += [Piece(definition["version"])] if definition["version"] else []
        lines.append(joined("case_definition", _("Case definition"), *said))
    return Section("spread", _("How it spreads, and what a case is"), _text(texts, "case_definition"), lines)


def _laboratory(body: Body) -> Section:
    said = body["laboratory"]
    lines = [joined("laboratory", _("What the laboratory says"), code_words("laboratory_status", said["status"]))]
    for name, label in (("tested", _("People tested")), ("positive", _("of them positive"))):
        if said[name] is not None or said["status"] != "none":
            lines.append(joined(f"laboratory/{name}", label, Piece(_count(said[name]))))
    methods = [code_words("laboratory_method", code) for code in said["methods"]]
    lines += [listed("laboratory/methods", _("Methods"), methods)] if methods else []
    lines += _codes(body, "detected_by", "detected_by", _("How it was detected"))
    return Section("laboratory", _("Laboratory and detection"), lines=lines)


def _count(value: int | None) -> str:
    return _("unknown") if value is None else whole(value)


def _counts(body: Body, naming: Naming) -> Section:
    counts = body["counts"]
    labels = {
        "suspected": _("Suspected cases"), "probable": _("Probable cases"), "confirmed": _("Confirmed cases"),
        "deaths": _("Deaths"), "hospitalised": _("In hospital"), "intensive_care": _("In intensive care"),
        "health_workers": _("Health workers among the cases"),
    }  # fmt: skip
    lines = [joined("counts/as_of", _("Since the beginning, by the end of"), Piece(day(counts["as_of"])))]
    lines += [joined(f"counts/{name}", label, Piece(_count(counts[name]))) for name, label in labels.items()]
    return Section("counts", pgettext("who are counted", "People"), lines=lines, tables=breakdown_table(body, naming))


def _conditions(body: Body) -> Section:
    label = _("Conditions that affect the spread")
    return Section("conditions", label, lines=_codes(body, "conditions", "spread_condition", label))


def _risk(body: Body, texts: Mapping[str, FreeText]) -> Section:
    levels = {
        "national": _("in the state itself"),
        "neighbours": _("for its neighbours"),
        "alliance": _("for the alliance"),
    }
    if not any(body["risk"].values()):
        return Section("risk", _("Risk"), _text(texts, "risk"))
    rows = [_risk_row(level, label, body["risk"][level]) for level, label in levels.items()]
    columns = [_("Level"), _("Risk"), _("Likelihood"), _("Impact"), _("Confidence")]
    table = Table("risk", _("Risk"), tuple((heading, False) for heading in columns), tuple(rows))
    return Section("risk", _("Risk"), _text(texts, "risk"), tables=[table])


def _risk_row(level: str, label: str, risk: Body | None) -> Row:
    if risk is None:
        return Row(level, (Cell(label), Cell(_("not assessed")), Cell(""), Cell(""), Cell("")))
    kinds = {"level": "risk_level", "likelihood": "likelihood", "impact": "impact", "confidence": "confidence"}
    said = [Cell(code_words(kind, risk[name]).text) for name, kind in kinds.items()]
    return Row(level, (Cell(label), *said))


def _annex2(said: Body | None) -> Section:
    heading = _("IHR Annex 2")
    if said is None:
        return Section("annex2", heading)
    lines = [
        joined("annex2/list", _("By the list"), code_words("annex2_list", said["list"])),
        joined("annex2/outcome", _("What follows"), code_words("annex2_outcome", said["outcome"])),
    ]
    questions = [(one.code, in_language(one.text)) for one in read_annex2().questions]
    return Section("annex2", heading, lines=lines, tables=[_answers("annex2/answers", heading, questions, said)])


def _criteria(said: Body | None) -> Section:
    heading = _("The alliance’s criteria")
    if said is None:
        return Section("criteria", heading)
    questions = [(one.code, in_language(one.text)) for one in criteria.read_criteria().criteria]
    return Section("criteria", heading, tables=[_answers("criteria", heading, questions, said)])


def _answers(key: str, heading: str, questions: list[tuple[str, str]], said: Body) -> Table:
    def row(code: str, question: str) -> Row:
        answer = _("not asked") if said[code] is None else code_words("answer", said[code]).text
        return Row(code, (Cell(question), Cell(answer)))

    rows = tuple(row(code, question) for code, question in questions if code in said)
    return Table(key, heading, ((_("Question"), False), (_("Answer"), False)), rows)


def _measures(body: Body, texts: Mapping[str, FreeText]) -> Section:
    heading = _("Measures")
    section = Section("measures", heading, _text(texts, "measures"))
    if not body["measures"]:
        return section
    rows, number = [], _numbered()
    # What was done before what is meant, the health sector before others: each group as its state put it.
    for one in sorted(body["measures"], key=lambda one: (one["status"] != "taken", one["sector"] != "health")):
        cells = [
            code_words("measure", one["measure"]).text, code_words("measure_status", one["status"]).text,
            code_words("sector", one["sector"]).text, day(one["since"]) if one["since"] else "",
        ]  # fmt: skip
        rows.append(Row(number(f"{one['measure']}/{one['sector']}"), tuple(map(Cell, cells))))
    columns = tuple((name, False) for name in (_("Measure"), _("Taken or intended"), _("Sector"), _("Since, or from")))
    section.tables.append(Table("measures", heading, columns, tuple(rows)))
    return section


def _numbered() -> Callable[[str], str]:
    """Keys that stay one for one row: the second of a name is name/2."""
    seen: dict[str, int] = {}

    def numbered(key: str) -> str:
        seen[key] = seen.get(key, 0) + 1
        return key if seen[key] == 1 else f"{key}/{seen[key]}"

    return numbered


def _needs(body: Body, texts: Mapping[str, FreeText]) -> Section:
    lines = [
        *_codes(body, "shortages", "countermeasure", _("Shortages of countermeasures")),
        *_codes(body, "difficulties", "difficulty", _("Difficulties")),
        *_codes(body, "support", "support", _("Support needed from partners")),
    ]
    return Section("needs", _("What is short, difficult and needed"), _text(texts, "support"), lines)


def _contact(said: Body) -> Section:
    lines = [joined("contact/line", _("Where to turn to"), Piece(said["line"]))] if said["line"] else []
    lines += [joined("contact/telephone", _("Telephone"), Piece(said["telephone"]))] if said["telephone"] else []
    return Section("contact", _("Contact"), lines=lines)
