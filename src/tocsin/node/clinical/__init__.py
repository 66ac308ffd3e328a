"""Codes of diseases, loaded and found, and problems of clinical content worded. The rules are `tocsin.clinical`."""
