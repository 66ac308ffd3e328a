"""Boxes to tick that stand beside one another, where a list of them would be a page long."""

from typing import Any

from django import forms

__all__ = ["BoxesAbreast", "WeekdayBoxes"]


class BoxesAbreast(forms.CheckboxSelectMultiple):
    """In columns: many specialties, many languages."""

    template_name = "hospitals/boxes.html"
    row, column = "grid gap-1", "g-col-12 g-col-sm-6 g-col-md-4"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context(name, value, attrs)
        return found | {"row": self.row, "column": self.column}


class WeekdayBoxes(BoxesAbreast):
    """In a row: the seven days."""

    row, column = "d-flex flex-wrap gap-3", ""
