"""Who is in the alliance and which keys their nodes use: TUF metadata, the list made of it, and how it is signed."""
