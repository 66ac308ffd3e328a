"""The directory of hospitals: which there are, what they can do now, who works in them and may be asked."""
