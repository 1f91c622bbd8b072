"""One argument model for each function, by family: what a script may hand over, in types and in words."""
