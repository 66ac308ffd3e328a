"""Document types: what a body may say, and what of it cannot be true. docs/exchange-types.md.

`registry.examine` reads a document by the schema and the rules of its type; `suppression.suppress` takes small cells
out of counts before they are sealed. Nothing here reads a clock, a file beside its schemas, or the network.
"""
