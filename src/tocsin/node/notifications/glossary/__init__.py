"""What terms found in a text are called in the three languages: help for whoever translates it."""

from tocsin.node.notifications.glossary.matching import Match, found_in

__all__ = ["Match", "found_in"]
