"""Whether the beds will last: admissions, occupancy, staff and supplies that follow from a forecast of cases by age."""

from tocsin.epi.demand.course import Course, Present
from tocsin.epi.demand.hospital_demand import Demand, hospital_demand
from tocsin.epi.demand.patients import remaining_stay
from tocsin.epi.demand.resources import BEDS, OXYGEN_LITRES_A_DAY, Staff, Supply

__all__ = [
    "BEDS",
    "OXYGEN_LITRES_A_DAY",
    "Course",
    "Demand",
    "Present",
    "Staff",
    "Supply",
    "hospital_demand",
    "remaining_stay",
]
