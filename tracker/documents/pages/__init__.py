"""Saved HTML pages: their tree and text, and what they say of themselves."""
