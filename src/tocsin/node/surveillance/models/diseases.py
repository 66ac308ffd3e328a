"""Diseases and the rules that make a signal without any statistics."""

from django.db import models
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import named
from tocsin.node.surveillance.models.gate import SurveillanceQuerySet

__all__ = ["Disease", "DiseaseRule"]


class Disease(models.Model):
    """A disease or syndrome that is counted. Comes from diseases.toml; a node may add its own."""

    class Gravity(models.IntegerChoices):
        COMMON = 1, _("common")
        NOTIFIABLE = 2, _("notifiable")
        GRAVE = 3, _("grave")
        GRAVEST = 4, _("gravest")

    code = models.SlugField(max_length=60, primary_key=True)
    name_en = models.CharField(max_length=160)
    name_ru = models.CharField(max_length=160)
    name_zh = models.CharField(max_length=160)
    icd10 = models.CharField("ICD-10", max_length=40, blank=True)
    icd11 = models.CharField("ICD-11", max_length=40, blank=True)
    gravity = models.PositiveSmallIntegerField(choices=Gravity, default=Gravity.NOTIFIABLE)
    annex2 = models.CharField(max_length=20, blank=True, help_text="always, or through the instrument (IHR, Annex 2).")
    synonyms = models.JSONField(default=list, help_text="Other names found in tables.")
    search_key = models.TextField(editable=False, default="")
    sort_en = models.CharField(max_length=250, editable=False, default="")
    sort_ru = models.CharField(max_length=250, editable=False, default="")
    sort_zh = models.CharField(max_length=400, editable=False, default="")

    objects = SurveillanceQuerySet.as_manager()

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return named(self)


class DiseaseRule(models.Model):
    """A fixed rule: counts that reach it are a signal, whatever is usual. A state may switch one off or add its own."""

    code = models.SlugField(max_length=80, primary_key=True)
    disease = models.ForeignKey(Disease, models.CASCADE, related_name="rules")
    kind = models.CharField(max_length=20, help_text="count, rate or doubling: see diseases/evaluation.py.")
    parameters = models.JSONField(default=dict)
    places = models.JSONField(default=list, help_text="Kinds of place in which it holds; empty: all.")
    level = models.CharField(max_length=12, blank=True, help_text="What it announces, as its source calls it.")
    text_en = models.CharField(max_length=300)
    text_ru = models.CharField(max_length=300)
    text_zh = models.CharField(max_length=300)
    source = models.CharField(max_length=400)
    source_note = models.JSONField(default=dict, help_text="What else to know of it, by language: en, ru, zh.")
    is_on = models.BooleanField(default=True)

    objects = SurveillanceQuerySet.as_manager()

    class Meta:
        ordering = ("disease", "code")

    def __str__(self) -> str:
        return self.code

    @property
    def cited(self) -> str:
        """The source, with what else is to be known of it in the reader's language."""
        note = self.source_note.get({"ru": "ru", "zh-hans": "zh"}.get(get_language() or "en", "en"), "")
        return gettext("%(source)s: %(note)s") % {"source": self.source, "note": note} if note else self.source
