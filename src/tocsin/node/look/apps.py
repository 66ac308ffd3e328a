from django.apps import AppConfig


class LookConfig(AppConfig):
    name = "tocsin.node.look"
    label = "look"
