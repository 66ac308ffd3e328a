"""Transfers of patients between hospitals at a node: who has one, what is said, pages. The rules: joint.transfers."""
