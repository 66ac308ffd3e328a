"""A case as a Bundle: R4B, every word and figure as it was, every revision kept, and nobody's name but clinicians'."""

import base64
import json
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.clinical.content.samples import sample, with_
from tests.fhir.case_given import case, note, said

from tocsin.clinical.content import EMPTY
from tocsin.fhir.case.writing import ConsentEnded, bundle_of_case
from tocsin.fhir.case.written import text_of


def of(bundle, kind):
    return [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind]


def one(bundle, kind, code):
    """The resource of a type with this code."""
    (found,) = [r for r in of(bundle, kind) if code in [c["code"] for c in r["code"].get("coding", [])]]
    return found


@pytest.fixture(scope="module")
def bundle():
    return bundle_of_case(case())


def asked_with(content, **more):
    """A case of one act."""
    first = said("submit", 0, note=note("asked", "?", content=content))
    return bundle_of_case(case(acts=[first], **more))


def test_it_is_r4b_and_every_reference_leads_to_what_is_in_it(bundle):
    text = text_of(bundle)
    Bundle.model_validate(json.loads(text))
    addresses = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(set(addresses)) == len(addresses)
    assert set(re.findall(r'"reference":"([^"]+)"', text)) <= set(addresses)
    assert bundle["type"] == "collection"


def test_the_same_case_gives_the_same_bundle_and_another_case_other_identifiers(bundle):
    assert text_of(bundle_of_case(case())) == text_of(bundle)
    other = bundle_of_case(case(id="0197c2aa-0000-7000-8000-000000000009"))
    assert not {e["fullUrl"] for e in other["entry"]} & {e["fullUrl"] for e in bundle["entry"]}


def test_the_patient_is_known_by_the_case_alone(bundle):
    (patient,) = of(bundle, "Patient")
    assert set(patient) == {"resourceType", "id", "identifier", "gender"}
    assert patient["identifier"][0]["value"] == "AL/0197c2aa-0000-7000-8000-000000000000"
    assert patient["gender"] == "male"
    assert one(bundle, "Observation", "30525-0")["valueQuantity"]["value"] == 54


def test_ninety_stands_for_ninety_and_older():
    age = one(asked_with(with_("/patient/age", {"value": 90, "unit": "a"})), "Observation", "30525-0")
    assert (age["valueQuantity"]["comparator"], age["valueQuantity"]["code"]) == (">=", "a")


def test_diagnoses_have_their_systems_and_how_sure_they_are():
    rows = [
        {"system": "icd11", "code": "CA40.Z", "display": "肺炎", "certainty": "confirmed"},
        {"system": "icd10", "code": "A41.9", "display": "Сепсис", "certainty": "suspected"},
        {"system": "icd11-tm", "code": "SA00", "display": "TM", "certainty": "suspected"},
    ]
    found = of(asked_with(sample() | {"diagnoses": rows}), "Condition")
    assert [r["code"]["coding"][0]["system"] for r in found] == [
        "http://id.who.int/icd/release/11/mms", "http://hl7.org/fhir/sid/icd-10",
        "http://id.who.int/icd/release/11/mms",
    ]  # fmt: skip
    said_so = [r["verificationStatus"]["coding"][0]["code"] for r in found]
    assert said_so == ["confirmed", "provisional", "provisional"]
    assert [r["code"]["text"] for r in found] == ["肺炎", "Сепсис", "TM"]


def test_what_was_measured_has_loinc_ucum_and_the_digits_that_it_was_measured_with():
    content = with_("/vitals/7/value", "38.60")
    bundle = asked_with(content)
    temperature = one(bundle, "Observation", "8310-5")
    assert temperature["valueQuantity"]["code"] == "Cel"
    assert temperature["effectiveDateTime"] == "2026-03-09T05:30:00Z"
    assert '"value":38.60,' in text_of(bundle)
    creatinine = one(bundle, "Observation", "14682-9")
    assert (creatinine["valueQuantity"]["value"], creatinine["referenceRange"]) == (
        Decimal("140"), [{"text": "62-106"}],
    )  # fmt: skip
    detected = one(bundle, "Observation", "92142-9")["valueCodeableConcept"]["coding"][0]
    assert detected["code"] == "detected"


