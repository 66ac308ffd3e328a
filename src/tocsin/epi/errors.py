"""Everything the engine can refuse.

EpiError (a ValueError)
├── InvalidCounts     counts that are negative, infinite, not numbers or not (series, periods)
├── InvalidDates      dates that are unordered, irregular, or as many as there are periods they are not
├── InvalidOption     an option of a method outside what the method allows
├── InvalidDelay      probabilities or parameters that are no distribution of a delay, or days no delay can have
├── InvalidTriangle   reports by event and report date that contradict each other or the date of the nowcast
└── HistoryTooShort   a period is to be evaluated before which there is too little history
"""

__all__ = [
    "EpiError",
    "HistoryTooShort",
    "InvalidCounts",
    "InvalidDates",
    "InvalidDelay",
    "InvalidOption",
    "InvalidTriangle",
]


class EpiError(ValueError):
    """The input cannot be analysed as given; the message says what to change."""


class InvalidCounts(EpiError):
    pass


class InvalidDates(EpiError):
    pass


class InvalidOption(EpiError):
    pass


class InvalidDelay(EpiError):
    pass


class InvalidTriangle(EpiError):
    pass


class HistoryTooShort(EpiError):
    pass
