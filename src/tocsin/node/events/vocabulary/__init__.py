"""Words for the codes of documents between states, in three languages: `word("measure", "isolation")`."""

from tocsin.node.events.vocabulary.reading import choices, codes, kinds, word

__all__ = ["choices", "codes", "kinds", "word"]
