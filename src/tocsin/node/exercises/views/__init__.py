"""Exercises: each page's addresses stand beside its views."""

from tocsin.node.exercises.views import exercise, exercises

urlpatterns = [*exercises.urlpatterns, *exercise.urlpatterns]
