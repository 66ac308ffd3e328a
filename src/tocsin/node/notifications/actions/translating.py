"""Texts of documents put into other languages by people, kept here, and shared with whoever has the document."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.exchange.sealing import post
from tocsin.node.alliance import audit
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.refusals import ActRefused
from tocsin.node.events.texts import checked
from tocsin.node.notifications.models import Translation
from tocsin.node.notifications.texts import Source, Translatable, source_of
from tocsin.node.post.actions.making import make, node_here
from tocsin.node.post.store import DjangoStore

__all__ = ["add_translation", "share_translation"]

LONGEST = 20_000


@transaction.atomic
def add_translation(
    of: Translatable,
    *,
    language: str,
    texts: Mapping[str, str],
    by: Person,
    standing: str = Translation.Standing.HUMAN_CHECKED,
    seen: Mapping[str, int] | None = None,
) -> list[Translation]:
    """Keep texts of a document in another language. Nothing leaves here.

    texts  by field: summary, measures, questions/0, …
    seen   version of each text that the person saw, 0 where there was none; None: whichever
    Raises ActRefused where another has written one of them since.
    """
    check(by, Ability.TRANSLATE)
    source = _source(of)
    if language == source.language:
        raise ActRefused(_("That is the language it was written in."))
    if unknown := sorted(set(texts) - set(source.texts)):
        raise ActRefused(_("The document has no text “%(name)s”.") % {"name": unknown[0]})
    there = _current(source, language)
    made = []
    for field, typed in texts.items():
        last = there.get(field)
        if seen is not None and seen.get(field, 0) != (last.version if last else 0):
            said = _("%(who)s has translated this since you looked. What you typed was not saved.")
            raise ActRefused(said % {"who": last.by.name if last and last.by else "–"})
        text = checked(typed, longest=LONGEST)
        if not text or (last is not None and (last.text, last.standing) == (text, standing)):
            continue
        made.append(_next(source, language, field, text, standing, last, by))
    if made:
        fields = [one.field for one in made]
        audit.record("translation.added", made[0], by=by, of=str(source.id), language=language, fields=fields)
    return made


def share_translation(of: Translatable, *, language: str, by: Person) -> list[Translation]:
    """Send the texts that were translated here to whoever has the document, as far as they were not sent yet.

    A machine's translation goes as one, and says so; both kinds never go in one document.
    """
    check(by, Ability.TRANSLATE)
    with DjangoStore().atomic():
        source, node = _source(of), node_here()
        rows = [row for row in _current(source, language).values() if row.shared_as is None]
        if not rows:
            raise ActRefused(_("There is no translation here that was not shared yet."))
        for standing in sorted({row.standing for row in rows}):
            _share(source, language, standing, [row for row in rows if row.standing == standing], node, by)
    return rows


def _share(source: Source, language: str, standing: str, rows: Sequence[Translation], node: Any, by: Person) -> None:
    body = {
        "of": {"id": str(source.id), "origin": source.origin, "version": source.version}, "language": language,
        "standing": standing, "texts": _texts(source, rows),
    }  # fmt: skip
    classification, to = source.audience(node.node)
    document = make(
        node, "translation", body, to=to, classification=classification, language=language,
        no_onward_sharing=source.no_onward_sharing,
    )  # fmt: skip
    post(node, document)
    Translation.objects.filter(pk__in=[row.pk for row in rows]).update(shared_as=document.id)
    for row in rows:
        row.shared_as = UUID(document.id)
    audit.record("translation.shared", rows[0], by=by, of=str(source.id), language=language, to=to or [classification])


def _texts(source: Source, rows: Sequence[Translation]) -> dict[str, Any]:
    texts: dict[str, Any] = {row.field: row.text for row in rows if "/" not in row.field}
    questions = {row.field: row.text for row in rows if row.field.startswith("questions/")}
    if questions:
        # A list has no gaps: a question that nobody has translated goes as it was put.
        asked = sorted((field for field in source.texts if field.startswith("questions/")), key=_place)
        texts["questions"] = [questions.get(field, source.texts[field]) for field in asked]
    return texts


def _place(field: str) -> int:
    return int(field.partition("/")[2])


def _source(of: Translatable) -> Source:
    source = source_of(of)
    if source is None:
        raise ActRefused(_("There is no such document here, or its words were erased."))
    return source


def _current(source: Source, language: str) -> dict[str, Translation]:
    rows = Translation.objects.filter(
        of_id=source.id, of_origin=source.origin, language=language, document=None
    ).standing()
    return {row.field: row for row in rows.select_related("by").select_for_update(of=("self",))}


def _next(
    source: Source, language: str, field: str, text: str, standing: str, last: Translation | None, by: Person
) -> Translation:
    if last is not None:
        last.is_current = False
        last.save(update_fields=["is_current"])
    return Translation.objects.create(
        of_id=source.id, of_origin=source.origin, of_type=source.type, of_version=source.version, field=field,
        language=language, text=text, standing=Translation.Standing(standing), node=here().code, by=by,
        version=last.version + 1 if last else 1,
    )  # fmt: skip
