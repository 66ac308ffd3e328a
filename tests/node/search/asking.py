"""What a search must find, by the tokens alone: both databases are held to it."""

from tocsin.node.search.tokens import sought, tokens

__all__ = ["finds"]


def finds(query, text, names=()):
    """Whether a text has every term of a query, as both databases decide it."""
    held = tokens([text], names)
    terms = sought(query)
    return bool(terms) and all(
        any(token in term.whole or token.startswith(term.beginnings) for token in held) for term in terms
    )
