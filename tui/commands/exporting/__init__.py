"""Verbs by which many negotiations go out at once: as tables, and worked out by a fleet."""
