"""Clinical knowledge as data and rules: vocabularies, clinical content, identifiers in texts. No Django, no clock."""
