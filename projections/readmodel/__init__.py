"""The tables beside a log."""
