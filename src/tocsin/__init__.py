"""Tocsin: early detection, early reporting, early isolation, early treatment, mutual assistance."""

__version__ = "0.1.0"
