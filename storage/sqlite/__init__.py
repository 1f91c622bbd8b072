"""The SQLite engine: one file, many threads and processes, writers in turn."""
