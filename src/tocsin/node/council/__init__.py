"""The Council: sessions, decisions and their measures, standing agreements. docs/council.md."""
