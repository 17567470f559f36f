"""What the figures in README and docs come from: us, raw SQLite and peers in one run, as ratios."""
