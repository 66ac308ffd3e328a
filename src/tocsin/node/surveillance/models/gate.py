"""The gate of everything that epidemiologists alone see."""

from typing import TypeVar

from django.db import models

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability

__all__ = ["SurveillanceQuerySet"]

M = TypeVar("M", bound=models.Model)


class SurveillanceQuerySet(models.QuerySet[M]):
    """Rows for people who may read surveillance; for others they do not exist."""

    def visible_to(self, person: Person) -> "SurveillanceQuerySet[M]":
        return self if person.may(Ability.READ_SURVEILLANCE) else self.none()
