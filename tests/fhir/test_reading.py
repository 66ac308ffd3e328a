"""Bundles of other systems are read as far as they can be, and what was left out is said."""

import json
from datetime import date
from importlib.resources import files

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fhir.bodies import hospital

from tocsin.fhir.bundles import MOST_BYTES, MOST_RESOURCES
from tocsin.fhir.reading import read
from tocsin.fhir.refusals import FhirRefusal
from tocsin.fhir.tags import as_fhir, as_ours
from tocsin.fhir.writing import bundle_of

TODAY = date(2026, 11, 23)
SNOMED = "http://snomed.info/sct"
CODES = {(SNOMED, "394577000"): "anaesthesiology", (SNOMED, "394582007"): "dermatovenereology"}


def bundle(*resources):
    return json.dumps(
        {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": one} for one in resources]}
    )


def organization(**more):
    return {"resourceType": "Organization", "id": "h1", "name": "Klinik am See", **more}


def practitioner(**more):
    return {"resourceType": "Practitioner", "id": "p1", "name": [{"family": "Maier", "given": ["Eva"]}], **more}


def role(**more):
    said = {"practitioner": {"reference": "Practitioner/p1"}, "organization": {"reference": "Organization/h1"}}
    return {"resourceType": "PractitionerRole", "id": "r1", **said, **more}


def service(**more):
    specialty = [{"coding": [{"system": SNOMED, "code": "394577000"}]}]
    provider = {"reference": "https://other.example/fhir/Organization/h1"}
    return {"resourceType": "HealthcareService", "id": "s1", "providedBy": provider, "specialty": specialty, **more}


def read_(*resources, **how):
    """The only hospital of a bundle, and what was not understood, as text."""
    found = read(bundle(*resources), today=TODAY, codes=CODES, **how)
    (one,) = found.hospitals
    return one.body, [str(remark) for remark in found.not_understood]


def test_a_bundle_of_another_system_is_read():
    location = {
        "resourceType": "Location",
        "id": "l1",
        "managingOrganization": {"reference": "Organization/h1"},
        "address": {"line": ["Seeweg 1"], "city": "Seestadt", "country": "DE"},
        "position": {"latitude": 47.5, "longitude": 9.25},
        "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/timezone", "valueCode": "Europe/Berlin"}],
    }
    telecom = [{"system": "phone", "value": "+49 1"}, {"system": "email", "value": "see@klinik.example"}]
    spoken = [{"coding": [{"system": "urn:ietf:bcp:47", "code": "zh-Hans-CN"}]}, {"coding": [{"code": "de"}]}]
    body, remarks = read_(
        organization(telecom=telecom), location, service(communication=spoken), practitioner(), role(specialty=[])
    )
    assert body["names"] == {"en": "Klinik am See", "ru": "", "zh": ""}
    assert body["contact"] == "phone +49 1; email see@klinik.example"
    assert body["address"] == "Seeweg 1, Seestadt, DE"
    assert (body["place"]["latitude"], body["place"]["longitude"]) == (47_500_000, 9_250_000)
    assert body["time_zone"] == "Europe/Berlin"
    assert body["languages"] == ["zh-hans", "de"]
    assert body["lines"] == [{"specialty": "anaesthesiology", "status": "unknown", "reason": "", "since": "2026-11-23"}]
    (somebody,) = body["clinicians"]
    assert somebody["names"] == {"en": "Eva Maier", "ru": "", "zh": ""}
    assert (somebody["role"], somebody["time_zone"]) == ("physician", "Europe/Berlin")
    assert (somebody["status"], somebody["takes_consultations"]) == ("active", False)
    assert remarks == [
        "Organization/h1, active: whether it takes part is not said in our words; active is taken",
        "HealthcareService/s1, active: how much of it can be done is not said in our words; unknown is taken",
        "PractitionerRole/r1, code: physician is taken",
    ]


