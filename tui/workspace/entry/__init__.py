"""An entry that is written: its fields, the names in them, what it means, and what is said of it."""
