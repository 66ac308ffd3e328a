"""Exercises: a scripted outbreak that people play on their own nodes."""

from django.apps import AppConfig


class ExercisesConfig(AppConfig):
    name = "tocsin.node.exercises"
    label = "exercises"
