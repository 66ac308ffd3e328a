"""What of the Council leaves as a file: tables, papers, sealed decisions."""
