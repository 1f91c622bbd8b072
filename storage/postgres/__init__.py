"""The PostgreSQL engine: one database for many machines, brands walled by its row-level security too."""
