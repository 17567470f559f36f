"""The columns and cells of each view, for commands and screens alike."""
