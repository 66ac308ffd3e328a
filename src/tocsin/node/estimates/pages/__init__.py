"""What pages show of estimates: sentences, pictures, tables. No engine."""
