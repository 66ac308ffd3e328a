"""Scripts: what comes with Tocsin can be played, and what is wrong with one is said with its entry."""

import json
from copy import deepcopy

import pytest

from tocsin.node.alliances.entries import DataFileError
from tocsin.node.exercises.measuring import MEASURES
from tocsin.node.exercises.scripts import ROLES, read_content, scripts
from tocsin.node.exercises.scripts.reading import MEASURES as KNOWN_MEASURES
from tocsin.node.surveillance.actions.reporting import KINDS


@pytest.mark.parametrize("script", scripts().values(), ids=scripts())
def test_a_script_is_the_same_out_of_the_database(script):
    kept = read_content(json.loads(json.dumps(script.content)))
    assert (kept.injects, kept.objectives, kept.places) == (script.injects, script.objectives, script.places)
    assert kept.outbreak.R.tolist() == script.outbreak.R.tolist()


@pytest.mark.parametrize("script", scripts().values(), ids=scripts())
def test_every_state_has_something_to_do_in_it(script):
    for role in ROLES:
        assert script.injects_for(role)
        assert script.objectives_for(role)


@pytest.mark.parametrize("script", scripts().values(), ids=scripts())
def test_injects_are_numbered_in_order_of_time(script):
    moments = [(one.day, one.hour) for one in script.injects]
    assert moments == sorted(moments)
    assert [one.number for one in script.injects] == list(range(1, len(moments) + 1))


def test_every_measure_that_a_script_may_name_is_measured():
    assert set(MEASURES) == set(KNOWN_MEASURES)


def test_a_script_names_no_kind_of_signal_that_nobody_may_report():
    assert {one.signal for script in scripts().values() for one in script.injects if one.signal} <= set(KINDS)


def inject(content, code):
    return next(one for one in content["injects"] if one["code"] == code)


WRONG = {
    "inject culture: day is 22; the exercise has 21 days": lambda c: inject(c, "culture").update(day=22),
    "inject culture: hour is 24": lambda c: inject(c, "culture").update(hour=24),
    "inject culture: for names 'AL'": lambda c: inject(c, "culture").update({"for": ["AL"]}),
    "inject culture: unknown field when": lambda c: inject(c, "culture").update(when=3),
    "inject culture: text names {hospital}": lambda c: inject(c, "culture")["text"].update(ru="{hospital}"),
    "inject culture: text has braces that do not match": lambda c: inject(c, "culture")["text"].update(zh="{district"),
    "inject culture, text: zh is missing": lambda c: inject(c, "culture")["text"].pop("zh"),
    "inject culture, signal: place is 'moon'": lambda c: inject(c, "culture")["signal"].update(place="moon"),
    "inject culture: its place is of the neighbour": lambda c: inject(c, "culture")["signal"].update(place="region"),
    "inject market: the field signal belongs to": lambda c: inject(c, "market").update(signal={"kind": "media"}),
    "inject market: text names {cases}": lambda c: inject(c, "market")["text"].update(en="{cases}"),
    "inject market: the code market is there twice": lambda c: c["injects"].append(deepcopy(inject(c, "market"))),
    "objective verify: after is 'moon'": lambda c: c["objectives"][0].update(after="moon"),
    "objective verify: after is rumour, which does not come to the origin": (
        lambda c: c["objectives"][0].update(after="rumour")
    ),
    "objective verify: measure is 'good_will'": lambda c: c["objectives"][0].update(measure="good_will"),
    "place district: role is 'others'": lambda c: c["places"][0].update(role="others"),
    "imported first: day is -10": lambda c: c["outbreak"]["imported"][0].update(day=-10),
    "control water: places names moon": lambda c: c["outbreak"]["controls"][0].update(places=["moon"]),
    "mixing from district: to adds up to 1.14": lambda c: c["outbreak"]["mixing"][0]["to"].update(district=1.0),
    "outbreak, generation_time: median is missing": lambda c: c["outbreak"]["generation_time"].pop("median"),
    "outbreak: deaths is 3": lambda c: c["outbreak"].update(deaths=3),
    "defaults of exercise: states gives origin; it must give each of": (
        lambda c: c["defaults"]["exercise"]["states"].pop("neighbour")
    ),
    "the script: days is 0": lambda c: c.update(days=0),
}


@pytest.mark.parametrize("said", WRONG)
def test_what_is_wrong_is_said_with_its_entry(script, said):
    content = deepcopy(dict(script.content))
    WRONG[said](content)
    with pytest.raises(DataFileError) as refused:
        read_content(content)
    assert said in str(refused.value)
