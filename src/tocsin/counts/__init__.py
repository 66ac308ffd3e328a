"""From tables to series: reading what people have."""
