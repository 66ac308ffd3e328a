"""What simulated people say: facts, and texts of the length that such texts have."""

from typing import Any

__all__ = ["FACTS", "TEXTS", "paragraph"]

SENTENCE = "Simulated: cases come from households along one canal, and the wells there are being chlorinated. "
FACTS: dict[str, Any] = {
    "agent": {"kind": "bacterium", "origin": "waterborne", "designation": "O1 Ogawa", "confirmed": True},
    "transmission": ["water", "food"],
    "case_definition": {"standard": "who", "version": "GTFCC 2023"},
    "detected_by": ["clinician", "laboratory"],
    "conditions": ["flooding", "poor_water_sanitation"],
    "cross_border": {"affected_states": ["BO"], "travel_links": ["BO", "CE"]},
    "point_of_entry": False,
    "laboratory": {"status": "confirmed", "tested": 30, "positive": 12, "methods": ["culture", "pcr"]},
    "measures": [
        {"measure": "water_treatment", "status": "taken", "sector": "water_sanitation", "since": "2026-03-06"},
        {"measure": "vaccination", "status": "intended", "sector": "health", "since": "2026-04-01"},
    ],
    "shortages": ["rehydration"],
    "difficulties": ["access"],
    "support": ["vaccines"],
    "who": {"notified": "yes", "on": "2026-03-08"},
}


def paragraph(length: int) -> str:
    """So many characters."""
    return (SENTENCE * (length // len(SENTENCE) + 1))[:length].strip()


TEXTS = {"summary": paragraph(600), "measures": paragraph(300), "risk": paragraph(300)}
