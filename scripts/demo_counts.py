"""Gives a state of the exercise alliance invented counts, and shares them with the members as two people would.

Called for each state by demo_alliance.py, in the node's own surroundings, once its people are there. Everything is
done by the acts that people do at the pages: a source is set up, its table received, previewed and taken; a duty
officer makes a rule of sharing, a second one confirms it, and what it lets leave is made ready and sent.
"""

import csv
import io
from datetime import date, timedelta

import numpy as np

__all__ = ["fill"]

WEEKS = 104
# Usual cases a week per million, and how much of a season they have. None of the disease of the exercise: its signals
# are to stand in a thread of their own.
DISEASES = {"hepatitis-a": (4.0, 0.6), "measles": (18.0, 0.3), "dengue": (40.0, 0.8), "covid-19": (180.0, 0.5)}
NAMES = {"en": "Notified diseases", "ru": "Зарегистрированные заболевания", "zh-hans": "法定传染病报告"}
RISING = ("AL", "hepatitis-a")  # a state and what has begun there in the last weeks


def fill() -> None:
    """Counts, a rule, and a first sending."""
    import django

    django.setup()
    from tocsin.node.alliance.models import Person
    from tocsin.node.surveillance.models import Source

    if Source.objects.own().exists():
        return
    vera = Person.objects.get(email__startswith="duty.officer@")
    source = _counted(Person.objects.get(email__startswith="epidemiologist@"))
    _shared(source, vera, Person.objects.get(email__startswith="deputy@"))


def _counted(by):
    from scripts.demo_node import work

    from tocsin.node.alliance.alliance_file import here
    from tocsin.node.running.setting_up import service
    from tocsin.node.surveillance.actions import sources, taking, uploading
    from tocsin.node.surveillance.models import Place, Source, Upload

    source = sources.add_source(
        Source(
            name=NAMES[by.language],
            organisation=service(),
            place=Place.objects.get(code=here().code),
            counts_by=Source.CountsBy.ONSET,
            case_definition="Exercise 2026",
            layout={"date": "week", "count": "cases"},
            columns={"disease": "disease", "place": ["region"]},
            is_exercise=True,
            provenance="Invented counts",
        ),
        by=by,
    )
    upload = uploading.receive(source, file=[_table()], file_name="counts.csv", via=Upload.Via.PAGE, by=by)
    work()
    upload.refresh_from_db()
    taking.take(upload, whole=True, by=by)
    work()
    source.refresh_from_db()
    return source


def _table() -> bytes:
    """Weekly cases by region up to the last full week, with a season, chance, and one thing that rises."""
    from tocsin.node.alliance.alliance_file import here
    from tocsin.node.surveillance.models import Place

    rng = np.random.default_rng(sum(here().code.encode()))
    today = date.today()
    monday = today - timedelta(days=today.weekday())
    weeks = [monday - timedelta(weeks=WEEKS - n) for n in range(WEEKS)]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["week", "region", "disease", "cases"])
    regions = list(Place.objects.filter(kind="region", state__is_here=True))
    for region in regions:
        for disease, (usual, season) in DISEASES.items():
            phase = 2 * np.pi * np.arange(WEEKS) / 52
            mean = usual * (region.population or 300_000) / 1e6 * (1 + season * np.sin(phase))
            cases = rng.poisson(mean)
            if (here().code, disease) == RISING and region == regions[0]:
                cases[-4:] += np.array([4, 9, 17, 26])
            writer.writerows([week, region.code, disease, int(n)] for week, n in zip(weeks, cases, strict=True))
    return text.getvalue().encode()


def _shared(source, one, another) -> None:
    from scripts.demo_node import work

    from tocsin.node.indicators.actions import preparing, rules, sharing

    rule = rules.add_rule(
        {
            "source": source, "depth": "regions", "with_groups": False, "classification": "MEMBERS", "below": 5,
            "case_status": ["probable", "confirmed"], "case_definition": "Exercise 2026", "weekday": 1,
            "language": one.language,
        },
        by=one,
    )  # fmt: skip
    rules.confirm_rule(rule, version=1, by=another)
    ready = preparing.ask(rule, by=one)
    work()
    sharing.share(rule, preparation=ready.pk, by=one)