def test_treatment_is_there_with_its_settings(bundle):
    (medicine,) = of(bundle, "MedicationStatement")
    assert medicine["medicationCodeableConcept"]["coding"][0] == {
        "system": "http://www.whocc.no/atc", "code": "J05AH02",
    }  # fmt: skip
    assert medicine["dosage"][0]["doseAndRate"][0]["doseQuantity"]["code"] == "mg"
    (support,) = of(bundle, "Procedure")
    assert (support["status"], support["performedPeriod"]) == ("in-progress", {"start": "2026-03-08"})
    flow = one(bundle, "Observation", "flow")
    assert flow["partOf"] == [{"reference": f"urn:uuid:{support['id']}"}]


@pytest.mark.parametrize(
    ("begins", "until", "status"),
    [("2026-03-01", "2026-03-05", "completed"), ("2026-03-20", None, "intended"), ("2026-03-01", None, "active")],
)
def test_how_far_a_medication_is_follows_from_the_last_act(begins, until, status):
    row = sample()["medication"][0] | {"from": begins, "until": until}
    (found,) = of(asked_with(sample() | {"medication": [row]}), "MedicationStatement")
    assert found["status"] == status


def test_the_question_has_its_urgency_specialty_and_those_who_are_asked(bundle):
    (request,) = of(bundle, "ServiceRequest")
    assert request["priority"] == "stat"
    assert request["performerType"]["coding"][0]["code"] == "infectious_diseases"
    assert [r["text"] for r in request["note"]] == ["Is it time to intubate?", "Что бы вы сделали?\n请会诊。"]
    assert len(request["reasonReference"]) == 1
    assert [r["valueCode"] for r in request["extension"]] == ["ru", "zh-Hans"]


def test_an_answer_says_which_question_it_answers(bundle):
    asked, answered, minority = of(bundle, "Communication")
    assert answered["inResponseTo"] == [{"reference": f"urn:uuid:{asked['id']}"}]
    assert answered["payload"][0]["contentString"] == "Нет."
    assert minority["payload"][0]["contentString"] == "No surgery."


def test_an_opinion_stands_once_and_every_revision_of_it_is_kept(bundle):
    amended, retracted, outcome = of(bundle, "DiagnosticReport")
    assert [r["status"] for r in (amended, retracted, outcome)] == ["amended", "entered-in-error", "final"]
    assert amended["conclusion"] == "美罗培南 1 g，每8小时一次。"
    assert amended["_conclusion"]["extension"][1]["extension"][1]["valueString"] == "Меропенем 1 г каждые 8 часов."
    first, second, other, agreed, file = of(bundle, "DocumentReference")
    assert [r["status"] for r in (first, second, other, agreed)] == [
        "superseded", "current", "entered-in-error", "current",
    ]  # fmt: skip
    assert base64.b64decode(first["content"][0]["attachment"]["data"]).decode() == "Меропенем 2 г."
    assert second["relatesTo"][0]["target"] == {"reference": f"urn:uuid:{first['id']}"}
    assert file["content"][0]["attachment"]["title"] == "photo-1.jpg"
    assert len(outcome["performer"]) == 2


def test_a_panel_that_is_dissolved_has_no_outcome_that_holds():
    panel = [said("submit", 0), said("convene", 1), said("draft_outcome", 2, note=note("d", "Wait."))]
    (open_,) = of(bundle_of_case(case(acts=panel)), "DiagnosticReport")
    (ended,) = of(bundle_of_case(case(acts=[*panel, said("dissolve", 3)])), "DiagnosticReport")
    assert (open_["status"], ended["status"]) == ("preliminary", "cancelled")


def test_consents_the_course_and_how_it_went(bundle):
    care, teaching = of(bundle, "Consent")
    assert (care["status"], care["provision"]["type"], care["dateTime"]) == ("active", "permit", "2026-03-01")
    assert (teaching["status"], teaching["provision"]["type"]) == ("inactive", "deny")
    (task,) = of(bundle, "Task")
    assert (task["status"], task["businessStatus"]["coding"][0]["code"]) == ("completed", "followed_up")
    assert len(task["output"]) == 3
    went = one(bundle, "Observation", "outcome")
    assert went["valueCodeableConcept"]["coding"][0]["code"] == "recovered"
    assert [part.get("valueInteger") for part in went["component"]] == [None, 4]


