"""The API's part about mutual assistance: it is read here, made ready, accepted and shipped; people alone release."""
