"""The line list of an event: how tables of cases are read, what they change, and the figures that are kept of them."""
