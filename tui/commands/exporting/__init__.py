"""Verbs that pass on what can be said: a brief for a reader, tables, and what a fleet works out from them."""
