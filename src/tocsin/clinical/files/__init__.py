"""Files about a patient: what they are by their bytes, and what of them may leave the hospital."""
