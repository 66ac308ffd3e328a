from django.apps import AppConfig


class ClinicalConfig(AppConfig):
    name = "tocsin.node.clinical"
    label = "clinical"
