"""Between what people type, rows of the directory, and documents."""
