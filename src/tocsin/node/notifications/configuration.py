"""What node.toml says of notifications.

[notifications]
four_eyes = true                    # a second person confirms before anything leaves; false by default
small = 5                           # counts of 1 to small - 1 of a breakdown are withheld
line = "National focal point"       # where partners turn to: a service, never a person
telephone = "+7 000 000 00 00"
"""

from typing import Any

from django.conf import settings

__all__ = ["contact", "four_eyes", "small"]

SMALL = 5


def _table() -> dict[str, Any]:
    table: dict[str, Any] = settings.CONFIGURATION.notifications
    return table


def four_eyes() -> bool:
    """Whether a second person must confirm before a notification leaves."""
    return bool(_table().get("four_eyes", False))


def small() -> int:
    """Counts of a breakdown below this, and above 0, are withheld."""
    return max(2, int(_table().get("small", SMALL)))


def contact() -> dict[str, str]:
    """Where partners turn to, as a notification says."""
    return {"line": str(_table().get("line", ""))[:120], "telephone": str(_table().get("telephone", ""))[:40]}
