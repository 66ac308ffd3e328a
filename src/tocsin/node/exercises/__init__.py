"""Scripted exercises: a simulated outbreak that crosses a border, played by people on their own nodes."""
