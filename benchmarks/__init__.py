"""What the figures in the documentation come from: communique, raw SQLite and peers, measured in one run as ratios."""
