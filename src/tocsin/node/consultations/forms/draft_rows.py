"""Repeated rows of a form: as many as are kept and an empty one; a row in which nothing stands is none."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tocsin.node.consultations.forms.draft_fields import DraftForm

__all__ = ["RowForm", "Rows"]

PLACE = "__n__"  # of the number of a row, in the empty row that a script copies


class RowForm(DraftForm):
    """One row. `says`: the fields of which one is filled in where the row says something."""

    says: tuple[str, ...] = ()
    remove = forms.BooleanField(label=_("Take this out"), required=False)

    def read(self, name: str) -> Any:
        """What was typed; nothing where it cannot be read: what stood in a row of this number may be of another one."""
        if name in self.cleaned_data:
            return self.cleaned_data[name]
        return None if isinstance(self.fields[name], forms.DateField | forms.TimeField) else ""

    @property
    def number(self) -> str:
        """Of the row, under its prefix."""
        return str(self.prefix).rpartition("-")[2]

    @property
    def is_blank(self) -> bool:
        """Whether nothing of it is kept."""
        if not self.is_bound:
            return not any(self.initial.get(name) for name in self.says)
        self.is_valid()
        return bool(self.cleaned_data.get("remove")) or not any(self[name].value() for name in self.says)


class Rows:
    """Rows of one kind under a prefix; `prefix-count` says how many were posted."""

    def __init__(
        self,
        make: Callable[..., RowForm],
        prefix: str,
        data: QueryDict | None,
        stored: Sequence[Mapping[str, Any]],
        *,
        blank: int = 1,
        most: int = 100,
    ) -> None:
        self.prefix, self._make = prefix, make
        if data is None:
            initial = [*stored, *({} for _blank in range(blank))][: max(most, len(stored))]
            self.forms = [make(None, prefix=f"{prefix}-{n}", initial=dict(one)) for n, one in enumerate(initial)]
        else:
            said = data.get(f"{prefix}-count", "")
            count = min(int(said), most) if said.isdecimal() and len(said) < 6 else 0
            self.forms = [make(data, prefix=f"{prefix}-{n}", initial={}) for n in range(count)]

    @property
    def filled(self) -> list[RowForm]:
        """Those that say something, in their order."""
        return [one for one in self.forms if not one.is_blank]

    @property
    def template(self) -> RowForm:
        """An empty one, for a script to copy."""
        return self._make(None, prefix=f"{self.prefix}-{PLACE}", initial={})

    @property
    def count(self) -> int:
        """How many there are, the empty ones too."""
        return len(self.forms)
