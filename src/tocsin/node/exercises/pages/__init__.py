"""What the pages of exercises show."""
