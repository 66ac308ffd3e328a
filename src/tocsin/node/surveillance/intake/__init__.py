"""The way of a table into the node: received, read, matched, compared, written unseen, shown by one flip."""
