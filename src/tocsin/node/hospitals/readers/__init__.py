"""Documents of the directory as they come."""
