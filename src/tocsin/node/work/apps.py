from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "tocsin.node.work"
    label = "work"
