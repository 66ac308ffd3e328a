"""From the counts of a source to documents of `weekly-indicators`: rows, small counts withheld, examined, in parts."""
