"""What each function does, by family, with what is said of it."""
