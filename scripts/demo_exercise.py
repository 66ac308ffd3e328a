"""Begins the scripted exercise at a node of the exercise alliance, as its director would at the page.

Called for each state by demo_alliance.py, in the node's own surroundings, with one code word and one moment for all.
"""

from datetime import datetime

__all__ = ["begin_at"]

SCRIPT = "cholera-on-the-river"


def begin_at(moment: str, code_word: str, minutes_a_day: int) -> None:
    """Once: who ended it is not given another."""
    import django

    django.setup()
    from tocsin.node.alliance.alliance_file import alliance, here
    from tocsin.node.alliance.models import Person
    from tocsin.node.exercises.actions.running import begin
    from tocsin.node.exercises.models import Exercise
    from tocsin.node.exercises.scripts import scripts

    if Exercise.objects.exists():
        return
    script = scripts()[SCRIPT]
    played = script.defaults[alliance().code]
    director = Person.objects.get(email=f"director@{here().code.lower()}.example")
    begin(
        script, code_word=code_word, states=played["states"], places=played["places"], minutes_a_day=minutes_a_day,
        starts_at=datetime.fromisoformat(moment), language=director.language, by=director,
    )  # fmt: skip
