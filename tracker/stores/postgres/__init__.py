"""A log in a database of PostgreSQL."""
