"""Addresses of consultations and files, and who may use them: a part of the table in access_table.py."""

from tests.node.access_doors import EVERYBODY, A, Door, form, page

__all__ = ["API_OF_CASES", "PAGES_OF_CASES"]

CASES, GIVES = (A.CONSULT, A.COORDINATE), (A.CONSULT, A.COORDINATE, A.CORRESPOND)
ASKS, ANSWERS = {"whose": CASES, "pk": "@consultation"}, {"whose": CASES, "pk": "@consultation_asked"}
WRITTEN = {"whose": [A.CONSULT], "pk": "@consultation_draft"}
GIVEN = {"whose": EVERYBODY, "pk": "@given_file"}

PAGES_OF_CASES: dict[str, Door] = {
    # consultations: open to whoever has a part in the case; those of others are not there. Some acts are a clinician's
    # alone, some a coordinator's: who reads the case without that part is led back to it (consultations/test_access.py)
    "consultations": page(*CASES),
    "case": page(*CASES, **ASKS),
    "case_identity": page(A.CONSULT, **ASKS),
    "case_outcome": page(*CASES, **ASKS, language="ru", format="docx"),
    "case_fhir": page(*CASES, **ASKS),
    "case_reply": page(*CASES, **ASKS, about="q1"),
    "case_supplement": page(*CASES, **ASKS),
    "case_acknowledge": page(*CASES, **ASKS),
    "case_follow_up": page(*CASES, **ASKS),
    "case_close": page(*CASES, **ASKS),
    "case_reopen": page(*CASES, **ASKS),
    "case_withdraw": page(*CASES, **ASKS),
    "case_consent": page(*CASES, **ASKS),
    "case_team": page(*CASES, **ASKS),
    "case_again": form(A.CONSULT, **ASKS),
    "case_message": page(*CASES, **ASKS),
    "case_allocate": page(*CASES, **ANSWERS, done=[200, 302]),
    "case_decline": page(*CASES, **ANSWERS, done=[200, 302]),
    "case_take": page(*CASES, **ANSWERS, done=[200, 302]),
    "case_hand_back": page(*CASES, **ANSWERS, done=[200, 302]),
    "case_return": page(*CASES, **ANSWERS),
    "case_ask": page(*CASES, **ANSWERS, done=[200, 302]),
    "case_sign": page(*CASES, **ANSWERS, done=[200, 302]),
    "case_amend": page(*CASES, **ANSWERS, about="o1", done=[200, 302]),
    "case_retract": page(*CASES, **ANSWERS, about="o1"),
    "case_convene": page(*CASES, **ANSWERS),
    "case_join": page(*CASES, **ANSWERS, done=[200, 302]),
    "case_position": page(*CASES, **ANSWERS, done=[200, 302]),
    "case_draft_outcome": page(*CASES, **ANSWERS, done=[200, 302]),
    "case_stand": page(*CASES, **ANSWERS, done=[200, 302]),
    "case_sign_off": page(*CASES, **ANSWERS, done=[200, 302]),
    "case_dissolve": page(*CASES, **ANSWERS),
    "consultation_begin": page(A.CONSULT),
    "consultation_draft": page(A.CONSULT, **WRITTEN, done=[302]),
    "consultation_step": page(A.CONSULT, **WRITTEN, step="patient"),
    "consultation_look": page(A.CONSULT, **WRITTEN),
    "consultation_place": form(A.CONSULT, **WRITTEN, data={"version": "1"}),
    "consultation_submit": form(A.CONSULT, **WRITTEN, data={"version": "1"}, done=[422]),
    "consultation_give_up": page(A.CONSULT, **WRITTEN),
    "consultation_measures": page(A.READ_CONSULTATION_MEASURES),
    "consultation_rule": page(A.COORDINATE),
    "clinical_codes": page(A.CONSULT, query={"q": "cholera"}),
    # files: what somebody gives is theirs alone; what goes with a case is open to those of the case
    "given_files": page(*GIVES),
    "begin_upload": form(*GIVES, done=[400]),
    "upload_range": page(*GIVES, **GIVEN),
    "clean_upload": page(*GIVES, **GIVEN),
    "original_upload": page(*GIVES, **GIVEN),
    "finish_upload": form(*GIVES, **GIVEN, done=[200, 409]),
    "accept_upload": form(*GIVES, **GIVEN),
    "destroy_original": form(*GIVES, **GIVEN),
    "discard_upload": form(*GIVES, **GIVEN),
    "attached_file": page(*GIVES, whose=CASES, pk="@consultation_file", name="text-1.txt"),
}
API_OF_CASES: dict[str, Door] = {
    # consultations: only read
    "consultations": page(*CASES),
    "consultation": page(*CASES, whose=CASES, consultation_id="@consultation"),
    "consultation_bundle": page(*CASES, whose=CASES, consultation_id="@consultation"),
}
