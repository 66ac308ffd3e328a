"""The science: arrays in, arrays out. No files, no clock, no hidden randomness."""
