"""Cases: what a script is to do, written down beside it, and done again to see whether it still does."""
