"""What the Council decided, for programs. Nothing is said in a state's name here: people do that."""
