"""The API: what programs may do, by the same acts and gates as people on the pages. Addresses in urls.py."""
