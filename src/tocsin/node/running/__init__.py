"""A node as a whole: making its folder, serving it, asking how it is, keeping a copy of it."""
