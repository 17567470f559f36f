"""What stands at a cut, and how it reads."""
