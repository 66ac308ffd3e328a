"""Everything the exchange can refuse.

ExchangeError
├── Refused            what another node, or a file, says cannot be taken as it is; has a code of `codes.CODES`
│   ├── Malformed      the bytes are not what they claim to be
│   ├── TooLarge       beyond a limit, found before the bytes were read
│   ├── NotTrusted     no signature that counts, or a node, key or list that is not to be trusted
│   ├── OutOfPlace     it does not follow what is known of its stream: a gap, or a fork
│   ├── TooManyRequests   the asker's allowance is used up for now
│   └── Newer          a protocol that this node does not speak yet
├── CannotSeal         this node may not sign now
└── Unreachable        a peer did not answer, or not in the protocol
"""

from tocsin.exchange.codes import CODES

__all__ = [
    "CannotSeal",
    "ExchangeError",
    "Malformed",
    "Newer",
    "NotTrusted",
    "OutOfPlace",
    "Refused",
    "TooLarge",
    "TooManyRequests",
    "Unreachable",
]


class ExchangeError(Exception):
    """Something that the exchange does not do; the message says what, and what to do about it."""


class Refused(ExchangeError):
    """Something that came from outside and is not taken. `code` is for machines, `detail` for people."""

    def __init__(self, code: str, detail: str, advice: str = "") -> None:
        assert code in CODES, code
        super().__init__(f"{detail}; {advice}" if advice else detail)
        self.code, self.detail, self.advice = code, detail, advice


class Malformed(Refused):
    pass


class TooLarge(Refused):
    pass


class NotTrusted(Refused):
    pass


class OutOfPlace(Refused):
    pass


class TooManyRequests(Refused):
    """The asker's allowance is used up. `retry_after` is in whole seconds, at least 1."""

    def __init__(self, detail: str, retry_after: int) -> None:
        super().__init__("too-many-requests", detail, f"ask again in {retry_after} seconds")
        self.retry_after = retry_after


class Newer(Refused):
    pass


class CannotSeal(ExchangeError):
    pass


class Unreachable(ExchangeError):
    pass
