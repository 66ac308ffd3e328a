"""Duty: the shift log and its hand-over, alerts that a person must acknowledge, and drills of all that."""
