from django.apps import AppConfig


class SurveillanceConfig(AppConfig):
    name = "tocsin.node.surveillance"
    label = "surveillance"
