"""Pages and answers about files."""
