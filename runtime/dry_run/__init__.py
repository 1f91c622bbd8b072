"""Runs that store nothing: a plan of what a script would do."""
