"""Scripts of exercises, as data: what happens on which day, in which state's part, and what is measured."""

from tocsin.node.exercises.scripts.reading import ROLES, Inject, Objective, Part, Script, read_content, scripts

__all__ = ["ROLES", "Inject", "Objective", "Part", "Script", "read_content", "scripts"]
