"""Search in short texts of three scripts, alike on both databases: `writing.index`, `finding.found`."""
