"""Texts of documents in other languages, one row a text: made here, or by another state."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.records import new_id

__all__ = ["Translation"]


class TranslationQuerySet(models.QuerySet["Translation"]):
    def visible_to(self, person: Person) -> "TranslationQuerySet":
        """For readers of events, and for those who translate: these see texts and none of the rest."""
        return self if person.may(Ability.READ_EVENTS) or person.may(Ability.TRANSLATE) else self.none()

    def standing(self) -> "TranslationQuerySet":
        """Neither void, nor erased, nor replaced by a later one made here."""
        return self.filter(withdrawn_at=None, erased_at=None, is_current=True)


class Translation(models.Model):
    """One text of one version of a document, in another language.

    A text that is changed is another row, of the next version; those before are kept. What was made here is ours alone
    until a person shares it: `shared_as` is then the document that carries it.
    """

    class Standing(models.TextChoices):
        HUMAN_CHECKED = "human_checked", _("checked by a person")
        MACHINE = "machine", _("machine translation, not checked")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    of_id = models.UUIDField(help_text="The document whose text it is.")
    of_origin = models.CharField(max_length=12)
    of_type = models.CharField(max_length=40, blank=True, help_text="If it is known here.")
    of_version = models.PositiveBigIntegerField(default=1)
    field = models.CharField(max_length=40, help_text="Its name in the body; a question: questions/0.")
    language = models.CharField(max_length=12)
    text = models.TextField(blank=True)
    standing = models.CharField(max_length=16, choices=Standing)
    node = models.CharField(max_length=12, help_text="Where it was made.")
    version = models.PositiveBigIntegerField(default=1)
    is_current = models.BooleanField(default=True, help_text="Of those made here: the last of its text.")
    document = models.UUIDField(null=True, help_text="That it came with; none where it was made here.")
    shared_as = models.UUIDField(null=True, help_text="The document that carries ours to others.")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    objects = TranslationQuerySet.as_manager()

    class Meta:
        ordering = ("of_id", "language", "field", "-version")
        indexes = (
            models.Index(fields=("of_id", "language", "field"), name="translations_of_a_document"),
            models.Index(fields=("document",), condition=~models.Q(document=None), name="texts_of_a_translation"),
            models.Index(fields=("shared_as",), condition=~models.Q(shared_as=None), name="texts_that_were_shared"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("of_id", "of_origin", "field", "language"), condition=models.Q(is_current=True, document=None),
                name="one_current_text_made_here",
            ),
            models.UniqueConstraint(fields=("document", "node", "field"), name="one_text_a_field_of_a_translation"),
            models.CheckConstraint(
                condition=models.Q(erased_at=None) | models.Q(text=""), name="an_erased_translation_has_no_words"
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.field} {self.language}"
