"""What programs may read of weekly indicators."""
