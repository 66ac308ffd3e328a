"""A consultation as a Bundle of FHIR R4B, and what a Bundle says of a patient as clinical content. docs/fhir.md

writing.bundle_of_case(given)   the Bundle of a case, as JSON with decimals; `written.text_of` writes it
reading.content_of(raw)         clinical content of a Bundle, and what of it was left out

Pure, like the rest of the package. Who the patient is has no way in: what is given has no member for it.
"""
