"""What acts, notes and letters between hospitals have in common: as whom they are said, and that nobody passes them on.

docs/exchange-types.md.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from tocsin.exchange.documents import Document
from tocsin.exchange.saying import say
from tocsin.exchange.types.findings import Found

__all__ = ["check_hospitals", "check_not_passed_on", "check_speaker"]


def check_speaker(document: Document, said: Mapping[str, Any], pointer: str, found: Found) -> None:
    """Find a node that speaks as a hospital or a clinician of another state's directory."""
    hospital, clinician = said["hospital"], said["clinician"]
    if hospital["origin"] != document.origin:
        values = {"origin": document.origin, "state": hospital["origin"]}
        found.document("contradiction", say("speaks-as-another", **values), f"{pointer}/hospital/origin")
    if clinician is not None and clinician["origin"] != document.origin:
        values = {"origin": document.origin, "state": clinician["origin"]}
        found.document("contradiction", say("speaks-as-another", **values), f"{pointer}/clinician/origin")


def check_hospitals(document: Document, hospitals: Iterable[Mapping[str, str]], pointer: str, found: Found) -> None:
    """Find a hospital that is asked or written to and lies in a state that does not get the document."""
    readers = {document.origin, *document.addressees}
    for index, one in enumerate(hospitals):
        if one["origin"] not in readers:
            found.document(
                "contradiction", say("hospital-not-addressed", state=one["origin"]), f"{pointer}/{index}/origin"
            )


def check_not_passed_on(document: Document, found: Found) -> None:
    """Find what concerns a patient and may be passed on."""
    if not document.no_onward_sharing:
        found.document("classification", say("patient-not-passed-on"), "/no_onward_sharing")
