"""Diseases and places; sources, uploads and series; screenings, signals, threads and what people decided."""

from tocsin.node.surveillance.models.diseases import Disease, DiseaseRule
from tocsin.node.surveillance.models.places import Place, PlaceAlias
from tocsin.node.surveillance.models.screenings import Screening
from tocsin.node.surveillance.models.series import Series, SeriesCounts, Withheld
from tocsin.node.surveillance.models.signals import Signal
from tocsin.node.surveillance.models.sources import DiseaseAlias, Source, SourceBreak
from tocsin.node.surveillance.models.threads import KnownCause, Thread, Verdict
from tocsin.node.surveillance.models.uploads import Upload

__all__ = [
    "Disease",
    "DiseaseAlias",
    "DiseaseRule",
    "KnownCause",
    "Place",
    "PlaceAlias",
    "Screening",
    "Series",
    "SeriesCounts",
    "Signal",
    "Source",
    "SourceBreak",
    "Thread",
    "Upload",
    "Verdict",
    "Withheld",
]
