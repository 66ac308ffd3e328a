"""One thread as its page shows it: letters in their order, translations beside what they translate, who has read."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person
from tocsin.node.correspondence.actions.rendering import why_no_rendering
from tocsin.node.correspondence.boxes import box_keys
from tocsin.node.correspondence.models import Letter, LetterCopy, MachineRendering, Thread
from tocsin.node.correspondence.naming import Names, named_speakers
from tocsin.node.correspondence.ordering import Placed, in_order
from tocsin.node.correspondence.pages.delivery import LetterDelivery, deliveries_of
from tocsin.node.files.models import Attached
from tocsin.node.hospitals.words import language as language_name
from tocsin.node.language.formats import phrases, whole

__all__ = ["A_PAGE", "LetterShown", "Rendered", "ThreadShown", "places_of", "thread_shown"]

A_PAGE = 50
LATE = timedelta(hours=1)  # a letter that was on its way for longer says when it came
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a letter says in another language. by: who put it so; empty for the machine."""

    tag: str
    language: str
    by: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class LetterShown:
    """One letter. first: a translation that the reader sees before the original, for they read its language."""

    letter: Letter
    writer: str
    to: list[str]
    language: str
    is_mine: bool
    is_new: bool
    came_late: bool
    first: Rendered | None
    others: list[Rendered]
    files: list[Attached]
    delivery: LetterDelivery | None
    may_render: bool

    @property
    def is_whole(self) -> bool:
        """Whether it can still be read."""
        return self.letter.erased_at is None


@dataclass(frozen=True, slots=True)
class ThreadShown:
    """A page of a thread. earlier: the letter before which the page before ends, or None."""

    thread: Thread
    title: str
    letters: list[LetterShown]
    people: list[str]
    number: int
    earlier: UUID | None = None
    is_last: bool = True
    last: Letter | None = None
    languages: list[str] = field(default_factory=list)

    @property
    def counted(self) -> str:
        """How many letters it has for this reader, and of how many people."""
        said = ngettext("%(n)s letter", "%(n)s letters", self.number) % {"n": whole(self.number)}
        among = ngettext("%(n)s takes part", "%(n)s take part", len(self.people)) % {"n": whole(len(self.people))}
        return phrases([said, among])


def places_of(letters: "QuerySet[Letter]") -> list[tuple[UUID, bool]]:
    """Letters in their order, and whether each is a translation of another that is there too."""
    fields = ("pk", "origin", "document_id", "recorded_at", "in_reply_to", "translates")
    rows = {
        (origin, str(key)): (pk, at, answers, of) for pk, origin, key, at, answers, of in letters.values_list(*fields)
    }
    placed = [Placed(key, at, _key(answers) or _key(of)) for key, (_pk, at, answers, of) in rows.items()]
    return [(rows[key][0], _key(rows[key][3]) in rows) for key in in_order(placed)]


def thread_shown(thread: Thread, person: Person, *, before: UUID | None = None) -> ThreadShown:
    """The last letters of a thread, or those before one of them: what the person reads of it, and nothing else."""
    mine = Letter.objects.visible_to(person).filter(thread=thread)
    placed = places_of(mine)
    main = [pk for pk, is_beside in placed if not is_beside]
    end = main.index(before) if before in main else len(main)
    chosen = main[max(0, end - A_PAGE) : end]
    rows = mine.select_related("by").in_bulk(chosen)
    letters = [rows[pk] for pk in chosen]
    beside = list(mine.readable().filter(pk__in=[pk for pk, is_beside in placed if is_beside]))
    first = mine.defer("text").get(pk=main[0]) if main else None
    names = named_speakers([party for one in (*letters, *beside) for party in one.parties])
    people = list(dict.fromkeys(party for one in letters for party in one.parties))
    return ThreadShown(
        thread=thread, title=(first.subject if first else "") or _("A thread of letters"),
        letters=_shown(letters, beside, names, person), people=[names.of(one) for one in people], number=len(main),
        earlier=chosen[0] if end > A_PAGE else None, is_last=end == len(main),
        last=next((one for one in reversed(letters) if one.withdrawn_at is None), None),
    )  # fmt: skip


def _shown(letters: Sequence[Letter], beside: Sequence[Letter], names: Names, person: Person) -> list[LetterShown]:
    keys = set(box_keys(person))
    copies: dict[UUID, list[LetterCopy]] = defaultdict(list)
    for copy in LetterCopy.objects.filter(letter__in=letters, box__in=keys):
        copies[copy.letter_id].append(copy)
    files: dict[str, list[Attached]] = defaultdict(list)
    abouts = [str(one.document_id) for one in letters]
    for file in Attached.objects.filter(kind="letter", about_id__in=abouts).exclude(state=Attached.State.ERASED):
        files[file.about_id].append(file)
    rendered = _rendered(letters, beside, names)
    deliveries = deliveries_of([one for one in letters if any(c.is_sent for c in copies[one.pk])], names)
    made = []
    for letter in letters:
        first, others = _chosen(letter, rendered[letter.key["origin"], letter.key["id"]])
        has = {one.tag for one in (first, *others) if one is not None}
        made.append(
            LetterShown(
                letter=letter, writer=_writer(letter, names), to=[names.of(one) for one in letter.readers],
                language=language_name(letter.language), is_mine=any(one.is_sent for one in copies[letter.pk]),
                is_new=any(not one.is_sent and one.read_at is None for one in copies[letter.pk]),
                came_late=not letter.is_ours and letter.came_at - letter.recorded_at > LATE,
                first=first, others=others,
                files=[one for one in files[str(letter.document_id)] if one.about_origin == letter.origin],
                delivery=deliveries.get(letter.pk), may_render=_may_render(letter, has),
            )
        )  # fmt: skip
    return made


def _rendered(
    letters: Sequence[Letter], beside: Iterable[Letter], names: Names
) -> dict[Key, list[Rendered]]:  # fmt: skip
    made: dict[Key, list[Rendered]] = defaultdict(list)
    for one in beside:
        of = _key(one.translates)
        if of is not None:
            said = Rendered(one.language, language_name(one.language), _writer(one, names), one.subject, one.text)
            made[of].append(said)
    keys = {one.pk: (one.origin, str(one.document_id)) for one in letters}
    for row in MachineRendering.objects.filter(letter__in=letters).order_by("language"):
        made[keys[row.letter_id]].append(Rendered(row.language, language_name(row.language), "", row.subject, row.text))
    return made


def _chosen(letter: Letter, rendered: Sequence[Rendered]) -> tuple[Rendered | None, list[Rendered]]:
    """What the reader sees first where they read another language: a person's translation before a machine's."""
    wanted = _short(get_language() or "en")
    if _short(letter.language) == wanted:
        return None, list(rendered)
    own = sorted((one for one in rendered if _short(one.tag) == wanted), key=lambda one: not one.by)
    first = own[0] if own else None
    return first, [one for one in rendered if one is not first]


def _may_render(letter: Letter, has: set[str]) -> bool:
    language = get_language() or "en"
    if letter.erased_at is not None or _short(letter.language) == _short(language) or language in has:
        return False
    return not why_no_rendering(letter, language)


def _writer(letter: Letter, names: Names) -> str:
    """Who wrote it, as they were called then, and for which hospital they wrote."""
    if letter.writer.clinician is None and letter.name:
        return f"{letter.name} · {names.hospital(letter.writer.hospital)}"
    return names.of(letter.writer)


def _short(tag: str) -> str:
    return tag.partition("-")[0]


def _key(said: dict[str, str] | None) -> Key | None:
    return (said["origin"], said["id"]) if said else None
