"""The app of templates' filters; it has no models."""

from django.apps import AppConfig


class LanguageConfig(AppConfig):
    name = "tocsin.node.language"
    label = "language"
