"""What people do with exercises."""
