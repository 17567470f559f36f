"""From text to entries: scripts in JSON Lines, YAML and CSV, with every problem at its place."""