def test_identifiers_are_the_same_each_time_and_for_each_their_own():
    first, _ = read_(organization(), practitioner(), role())
    again, _ = read_(organization(name="Another name"), practitioner(), role())
    other, _ = read_(organization(identifier=[{"system": "urn:x", "value": "7"}]), practitioner(), role())
    assert first["hospital"] == again["hospital"] != other["hospital"]
    assert first["clinicians"][0]["id"] == again["clinicians"][0]["id"] != first["hospital"]


@pytest.mark.parametrize(
    ("latitude", "kept"),
    [(43.238949, 43_238_949), (-0.000001, -1), (90, 90_000_000), (91, None), (4.039597, 4_039_597)],
)
def test_places_are_kept_to_the_millionth_of_a_degree(latitude, kept):
    position = {"latitude": latitude, "longitude": 1}
    body, remarks = read_(organization(), {"resourceType": "Location", "id": "l1", "position": position})
    assert body["place"]["latitude"] == kept
    assert ("Location/l1, position: is beyond 90 degrees" in remarks) == (kept is None)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([{"text": "王医生"}], {"en": "", "ru": "", "zh": "王医生"}),
        ([{"family": "王", "given": ["小", "明"]}], {"en": "", "ru": "", "zh": "王 小 明"}),
        ([{"family": "Петров", "given": ["Пётр"]}], {"en": "", "ru": "Петров Пётр", "zh": ""}),
        ([{"prefix": ["Dr"], "family": "Petrov", "given": ["Pyotr"]}], {"en": "Dr Pyotr Petrov", "ru": "", "zh": ""}),
    ],
)
def test_a_name_without_a_language_is_known_by_its_letters(names, expected):
    body, _ = read_(organization(), practitioner(name=names), role())
    assert body["clinicians"][0]["names"] == expected


@pytest.mark.parametrize("name", [" ", "\u00a0\u3000", "\t\n"])
def test_a_blank_is_no_name(name):
    with pytest.raises(FhirRefusal, match="no Organization that has a name"):
        read(bundle(organization(name=name)), today=TODAY)
    body, _ = read_(organization(name=name, _name={"extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/translation", "extension": [
            {"url": "lang", "valueCode": "ru"}, {"url": "content", "valueString": "Я"}]}]}))  # fmt: skip
    assert body["names"] == {"en": "", "ru": "Я", "zh": ""}


def test_a_second_name_and_a_strange_language_are_said():
    german = {"url": "http://hl7.org/fhir/StructureDefinition/language", "valueCode": "de"}
    names = [{"text": "Eva"}, {"text": "Eve"}, {"text": "Ewa", "extension": [german]}]
    body, remarks = read_(organization(), practitioner(name=names), role())
    assert body["clinicians"][0]["names"]["en"] == "Eva"
    assert "Practitioner/p1, name: 'Eve' (en) is one name more than we keep" in remarks
    assert "Practitioner/p1, name: 'Ewa' (de) is one name more than we keep" in remarks


@pytest.mark.parametrize(
    ("time", "hours"),
    [
        ({"allDay": True, "daysOfWeek": ["sun"]}, [([7], "00:00", "24:00")]),
        ({"availableEndTime": "12:30:00", "daysOfWeek": ["mon"]}, [([1], "00:00", "12:30")]),
        (
            {"availableStartTime": "20:00:00", "availableEndTime": "08:00:00", "daysOfWeek": ["sat", "sun"]},
            [([6, 7], "20:00", "24:00"), ([7, 1], "00:00", "08:00")],
        ),
        (
            {"availableStartTime": "08:00:00", "availableEndTime": "00:00:00", "daysOfWeek": ["fri"]},
            [([5], "08:00", "24:00")],
        ),
        ({"availableStartTime": "08:00:00"}, [([1, 2, 3, 4, 5, 6, 7], "08:00", "24:00")]),
    ],
)
def test_hours_that_we_write_otherwise_are_read(time, hours):
    body, _ = read_(organization(), practitioner(), role(availableTime=[time]))
    found = [(one["days"], one["from"], one["until"]) for one in body["clinicians"][0]["availability"]]
    assert found == hours


