"""Weekly indicators: what this state shares of its counts with partners, and what partners share with it."""
