"""Files about patients: uploads that survive a broken line, what of them may leave, and their parts between states."""
