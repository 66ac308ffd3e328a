"""Estimates for programs."""
