"""From what people type to what an act says, and what stands against it."""
