"""ICD-11 as it was loaded. The short list with names in three languages is in no table: `tocsin.clinical.icd`."""

from django.db import models

__all__ = ["CodeList", "DiseaseCode"]


class CodeList(models.Model):
    """Which list of codes the node has. One row, or none before the first load."""

    version = models.CharField(max_length=40, help_text="Of the package that it was read from.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of what was read, as hexadecimal digits.")
    codes = models.PositiveIntegerField(help_text="How many were loaded.")
    loaded_at = models.DateTimeField(auto_now=True)


class DiseaseCode(models.Model):
    """A code of ICD-11 that a diagnosis may have: no extension code, no heading. Replaced as a whole by a load."""

    code = models.CharField(max_length=20, primary_key=True)
    title = models.TextField(help_text="In English, as the list has it.")
    chapter = models.TextField(help_text="Range and title of its chapter.")
    is_traditional = models.BooleanField(help_text="Of chapter 26, traditional medicine.")
    search_key = models.TextField(help_text="Folded words of the title, each after a space.")

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.code
