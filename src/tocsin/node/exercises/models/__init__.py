"""Rows of exercises."""

from tocsin.node.exercises.models.exercise import LOOKS, Exercise
from tocsin.node.exercises.models.injects import Inject
from tocsin.node.exercises.models.observations import Observation

__all__ = ["LOOKS", "Exercise", "Inject", "Observation"]
