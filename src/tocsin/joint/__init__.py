"""What several states do together: the acts of each, the order that an owner gives them, and the state that follows.

Pure: documents in, state out. No Django, no clock, no files, no randomness. docs/joint.md.
"""
