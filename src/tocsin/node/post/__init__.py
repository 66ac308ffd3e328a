"""What this node sends to its peers and holds of them: the exchange (docs/exchange.md) upon the node's database."""
