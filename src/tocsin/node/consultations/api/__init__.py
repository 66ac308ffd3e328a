"""Consultations, as programs read them."""
