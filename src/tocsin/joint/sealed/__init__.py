"""A sealed decision: one file that proves, with the trust list alone, what was adopted and by whom.

Pure: bytes and a trust list in, what they prove out. docs/sealed-decisions.md.
"""
