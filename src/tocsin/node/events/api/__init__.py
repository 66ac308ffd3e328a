"""The API's part about events: endpoints that call the acts of the pages."""
