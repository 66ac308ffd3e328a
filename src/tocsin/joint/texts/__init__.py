"""The text of a decision: paragraphs in several languages, their versions, what is not agreed, what was changed.

Pure functions over frozen dataclasses, the standard library alone. What cannot be taken raises a `TextError` with a
code and values; what a person has yet to mend before adoption is a `Finding` of the same form.
"""
