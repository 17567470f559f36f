"""A log in one file of SQLite."""
