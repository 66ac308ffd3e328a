"""What is estimated of series of counts. Others import models from here."""

from tocsin.node.estimates.models.estimates import Estimate

__all__ = ["Estimate"]