@pytest.mark.parametrize(
    ("said", "status", "until"),
    [
        ({"active": False}, "revoked", None),
        ({"notAvailable": [{"description": "x", "during": {"end": "2026-12-01"}}]}, "away", "2026-12-01"),
        ({"notAvailable": [{"description": "x", "during": {"start": "2026-11-01"}}]}, "away", None),
        ({"notAvailable": [{"description": "x", "during": {"start": "2026-12-01"}}]}, "active", None),
        ({"notAvailable": [{"description": "x", "during": {"end": "2026-11-22"}}]}, "active", None),
    ],
)
def test_who_is_away_is_known_by_the_day(said, status, until):
    body, _ = read_(organization(), practitioner(), role(**said))
    assert (body["clinicians"][0]["status"], body["clinicians"][0]["away_until"]) == (status, until)


def test_what_is_not_kept_is_said():
    strange = {"url": "https://other.example/x", "valueString": "y"}
    _, remarks = read_(
        organization(partOf={"reference": "Organization/h0"}, extension=[strange]),
        practitioner(birthDate="1980-01-01", name=[{"text": "Eva", "extension": [strange]}]),
        role(),
        {"resourceType": "Patient", "id": "secret"},
        practitioner(id="p2"),
    )
    assert "Organization/h1, partOf: this field is not kept" in remarks
    assert "Organization/h1, extension: the extension https://other.example/x is not known here" in remarks
    assert "Practitioner/p1, name.extension: the extension https://other.example/x is not known here" in remarks
    assert "Practitioner/p1, birthDate: this field is not kept" in remarks
    assert "Patient/secret: resources of this type are not read" in remarks
    assert "Practitioner/p2: has no part in a hospital of this bundle" in remarks
    assert not any("1980" in remark for remark in remarks)


def test_a_field_that_breaks_a_rule_is_left_out_and_the_rest_is_read():
    wrong = practitioner(birthDate="yesterday", gender=7, photo="x", hobby="chess")
    body, remarks = read_(organization(active="perhaps"), wrong, role(availableTime=[{"daysOfWeek": ["someday"]}]))
    assert len(body["clinicians"]) == 1
    for field in ("birthDate", "gender", "photo", "hobby"):
        assert any(remark.startswith(f"Practitioner/p1, {field}") for remark in remarks), field
    assert any(remark.startswith("Organization/h1, active: Input should be a valid boolean") for remark in remarks)
    assert not any("yesterday" in remark or "chess" in remark for remark in remarks)


def test_what_may_mean_the_contrary_is_not_read():
    modifier = {"url": "https://other.example/not", "valueBoolean": True}
    body, remarks = read_(organization(), service(modifierExtension=[modifier]))
    assert body["lines"] == []
    assert "HealthcareService/s1, modifierExtension: may turn round what the resource says; left out" in remarks


def test_several_hospitals_of_one_bundle_are_apart():
    theirs = {"reference": "Organization/h2"}
    found = read(
        bundle(
            organization(),
            organization(id="h2", name="Клиника"),
            service(),
            practitioner(),
            role(organization=theirs),
            role(id="r2", organization=theirs, availableTime=[{"allDay": True, "daysOfWeek": ["mon"]}]),
        ),
        today=TODAY,
        codes=CODES,
    )
    first, second = (one.body for one in found.hospitals)
    assert (len(first["lines"]), len(first["clinicians"])) == (1, 0)
    assert (len(second["lines"]), len(second["clinicians"])) == (0, 1)
    assert second["clinicians"][0]["availability"] == [{"days": [1], "from": "00:00", "until": "24:00"}]


