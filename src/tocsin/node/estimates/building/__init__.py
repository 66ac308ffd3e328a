"""From what was known when to estimates as JSON: arrays in, a payload out."""
