"""Modules, linked here since the engine's binding cannot: sources are asked of the host, rewritten and put in order.

``syntax`` reads a source with a parser, ``rewriting`` makes of it a text that the engine can evaluate, ``graph`` finds
what it imports and checks names, ``linking`` makes the prelude's job of all. ``problems`` says what is wrong, and where
in the author's files.
"""
