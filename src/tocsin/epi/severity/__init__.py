"""Whom it kills: fatality and severity, naive and delay-adjusted, by day, by age, and from line lists."""

from tocsin.epi.severity.across_ages import AcrossAges, Correlation, correlation_across_groups, severe_and_fatal
from tocsin.epi.severity.ascertainment import Ascertainment, ascertainment
from tocsin.epi.severity.by_age import RISKS, RiskByAge, risk_by_age
from tocsin.epi.severity.competing_risks import CENSORED, DIED, RECOVERED, CompetingRisks, competing_risks
from tocsin.epi.severity.estimate import Severity
from tocsin.epi.severity.infection_fatality import InfectionFatality, infection_fatality
from tocsin.epi.severity.known_outcomes import KnownOutcomes, known_outcomes
from tocsin.epi.severity.pooled import PooledRisk, pooled_by_age
from tocsin.epi.severity.proportion import proportion_interval
from tocsin.epi.severity.rolling import rolling
from tocsin.epi.severity.standardised import StandardisedRisk, standardised_risk
from tocsin.epi.severity.static import static
from tocsin.epi.severity.time_varying import time_varying

__all__ = [
    "CENSORED",
    "DIED",
    "RECOVERED",
    "RISKS",
    "AcrossAges",
    "Ascertainment",
    "CompetingRisks",
    "Correlation",
    "InfectionFatality",
    "KnownOutcomes",
    "PooledRisk",
    "RiskByAge",
    "Severity",
    "StandardisedRisk",
    "ascertainment",
    "competing_risks",
    "correlation_across_groups",
    "infection_fatality",
    "known_outcomes",
    "pooled_by_age",
    "proportion_interval",
    "risk_by_age",
    "rolling",
    "severe_and_fatal",
    "standardised_risk",
    "static",
    "time_varying",
]
