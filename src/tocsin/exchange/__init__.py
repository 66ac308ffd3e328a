"""Signed documents between sovereign nodes: what no network, clock, crash or attacker can forge, lose or alter.

The protocol is specified in docs/exchange.md. Nothing here knows Django, the science or the command line; the clock and
the store are arguments.
"""
