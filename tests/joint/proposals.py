"""What is proposed and said of it, for tests with whole nodes."""

from typing import Any

from tests.exchange.types.council import DECISION_ACTS, paragraph

DAY = 24


def proposal(*states: str, may_join: Any = (), silence: bool = True, **more: Any) -> dict[str, Any]:
    """A plan of these states that enters into force with its adoption."""
    return DECISION_ACTS["propose"] | {
        "concerned": list(states), "measures": [], "duties": [], "in_force": {"when": "adopted", "on": None},
        "event": None, "session": None, "amends": None,
        "rules": {"silence": silence, "silence_hours": DAY if silence else None, "may_join": list(may_join)}, **more,
    }  # fmt: skip


def amendment(base: int = 1, *, words: str = "12") -> dict[str, Any]:
    """The paragraph `p1` says another number of hours, in every official language; or what is in brackets."""
    to = paragraph("p1", rev=base + 1, ru=f"В течение {words} часов.", zh=f"{words}小时内。")
    return {
        "base": base, "changes": [{"paragraph": "p1", "after": "t", "to": to}], "measures": None, "duties": None,
        "note": "",
    }  # fmt: skip


def consent(version: int = 1, *, ad_referendum: bool = False) -> dict[str, Any]:
    return {"version": version, "ad_referendum": ad_referendum}


def objection(version: int = 1) -> dict[str, Any]:
    return {"version": version, "paragraph": "p1", "reason": "Срок слишком короток."}
