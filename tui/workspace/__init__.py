"""The full-screen workspace."""
