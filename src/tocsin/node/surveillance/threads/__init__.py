"""Which signals tell of one rise, how urgent it is, and how new ones join what is known."""
