"""The instruments of an assessment: pure rules and the data they read, each with where it is published. No models."""
