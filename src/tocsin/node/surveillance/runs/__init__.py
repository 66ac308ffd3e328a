"""One screening's work: what is found in the counts, hidden rows of it, and the flip that shows them."""
