"""Alliances as data: their states, and for exercises their places, each name in three languages."""
