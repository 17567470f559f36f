"""One relational form of a log: its tables, defined once, and the rows of each, for files, frames and a fleet."""
