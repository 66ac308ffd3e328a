"""What cannot be done with a node as it is.

Refused
├── CannotServe      another server has the folder, or another program the port
├── CannotBackUp     the copy cannot be made, or its name is taken
└── CannotRestore    the copy is damaged or of another kind, or the place is not empty
"""

__all__ = ["CannotBackUp", "CannotRestore", "CannotServe", "Refused"]


class Refused(ValueError):
    """What was asked cannot be done; the message says why, and what to do."""


class CannotServe(Refused):
    """Nothing was started."""


class CannotBackUp(Refused):
    """No copy was left behind."""


class CannotRestore(Refused):
    """Nothing was written."""
