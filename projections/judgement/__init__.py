"""From the readings of one subject to its state, figures, voices and findings."""
