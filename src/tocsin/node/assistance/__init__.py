"""Mutual assistance: requests, offers, shipments, and registers of what states could send. docs/assistance.md."""
