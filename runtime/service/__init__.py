"""Runs over HTTP: the API for page servers in any language, and an author's own page server."""
