"""Joint objects in a node: what states said, the order their owner gave it, acts of this state. docs/joint.md."""
