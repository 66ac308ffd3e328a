"""The API's part about notifications: they are read here; people alone release them."""
