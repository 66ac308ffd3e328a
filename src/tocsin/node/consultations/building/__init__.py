"""What stands against a case as it is written."""
