"""Everything the engine can refuse.

EpiError (a ValueError)
├── InvalidCounts     counts that are negative, infinite, not numbers or not (series, periods)
├── InvalidDates      dates that are unordered, irregular, or as many as there are periods they are not
├── InvalidOption     an option of a method outside what the method allows
└── HistoryTooShort   a period is to be evaluated before which there is too little history
"""

__all__ = ["EpiError", "HistoryTooShort", "InvalidCounts", "InvalidDates", "InvalidOption"]


class EpiError(ValueError):
    """The input cannot be analysed as given; the message says what to change."""


class InvalidCounts(EpiError):
    pass


class InvalidDates(EpiError):
    pass


class InvalidOption(EpiError):
    pass


class HistoryTooShort(EpiError):
    pass
