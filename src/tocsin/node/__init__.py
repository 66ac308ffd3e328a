"""The node that a state runs: counts come in, signals are found, people decide."""
