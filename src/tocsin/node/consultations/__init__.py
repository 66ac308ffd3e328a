"""Consultations between hospitals: cases as joint objects, and what is kept of them here. docs/consultations.md."""
