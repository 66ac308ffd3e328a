"""What programs may ask of surveillance and do in it, a file a noun; assembled in node/api/urls.py."""
