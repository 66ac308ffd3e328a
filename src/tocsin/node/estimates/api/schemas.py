"""What estimates say to programs: of counts, and of whom a disease kills."""

from datetime import date

from ninja import Field, Schema

__all__ = ["FiguresSaid", "SeverityFigures"]

Quantiles = list[float | None]


class SerialInterval(Schema):
    name: str
    mean: float = Field(description="Days.")
    sd: float = Field(description="Days.")
    source: str


class Nowcast(Schema):
    first: int = Field(description="Position in `dates` of the first period; below 0 where earlier ones are left out.")
    quantiles: list[Quantiles]


class ByDate(Schema):
    dates: list[date]
    quantiles: list[Quantiles]


class SumOfDays(Schema):
    first: date
    periods: int = Field(description="Days that are told together.")
    quantiles: Quantiles


class Ahead(ByDate):
    sums: list[SumOfDays] = Field([], description="Of seven days each, after the last that has ended; of days alone.")


class Lately(Schema):
    """The last seven days together."""

    periods: int
    reported: float
    quantiles: Quantiles | None = Field(description="Of what will have been reported; null: nothing is added.")


class ReproductionSaid(ByDate):
    serial_interval: SerialInterval


class Growth(Schema):
    periods: int = Field(description="The last periods that it was measured over.")
    quantiles: Quantiles = Field(description="Of the factor from a period to the next.")


class Risk(Schema):
    """From 0 to 1, with the ends of its interval of 95 %; null where nothing can be said."""

    estimate: float | None
    low: float | None
    high: float | None


class Fatality(Risk):
    few: bool = Field(description="Fewer than ten deaths stand behind it.")


class FatalityOfAge(Fatality):
    age: str = Field(description='In years: "0", "1-4", "65+"; in months: "6-11m".')
    cases: int
    deaths: int
    severe: int | None = Field(description="Of them in intensive care; null: nobody counts it.")
    severe_of: int | None
    severe_estimate: float | None
    severe_low: float | None
    severe_high: float | None


class OfUnknownAge(Schema):
    cases: int
    deaths: int


class SevereShare(Risk):
    name: str
    events: int
    persons: int


class Correlation(Risk):
    groups: int


class Delay(Schema):
    name: str
    mean: float = Field(description="Days.")
    source: str


class SeverityFigures(Schema):
    method: str = Field(
        description='"competing_risks", "delay_adjusted", "closed" (deaths of those whose end is known), or "naive": '
        "deaths over cases."
    )
    since: date | None
    as_of: date
    cases: int
    deaths: int
    ill: int | None = Field(None, description="Of the cases of a line list: neither died nor recovered yet.")
    unknown: int | None = Field(None, description="Of the cases of a line list: the outcome is not known.")
    all: Fatality
    ages: list[FatalityOfAge] = Field(description="From young to old; empty where ages are not known or told alike.")
    unknown_age: OfUnknownAge | None
    severe: SevereShare | None
    correlation: Correlation | None = Field(description="Of severe and fatal across age groups.")
    delay: Delay | None = Field(description="From case to death.")
    why: list[str] = Field(description="What is missing or left out, as codes.")


class FiguresSaid(Schema):
    every: str
    levels: list[float] = Field(description="Of all quantiles.")
    dates: list[date] = Field(description="First day of each period.")
    reported: list[float | None]
    unused: int = Field(description="Last periods of `dates` that nothing is estimated from.")
    nowcast: Nowcast | None = Field(description="What will have been reported; null: counts are taken as they are.")
    lately: Lately | None = Field(None, description="Of daily counts.")
    reproduction: ReproductionSaid | None = Field(description="Cases that one case infects, by the end of each period.")
    growth: Growth | None
    ahead: Ahead | None = Field(description="What is to come.")
    why: dict[str, str] = Field(description="Why something is null, as a code.")
