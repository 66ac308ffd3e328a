"""Having the operator's machine translate what nobody has yet: asked for by a person, marked as a machine's."""

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.node.alliance import audit
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.refusals import ActRefused
from tocsin.node.notifications.actions.translating import add_translation
from tocsin.node.notifications.machine import by_machine
from tocsin.node.notifications.models import Translation
from tocsin.node.notifications.texts import Source, Translatable, source_of
from tocsin.node.notifications.translation_settings import machine

__all__ = ["translate_by_machine", "why_no_machine"]


def why_no_machine(source: Source) -> str:
    """Why no machine translates this document: empty if one may."""
    there = machine()
    if there is None:
        return _("This node has no translation machine.")
    if not there.may_have(source.classification, no_onward_sharing=source.no_onward_sharing):
        return _("This text must not be given to a machine: the state has not allowed it for what is so classified.")
    return ""


def translate_by_machine(of: Translatable, *, language: str, by: Person) -> list[Translation]:
    """Texts that have no translation made here yet, as the machine puts them; kept, and nothing leaves to partners.

    The machine is called outside any transaction. A text that a person writes in the meantime stays theirs.
    Raises ActRefused where no machine may have the text, or it gives none.
    """
    check(by, Ability.TRANSLATE)
    source, there = source_of(of), machine()
    if source is None:
        raise ActRefused(_("There is no such document here, or its words were erased."))
    if (why := why_no_machine(source)) or there is None:
        raise ActRefused(why)
    fields = [field for field in source.texts if field not in _made_here(source, language)]
    if not fields:
        raise ActRefused(_("All of it has been translated here already."))
    texts = by_machine(there, [source.texts[field] for field in fields], source=source.language, target=language)
    return _keep(of, source, language, dict(zip(fields, texts, strict=True)), by)


@transaction.atomic
def _keep(of: Translatable, source: Source, language: str, texts: dict[str, str], by: Person) -> list[Translation]:
    seen = dict.fromkeys(texts, 0)
    made = add_translation(
        of, language=language, texts=texts, by=None, standing=Translation.Standing.MACHINE, seen=seen  # type: ignore[arg-type]
    )  # fmt: skip
    if made:
        fields = [row.field for row in made]
        audit.record("translation.machine_asked", made[0], by=by, of=str(source.id), language=language, fields=fields)
    return made


def _made_here(source: Source, language: str) -> set[str]:
    rows = Translation.objects.filter(of_id=source.id, of_origin=source.origin, language=language, document=None)
    return set(rows.standing().values_list("field", flat=True))
