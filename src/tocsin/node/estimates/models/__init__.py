"""What is estimated of series of counts. Others import models from here."""

from tocsin.node.estimates.models.estimates import Estimate
from tocsin.node.estimates.models.severities import Severity

__all__ = ["Estimate", "Severity"]