def test_hospitals_and_clinicians_have_their_names_in_three_scripts(bundle):
    hill = of(bundle, "Organization")[0]
    assert (hill["name"], "Больница на холме" in str(hill), "山医院" in str(hill)) == ("Hill Hospital", True, True)
    assert [one["text"] for one in of(bundle, "Practitioner")[0]["name"]] == ["Mira", "Мира", "米拉"]


def test_every_signed_document_is_named_by_its_digest(bundle):
    digests = [e["what"]["identifier"]["value"] for p in of(bundle, "Provenance") for e in p["entity"]]
    assert len(of(bundle, "Provenance")) == 16
    for act in case().acts:
        assert act.digest in digests
        assert act.note is None or act.note.digest in digests
    signed = of(bundle, "DocumentReference")[0]
    (which,) = [p for p in of(bundle, "Provenance") if p["target"][0]["reference"].endswith(signed["id"])]
    assert which["agent"][0]["who"]["reference"]


def test_what_was_destroyed_is_not_there_and_its_digest_is():
    gone = replace(
        case(), acts=[replace(act, note=act.note and replace(act.note, is_here=False)) for act in case().acts]
    )
    bundle = bundle_of_case(gone)
    Bundle.model_validate(json.loads(text_of(bundle)))
    added = said("supplement", 20, note=note("more", "More.", content=sample(), is_here=False))
    bundle = bundle_of_case(replace(gone, acts=[*gone.acts, added]))
    for text in ("美罗培南", "Any allergy", "dyspnoea", "photo-1"):
        assert text not in text_of(bundle)
    assert not of(bundle, "Condition")
    assert len(of(bundle, "DiagnosticReport")) == 3
    assert case().acts[0].note.digest in text_of(bundle)


def test_of_a_patient_who_does_not_agree_there_is_no_bundle():
    with pytest.raises(ConsentEnded) as refused:
        bundle_of_case(case(may_be_told=False))
    assert "AL-0000-0000" in str(refused.value)


def test_a_case_without_any_content_is_a_bundle_too():
    bundle = asked_with(dict(EMPTY))
    Bundle.model_validate(json.loads(text_of(bundle)))
    assert of(bundle, "Patient")[0]["gender"] == "unknown"
    assert not of(bundle, "Encounter")


texts = st.text(st.characters(blacklist_categories=("Cs", "Cc")) | st.sampled_from("\n王Жё́　"), min_size=1, max_size=60)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(texts, texts, st.sampled_from(["en", "ru", "zh-hans", "kk"]))
@example("\n", "\u3000", "en")
def test_words_come_out_letter_by_letter(asked, advice, language):
    acts = [
        said("submit", 0, note=note("n1", asked, language=language, content=sample() | {"presentation": asked})),
        said("sign", 1, id="o1", note=note("n2", advice, language=language)),
    ]
    bundle = json.loads(text_of(bundle_of_case(case(acts=acts))))
    Bundle.model_validate(bundle)
    (document,) = of(bundle, "DocumentReference")
    assert base64.b64decode(document["content"][0]["attachment"]["data"]) == advice.encode()
    assert of(bundle, "DiagnosticReport")[0].get("conclusion") == (advice if advice.strip() else None)
    if asked.strip():
        assert of(bundle, "ServiceRequest")[0]["note"][-1]["text"] == asked


figures = st.decimals(-999, 999, places=3).map(lambda number: format(number, "f"))


@given(figures)
def test_a_figure_keeps_its_digits(figure):
    assert json.loads(text_of({"value": Decimal(figure)}), parse_float=str, parse_int=str) == {"value": figure}


def blanks():
    """Content as the exchange takes it, with blanks where somebody typed nothing."""
    content = sample()
    content["diagnoses"][0]["display"] = content["laboratory"][0]["value"] = content["vitals"][0]["value"] = " "
    content["medication"][0]["substance"] = " "
    content["presentation"] = content["allergies"] = "\u3000"
    return content


def test_blanks_are_no_texts_of_fhir():
    bundle = asked_with(blanks())
    Bundle.model_validate(json.loads(text_of(bundle)))
    assert '""' not in text_of(bundle)
    assert of(bundle, "Condition")[0]["code"]["text"] == "CA40.Z"
