"""What the index holds. The words themselves are in tables that no model describes: shelves.py, vectors.py."""

from django.db import models

__all__ = ["Entry"]

BETWEEN = "\n"


class Entry(models.Model):
    """A text that can be found: of what it is, and who may find it. Its words, but not the text, lie beside it.

    A text that is indexed again gets a new entry, so that what was written last is found first.
    """

    number = models.BigAutoField(primary_key=True, help_text="In the order of indexing; never used twice.")
    kind = models.CharField(max_length=40, help_text="What sort of thing it is: message, case.")
    object_id = models.UUIDField(help_text="Which one.")
    scopes = models.TextField(blank=True, help_text="Whoever may read one of these finds it; one a line.")
    is_replaced = models.BooleanField(default=False, help_text="Only its words are left, until the night.")

    class Meta:
        verbose_name_plural = "entries"
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "object_id"), condition=models.Q(is_replaced=False), name="one_entry_a_text"
            ),
        )
        indexes = (
            models.Index(fields=("kind", "object_id"), name="entries_of_a_text"),
            models.Index(fields=("number",), condition=models.Q(is_replaced=True), name="replaced_entries"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"

    @property
    def read_in(self) -> list[str]:
        """The scopes one by one."""
        return self.scopes.split(BETWEEN) if self.scopes else []
