"""The exchange over HTTP: signatures, calls to peers, and what each peer may ask. docs/exchange.md, section 11."""
