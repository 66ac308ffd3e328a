"""Partners who say that they have something new."""

from django.db import models

__all__ = ["Hint"]


class Hint(models.Model):
    """A partner said at this moment that it has something new; the courier meets it when it next looks."""

    node = models.CharField(max_length=12, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.node} at {self.at}"