def test_a_specialty_that_nobody_knows_or_that_is_there_twice_is_said():
    strange = {"coding": [{"system": SNOMED, "code": "1", "display": "Sleep medicine"}]}
    body, remarks = read_(organization(), service(), service(id="s2"), service(id="s3", specialty=[strange]))
    assert [line["specialty"] for line in body["lines"]] == ["anaesthesiology"]
    assert "HealthcareService/s2, specialty: anaesthesiology is there already; the first is taken" in remarks
    assert "HealthcareService/s3, specialty: Sleep medicine is none of our specialties" in remarks


def test_long_texts_are_cut_and_that_is_said():
    body, remarks = read_(organization(name="Ы" * 200))
    assert body["names"]["ru"] == "Ы" * 160
    assert "Organization/h1, names: has 200 characters, of which the first 160 are taken" in remarks


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"\xff\xfe", "the bundle: it is no JSON"),
        ("{", "the bundle: it is no JSON"),
        ('{"resourceType": "Bundle", "total": NaN}', "the bundle: it is no JSON"),
        ("[" * 200_000, "the bundle: it is no JSON"),
        ("[]", "the bundle, resourceType: its resourceType must be Bundle; put all resources into one Bundle"),
        ('{"resourceType": "Patient"}', "the bundle, resourceType: its resourceType must be Bundle"),
        ('{"resourceType": "Bundle"}', "the bundle, entry: there is no Organization that has a name; add the hospital"),
        (
            '{"resourceType": "Bundle", "entry": {}}',
            f"entry: it must be a list of at most {MOST_RESOURCES}",
        ),
        (bundle(organization(name=7)), "Organization/h1, name: Input should be a valid string"),
        (" " * (MOST_BYTES + 1), "the bundle: it has 4,194,305 bytes, and 4,194,304 are the most; divide it"),
    ],
)
def test_what_cannot_be_read_at_all_is_refused_with_the_rule(raw, said):
    with pytest.raises(FhirRefusal) as refused:
        read(raw, today=TODAY)
    assert said in str(refused.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


SCHEMA = files("tocsin.exchange.types") / "schemas" / "hospital-1.json"


@pytest.fixture(scope="module")
def allowed():
    """Whether a body is one that the exchange takes, by its schema."""
    return jsonschema_rs.validator_for(json.loads(SCHEMA.read_text(encoding="utf-8"))).is_valid


@settings(deadline=None)
@given(st.data())
def test_whatever_stands_in_a_field_the_body_is_one_that_the_exchange_takes(allowed, data):
    said = bundle_of(hospital(), origin="AL")
    for _ in range(data.draw(st.integers(1, 3))):
        container, place = data.draw(st.sampled_from(list(places(said["entry"]))))
        instead = data.draw(JSON | st.just("2026") | st.sampled_from(["Ы" * 6_000, 1e300, -1]))
        container[place] = instead
    try:
        found = read(json.dumps(said), today=TODAY)
    except FhirRefusal:
        return
    for one in found.hospitals:
        assert allowed(one.body), one.body


def places(element):
    """Every place within an element that holds something."""
    for place, within in list(element.items()) if isinstance(element, dict) else list(enumerate(element)):
        yield element, place
        if isinstance(within, dict | list):
            yield from places(within)


@pytest.mark.parametrize(
    ("ours", "fhir"),
    [("zh-hans", "zh-Hans"), ("ru", "ru"), ("pt-br", "pt-BR"), ("sr-latn", "sr-Latn"), ("de-1996", "de-1996")],
)
def test_tags_of_languages(ours, fhir):
    assert as_fhir(ours) == fhir
    assert as_ours(fhir) == ours


@pytest.mark.parametrize(("tag", "ours"), [("zh-Hans-CN", "zh-hans"), ("EN_us", "en-us"), ("русский", None)])
def test_tags_of_others(tag, ours):
    assert as_ours(tag) == ours
