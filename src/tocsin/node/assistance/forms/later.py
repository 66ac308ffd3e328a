"""Fields that a draft may leave open though nothing leaves without them: what is missing is said before it is sent."""

from typing import Any

from django import forms

__all__ = ["LaterChoiceField", "LaterDateField", "LaterIntegerField", "LaterTextField"]


class _Later:
    """Shown as needed, and not refused while it is empty."""

    empty_values: Any

    def validate(self, value: Any) -> None:
        if value not in self.empty_values:
            super().validate(value)  # type: ignore[misc]


class LaterTextField(_Later, forms.CharField):
    pass


class LaterDateField(_Later, forms.DateField):
    pass


class LaterIntegerField(_Later, forms.IntegerField):
    pass


class LaterChoiceField(_Later, forms.ChoiceField):
    pass
