"""Writes that wait, between the functions of ``bindings``, which do them, and ``runtime``, whose runs hand them in."""
