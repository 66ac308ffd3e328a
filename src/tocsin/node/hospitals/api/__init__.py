"""The directory of hospitals, read by programs."""
