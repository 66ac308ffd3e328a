"""What programs may ask of the exchange, a file a noun; assembled in node/api/urls.py."""
