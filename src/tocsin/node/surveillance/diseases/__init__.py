"""Notifiable diseases and the fixed rules about them, as data, and what the rules say of counts."""
