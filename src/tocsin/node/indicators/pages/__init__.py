"""What the pages of weekly indicators show, computed here."""
