"""One step of the form of a case: its fields from a draft, what is kept of what was typed, what is said beside it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.http import QueryDict
from django.utils.encoding import force_str

from tocsin.clinical.content import normalised
from tocsin.node.alliance.models import Person
from tocsin.node.consultations.forms.draft_fields import DraftForm
from tocsin.node.consultations.models import CaseDraft
from tocsin.node.consultations.pages.draft_problems import Told
from tocsin.node.hospitals.models import Hospital

__all__ = ["Kept", "Step"]


@dataclass(frozen=True)
class Kept:
    """What a step gives to keep. content: members of the structured part; asked, identity: None where it has none."""

    said: Mapping[str, Any] = field(default_factory=dict)
    content: Mapping[str, Any] = field(default_factory=dict)
    asked: list[Hospital] | None = None
    identity: Mapping[str, Any] | None = None


class Step:
    """Bound to what was posted, or shown with what is kept. `general` is said above the fields."""

    name: ClassVar[str] = ""

    def __init__(self, draft: CaseDraft, data: QueryDict | None = None, *, person: Person, more: str = "") -> None:
        self.draft, self.data, self.person, self.more = draft, data, person, more
        self.content: dict[str, Any] = normalised(draft.content)
        self.general: list[str] = []
        self.build()

    def build(self) -> None:
        """Make the forms."""
        raise NotImplementedError

    def forms(self) -> Iterator[DraftForm]:
        """All of them."""
        raise NotImplementedError

    def kept(self) -> Kept:
        """What can be read of what was posted."""
        raise NotImplementedError

    def place(self, path: str) -> tuple[DraftForm, str] | None:
        """The form and the field at which a problem of a member of the draft is shown."""
        raise NotImplementedError

    @property
    def zone(self) -> str:
        """Of the hospital that asks: times are typed as its clocks show them."""
        return self.draft.clinician.hospital.time_zone

    @property
    def is_readable(self) -> bool:
        """Whether all that was posted can be kept."""
        return not [one for one in self.forms() if not one.is_valid()]  # every one is read, whatever the first says

    def unread(self) -> list[str]:
        """Labels of fields that cannot be read."""
        return [force_str(one.fields[name].label) for one in self.forms() for name in one.errors if name in one.fields]

    def tell(self, problems: Iterable[Told]) -> None:
        """Show what stands against what is kept, each at its field."""
        for one in problems:
            place = self.place(one.path)
            if place is not None and place[1] in place[0].fields:
                place[0].tell(place[1], one.message, is_warning=one.is_warning)
            elif not one.is_warning and one.message not in self.general:
                self.general.append(one.message)

    def compared(self, stored: "Step") -> list[tuple[str, str]]:
        """Label and text of what stands now, where it is not what was posted. Rows are compared by the page."""
        found = []
        for mine, theirs in zip(self._plain(), stored._plain(), strict=False):
            for name, shown in theirs.fields.items():
                now = _as_text(theirs[name].value(), shown)
                if now != _as_text(mine[name].value(), shown):
                    found.append((force_str(shown.label), now or "–"))
        return found

    def _plain(self) -> list[DraftForm]:
        return [one for one in self.forms() if not hasattr(one, "is_blank")]


def _as_text(value: Any, shown: Any) -> str:
    words = {str(key): force_str(word) for key, word in getattr(shown, "choices", ())}
    if isinstance(value, (list, tuple)):
        return "\n".join(words.get(str(one), str(one)) for one in value)
    return "" if value is None else words.get(str(value), str(value)).replace("\r\n", "\n").strip()
