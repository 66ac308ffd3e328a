"""Files of events: what they are, and where their bytes lie."""
